"""A second pair of eyes: who leads alone could hide what they do, so somebody else hears of it.

What is told is who did what and why, as codes; it asks nobody's leave and holds nothing up.
"""

from __future__ import annotations

from desk import paging, rights
from desk.routing import NATION
from store import people
from store.people import Person
from store.sql import Row, Tx

LEADS = ("supervisor", "national")
BOSS = ("supervisor", NATION)


def others(tx: Tx, who: Person | None, ticket: Row) -> list[Person]:
    """Whoever else leads and can be reached: the supervisors of the ticket's place; where there is
    no other, the national desk; where that is empty too, the administrators."""
    found = [
        person
        for person in people.everybody(tx)
        if person.active
        and person.has_telegram
        and (who is None or person.id != who.id)
        and not rights.must_not_know(person, ticket)
    ]
    nation = [p for p in found if p.role == "national" or (p.role, p.centre) == BOSS]
    place = [p for p in found if p not in nation and rights.leads(p, ticket)]
    return place or nation or [p for p in found if p.role == "admin"]


def is_watched(who: Person | None) -> bool:
    """Whether what a person does alone is told: those who lead, and the operator (None)."""
    return who is None or who.role in LEADS


def lowered(tx: Tx, who: Person | None, ticket: Row, urgency: int, now: int) -> set[str]:
    """A ticket of urgency 1 was lowered by who leads; the lanes to ring. ticket: as it was."""
    if ticket["urgency"] != 1 or urgency == 1 or not is_watched(who):
        return set()
    lanes: set[str] = set()
    for person in others(tx, who, ticket):
        lanes |= paging.tell(tx, ticket, person.id, "lowered", now, nay=urgency,
                             ten=who.name if who else "hotline ticket correct")  # fmt: skip
    return lanes


def erased(tx: Tx, who: Person, ticket: Row, ground: str, now: int) -> None:
    """Staff erased a person. ticket: one of theirs as it was; ground: "asked" or "mistake"."""
    for person in others(tx, who, ticket):
        paging.tell(tx, None, person.id, f"erased.{ground}", now, ten=who.name,
                    tinh=ticket["vn_province"] or ticket["centre"])  # fmt: skip
