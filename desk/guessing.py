"""Whoever guesses at a code word gains nothing by trying on; whoever chose it is never shut out.

It is counted where the word opens something: on a silenced phone, and on a phone that wrote the
number of somebody else's ticket. After a few messages that were not the word, the machine rests: it
believes no word, the right one neither, and a person is called to look. What the phone shows is the
same in every case, so nobody can see from it that a word was right, wrong or too late.
"""

from __future__ import annotations

from store import guesses
from store.contacts import Contact
from store.guesses import Door
from store.sql import Tx

FREE = 5  # messages that are not the word before the machine rests
FIRST = 15 * 60_000  # ms that it rests at first after the last of them; doubled with each further
LONGEST = 24 * 3_600_000  # ms
FORGOTTEN = 7 * 24 * 3_600_000  # ms after the last wrong one


def counts(contact: Contact) -> bool:
    """Whether a word would open something on this sender's own phone now."""
    return contact.silenced_at is not None and contact.word_sealed is not None


def rests(tx: Tx, contact_id: str, door: Door, now: int) -> bool:
    """Whether the word of this contact is not believed by the machine for a while."""
    wrong, last = guesses.of(tx, contact_id, door)
    return wrong >= FREE and now < last + min(FIRST << min(wrong - FREE, 20), LONGEST)


def wrong(tx: Tx, contact_id: str, door: Door, now: int) -> bool:
    """Count a message that is not the word; whether staff should hear of it now."""
    count = guesses.add(tx, contact_id, door, now, now - FORGOTTEN)
    return count == FREE or count % (4 * FREE) == 0


def right(tx: Tx, contact_id: str) -> None:
    """The word was believed, or a person opened the line: what was tried before is forgotten."""
    guesses.forget(tx, contact_id)
