"""The rights of one person: everything that is kept of them, given out or destroyed.

A person is a contact and those that staff joined with it. Only supervisors and the national desk
may do this, for tickets that they may read, with a reason that is kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Table, bindparam, or_, select

from desk import erasing, rights, second_look
from desk.erasing import Ground
from desk.house import Desk, iso
from store import audit, contacts, erasure, people, tickets
from store.contacts import Contact
from store.ids import new_id
from store.people import Person
from store.sql import Row, Statement, Tx
from store.tables import consents, metadata
from store.tables import contacts as contact_table
from store.tables import tickets as ticket_table
from store.vault import Tampered, seal, unseal

LEADS = ("supervisor", "national")
Why = Literal["nobody", "not_allowed", "empty", "open_urgent", "gone"]


@dataclass(frozen=True, slots=True)
class Given:
    """Everything that is kept of a person, as JSON can hold it."""

    held: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """contacts: how many of their addresses. cannot: see `desk.erasing.Asked`."""

    contacts: int
    cannot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """why: "nobody", "not_allowed", "empty" (no reason), "open_urgent" (ref), "gone"."""

    why: Why
    ref: str | None = None


class _Undo(Exception):
    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


_JOINED = Statement(
    select(contact_table.c.id)
    .where(or_(contact_table.c.id == bindparam("contact"),
               contact_table.c.person_id == bindparam("person")))
    .order_by(contact_table.c.id)
)  # fmt: skip


def _of(table: Table) -> Statement:
    """Rows of a table that belong to a contact, by it or by one of its tickets."""
    if table is contact_table:
        return Statement(select(table).where(table.c.id == bindparam("contact")))
    own = select(ticket_table.c.id).where(ticket_table.c.contact_id == bindparam("contact"))
    mine = []
    if "contact_id" in table.c:
        mine.append(table.c.contact_id == bindparam("contact"))
    elif "ticket_id" in table.c:
        mine.append(table.c.ticket_id.in_(own))
    return Statement(select(table).where(or_(*mine)).order_by(*table.primary_key.columns))


_HELD = {
    table.name: _of(table)
    for table in metadata.sorted_tables
    if table in (contact_table, ticket_table, consents) or erasure.personal(table)
}


def export(
    desk: Desk, who: Person, reason: str, *, ref: str | None = None, contact_id: str | None = None
) -> Given | Refused:
    """Everything that is kept of the person behind a ticket or a contact. It is audited.

    The reason is kept sealed with the newest ticket of the person.
    """
    now = desk.now()
    with desk.db.write() as tx:
        ids = _person(tx, who, ref, contact_id, now)
        if isinstance(ids, Refused):
            return ids
        if not reason.strip():
            return Refused("empty")
        held = [_contact(tx, desk, one) for one in ids]
        for one in ids:
            audit.write(tx, now, who.id, "person_exported", f"contacts:{one}")
        _keep_reason(tx, desk, ids, f"{who.name}: {reason.strip()}", now)
    return Given({"exported_at": iso(now), "by": who.name, "contacts": held})


def forget(
    desk: Desk, who: Person, ground: Ground, *, ref: str | None = None,
    contact_id: str | None = None,
) -> Forgotten | Refused:  # fmt: skip
    """Erase the person behind a ticket or a contact: all of their addresses, or none."""
    now = desk.now()
    cannot: set[str] = set()
    try:
        with desk.db.write() as tx:
            ids = _person(tx, who, ref, contact_id, now)
            if isinstance(ids, Refused):
                return ids
            theirs = [ticket for one in ids for ticket in erasure.tickets_of(tx, one)]
            for one in ids:
                row = erasure.locked(tx, one)
                assert row is not None
                done = erasing.erase(tx, row, now, by=who.id, ground=ground)
                if isinstance(done, erasing.NotErased):
                    if done.why == "gone" and len(ids) > 1:
                        continue
                    raise _Undo(Refused(done.why, done.ref))
                cannot |= set(done.cannot)
            if theirs:
                second_look.erased(tx, who, theirs[-1], ground, now)
    except _Undo as undone:
        return undone.refused
    desk.db.scrub()
    desk.ring("urgent")
    return Forgotten(len(ids), tuple(sorted(cannot)))


def _person(
    tx: Tx, who: Person, ref: str | None, contact_id: str | None, now: int
) -> list[str] | Refused:
    ticket = tickets.by_ref(tx, ref) if ref is not None else None
    if ref is not None:
        contact_id = ticket["contact_id"] if ticket else None
    row = erasure.locked(tx, contact_id) if contact_id else None
    if row is None:
        return Refused("nobody")
    ids = [found["id"] for found in tx.rows(_JOINED, contact=row["id"],
                                            person=row["person_id"] or row["id"])]  # fmt: skip
    theirs = [one for contact in ids for one in erasure.tickets_of(tx, contact)]
    allowed = who.role in LEADS and all(
        rights.may(who, "read", one) for one in theirs if one["status"] != "erased"
    )
    if not allowed:
        audit.write(tx, now, who.id, "denied", f"contacts:{row['id']}")
        return Refused("not_allowed")
    return ids


def _contact(tx: Tx, desk: Desk, contact_id: str) -> dict[str, Any]:
    try:
        contact = contacts.by_id(tx, desk.vault, contact_id)
    except Tampered:  # erased: what is left has no key
        contact = None
    names = people.names(tx)
    held = {
        table: [_shown(row, table, contact, names) for row in tx.rows(query, contact=contact_id)]
        for table, query in _HELD.items()
    }
    subjects = [f"contacts:{contact_id}", *(f"tickets:{t['id']}" for t in held["tickets"])]
    held["audit"] = [
        {"at": iso(row["at"]), "by": names.get(row["actor"], row["actor"]), "verb": row["verb"]}
        for subject in subjects
        for row in audit.of(tx, subject)
    ]
    return held


def _shown(
    row: Row, table: str, contact: Contact | None, names: dict[str, str]
) -> dict[str, Any]:  # fmt: skip
    shown: dict[str, Any] = {}
    for column, value in row.items():
        if column == "data_key" or column.endswith("_hash") or value is None:
            continue
        if column.endswith("_sealed"):
            name = column.removesuffix("_sealed")
            shown[name] = _opened(contact, table, row["id"], name, value)
        elif column == "at" or column.endswith("_at"):
            shown[column] = iso(value)
        else:
            shown[column] = names.get(value, value) if isinstance(value, str) else value
    return shown


def _opened(contact: Contact | None, table: str, row: str, column: str, sealed: bytes) -> Any:
    if contact is None:
        return None
    try:
        plain = unseal(contact.key, table, row, column, sealed)
    except Tampered:
        return None  # sealed by another key, or damaged: it is said by being empty
    try:
        return json.loads(plain) if plain.startswith(("{", "[")) else plain
    except ValueError:
        return plain


def _keep_reason(tx: Tx, desk: Desk, ids: list[str], words: str, now: int) -> None:
    for contact_id in ids:
        theirs = [one for one in erasure.tickets_of(tx, contact_id) if one["status"] != "erased"]
        if not theirs:
            continue
        contact = contacts.by_id(tx, desk.vault, contact_id)
        fact_id = new_id(now)
        tickets.add_fact(
            tx, id=fact_id, ticket_id=theirs[-1]["id"], contact_id=contact_id, name="exported",
            value_sealed=seal(contact.key, "facts", fact_id, "value", words), at=now,
        )  # fmt: skip
        return
