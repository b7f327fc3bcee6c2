"""Notes: what staff write for each other on a ticket. They are sealed and never leave."""

from __future__ import annotations

from dataclasses import dataclass

from desk import claims
from desk.asked import asked
from desk.house import Desk
from store import audit, contacts, notes, once
from store.ids import new_id
from store.people import Person
from store.sql import Row, Tx

LONGEST = 4000  # characters


@dataclass(frozen=True, slots=True)
class Noted:
    """Kept."""

    ref: str
    note_id: str


@dataclass(frozen=True, slots=True)
class NotNoted:
    """why: "no_ticket", "not_allowed", "empty", "too_long", "ended"."""

    ref: str
    why: str


def add(
    desk: Desk, who: Person | None, ref: str, text: str, *, given: str = ""
) -> Noted | NotNoted:
    """Add a note to a ticket: anybody who may read it. By its holder it begins the lease anew.

    given: number of the form; the same words by the same form again are the same note.
    """
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "note")
        why = ticket if isinstance(ticket, str) else fault(text)
        if why is not None:
            return NotNoted(ref, why)
        assert not isinstance(ticket, str)
        note_id = write(tx, desk, who, ticket, text, now, given)
        claims.touch(tx, desk, who, ticket, now)
    return Noted(ref, note_id)


def fault(text: str) -> str | None:
    """What is wrong with the text of a note: "empty", "too_long" or None."""
    said = text.strip()
    if not said:
        return "empty"
    return "too_long" if len(said) > LONGEST else None


def write(
    tx: Tx, desk: Desk, who: Person | None, ticket: Row, text: str, now: int, given: str = ""
) -> str:
    """Keep a note that has no fault; its id, or that of the same note if it comes again."""
    contact = contacts.by_id(tx, desk.vault, ticket["contact_id"], locked=bool(given))
    author = who.id if who else None
    mark = once.mark(contact, f"{author}|{ticket['id']}", given, text.strip())
    before = notes.of_mark(tx, mark)
    if before is not None:
        return before
    note_id = new_id(now)
    notes.add(tx, contact, note_id, ticket["id"], author, text.strip(), now, mark)
    audit.write(tx, now, author or "operator", "noted", f"tickets:{ticket['id']}", note=note_id)
    return note_id
