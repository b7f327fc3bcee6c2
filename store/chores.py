"""What the sweep does now and then: each in a row with its time, done by whoever moves it on."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from store.sql import Statement, Tx, inserting
from store.tables import chores

_DUE = Statement(select(chores.c.due_at).where(chores.c.name == bindparam("chore")))
_ADD = inserting(chores, "name", "due_at", suffix=" ON CONFLICT DO NOTHING")
_TAKE = Statement(
    chores.update()
    .where(chores.c.name == bindparam("chore"), chores.c.due_at <= bindparam("now"))
    .values(due_at=bindparam("next"))
)


def is_due(tx: Tx, name: str, now: int) -> bool:
    row = tx.one(_DUE, chore=name)
    return row is None or row["due_at"] <= now


def take(tx: Tx, name: str, now: int, next_at: int) -> bool:
    """Take a chore that is due and set its next time. Exactly one of any number gets True."""
    tx.run(_ADD, name=name, due_at=0)
    return tx.run(_TAKE, chore=name, now=now, next=next_at) == 1
