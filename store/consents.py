"""The ledger of consent: rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from store.sql import Row, Statement, Tx, inserting
from store.tables import consents

_ADD = inserting(
    consents, "id", "contact_id", "purpose", "given", "wording", "language", "at", "version", "by"
)
_OF_CONTACT = Statement(
    select(consents)
    .where(consents.c.contact_id == bindparam("contact"))
    .order_by(consents.c.at, consents.c.id)
)


def add(tx: Tx, **columns: object) -> None:
    tx.run(_ADD, **columns)


def of_contact(tx: Tx, contact_id: str) -> list[Row]:
    """Every answer of a contact, oldest first."""
    return tx.rows(_OF_CONTACT, contact=contact_id)
