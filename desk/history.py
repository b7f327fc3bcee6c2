"""What was done with a ticket, by whom and when: the audit in words for people."""

from __future__ import annotations

import json
from typing import Any

from desk import rights
from desk.house import Desk, iso
from store import audit, people, tickets
from store.people import Person
from store.sql import Row, Tx


def history(desk: Desk, who: Person | None, ref: str) -> list[dict[str, Any]] | None:
    """The history of a ticket, for those who may see it (an auditor too); None for others.

    Entries as `of` gives them. Looking is itself written to the audit.
    """
    with desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        if row is None or not rights.may(who, "audit", row):
            return None
        actor = who.id if who else "operator"
        audit.write(tx, desk.now(), actor, "audit_read", f"tickets:{row['id']}")
        return of(tx, row, people.names(tx))


def of(tx: Tx, ticket: Row, names: dict[str, str]) -> list[dict[str, Any]]:
    """Entries of `at`, `by`, `verb`, `details`, oldest first; it holds no words of the sender.

    by: a name, "machine", "sender" or "operator". What happened to the contact since the ticket
    opened (a silence, an opt-out) is part of it. Ids of staff in details are given as names.
    """
    of_contact = audit.of(tx, f"contacts:{ticket['contact_id']}")
    until = ticket["closed_at"]
    rows = audit.of(tx, f"tickets:{ticket['id']}") + [
        row
        for row in of_contact
        if row["at"] >= ticket["opened_at"] and (until is None or row["at"] <= until)
    ]
    return [
        {
            "at": iso(row["at"]),
            "by": names.get(row["actor"], row["actor"]),
            "verb": row["verb"],
            "details": _named(json.loads(row["details"]), names),
        }
        for row in sorted(rows, key=lambda row: int(row["seq"]))
    ]


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _named(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value
