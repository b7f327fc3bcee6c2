"""A ticket that a person corrected becomes a test case for triage: its text without the person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from desk import rights
from desk.house import Desk, local
from desk.understanding import PIECES
from store import audit, contacts, messages, tickets
from store.people import Person
from store.sql import Row, Tx
from triage.anonymise import anonymise
from triage.identifiers import Kind


@dataclass(frozen=True, slots=True)
class Case:
    """line: one JSON object as in `tests/triage/sets`. taken: what was replaced, and how often."""

    ref: str
    line: dict[str, Any]
    taken: tuple[tuple[Kind, int], ...]


@dataclass(frozen=True, slots=True)
class NotExported:
    """why: "no_ticket", "not_allowed", "not_yours", "not_corrected", "empty"."""

    ref: str
    why: str


def corrected(desk: Desk) -> list[str]:
    """References of all tickets whose urgency or intent a person set, oldest first."""
    with desk.db.read() as tx:
        rows = tickets.queue(tx)
    by_hand = [row for row in rows if row["urgency_by"] or row["intent_by"]]
    return [row["ref"] for row in sorted(by_hand, key=lambda row: int(row["opened_at"]))]


def export(
    desk: Desk, who: Person | None, ref: str, also: tuple[str, ...] = ()
) -> Case | NotExported:
    """Make a test case of a corrected ticket: the text of its first pieces, the labels as set.

    also: further words to take out, such as a name that no machine can know. It is audited.
    """
    with desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        if row is None:
            return NotExported(ref, "no_ticket")
        why = rights.why_not(who, "correct", row)
        if why is None and not rights.may(who, "read", row):
            why = "not_allowed"  # who was called for it may correct it, and reads no more
        if why is not None:
            return NotExported(ref, why)
        if not (row["urgency_by"] or row["intent_by"]):
            return NotExported(ref, "not_corrected")
        text, gateway, place = _said(tx, desk, row)
        if not text:
            return NotExported(ref, "empty")
        actor = who.id if who else "operator"
        audit.write(tx, desk.now(), actor, "exported", f"tickets:{row['id']}")
    clean = anonymise(text, also)
    nothing = row["intent"] == "off_topic"
    labels = {
        "intent": row["intent"],
        "urgency": row["urgency"],
        "signals": [] if nothing else json.loads(row["signals"]),
        "place": None if nothing else place,
        "language": row["language"],
    }
    line = {
        "id": f"case-{ref}",
        "channel": "telegram" if gateway == "telegram" else "sms",
        "at": local(row["opened_at"]).date().isoformat(),
        "text": clean.text,
        "labels": labels,
    }
    return Case(ref, line, clean.taken)


def _said(tx: Tx, desk: Desk, row: Row) -> tuple[str, str, dict[str, Any] | None]:
    """The sender's first pieces as one text, the way they came, the place that was understood."""
    contact = contacts.by_id(tx, desk.vault, row["contact_id"])
    came = [m for m in messages.of_ticket(tx, row["id"]) if m["direction"] == "in"]
    first = [m for m in came if m["at"] <= came[0]["at"] + PIECES]
    bodies = [body for m in first if (body := messages.body(contact, m).strip())]
    place = None
    for message in first:
        place = messages.details(contact, message).get("reading", {}).get("place") or place
    return ". ".join(bodies), str(came[0]["gateway"]) if came else "", place
