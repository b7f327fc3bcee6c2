"""Times that lie ahead, moved back when the clock was: what was to wait a minute waits a minute."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Table, bindparam, func, select, update

from store import audit
from store.sql import Statement, Tx, among
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


_DUE = ("due", "sending")
# What waits for a far side, or to be sent: how far ahead such a moment can lie is known.
_SENDING: tuple[tuple[Table, str, tuple[ColumnElement[bool], ...]], ...] = (
    (paces, "full_at", ()),
    (pages, "due_at", (among(pages.c.state, *_DUE),)),
    (pages, "lease_until", (among(pages.c.state, *_DUE),)),
    (messages, "due_at", (among(messages.c.state, *_DUE),)),
    (messages, "lease_until", (among(messages.c.state, *_DUE),)),
)


def _furthest(table: Table, name: str, where: tuple[ColumnElement[bool], ...]) -> Statement:
    column: Column[int] = table.c[name]
    return Statement(
        select(func.max(column).label("at")).where(*where, column > bindparam("beyond"))
    )


def _bring(table: Table, name: str, where: tuple[ColumnElement[bool], ...]) -> Statement:
    column: Column[int] = table.c[name]
    return Statement(
        update(table).where(*where, column > bindparam("beyond")).values({name: bindparam("now")})
    )


_FURTHEST = tuple(_furthest(*one) for one in _SENDING)
_BRING = tuple(_bring(*one) for one in _SENDING)


def seen(tx: Tx) -> int:
    """The latest time that was noted, ms; 0 if none was."""
    return audit.offset(tx, SEEN) or 0


def see(tx: Tx, now: int) -> None:
    audit.move_offset(tx, SEEN, now)


def move_back(tx: Tx, now: int, leap: int) -> int:
    """Move every moment that lies ahead `leap` ms back; return how many rows that were."""
    return sum(tx.run(statement, now=now, leap=leap) for statement in _BACK)


def too_far(tx: Tx, beyond: int) -> int:
    """The furthest moment (ms) that nobody can have written who had the time right; 0 if none.

    beyond: later than that no text, page, lease or limit of a far side can lie.
    """
    found = (tx.one(one, beyond=beyond) for one in _FURTHEST)
    return max((int(row["at"]) for row in found if row and row["at"]), default=0)


def bring_near(tx: Tx, now: int, beyond: int) -> int:
    """Let what lies so far ahead happen now; return how many rows that were."""
    return sum(tx.run(one, now=now, beyond=beyond) for one in _BRING)
