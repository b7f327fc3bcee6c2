"""What the holder of a ticket notes and checks so that a sender is written to safely."""

from __future__ import annotations

import re

from desk import claims, guessing, references
from desk.asked import asked
from desk.house import Desk
from store import audit, contacts, safety
from store.people import Person

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def set_window(desk: Desk, who: Person | None, ref: str, first: str, last: str) -> str | None:
    """Keep the hours of the sender's day in which they can be written, as "08:00" and "10:30";
    both empty for none. Why not ("bad_window", and those of `desk.asked`), or None when done."""
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "safety")
        if isinstance(ticket, str):
            return ticket
        window = None
        if first.strip() or last.strip():
            minutes = [_minutes(first), _minutes(last)]
            if None in minutes or minutes[0] == minutes[1]:
                return "bad_window"
            window = (int(minutes[0] or 0), int(minutes[1] or 0))
        safety.set_window(tx, ticket["contact_id"], window)
        audit.write(tx, now, who.id if who else "operator", "window_set",
                    f"contacts:{ticket['contact_id']}")  # fmt: skip
        claims.touch(tx, desk, who, ticket, now)
    return None


def check_word(desk: Desk, who: Person | None, ref: str, said: str) -> str | None:
    """Whether this is the word that the sender chose, as heard on the phone or read in a text.

    Right: whoever it is may be written to. It may also be the word of a sender whose number this
    phone wrote. Every try is in the audit. Why not ("no_word",
    "wrong_word", and those of `desk.asked`), or None when it is right.
    """
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "safety")
        if isinstance(ticket, str):
            return ticket
        contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
        right = references.is_word(tx, desk, contact, ticket, said)
        if right is None:
            return "no_word"
        audit.write(tx, now, who.id if who else "operator", "word_checked",
                    f"contacts:{contact.id}", right=right)  # fmt: skip
        if right:
            safety.word_given(tx, contact.id, now)
            guessing.right(tx, contact.id)
        claims.touch(tx, desk, who, ticket, now)
    return None if right else "wrong_word"


def _minutes(text: str) -> int | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return minutes if minutes <= 24 * 60 else None
