"""Far-side limits: one row for each line or chat that was written to lately, by keyed hash."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from store.sql import Statement, Tx, inserting
from store.tables import paces

_FULL_AT = Statement(
    select(paces.c.full_at).where(paces.c.key_hash == bindparam("key")).with_for_update()
)
_ADD = inserting(paces, "key_hash", "full_at", suffix=" ON CONFLICT DO NOTHING")
_KEEP = Statement(
    update(paces)
    .where(paces.c.key_hash == bindparam("key"), paces.c.full_at < bindparam("full"))
    .values(full_at=bindparam("full"))
)
_OLD = Statement(select(paces.c.key_hash).where(paces.c.full_at < bindparam("oldest")).limit(1))
_FORGET = Statement(paces.delete().where(paces.c.full_at < bindparam("oldest")))


def full_at(tx: Tx, key: str) -> int:
    """The moment (ms) at which nothing counts any more of what left; 0 if nothing did.

    The row is held until the transaction ends: of two processes the second waits for the first.
    """
    row = tx.one(_FULL_AT, key=key)
    if row is None:
        tx.run(_ADD, key_hash=key, full_at=0)
        row = tx.one(_FULL_AT, key=key)
        assert row is not None
    return int(row["full_at"])


def keep(tx: Tx, key: str, full: int) -> None:
    """Note what left. Never moves back."""
    tx.run(_ADD, key_hash=key, full_at=full)
    tx.run(_KEEP, key=key, full=full)


def any_old(tx: Tx, oldest: int) -> bool:
    return tx.one(_OLD, oldest=oldest) is not None


def forget(tx: Tx, oldest: int) -> int:
    """Remove the rows that limit nothing any more; return how many."""
    return tx.run(_FORGET, oldest=oldest)
