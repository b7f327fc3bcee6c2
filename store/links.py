"""Tickets that belong together: by a reference that another phone wrote, or joined by staff."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from store.ids import new_id
from store.sql import Row, Statement, Tx, inserting
from store.tables import ticket_links, tickets

k = ticket_links.c

_ADD = inserting(
    ticket_links, "id", "ticket_id", "other_id", "kind", "by", "at",
    suffix=" ON CONFLICT DO NOTHING",
)  # fmt: skip
_OF = Statement(
    select(k.kind, k.by, k.at, tickets.c.id.label("ticket_id"), tickets.c.ref, tickets.c.contact_id)
    .select_from(
        ticket_links.join(tickets, or_(tickets.c.id == k.ticket_id, tickets.c.id == k.other_id))
    )
    .where(
        or_(k.ticket_id == bindparam("ticket"), k.other_id == bindparam("ticket")),
        tickets.c.id != bindparam("ticket"),
    )
    .order_by(k.at, k.id)
)


def add(tx: Tx, ticket_id: str, other_id: str, kind: str, by: str, now: int) -> bool:
    """Link two tickets. False if they are linked in this way already."""
    if ticket_id == other_id:
        return False
    tx.run(_ADD, id=new_id(now), ticket_id=ticket_id, other_id=other_id, kind=kind, by=by, at=now)
    return tx.changed == 1


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    """The other ends of a ticket's links: kind, by, at, ticket_id, ref, contact_id."""
    return tx.rows(_OF, ticket=ticket_id)
