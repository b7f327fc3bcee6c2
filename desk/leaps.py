"""A clock that is set back must not make anybody wait: what lies ahead moves with it.

Forward needs nothing: what was due meanwhile happens at once.
"""

from __future__ import annotations

from desk.house import Desk
from store import audit, leaps

EVERY = 10_000  # ms between two notes of the time: a write of the sweep
LEAP = 60_000  # ms: less is left to pass by itself


def watch(desk: Desk) -> int:
    """Note the time; if it is earlier than it was, move what lies ahead back.

    Returns the leap in ms, 0 without one. Several workers may watch: the first that notices moves.
    """
    now = desk.now()
    with desk.db.read() as tx:
        before = leaps.seen(tx)
    if before - LEAP < now < before + EVERY:
        return 0
    with desk.db.write() as tx:
        leap = leaps.seen(tx) - now
        leaps.see(tx, now)
        if leap < LEAP:
            return 0
        moved = leaps.move_back(tx, now, leap)
        audit.write(
            tx, now, "machine", "clock_set_back", "clock", seconds=leap // 1000, moved=moved
        )
    return leap
