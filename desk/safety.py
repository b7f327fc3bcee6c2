"""What is noted so that nothing unsafe leaves: silences, marks of phones, hours, own words.

The outbox enforces all of it (`store.reach`); here it is written down, each with its audit row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import flows
from desk import guessing
from desk.house import Desk
from flows.turn import (
    BarCalls,
    Borrowed,
    CodeWord,
    CoverWord,
    GaveWord,
    MarkPhone,
    Window,
)
from store import audit, contacts, messages, safety
from store.contacts import Contact
from store.sql import Tx

Mark = BarCalls | MarkPhone | Borrowed | CodeWord | GaveWord | CoverWord | Window


def silence(tx: Tx, desk: Desk, contact: Contact, reason: str, now: int) -> Contact:
    """Silence a sender on every phone that staff know to be theirs; what is queued is refused."""
    safety.silence(tx, contact, reason, now)
    for contact_id in (contact.id, *safety.joined(tx, contact)):
        held = messages.refuse_open(tx, contact_id, "silenced")
        audit.write(tx, now, "sender", "silenced", f"contacts:{contact_id}", reason=reason,
                    refused=held)  # fmt: skip
    return contacts.by_id(tx, desk.vault, contact.id)


def lift(
    tx: Tx, desk: Desk, contact: Contact, now: int, by: str = "sender", **details: object
) -> Contact:
    """Let texts reach this sender again, on every phone of theirs. by: who opened the line."""
    safety.silence(tx, contact, None, None)
    for contact_id in (contact.id, *safety.joined(tx, contact)):
        guessing.right(tx, contact_id)
        opened = contacts.by_id(tx, desk.vault, contact_id)
        talk = contacts.conversation(tx, opened)
        if talk is not None and talk.state is not None and contact_id != contact.id:
            state = flows.dump(flows.unsilence(flows.load(talk.state)))
            contacts.keep(tx, opened, replace(talk, state=state), new=False)
        audit.write(tx, now, by, "silence_lifted", f"contacts:{contact_id}", **details)
    return contacts.by_id(tx, desk.vault, contact.id)


def mark(tx: Tx, desk: Desk, contact_id: str, effect: Mark, now: int) -> None:
    """Write down one mark, as it stands after those before it."""
    contact = contacts.by_id(tx, desk.vault, contact_id)
    subject = f"contacts:{contact_id}"
    match effect:
        case BarCalls():
            safety.bar_calls(tx, contact_id)
            audit.write(tx, now, "sender", "calls_barred", subject)
        case MarkPhone(safe):
            if safe:
                safety.mark_safe(tx, contact, now)
            else:
                safety.mark_unsafe(tx, contact, now)
            audit.write(tx, now, "sender", "phone_marked", subject, safe=safe)
        case Borrowed():
            safety.mark_unsafe(tx, contact, now, borrowed=True)
            audit.write(tx, now, "sender", "phone_borrowed", subject)
        case CodeWord(word):
            safety.set_word(tx, contact, word)
            audit.write(tx, now, "sender", "word_chosen", subject)
        case GaveWord():
            safety.word_given(tx, contact_id, now)
            audit.write(tx, now, "sender", "word_given", subject)
        case CoverWord(word, answer):
            safety.set_cover(tx, contact, answer, word)
            audit.write(tx, now, "sender", "cover_chosen", subject)
        case Window(first, last):
            safety.set_window(tx, contact_id, (first, last))
            audit.write(tx, now, "sender", "window_set", subject)
        case _ as unknown:
            assert_never(unknown)


def sign_of_watching(tx: Tx, contact: Contact, now: int) -> Contact:
    """The talk shows that somebody else may read this phone: the outbox must know it too."""
    if contact.unsafe_at is not None:
        return contact
    safety.mark_unsafe(tx, contact, now)
    audit.write(tx, now, "machine", "phone_marked", f"contacts:{contact.id}", safe=False)
    return replace(contact, phone_safe_at=None, unsafe_at=now)


def let_through(tx: Tx, contact: Contact, now: int) -> Contact:
    """An everyday word that was an answer and, to the provider, a yes to our texts again."""
    if contact.opted_out_at is None:
        return contact
    safety.opt(tx, contact.id, None)
    audit.write(tx, now, "sender", "opted_in", f"contacts:{contact.id}")
    return replace(contact, opted_out_at=None)
