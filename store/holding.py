"""Who holds a ticket, for how long, and to whom it is offered: each decided by one update."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from store.sql import Row, Statement, Tx, among
from store.tables import tickets

t = tickets.c
HELD = ("claimed", "waiting")

_CLAIM = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), t.status == "open", t.claimed_by.is_(None))
    .values(
        status="claimed",
        claimed_by=bindparam("who"),
        claimed_at=bindparam("now"),
        lease_until=bindparam("until"),
        climb_at=None,
    )
)
_TOUCH = Statement(
    update(tickets)
    .where(
        t.id == bindparam("ticket"),
        t.claimed_by == bindparam("who"),
        among(t.status, *HELD),
    )
    .values(lease_until=bindparam("until"))
)
_SHORTEN = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), t.lease_until > bindparam("until"))
    .values(lease_until=bindparam("until"))
)
_RUN_OUT = Statement(
    select(tickets)
    .where(t.lease_until <= bindparam("now"), among(t.status, *HELD))
    .order_by(t.urgency, t.lease_until)
    .limit(bindparam("most"))
)
_OFFER = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), among(t.status, *HELD))
    .values(
        offer_id=bindparam("offer"),
        offered_to=bindparam("person"),
        offered_centre=bindparam("code"),
    )
)
_UNOFFER = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), t.offer_id == bindparam("offer"))
    .values(offer_id=None, offered_to=None, offered_centre=None)
)
_ACCEPT = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), t.offer_id == bindparam("offer"), among(t.status, *HELD))
    .values(
        status="claimed",
        claimed_by=bindparam("who"),
        claimed_at=bindparam("now"),
        lease_until=bindparam("until"),
        desk=bindparam("new_desk"),
        offer_id=None,
        offered_to=None,
        offered_centre=None,
    )
)
_OFFERED_TO = Statement(select(tickets).where(t.offered_to == bindparam("who")))
_HELD_BY = Statement(
    select(tickets).where(t.claimed_by == bindparam("who"), among(t.status, *HELD))
)
_RETURN = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), t.claimed_by == bindparam("who"), among(t.status, *HELD))
    .values(
        status="open",
        claimed_by=None,
        claimed_at=None,
        lease_until=None,
        ladder="[]",
        rung=0,
        climb_at=None,
    )
)


def claim(tx: Tx, ticket_id: str, staff_id: str, now: int, until: int) -> bool:
    """Try to win the ticket. Exactly one of any number of callers gets True."""
    return tx.run(_CLAIM, ticket=ticket_id, who=staff_id, now=now, until=until) == 1


def touch(tx: Tx, ticket_id: str, staff_id: str, until: int) -> bool:
    """Begin the holder's lease anew. False if this person does not hold the ticket."""
    return tx.run(_TOUCH, ticket=ticket_id, who=staff_id, until=until) == 1


def shorten_lease(tx: Tx, ticket_id: str, until: int) -> None:
    """Let a lease end by then at the latest: what has become more urgent is held less long."""
    tx.run(_SHORTEN, ticket=ticket_id, until=until)


def run_out(tx: Tx, now: int, most: int) -> list[Row]:
    """Held tickets whose lease is over, urgent first."""
    return tx.rows(_RUN_OUT, now=now, most=most)


def offer(tx: Tx, ticket_id: str, offer_id: str, person: str | None, centre: str | None) -> None:
    """Note on the ticket to whom it is offered: a person, or everybody of a centre."""
    tx.run(_OFFER, ticket=ticket_id, offer=offer_id, person=person, code=centre)


def end_offer(tx: Tx, ticket_id: str, offer_id: str) -> bool:
    """Take an offer off the ticket. False if it was answered or replaced already."""
    return tx.run(_UNOFFER, ticket=ticket_id, offer=offer_id) == 1


def accept(
    tx: Tx, ticket_id: str, offer_id: str, staff_id: str, now: int, until: int, desk: str
) -> bool:
    """Try to take over an offered ticket. Exactly one of any number of callers gets True."""
    return (
        tx.run(_ACCEPT, ticket=ticket_id, offer=offer_id, who=staff_id, now=now, until=until,
               new_desk=desk) == 1
    )  # fmt: skip


def offered_to(tx: Tx, staff_id: str) -> list[Row]:
    """Tickets that wait for this person's yes."""
    return tx.rows(_OFFERED_TO, who=staff_id)


def held_by(tx: Tx, staff_id: str) -> list[Row]:
    return tx.rows(_HELD_BY, who=staff_id)


def put_back(tx: Tx, ticket_id: str, staff_id: str) -> bool:
    """Return a ticket to the queue with its waiting clock as it was; nobody is called yet.

    False if this person does not hold it any more.
    """
    return tx.run(_RETURN, ticket=ticket_id, who=staff_id) == 1
