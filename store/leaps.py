"""Times that lie ahead, moved back when the clock was: what was to wait a minute waits a minute."""

from __future__ import annotations

from sqlalchemy import Column, Table, bindparam, update

from store import audit
from store.sql import Statement, Tx
from store.tables import conversations, messages, paces, pages, tickets, transfers

SEEN = "clock"  # its row among the offsets: the latest time that was seen

# Every moment at which something happens by itself.
_AHEAD: tuple[tuple[Table, str], ...] = (
    (messages, "due_at"),
    (messages, "lease_until"),
    (pages, "due_at"),
    (pages, "lease_until"),
    (tickets, "climb_at"),
    (tickets, "lease_until"),
    (conversations, "due_at"),
    (transfers, "until"),
    (paces, "full_at"),
)


def _back(table: Table, name: str) -> Statement:
    column: Column[int] = table.c[name]
    return Statement(
        update(table).where(column > bindparam("now")).values({name: column - bindparam("leap")})
    )


_BACK = tuple(_back(table, name) for table, name in _AHEAD)


def seen(tx: Tx) -> int:
    """The latest time that was noted, ms; 0 if none was."""
    return audit.offset(tx, SEEN) or 0


def see(tx: Tx, now: int) -> None:
    audit.move_offset(tx, SEEN, now)


def move_back(tx: Tx, now: int, leap: int) -> int:
    """Move every moment that lies ahead `leap` ms back; return how many rows that were."""
    return sum(tx.run(statement, now=now, leap=leap) for statement in _BACK)
