"""Staff: added, listed, gone. Names are the operator's; addresses are sealed."""

from __future__ import annotations

from dataclasses import dataclass

from desk import offers, paging, returning, shown_words
from desk.house import Desk
from desk.routing import is_centre
from store import access, audit, holding, people
from store.ids import new_id
from store.people import Person

ROLES = ("staff", "supervisor", "national", "auditor", "admin")


@dataclass(frozen=True, slots=True)
class NotAdded:
    """Why a person was not added, in words for the operator."""

    why: str


def add(
    desk: Desk, name: str, centre: str, role: str = "staff", *, telegram_id: int | None = None,
    phone: str | None = None, language: str = "vi",
) -> Person | NotAdded:  # fmt: skip
    """Add a member of staff, who is on call from now on. All that is wrong is said at once."""
    now = desk.now()
    name = name.strip()
    person = Person(new_id(now), name, role, centre, language, True, telegram_id is not None)
    with desk.db.write() as tx:
        faults = []
        if not name or len(name) > 64:
            faults.append("a name has 1 to 64 characters")
        elif people.by_name(tx, name) is not None:
            faults.append(f"there is a {name} already: choose another name")
        if not is_centre(centre):
            faults.append(f"{centre} is no centre: see `hotline centre list`")
        if role not in ROLES:
            faults.append(f"{role} is no role: use one of {', '.join(ROLES)}")
        if telegram_id is not None and people.by_telegram(tx, desk.vault, telegram_id):
            faults.append("that Telegram id belongs to somebody else already")
        if faults:
            return NotAdded("; ".join(faults))
        people.add(tx, desk.vault, person, telegram_id=telegram_id, phone=phone, now=now)
        audit.write(tx, now, "operator", "staff_added", f"staff:{person.id}", centre=centre,
                    role=role)  # fmt: skip
    return person


def remove(desk: Desk, name: str) -> Person | None:
    """Someone leaves: their addresses are forgotten and their tickets return to the queue.

    What was offered to them goes back to its giver, and senders' words leave their chat.
    """
    now = desk.now()
    with desk.db.write() as tx:
        person = people.by_name(tx, name)
        if person is None or not person.active:
            return None
        people.stop(tx, person.id)
        for ticket in holding.held_by(tx, person.id):
            returning.put_back(tx, desk, ticket, now, actor="operator", verb="returned")
        for ticket in holding.offered_to(tx, person.id):
            if offers.end(tx, ticket, "lapsed", now):
                paging.tell(tx, ticket, ticket["claimed_by"], "offer.lapsed", now)
        shown_words.take_away_from(tx, person.id, now)
        people.forget_addresses(tx, person.id)
        access.forget(tx, person.id)
        audit.write(tx, now, "operator", "staff_left", f"staff:{person.id}")
    desk.ring("urgent")
    return person


def everybody(desk: Desk) -> list[Person]:
    with desk.db.read() as tx:
        return people.everybody(tx)


def named(desk: Desk, name: str) -> Person | None:
    """The active member of staff of that name."""
    with desk.db.read() as tx:
        person = people.by_name(tx, name)
    return person if person is not None and person.active else None


def by_telegram(desk: Desk, telegram_id: int) -> Person | None:
    with desk.db.read() as tx:
        return people.by_telegram(tx, desk.vault, telegram_id)


def telegram_id_of(desk: Desk, person: Person) -> int | None:
    """Open the Telegram id of a member of staff. For stand-ins' phones only."""
    with desk.db.read() as tx:
        chat = people.chat(tx, desk.vault, person.id)
    return None if chat is None else int(chat)
