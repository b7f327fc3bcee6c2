"""Who may do what: a pure judgement of a person, an act and a ticket as it is now.

Rights go by role and place. Staff have their own centre's tickets, those whose desk is theirs, and
for the others what they hold, are offered, or were called for. A supervisor has the centres of the
same province, at a regional desk those of the region. The national role has all of them. An
auditor sees the queue and the audit and no words; an administrator sees to settings only. Whom the
sender does not want to know has nothing of it, not even its line in the queue.
"""

from __future__ import annotations

from typing import Literal, get_args

import places
from desk import ladder
from desk.routing import NATION
from store.people import Person
from store.sql import Row

Act = Literal[
    "list",  # its line in the queue: no words
    "audit",  # who did what with it: no words
    "read",
    "claim",
    "release",
    "reply",
    "lift_silence",
    "safety",  # set the window, check the word, note a consent, join phones
    "close_to",  # say who must not know
    "open_to",  # take that back
    "override",  # send now what the rules of safe contact hold back
    "consent",
    "note",
    "transfer",
    "accept",
    "refuse",  # of an offer; by the one who holds the ticket it takes the offer back
    "close",
    "correct",
]
ACTS: tuple[Act, ...] = get_args(Act)
Why = Literal["not_allowed", "not_yours"]


def may(person: Person | None, act: Act, ticket: Row) -> bool:
    """Whether `person` may do `act` to `ticket`; None is the operator at the command line.

    ticket: a row of the table `tickets`. The status is not judged here: that a ticket is closed is
    said by the verb, to those who may know of it.
    """
    return why_not(person, act, ticket) is None


def why_not(person: Person | None, act: Act, ticket: Row) -> Why | None:
    """None if allowed; "not_yours" where claiming the ticket would give the right."""
    if person is None:
        return None
    if not person.active or person.role == "admin" or must_not_know(person, ticket):
        return "not_allowed"
    if person.role == "auditor":
        return None if act in ("list", "audit") else "not_allowed"
    if act == "accept":
        return None if _offered(person, ticket) else "not_allowed"
    holds = ticket["claimed_by"] == person.id
    leading = leads(person, ticket)
    near = leading or person.centre in (ticket["centre"], ticket["desk"])
    called = _called(person, ticket)
    match act:
        case "list" | "audit" | "read" | "note":
            waits = ticket["status"] == "open"
            seen = near or holds or _offered(person, ticket) or (called and waits)
            return None if seen else "not_allowed"
        case "claim":
            return None if near or holds or called else "not_allowed"
        case "correct" if ticket["claimed_by"] is None and (near or called):
            return None
        case "refuse" if holds or _offered(person, ticket):
            return None
        case "release" | "transfer" | "close" | "correct" if holds or leading:
            return None
        case "reply" | "lift_silence" | "override" | "safety" | "consent" if holds:
            return None
        case "close_to" if holds or leading:
            return None
        case "open_to" if leading:
            return None
    return "not_yours" if near or called else "not_allowed"


def leads(person: Person, ticket: Row) -> bool:
    """Whether a person leads where the ticket is."""
    return person.role in ("supervisor", "national") and _in_territory(person, ticket)


def must_not_know(person: Person, ticket: Row) -> bool:
    """Whether the sender, or somebody who knows, closed the ticket to this person or centre."""
    closed = ticket["closed_to"]
    return bool(closed) and (f"|{person.id}|" in closed or f"|{person.centre}|" in closed)


def _offered(person: Person, ticket: Row) -> bool:
    return ticket["offer_id"] is not None and (
        ticket["offered_to"] == person.id or ticket["offered_centre"] == person.centre
    )


def _called(person: Person, ticket: Row) -> bool:
    """Whether this person has been called for the ticket: a page that calls must let one claim."""
    rungs = ladder.load(ticket["ladder"])[: ticket["rung"] + 1]
    if any(person.id in rung.staff for rung in rungs):
        return True
    return person.centre == NATION and bool(rungs) and rungs[-1].name == "nation"


def _in_territory(person: Person, ticket: Row) -> bool:
    """Whether a leading person answers for the ticket's centre or desk."""
    if person.role == "national" or person.centre == NATION:
        return True
    return any(covers(person.centre, code) for code in (ticket["centre"], ticket["desk"]))


def covers(of: str, centre: str) -> bool:
    """Whether leading at `of` means answering for `centre` too."""
    if of == centre:
        return True
    if NATION in (of, centre):
        return False
    if places.SERVICE_POINTS[of].province is None:  # a regional desk
        return places.region_of(centre) == of
    return centre in places.same_province_by_distance(of)
