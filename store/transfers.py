"""Offers of a ticket to somebody else, kept with what became of them."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from store.sql import Row, Statement, Tx, inserting
from store.tables import transfers

f = transfers.c

_ADD = inserting(
    transfers, "id", "ticket_id", "giver_id", "to_staff", "to_centre", "note_sealed", "at",
    "until", "state",
)  # fmt: skip
_END = Statement(
    update(transfers)
    .where(f.id == bindparam("transfer"), f.state == "open")
    .values(
        state=bindparam("new"),
        ended_at=bindparam("now"),
        ended_by=bindparam("who"),
        why_sealed=bindparam("why"),
    )
)
_BY_ID = Statement(select(transfers).where(f.id == bindparam("transfer")))
_OVERDUE = Statement(
    select(transfers)
    .where(f.state == "open", f.until <= bindparam("now"))
    .order_by(f.until)
    .limit(bindparam("most"))
)
_OF_TICKET = Statement(
    select(transfers).where(f.ticket_id == bindparam("ticket")).order_by(f.at, f.id)
)


def add(
    tx: Tx, transfer_id: str, *, ticket_id: str, giver_id: str, to_staff: str | None,
    to_centre: str | None, note: bytes | None, at: int, until: int,
) -> None:  # fmt: skip
    """Keep an offer. note: sealed to this row."""
    tx.run(
        _ADD, id=transfer_id, ticket_id=ticket_id, giver_id=giver_id, to_staff=to_staff,
        to_centre=to_centre, note_sealed=note, at=at, until=until, state="open",
    )  # fmt: skip


def end(
    tx: Tx, transfer_id: str, state: str, now: int, *, by: str | None = None,
    why: bytes | None = None,
) -> bool:  # fmt: skip
    """Note what became of an offer. False if that is known already."""
    return tx.run(_END, transfer=transfer_id, new=state, now=now, who=by, why=why) == 1


def by_id(tx: Tx, transfer_id: str) -> Row | None:
    return tx.one(_BY_ID, transfer=transfer_id)


def overdue(tx: Tx, now: int, most: int) -> list[Row]:
    """Offers that nobody answered in their time."""
    return tx.rows(_OVERDUE, now=now, most=most)


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    """Every offer of a ticket, oldest first."""
    return tx.rows(_OF_TICKET, ticket=ticket_id)
