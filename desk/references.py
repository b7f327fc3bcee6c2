"""A reference code in a message: another phone reaches the ticket and sees nothing earlier.

Whoever writes a code has it from somewhere: from the sender, or from the sender's phone. So the
new message stays with its own phone and ticket, the two tickets are linked for staff, and nobody
of the staff can write to the new phone before its user has given the code word (`store.reach`).
"""

from __future__ import annotations

from desk import guessing, paging
from desk.house import Desk
from locales import unaccent
from store import audit, contacts, links, safety, tickets
from store.contacts import Contact
from store.sql import Row, Tx

MOST = 3  # numbers of one message that are looked at: nobody has more, who tries them all does
WORDS = 4  # a code word has at most so many words, and stands at the beginning


def heard(
    tx: Tx, desk: Desk, contact: Contact, ticket: Row, text: str, codes: tuple[str, ...], now: int
) -> set[str]:
    """Link this ticket with those whose code the message holds; return the lanes to ring.

    codes: what `triage.references` found in the text.
    """
    lanes: set[str] = set()
    linked = contact.unproven_at is not None
    for ref in codes[:MOST]:
        other = tickets.by_ref(tx, ref)
        if other is None or other["contact_id"] in (contact.id, *safety.joined(tx, contact)):
            continue
        if links.add(tx, other["id"], ticket["id"], "reference", "sender", now):
            linked = True
            safety.set_unproven(tx, contact.id, now)
            for one in (other, ticket):
                audit.write(tx, now, "sender", "linked", f"tickets:{one['id']}",
                            with_ticket=(ticket if one is other else other)["id"])  # fmt: skip
            lanes |= _tell(tx, other, "reference_used", now)
    if not linked:
        return lanes
    for owner in _owners(tx, desk, ticket):
        lanes |= _proved(tx, contact, owner, ticket, text, now)
    return lanes


def _proved(tx: Tx, contact: Contact, owner: Contact, ticket: Row, text: str, now: int) -> set[str]:
    """What follows if the message begins with the code word of a linked ticket's sender.

    Words tried from any phone count together, apart from those on the owner's own phone: nobody
    can use up what the owner may try there.
    """
    if not begins_with(text, safety.word(owner)):
        if guessing.wrong(tx, owner.id, "other", now):
            return _tried(tx, owner, ticket, now)
        return set()
    if guessing.rests(tx, owner.id, "other", now):
        return _tell(tx, ticket, "code_word_doubted", now)
    guessing.right(tx, owner.id)
    safety.word_given(tx, contact.id, now)
    audit.write(tx, now, "sender", "word_given", f"contacts:{contact.id}")
    return _tell(tx, ticket, "code_word", now)


def guessed(tx: Tx, contact: Contact, ticket: Row, text: str, now: int) -> set[str]:
    """Count what was written on a silenced phone and was not the word; contact: as it was before
    the message. Returns the lanes to ring."""
    if not guessing.counts(contact):
        return set()
    if begins_with(text, safety.word(contact)):
        if not guessing.rests(tx, contact.id, "own", now):
            guessing.right(tx, contact.id)
        return set()
    return _tried(tx, contact, ticket, now) if guessing.wrong(tx, contact.id, "own", now) else set()


def _tried(tx: Tx, owner: Contact, ticket: Row, now: int) -> set[str]:
    audit.write(tx, now, "machine", "words_tried", f"contacts:{owner.id}", ticket=ticket["id"])
    return _tell(tx, ticket, "words_tried", now)


def is_word(tx: Tx, desk: Desk, contact: Contact, ticket: Row, said: str) -> bool | None:
    """Whether this is the word that the sender chose, or the one of a ticket whose number they
    wrote; None if no word was chosen."""
    owners = [contact, *_owners(tx, desk, ticket)]
    words = [word for word in map(safety.word, owners) if word is not None]
    return any(begins_with(said, word) for word in words) if words else None


def _owners(tx: Tx, desk: Desk, ticket: Row) -> list[Contact]:
    """The senders of tickets whose number this ticket's phone wrote, with a code word."""
    found = [
        contacts.by_id(tx, desk.vault, link["contact_id"])
        for link in links.of_ticket(tx, ticket["id"])
        if link["kind"] == "reference" and link["contact_id"] != ticket["contact_id"]
    ]
    return [owner for owner in found if owner.word_sealed is not None]


def begins_with(text: str, word: str | None) -> bool:
    """Whether a text begins with this code word, whatever its marks and capitals."""
    if not word:
        return False
    words = plain(text).split()
    return any(" ".join(words[: n + 1]) == word for n in range(min(len(words), WORDS)))


def plain(text: str) -> str:
    """Letters and digits without marks, one space between words."""
    kept = "".join(c if c.isalnum() else " " for c in unaccent(text[:200]).lower())
    return " ".join(kept.split())


def _tell(tx: Tx, ticket: Row, reason: str, now: int) -> set[str]:
    if ticket["status"] not in tickets.LIVE:
        return set()
    if ticket["claimed_by"] is not None:
        return paging.tell(tx, ticket, ticket["claimed_by"], "attention", now, reason=reason)
    return paging.call(tx, ticket, paging.on_call(tx, ticket), now, reason)
