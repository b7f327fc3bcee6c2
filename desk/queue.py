"""The queue and one ticket as staff and the command line see them. Every reading is audited."""

from __future__ import annotations

import json
from typing import Any

from desk.house import Desk, iso
from store import audit, contacts, messages, pages, people, tickets
from store.people import Person
from store.sql import Row
from store.vault import unseal

SHOWN = {"sending": "due"}  # a lease is our affair; to everybody else the text is still due


def listing(desk: Desk) -> list[dict[str, Any]]:
    """Every ticket in queue order, without a word of any sender."""
    with desk.db.read() as tx:
        rows = tickets.queue(tx)
        silenced = tickets.silenced(tx)
    return [_ticket(row, row["contact_id"] in silenced) for row in rows]


def show(desk: Desk, who: Person | None, ref: str) -> dict[str, Any] | None:
    """One ticket with its messages, facts and calls; None if there is none.

    who: None is the operator at the command line. The reading is written to the audit first.
    """
    actor = who.id if who else "operator"
    with desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        if row is None:
            return None
        audit.write(tx, desk.now(), actor, "read", f"tickets:{row['id']}")
        contact = contacts.by_id(tx, desk.vault, row["contact_id"])
        said = [_message(contact, m) for m in messages.of_ticket(tx, row["id"])]
        facts = [
            {
                "name": f["name"],
                "value": unseal(contact.key, "facts", f["id"], "value", f["value_sealed"]),
                "at": iso(f["at"]),
            }
            for f in tickets.facts_of(tx, row["id"])
        ]
        calls = [
            {"kind": p["kind"], "to": p["name"], "at": iso(p["created_at"]), "state": p["state"]}
            for p in pages.of_ticket(tx, row["id"])
        ]
    ticket = _ticket(row, contact.silenced_at is not None)
    return {
        **ticket,
        "silence_reason": contact.silence_reason,
        "opted_out": contact.opted_out_at is not None,
        "calls_barred": contact.calls_barred,
        "phone_safe_at": iso(contact.phone_safe_at),
        "messages": said,
        "facts": facts,
        "pages": calls,
    }


def _ticket(row: Row, silenced: bool) -> dict[str, Any]:
    return {
        "ref": row["ref"],
        "status": row["status"],
        "intent": row["intent"],
        "urgency": row["urgency"],
        "signals": json.loads(row["signals"]),
        "language": row["language"],
        "official_class": row["official_class"],
        "country": row["country"],
        "vn_province": row["vn_province"],
        "centre": row["centre"],
        "desk": row["desk"],
        "unread_by_machine": bool(row["unread"]),
        "opened_at": iso(row["opened_at"]),
        "waiting_since": iso(row["waiting_since"]),
        "claimed_by": row["claimed_name"],
        "claimed_at": iso(row["claimed_at"]),
        "closed_at": iso(row["closed_at"]),
        "silenced": silenced,
    }


def _message(contact: contacts.Contact, row: Row) -> dict[str, Any]:
    details = messages.details(contact, row)
    reading = details.pop("reading", None)
    details.pop("text", None)
    shown: dict[str, Any] = {
        "direction": row["direction"],
        "channel": contact.kind,
        "gateway": row["gateway"],
        "text": messages.body(contact, row),
        "at": iso(row["at"]),
        "state": SHOWN.get(row["state"], row["state"]),
    }
    if row["error"]:
        shown["error"] = row["error"]
    if row["direction"] == "out":
        shown["by"] = "staff" if row["author_id"] else "machine"
    if reading:
        shown["reading"] = {k: v for k, v in reading.items() if k != "id"}
    return {**shown, **details}


def numbers(desk: Desk) -> dict[str, Any]:
    """Counts for the metrics and the doctor; nothing in it is about a person."""
    now = desk.now()
    with desk.db.read() as tx:
        rows = tickets.counts(tx)
        tail, oldest = audit.unsealed(tx)
        due = messages.backlog(tx, now)
        centres = people.manned(tx)
    return {
        "tickets": [
            {
                "status": row["status"],
                "urgency": row["urgency"],
                "count": row["n"],
                "oldest_s": max(0, now - row["oldest"]) / 1000,
            }
            for row in rows
        ],
        "outbox": due,
        "audit_unsealed": tail,
        "audit_oldest_s": 0 if oldest is None else max(0, now - oldest) / 1000,
        "manned": sorted(centres),
    }
