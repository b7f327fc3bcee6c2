"""How far a polled bot has been read: moved only after its update is kept."""

from __future__ import annotations

from desk.house import Desk
from store import audit


def offset(desk: Desk, bot: str) -> int | None:
    with desk.db.read() as tx:
        return audit.offset(tx, bot)


def move(desk: Desk, bot: str, to: int) -> None:
    with desk.db.write() as tx:
        audit.move_offset(tx, bot, to)
