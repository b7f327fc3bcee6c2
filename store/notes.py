"""Notes of staff on a ticket, sealed with the key of its contact: erasing the one erases both."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from store.contacts import Contact
from store.sql import Row, Statement, Tx, inserting
from store.tables import notes
from store.vault import seal, unseal

_ADD = inserting(notes, "id", "ticket_id", "staff_id", "text_sealed", "at", "once")
_BY_ONCE = Statement(select(notes.c.id).where(notes.c.once == bindparam("mark")))
_OF_TICKET = Statement(
    select(notes)
    .where(notes.c.ticket_id == bindparam("ticket"))
    .order_by(notes.c.at, notes.c.id)
)  # fmt: skip


def add(
    tx: Tx, contact: Contact, note_id: str, ticket_id: str, staff_id: str | None, said: str,
    at: int, once: str | None = None,
) -> None:  # fmt: skip
    """Keep a note. staff_id None: the operator wrote it. once: see `store.once`."""
    sealed = seal(contact.key, "notes", note_id, "text", said)
    tx.run(_ADD, id=note_id, ticket_id=ticket_id, staff_id=staff_id, text_sealed=sealed, at=at,
           once=once)  # fmt: skip


def of_mark(tx: Tx, mark: str | None) -> str | None:
    """The id of the note that was written under this mark (`store.once`), None if none was."""
    row = None if mark is None else tx.one(_BY_ONCE, mark=mark)
    return None if row is None else str(row["id"])


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    return tx.rows(_OF_TICKET, ticket=ticket_id)


def words(contact: Contact, row: Row) -> str:
    return unseal(contact.key, "notes", row["id"], "text", row["text_sealed"])
