"""Erasing one contact: rows that hold words or addresses go, and with them the key to all copies.

What is erased is worked out from the tables themselves, so that a new table with sealed or hashed
columns under a contact or a ticket cannot be forgotten.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Table, bindparam, delete, or_, select, update

from store import standing
from store.sql import Row, Statement, Tx, among, inserting
from store.tables import contacts, erasures, messages, metadata, pages, tickets
from store.tables import standing as standing_table

c, t = contacts.c, tickets.c
# What is known of the way to reach somebody. The silence is not: it outlives the erasure.
FORGOTTEN = frozenset(
    column.name
    for column in contacts.columns
    if column.nullable and column.name not in ("silenced_at", "silence_reason", "opted_out_at")
) - {"erased_at"}
LIVE = ("open", "claimed", "waiting")
GONE = "gone:"
LISTED = 72 * 3_600_000  # ms: longer than any comparison with a provider's list looks back
_LISTED = Statement(
    select(messages.c.external_id).where(
        messages.c.contact_id == bindparam("contact"),
        messages.c.direction == "in",
        messages.c.gateway == "twilio",
        messages.c.at >= bindparam("since"),
    )
)
_FORGET_GONE = Statement(
    delete(standing_table).where(
        standing_table.c.name.startswith(GONE), standing_table.c.at < bindparam("before")
    )
)


def personal(table: Table) -> bool:
    """Whether rows of a table hold what is a contact's own: sealed or hashed, under them.

    What is sealed of a page is a member of staff's; a deletion of words may still have to go out.
    """
    names = table.columns.keys()
    return (
        table not in (contacts, tickets, pages)
        and any(name.endswith(("_sealed", "_hash")) for name in names)
        and ("contact_id" in names or "ticket_id" in names)
    )


def _delete(table: Table) -> Statement:
    of_contact = select(t.id).where(t.contact_id == bindparam("contact"))
    mine = []
    if "contact_id" in table.c:
        mine.append(table.c.contact_id == bindparam("contact"))
    if "ticket_id" in table.c and table.name != "conversations":
        mine.append(table.c.ticket_id.in_(of_contact))
    return Statement(delete(table).where(or_(*mine)))


_DELETES = [_delete(table) for table in reversed(metadata.sorted_tables) if personal(table)]
_TICKETS = Statement(select(tickets).where(t.contact_id == bindparam("contact")).order_by(t.id))
_TICKET = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"))
    .values(
        status="erased",
        ref=bindparam("new_ref"),
        signals="[]",
        ladder="[]",
        climb_at=None,
        lease_until=None,
        offer_id=None,
        offered_to=None,
        offered_centre=None,
    )
)
_PAGES = Statement(
    update(pages)
    .where(
        pages.c.ticket_id.in_(select(t.id).where(t.contact_id == bindparam("contact"))),
        among(pages.c.state, "due", "sending"),
        pages.c.kind == "words",
    )
    .values(state="refused", error="erased", lease_until=None)
)
_EMPTY = Statement(
    update(contacts)
    .where(c.id == bindparam("contact"))
    .values(
        address_hash=bindparam("hash"),
        address_sealed=b"",
        data_key=b"",
        calls_barred=0,
        erased_at=bindparam("now"),
        **{column.name: None for column in contacts.columns if column.name in FORGOTTEN},
    )
)
_TOMBSTONE = inserting(
    erasures, "subject", "table_name", "at", "by", "ground", suffix=" ON CONFLICT DO NOTHING"
)
_TOMBSTONES = Statement(select(erasures).order_by(erasures.c.at, erasures.c.subject))
_ASK = Statement(
    update(contacts)
    .where(c.id == bindparam("contact"))
    .values(erase_asked_at=bindparam("at"), erase_asked_by=bindparam("who"))
)
_ASKED = Statement(
    select(c.id, c.erase_asked_at, c.erase_asked_by)
    .where(c.erase_asked_at.is_not(None))
    .order_by(c.erase_asked_at)
    .limit(bindparam("most"))
)
_ROW = Statement(
    select(contacts).where(c.id == bindparam("contact")).with_for_update(key_share=True)
)


def gone(external_id: str) -> str:
    """Under which name it stands that a message of the provider's list was erased with its sender.

    The id is a long random one of Twilio's; only its hash is kept, for some days.
    """
    return GONE + hashlib.sha256(external_id.encode()).hexdigest()[:40]


def was_erased(tx: Tx, external_id: str) -> bool:
    """Whether a message that the provider still lists was erased with its sender."""
    return standing.get(tx, gone(external_id)) is not None


def forget_gone(tx: Tx, now: int) -> None:
    """What no comparison lists any more need not stand."""
    tx.run(_FORGET_GONE, before=now - LISTED)


def ask(tx: Tx, contact_id: str, at: int | None, who: str | None) -> None:
    """Note that a contact is to be erased, or (None) is not any more."""
    tx.run(_ASK, contact=contact_id, at=at, who=who)


def asked(tx: Tx, most: int) -> list[Row]:
    """Contacts that are to be erased: id, erase_asked_at, erase_asked_by."""
    return tx.rows(_ASKED, most=most)


def locked(tx: Tx, contact_id: str) -> Row | None:
    """The row of a contact, held until the transaction ends; its key is not opened."""
    return tx.one(_ROW, contact=contact_id)


def tickets_of(tx: Tx, contact_id: str) -> list[Row]:
    """Every ticket of a contact, ended ones too."""
    return tx.rows(_TICKETS, contact=contact_id)


def erase_contact(tx: Tx, row: Row, now: int, *, by: str, ground: str) -> None:
    """Destroy what is kept of a contact. Its live tickets must have been ended before.

    Tickets stay as bare figures (place, urgency, times) under a reference that nobody can name.
    The keyed hash stays where the person was silenced or opted out: a later text from that
    address must still find that nothing may be sent to it.
    """
    contact_id = row["id"]
    for ticket in tickets_of(tx, contact_id):
        assert ticket["status"] not in LIVE
        tx.run(_TICKET, ticket=ticket["id"], new_ref="x" + secrets.token_hex(3))
    tx.run(_PAGES, contact=contact_id)
    for message in tx.rows(_LISTED, contact=contact_id, since=now - LISTED):
        standing.put(tx, gone(message["external_id"]), now)
    for statement in _DELETES:
        tx.run(statement, contact=contact_id)
    kept = row["silenced_at"] is not None or row["opted_out_at"] is not None
    hashed = row["address_hash"] if kept else f"erased:{contact_id}"
    tx.run(_EMPTY, contact=contact_id, hash=hashed, now=now)
    bury(tx, contact_id, "contacts", now, by, ground)


def bury(tx: Tx, subject: str, table: str, now: int, by: str, ground: str) -> None:
    """Note that the key of a row is destroyed: the next backup drops it from the key ring too."""
    tx.run(_TOMBSTONE, subject=subject, table_name=table, at=now, by=by, ground=ground)


def tombstones(tx: Tx) -> list[Row]:
    return tx.rows(_TOMBSTONES)
