"""How often something other than the code word was written where the word would open something."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import and_, bindparam, case, select

from store.sql import Statement, Tx, inserting
from store.tables import guesses

Door = Literal["own", "other"]

g = guesses.c
_these = and_(g.contact_id == bindparam("contact"), g.door == bindparam("by"))
_FIRST = inserting(
    guesses, "contact_id", "door", "wrong", "last_at", suffix=" ON CONFLICT DO NOTHING"
)
_MORE = Statement(
    guesses.update()
    .where(_these)
    .values(
        wrong=case((g.last_at < bindparam("oldest"), 1), else_=g.wrong + 1),
        last_at=bindparam("now"),
    )
)
_OF = Statement(select(guesses).where(_these))
_FORGET = Statement(guesses.delete().where(g.contact_id == bindparam("contact")))


def add(tx: Tx, contact_id: str, door: Door, now: int, oldest: int) -> int:
    """Count one more; return how many there are since `oldest` (older ones count no more)."""
    tx.run(_FIRST, contact_id=contact_id, door=door, wrong=0, last_at=now)
    tx.run(_MORE, contact=contact_id, by=door, now=now, oldest=oldest)
    return of(tx, contact_id, door)[0]


def of(tx: Tx, contact_id: str, door: Door) -> tuple[int, int]:
    """How many there were, and when the last was (ms since 1970 UTC)."""
    row = tx.one(_OF, contact=contact_id, by=door)
    return (0, 0) if row is None else (int(row["wrong"]), int(row["last_at"]))


def forget(tx: Tx, contact_id: str) -> None:
    tx.run(_FORGET, contact=contact_id)
