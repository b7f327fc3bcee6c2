"""The queue and one ticket as staff and the command line see them. Every reading is audited."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from desk import claims, consents, history, linking, mustnot, rights
from desk.house import Desk, iso
from store import (
    audit,
    contacts,
    focal,
    links,
    messages,
    notes,
    pages,
    people,
    reach,
    tickets,
    transfers,
)
from store.focal import FocalPoint
from store.people import Person
from store.sql import Row, Tx
from store.vault import Tampered, unseal

SHOWN = {"sending": "due"}  # a lease is our affair; to everybody else the text is still due


def listing(desk: Desk, who: Person | None = None) -> list[dict[str, Any]]:
    """Every ticket that `who` may see in queue order, without a word of any sender."""
    with desk.db.read() as tx:
        rows = tickets.queue(tx)
        silenced = tickets.silenced(tx)
    seen = [row for row in rows if rights.may(who, "list", row)]
    return [_ticket(row, row["contact_id"] in silenced) for row in seen]


def show(desk: Desk, who: Person | None, ref: str, *, renews: bool = True) -> dict[str, Any] | None:
    """One ticket with everything that is kept of it; None if there is none for `who`.

    who: None is the operator at the command line. The reading is written to the audit first, an
    attempt without the right to it too. By its holder it begins the lease anew, unless `renews` is
    False: a page that asks by itself. Besides the fields of `listing`: `messages`, `facts`,
    `pages`, `notes`, `transfers` (all of them), `offer` (the one that waits, or null), `history`,
    `linked` (the card of tickets that name the same, see `desk.linking.Card`),
    `focal_points` (names and phones for the holder only).
    """
    actor = who.id if who else "operator"
    now = desk.now()
    with desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        if row is None:
            return None
        if not rights.may(who, "read", row):
            audit.write(tx, now, actor, "denied", f"tickets:{row['id']}")
            return None
        audit.write(tx, now, actor, "read", f"tickets:{row['id']}")
        if renews and claims.touch(tx, desk, who, row, now):
            row = tickets.by_ref(tx, ref) or row
        names = people.names(tx)
        contact = contacts.by_id(tx, desk.vault, row["contact_id"])
        said = [_message(contact, m, names) for m in messages.of_ticket(tx, row["id"])]
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
        handed = [_transfer(contact, t, names) for t in transfers.of_ticket(tx, row["id"])]
        written = [_note(contact, n, names) for n in notes.of_ticket(tx, row["id"])]
        points = focal.listed(tx, desk.vault, row["centre"])
        tied = [
            {"ref": other["ref"], "kind": other["kind"], "at": iso(other["at"])}
            for other in links.of_ticket(tx, row["id"])
            if _may_list(tx, who, other["ticket_id"])
        ]
        given = consents.ledger(tx, contact.id, names)
        past = history.of(tx, row, names)
        card = linking.card_of(tx, desk, who, row)
    ticket = _ticket(row, contact.silenced_at is not None)
    holds = who is not None and row["claimed_by"] == who.id
    return {
        **ticket,
        "lease_until": iso(row["lease_until"]),
        "set_by_hand": {
            what: names.get(row[f"{what}_by"], row[f"{what}_by"])
            for what in ("urgency", "intent", "centre")
            if row[f"{what}_by"] is not None
        },
        "silence_reason": contact.silence_reason,
        "opted_out": contact.opted_out_at is not None,
        "calls_barred": contact.calls_barred,
        "phone_safe_at": iso(contact.phone_safe_at),
        "phone_safe": reach.is_safe(contact, now),
        "unsafe_at": iso(contact.unsafe_at),
        "borrowed": contact.borrowed,
        "window": [_clock(minute) for minute in contact.window] if contact.window else None,
        "has_word": contact.word_sealed is not None,
        "word_given_at": iso(contact.word_given_at),
        "has_cover": contact.cover_word_sealed is not None,
        "unproven": contact.unproven_at is not None,
        "erase_asked_at": iso(contact.erase_asked_at),
        "closed_to": [names.get(code, code) for code in mustnot.listed(row)],
        "tied": tied,
        "consents": given,
        "messages": said,
        "facts": facts,
        "pages": calls,
        "notes": written,
        "transfers": handed,
        "offer": next((t for t in handed if t["state"] == "open"), None),
        "history": past,
        "linked": asdict(card),
        "focal_points": [_focal_point(p, named=holds) for p in points],
    }


def _may_list(tx: Tx, who: Person | None, ticket_id: str) -> bool:
    row = tickets.by_id(tx, ticket_id)
    return row is not None and rights.may(who, "list", row)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _note(contact: contacts.Contact, row: Row, names: dict[str, str]) -> dict[str, Any]:
    by = "operator" if row["staff_id"] is None else names[row["staff_id"]]
    return {"by": by, "at": iso(row["at"]), "text": notes.words(contact, row)}


def _transfer(contact: contacts.Contact, row: Row, names: dict[str, str]) -> dict[str, Any]:
    def opened(column: str) -> str | None:
        sealed = row[f"{column}_sealed"]
        return sealed and unseal(contact.key, "transfers", row["id"], column, sealed)

    return {
        "from": names[row["giver_id"]],
        "to": names[row["to_staff"]] if row["to_staff"] else None,
        "to_centre": row["to_centre"],
        "note": opened("note"),
        "at": iso(row["at"]),
        "until": iso(row["until"]),
        "state": row["state"],
        "ended_at": iso(row["ended_at"]),
        "ended_by": names[row["ended_by"]] if row["ended_by"] else None,
        "why": opened("why"),
    }


def _focal_point(point: FocalPoint, *, named: bool) -> dict[str, Any]:
    shown = {"commune": point.commune, "kind": point.kind}
    return {**shown, "name": point.name, "phone": point.phone} if named else shown


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
        "outcome": row["outcome"],
        "silenced": silenced,
    }


def _message(contact: contacts.Contact, row: Row, names: dict[str, str]) -> dict[str, Any]:
    try:
        body, details = messages.body(contact, row), messages.details(contact, row)
    except Tampered:  # it does not open any more: the rest of the ticket must
        body, details = "", {"unreadable": True}
    reading = details.pop("reading", None)
    details.pop("text", None)
    shown: dict[str, Any] = {
        "direction": row["direction"],
        "channel": contact.kind,
        "gateway": row["gateway"],
        "text": body,
        "at": iso(row["at"]),
        "state": SHOWN.get(row["state"], row["state"]),
    }
    if row["error"]:
        shown["error"] = row["error"]
    if row["direction"] == "out":
        shown["by"] = "staff" if row["author_id"] else "machine"
        shown["author"] = names.get(row["author_id"])
        shown["attempts"] = row["attempts"]
        shown["due_at"] = iso(row["due_at"])
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
