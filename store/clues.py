"""Clues: what a tip says that another tip may say too, found by keyed hash and never by words."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from store.contacts import Contact
from store.ids import new_id
from store.sql import Row, Statement, Tx, inserting
from store.tables import clues, tickets
from store.vault import Vault, seal, unseal

c = clues.c
MOST = 200  # rows of one clue that are looked at: a number that everybody names links nobody

_ADD = inserting(
    clues, "id", "ticket_id", "contact_id", "kind", "value_hash", "value_sealed", "at",
    suffix=" ON CONFLICT DO NOTHING",
)  # fmt: skip
_OF_TICKET = Statement(select(clues).where(c.ticket_id == bindparam("ticket")).order_by(c.id))
_SAME = Statement(
    select(c.ticket_id, c.contact_id, c.kind, c.at)
    .where(
        c.value_hash == bindparam("hash"),
        c.at >= bindparam("since"),
        c.at <= bindparam("until"),
        c.ticket_id != bindparam("ticket"),
    )
    .order_by(c.at)
    .limit(MOST)
)
_HAS = Statement(
    select(c.id).where(c.ticket_id == bindparam("ticket"), c.value_hash == bindparam("hash"))
)
_HEADS = Statement(select(tickets).where(tickets.c.id == bindparam("ticket")))


def add(
    tx: Tx, vault: Vault, contact: Contact, ticket_id: str, found: list[tuple[str, str]], at: int
) -> None:
    """Keep clues of a ticket, each a kind and a value; one a second time changes nothing."""
    rows = []
    for kind, value in found:
        hashes = vault.hashes(f"clue-{kind}", value)
        if any(tx.one(_HAS, ticket=ticket_id, hash=older) for older in hashes[1:]):
            continue  # the look-up key is being changed: it is still found by the one before
        clue_id = new_id(at)
        rows.append({
            "id": clue_id, "ticket_id": ticket_id, "contact_id": contact.id, "kind": kind,
            "value_hash": hashes[0], "at": at,
            "value_sealed": seal(contact.key, "clues", clue_id, "value", value),
        })  # fmt: skip
    tx.run_each(_ADD, rows)


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    return tx.rows(_OF_TICKET, ticket=ticket_id)


def same(tx: Tx, clue: Row, within: int) -> list[Row]:
    """Where else this very clue was named, at most `within` ms before or after."""
    return tx.rows(
        _SAME, hash=clue["value_hash"], since=clue["at"] - within, until=clue["at"] + within,
        ticket=clue["ticket_id"],
    )  # fmt: skip


def head(tx: Tx, ticket_id: str) -> Row | None:
    """The row of a ticket that shares a clue, for its line on the card: no words."""
    return tx.one(_HEADS, ticket=ticket_id)


def value(contact: Contact, row: Row) -> str:
    return unseal(contact.key, "clues", row["id"], "value", row["value_sealed"])
