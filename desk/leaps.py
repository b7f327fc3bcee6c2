"""A clock that is set back must not make anybody wait: what lies ahead moves with it.

Forward needs nothing: what was due meanwhile happens at once. A leap forth and back between two
sweeps is seen by nobody, but by what was written in it: what waits for a far side lies further
ahead than anything can. That alone is brought near; claims and ladders go on as they were.
"""

from __future__ import annotations

from desk import outbox, pacing
from desk.house import Desk
from store import audit, leaps
from store.sql import Tx

EVERY = 10_000  # ms between two notes of the time: a write of the sweep
LEAP = 60_000  # ms: less is left to pass by itself
SLACK = 300_000  # ms: bursts, long texts and hands that wait for their moment come on top
# ms ahead: the most for what waits for a far side, because it asked or because it failed
AHEAD = max(pacing.LONGEST_REST, outbox.BACKOFF[-1]) * 1000 + SLACK


def watch(desk: Desk) -> int:
    """Note the time; if it is earlier than it was, move what lies ahead back.

    Returns the leap in ms, 0 without one. Several workers may watch: the first that notices moves.
    """
    now = desk.now()
    with desk.db.read() as tx:
        before = leaps.seen(tx)
        far = _too_far(tx, now)
    if before - LEAP < now < before + EVERY and not far:
        return 0
    with desk.db.write() as tx:
        leap = leaps.seen(tx) - now
        leaps.see(tx, now)
        if leap >= LEAP:
            moved = leaps.move_back(tx, now, leap)
        else:
            leap = max(_too_far(tx, now) - now, 0)
            moved = leaps.bring_near(tx, now, now + AHEAD) if leap else 0
        if leap:
            audit.write(
                tx, now, "machine", "clock_set_back", "clock", seconds=leap // 1000, moved=moved
            )
    return leap


def _too_far(tx: Tx, now: int) -> int:
    return leaps.too_far(tx, now + AHEAD)
