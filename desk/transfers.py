"""Transfers: a held ticket is offered to somebody else, who says yes or no.

Until the yes the giver holds it. An offer to a centre is everybody's there; the first answer
counts, and one conditional update decides between two. A no, or no answer in time, leaves the
ticket with its giver, who is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from desk import claims, offers, paging, rights
from desk.asked import asked
from desk.claims import Claimed, NotClaimable, Outcome, hand_over, is_full, lost_to
from desk.house import Desk
from desk.routing import is_centre
from store import audit, contacts, holding, people, tickets, transfers
from store.ids import new_id
from store.people import CALLED, Person
from store.sql import Row, Tx
from store.vault import seal

LONGEST = 1600  # characters of the note and of the reason of a refusal


@dataclass(frozen=True, slots=True)
class Offered:
    """It waits for a yes until then (ms since 1970 UTC). to: the person's name or the centre."""

    ref: str
    to: str
    until: int


@dataclass(frozen=True, slots=True)
class NotOffered:
    """why: "no_ticket", "not_allowed", "not_yours", "ended", "not_held", "nobody", "to_holder",
    "too_long", "must_not_know"."""

    ref: str
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The giver keeps it."""

    ref: str


@dataclass(frozen=True, slots=True)
class NotRefused:
    """why: "no_ticket", "not_allowed", "not_yours", "ended", "no_offer", "too_long"."""

    ref: str
    why: str


@dataclass(frozen=True, slots=True)
class _Target:
    """A person, or everybody of a centre; and whose phones are to ring."""

    person: str | None
    centre: str | None
    staff: tuple[str, ...]


def offer(
    desk: Desk, who: Person | None, ref: str, to: str, note: str = ""
) -> Offered | NotOffered:
    """Offer a held ticket to a person (by name) or a centre (by code).

    By its holder or whoever leads there. A new offer replaces one that waits. The note is sealed.
    """
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "transfer")
        if isinstance(ticket, str):
            return NotOffered(ref, ticket)
        if ticket["claimed_by"] is None:
            return NotOffered(ref, "not_held")
        if len(note) > LONGEST:
            return NotOffered(ref, "too_long")
        target = _target(tx, ticket, to)
        if isinstance(target, str):
            return NotOffered(ref, target)
        offers.end(tx, ticket, "ended", now, by=who.id if who else None)
        until = _keep(tx, desk, ticket, target, note.strip(), now)
        if not claims.touch(tx, desk, who, ticket, now):  # for an absent holder
            lease = max(until, ticket["lease_until"] or 0)
            holding.touch(tx, ticket["id"], ticket["claimed_by"], lease)
        audit.write(tx, now, who.id if who else "operator", "offered", f"tickets:{ticket['id']}",
                    to=target.person or target.centre)  # fmt: skip
        giver = people.by_id(tx, ticket["claimed_by"])
        assert giver is not None
        for staff_id in target.staff:
            paging.tell(tx, ticket, staff_id, "offer", now, ten=giver.name,
                        luc=paging.clock(until))  # fmt: skip
    desk.ring("urgent")
    return Offered(ref, to, until)


def _target(tx: Tx, ticket: Row, to: str) -> _Target | str:
    if f"|{to}|" in ticket["closed_to"]:
        return "must_not_know"
    if is_centre(to):
        there = [p.id for p in people.on_call(tx, to) if p.id != ticket["claimed_by"]]
        return _Target(None, to, tuple(there)) if there else "nobody"
    person = people.by_name(tx, to)
    if person is None or not person.active or person.role not in CALLED:
        return "nobody"
    if rights.must_not_know(person, ticket):
        return "must_not_know"
    if person.id == ticket["claimed_by"]:
        return "to_holder"
    return _Target(person.id, None, (person.id,))


def _keep(tx: Tx, desk: Desk, ticket: Row, target: _Target, note: str, now: int) -> int:
    """Write the offer down; return until when it waits."""
    transfer_id = new_id(now)
    until = now + desk.ladders[ticket["urgency"]].offer_ms
    contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
    sealed = seal(contact.key, "transfers", transfer_id, "note", note) if note else None
    transfers.add(
        tx, transfer_id, ticket_id=ticket["id"], giver_id=ticket["claimed_by"],
        to_staff=target.person, to_centre=target.centre, note=sealed, at=now, until=until,
    )  # fmt: skip
    holding.offer(tx, ticket["id"], transfer_id, target.person, target.centre)
    return until


def accept(desk: Desk, who: Person, ref: str) -> Outcome:
    """Take over a ticket that is offered to `who` or to the centre of `who`.

    Exactly one of several who accept at once gets it; the others get `Lost`. Outcomes are those of
    a claim; "no_offer" when nothing waits for this person's answer.
    """
    now = desk.now()
    with desk.db.write() as tx:
        outcome = _accept(tx, desk, who.id, ref, now)
    desk.ring("urgent")
    return outcome


def _accept(tx: Tx, desk: Desk, staff_id: str, ref: str, now: int) -> Outcome:
    who = people.lock(tx, staff_id)
    ticket = tickets.by_ref(tx, ref)
    if ticket is None:
        return NotClaimable(ref, "no_ticket")
    if who is None or not who.active:
        return NotClaimable(ref, "not_allowed")
    if claims.touch(tx, desk, who, ticket, now):
        return Claimed(ref, again=True)
    if rights.may(who, "accept", ticket):
        if is_full(tx, desk, who, ticket):
            return NotClaimable(ref, "full")
        until = now + desk.ladders[ticket["urgency"]].hold_ms
        code = ticket["offered_centre"] or who.centre
        if holding.accept(tx, ticket["id"], ticket["offer_id"], who.id, now, until, code):
            _taken_over(tx, ticket, who, now)
            return Claimed(ref)
    return _not_theirs(tx, who, ref)


def _taken_over(tx: Tx, ticket: Row, who: Person, now: int) -> None:
    """ticket: as it was while it was offered."""
    offer_id, giver = ticket["offer_id"], ticket["claimed_by"]
    transfers.end(tx, offer_id, "accepted", now, by=who.id)
    audit.write(tx, now, who.id, "accepted", f"tickets:{ticket['id']}", giver=giver)
    offers.clear_pages(tx, ticket, offer_id, now)
    paging.tell(tx, ticket, giver, "offer.accepted", now, ten=who.name)
    hand_over(tx, ticket, who, now)


def _not_theirs(tx: Tx, who: Person, ref: str) -> Outcome:
    ticket = tickets.by_ref(tx, ref)
    assert ticket is not None
    if ticket["claimed_by"] == who.id and ticket["status"] in tickets.LIVE:
        return Claimed(ref, again=True)
    addressed = [
        row
        for row in transfers.of_ticket(tx, ticket["id"])
        if row["to_staff"] == who.id or row["to_centre"] == who.centre
    ]
    if ticket["status"] not in tickets.LIVE and addressed:
        return NotClaimable(ref, "ended")
    if addressed and addressed[-1]["state"] == "accepted" and ticket["claimed_by"] is not None:
        return lost_to(tx, ticket)
    return NotClaimable(ref, "no_offer")


def refuse(desk: Desk, who: Person | None, ref: str, why: str = "") -> Refused | NotRefused:
    """Say no to an offer; or, by the one who holds the ticket, take it back. why is sealed."""
    now = desk.now()
    by = who.id if who else None
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "refuse")
        if isinstance(ticket, str):
            return NotRefused(ref, ticket)
        if ticket["offer_id"] is None:
            return NotRefused(ref, "no_offer")
        if len(why) > LONGEST:
            return NotRefused(ref, "too_long")
        contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
        said = why.strip()
        sealed = seal(contact.key, "transfers", ticket["offer_id"], "why", said) if said else None
        giver = ticket["claimed_by"]
        taken_back = by is None or by == giver
        claims.touch(tx, desk, who, ticket, now)
        offers.end(tx, ticket, "ended" if taken_back else "refused", now, by=by, why=sealed)
        audit.write(tx, now, by or "operator", "offer_taken_back" if taken_back else "refused",
                    f"tickets:{ticket['id']}")  # fmt: skip
        if who is not None and not taken_back:
            paging.tell(tx, ticket, giver, "offer.refused", now, ten=who.name)
    desk.ring("urgent")
    return Refused(ref)


def lapse(desk: Desk, most: int = 50) -> int:
    """End every offer that nobody answered in its time; how many. Their givers are told."""
    now = desk.now()
    with desk.db.read() as tx:
        over = transfers.overdue(tx, now, most)
    for row in over:
        with desk.db.write() as tx:
            ticket = tickets.lock(tx, row["ticket_id"])
            assert ticket is not None
            if ticket["offer_id"] == row["id"] and offers.end(tx, ticket, "lapsed", now):
                audit.write(tx, now, "machine", "offer_lapsed", f"tickets:{ticket['id']}")
                paging.tell(tx, ticket, ticket["claimed_by"], "offer.lapsed", now)
            else:  # the ticket ended by its sender, and the offer with it
                transfers.end(tx, row["id"], "ended", now)
    if over:
        desk.ring("urgent")
    return len(over)
