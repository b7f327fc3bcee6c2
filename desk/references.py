"""A reference code in a message: another phone reaches the ticket and sees nothing earlier.

Whoever writes a code has it from somewhere: from the sender, or from the sender's phone. So the
new message stays with its own phone and ticket, the two tickets are linked for staff, and nobody
of the staff can write to the new phone before its user has given the code word (`store.reach`).
"""

from __future__ import annotations

from desk import paging
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
    if linked and _proves(tx, desk, ticket, text):
        safety.word_given(tx, contact.id, now)
        audit.write(tx, now, "sender", "word_given", f"contacts:{contact.id}")
        lanes |= _tell(tx, ticket, "code_word", now)
    return lanes


def _proves(tx: Tx, desk: Desk, ticket: Row, text: str) -> bool:
    """Whether the message begins with the code word of a linked ticket's sender."""
    for link in links.of_ticket(tx, ticket["id"]):
        if link["kind"] != "reference" or link["contact_id"] == ticket["contact_id"]:
            continue
        owner = contacts.by_id(tx, desk.vault, link["contact_id"])
        if begins_with(text, safety.word(owner)):
            return True
    return False


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
