"""Claims: exactly one person wins a ticket, and every other learns who and since when.

A claim is a lease. Whoever holds the ticket begins it anew by reading, writing, noting or pressing
a button; untouched past its time the ticket is back in the queue, with its waiting clock as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from desk import paging, returning, rights
from desk.asked import asked
from desk.house import Desk
from store import audit, holding, people, tickets
from store.people import Person
from store.sql import Row, Tx


@dataclass(frozen=True, slots=True)
class Claimed:
    """Won. `again`: it was this person's already."""

    ref: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody else has it."""

    ref: str
    by: str
    since: int


@dataclass(frozen=True, slots=True)
class NotClaimable:
    """There is nothing to claim. why: "no_ticket", "ended", "not_allowed", "full", "no_offer"."""

    ref: str
    why: str


Outcome = Claimed | Lost | NotClaimable


@dataclass(frozen=True, slots=True)
class Released:
    """It waits in the queue again."""

    ref: str


@dataclass(frozen=True, slots=True)
class NotReleased:
    """why: "no_ticket", "ended", "not_allowed", "not_yours", "not_held"."""

    ref: str
    why: str


def claim(desk: Desk, who: Person, ref: str) -> Outcome:
    """Claim a ticket for `who`. The winner is decided by one conditional update.

    Nobody can hold more than `desk.load_cap` tickets, except that urgency 1 may always be added.
    """
    now = desk.now()
    with desk.db.write() as tx:
        outcome = _claim(tx, desk, who.id, ref, now)
    desk.ring("urgent")
    return outcome


def _claim(tx: Tx, desk: Desk, staff_id: str, ref: str, now: int) -> Outcome:
    who = people.lock(tx, staff_id)  # as they are now: they may have left since they signed in
    ticket = tickets.by_ref(tx, ref)
    if ticket is None:
        return NotClaimable(ref, "no_ticket")
    if who is None:
        return NotClaimable(ref, "not_allowed")
    if not rights.may(who, "claim", ticket):  # who came too late learns who has it all the same
        late = ticket["status"] in tickets.LIVE and ticket["claimed_by"] is not None
        return (
            lost_to(tx, ticket)
            if late and who.role != "auditor"
            else NotClaimable(ref, "not_allowed")
        )
    if ticket["status"] == "open" and is_full(tx, desk, who, ticket):
        return NotClaimable(ref, "full")
    until = now + desk.ladders[ticket["urgency"]].hold_ms
    if holding.claim(tx, ticket["id"], who.id, now, until):
        audit.write(tx, now, who.id, "claimed", f"tickets:{ticket['id']}")
        paging.stop(tx, ticket, now, "claimed.other", winner=who.id, ten=who.name,
                    luc=paging.clock(now))  # fmt: skip
        hand_over(tx, ticket, who, now)
        return Claimed(ref)
    held = tickets.by_ref(tx, ref)
    assert held is not None
    if held["status"] not in tickets.LIVE:
        return NotClaimable(ref, "ended")
    if held["claimed_by"] is None:  # it came back to the queue in this very moment
        return _claim(tx, desk, staff_id, ref, now)
    if held["claimed_by"] == who.id:
        holding.touch(tx, ticket["id"], who.id, until)
        return Claimed(ref, again=True)
    return lost_to(tx, held)


def is_full(tx: Tx, desk: Desk, who: Person, ticket: Row) -> bool:
    """Whether one more ticket is too much for this person, whose row is locked."""
    return ticket["urgency"] > 1 and len(holding.held_by(tx, who.id)) >= desk.load_cap


def hand_over(tx: Tx, ticket: Row, who: Person, now: int) -> None:
    """Show the new holder in Telegram that it is theirs, and what the sender wrote."""
    if who.has_telegram:
        paging.tell(tx, ticket, who.id, "claimed.you", now)
        paging.tell(tx, ticket, who.id, "words", now, since=0)


def lost_to(tx: Tx, held: Row) -> Lost:
    holder = people.by_id(tx, held["claimed_by"])
    assert holder is not None
    return Lost(held["ref"], holder.name, held["claimed_at"])


def touch(tx: Tx, desk: Desk, who: Person | None, ticket: Row, now: int) -> bool:
    """Begin the lease anew if `who` holds the ticket; tell whether they do."""
    if who is None or ticket["claimed_by"] != who.id:
        return False
    return holding.touch(tx, ticket["id"], who.id, now + desk.ladders[ticket["urgency"]].hold_ms)


def release(desk: Desk, who: Person | None, ref: str) -> Released | NotReleased:
    """Put a held ticket back into the queue: by its holder, or by whoever leads there."""
    now = desk.now()
    actor = who.id if who else "operator"
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "release")
        if isinstance(ticket, str):
            return NotReleased(ref, ticket)
        if ticket["claimed_by"] is None:
            return NotReleased(ref, "not_held")
        lanes = returning.put_back(tx, desk, ticket, now, actor=actor, verb="released")
        assert lanes is not None, "the row is locked"
        if ticket["claimed_by"] != actor:
            lanes |= paging.tell(tx, ticket, ticket["claimed_by"], "released", now)
    for lane in lanes:
        desk.ring(lane)
    return Released(ref)


def expire(desk: Desk, most: int = 50) -> int:
    """Return every ticket whose lease is over to the queue; how many that were.

    Those who held them are told, and calling starts at the first rung again.
    """
    now = desk.now()
    with desk.db.read() as tx:
        over = holding.run_out(tx, now, most)
    returned = 0
    for row in over:
        with desk.db.write() as tx:
            ticket = tickets.lock(tx, row["id"])
            if ticket is None or ticket["lease_until"] is None or ticket["lease_until"] > now:
                continue  # touched, answered or returned meanwhile
            lanes = returning.put_back(tx, desk, ticket, now, actor="machine", verb="lease_over")
            if lanes is None:
                continue
            paging.tell(tx, ticket, ticket["claimed_by"], "lease_over", now)
            returned += 1
    if returned:
        desk.ring("urgent")
    return returned
