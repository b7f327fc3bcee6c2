"""Consent by purpose: asked by an active answer, kept with its wording, taken back at any time.

A silence is never a yes, and a yes counts for its own purpose only: "keep" what was written,
"police", "share:<whom>" another organisation, "contact" to be written to again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import locales
from desk.asked import asked
from desk.house import Desk, iso
from store import audit, consents, contacts
from store.contacts import Contact
from store.ids import new_id
from store.people import Person
from store.sql import Tx

WORDINGS = {  # purpose -> text id of its question
    "keep": "consent.keep",
    "police": "consent.share",
    "share": "consent.share",
    "contact": "consent.contact",
}
PURPOSES = tuple(WORDINGS)
ALL = "all"


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """why: "no_ticket", "not_allowed", "not_yours", "ended", "no_purpose"."""

    ref: str
    why: str


def hear(
    tx: Tx, contact: Contact, purpose: str, wording: str, language: str, now: int, *, given: bool,
    by: str = "sender",
) -> None:  # fmt: skip
    """Write down an answer. purpose "all": every yes there is, taken back one by one.

    wording: text id of the question, or what a person was told in their own words.
    """
    purposes = [purpose]
    if purpose == ALL:
        purposes = [p for p, yes in standing(tx, contact.id).items() if yes] or ["keep"]
    for one in purposes:
        consents.add(
            tx, id=new_id(now), contact_id=contact.id, purpose=one[:64], given=int(given),
            wording=wording[:64], language=language, at=now, version=version(wording, language),
            by=by,
        )  # fmt: skip
        audit.write(tx, now, by, "consent", f"contacts:{contact.id}", purpose=one[:64],
                    given=given)  # fmt: skip


def version(wording: str, language: str) -> str:
    """A mark of the very words that were asked: it changes when the text does."""
    try:
        text = locales.catalogue(language).texts[wording].body
    except KeyError:
        return ""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def standing(tx: Tx, contact_id: str) -> dict[str, bool]:
    """What stands now: purpose -> whether the newest answer was a yes."""
    return {row["purpose"]: bool(row["given"]) for row in consents.of_contact(tx, contact_id)}


def holds(tx: Tx, contact_id: str, purpose: str) -> bool:
    """Whether the sender's newest answer for this very purpose is a yes."""
    return standing(tx, contact_id).get(purpose, False)


def ledger(tx: Tx, contact_id: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """Every answer, oldest first, as staff see them."""
    return [
        {
            "purpose": row["purpose"],
            "given": bool(row["given"]),
            "wording": row["wording"],
            "version": row["version"],
            "language": row["language"],
            "by": names.get(row["by"], row["by"]),
            "at": iso(row["at"]),
        }
        for row in consents.of_contact(tx, contact_id)
    ]


def record(
    desk: Desk, who: Person | None, ref: str, purpose: str, *, given: bool
) -> NotRecorded | None:
    """Write down what the sender told the holder, who asked in the words of our own question."""
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "consent")
        if isinstance(ticket, str):
            return NotRecorded(ref, ticket)
        if purpose.partition(":")[0] not in PURPOSES:
            return NotRecorded(ref, "no_purpose")
        contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
        question = WORDINGS[purpose.partition(":")[0]]
        talk = contacts.conversation(tx, contact)
        hear(tx, contact, purpose, question, talk.language if talk else "vi", now, given=given,
             by=who.id if who else "operator")  # fmt: skip
    return None
