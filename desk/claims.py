"""Claims: exactly one person wins a ticket, and every other learns who and since when."""

from __future__ import annotations

from dataclasses import dataclass

from desk import paging
from desk.house import Desk
from store import audit, people, tickets
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
    """There is nothing to claim: why, as a text id of the catalogue."""

    ref: str
    why: str  # "no_ticket", "ended", "not_allowed"


Outcome = Claimed | Lost | NotClaimable


def claim(desk: Desk, who: Person, ref: str) -> Outcome:
    """Claim a ticket for `who`. The winner is decided by one conditional update."""
    now = desk.now()
    with desk.db.write() as tx:
        outcome = _claim(tx, who, ref, now)
    desk.ring("urgent")
    return outcome


def _claim(tx: Tx, who: Person, ref: str, now: int) -> Outcome:
    ticket = tickets.by_ref(tx, ref)
    if ticket is None:
        return NotClaimable(ref, "no_ticket")
    if not who.active or who.role == "auditor":
        return NotClaimable(ref, "not_allowed")
    if tickets.claim(tx, ticket["id"], who.id, now):
        audit.write(tx, now, who.id, "claimed", f"tickets:{ticket['id']}")
        paging.stop(tx, ticket, now, winner=who.id, winner_name=who.name)
        if who.has_telegram:
            paging.tell(tx, ticket, who.id, "claimed.you", now)
            paging.tell(tx, ticket, who.id, "words", now, since=0)
        return Claimed(ref)
    return _too_late(tx, who, ref)


def _too_late(tx: Tx, who: Person, ref: str) -> Outcome:
    held: Row | None = tickets.by_ref(tx, ref)
    assert held is not None
    if held["status"] not in tickets.LIVE:
        return NotClaimable(ref, "ended")
    if held["claimed_by"] == who.id:
        return Claimed(ref, again=True)
    holder = people.by_id(tx, held["claimed_by"])
    assert holder is not None
    return Lost(ref, holder.name, held["claimed_at"])
