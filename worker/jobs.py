"""What a worker does: RQ's job (the bell) and the sweep, which does the same without a bell.

`equip` hands a worker process its desk and wires before it takes its first job, so that no job
pays for imports or connections. Jobs carry a lane's name and nothing else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from desk import (
    claims,
    erasing,
    leaps,
    pacing,
    paging,
    retaining,
    sealing,
    signs,
    timing,
    transfers,
)
from desk.house import Desk
from store import messages, pages
from store.database import Unavailable
from worker.hands import Hands

T = TypeVar("T")
log = structlog.get_logger()
SWEEP = 2.0  # seconds between two sweeps: the longest that a due row waits when no bell is heard
LEAST = 0.02  # seconds between two looks at what falls due


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a worker process works with. quieten: takes note that the bell was heard."""

    desk: Desk
    hands: Hands
    quieten: Callable[[str], None]
    refresh: Callable[[], None]
    sweeper: threading.Event
    version: str = ""


_equipment: Equipment | None = None


def equip(equipment: Equipment) -> None:
    global _equipment
    _equipment = equipment


def drain(lane: str) -> None:
    """RQ's job: set hands to work on what is due. Finding nothing due is a good outcome."""
    assert _equipment is not None, "equip() comes before the first job"
    _equipment.quieten(lane)
    _equipment.hands.stir(lane)
    _equipment.sweeper.set()  # an answer that waits for a following piece is due within a second


def sweep(lane: str) -> None:
    """Have sent what is due, bell or no bell; climb ladders; seal the audit.

    Each chore is on its own: one that fails is logged by its kind and tried again at the next
    sweep, and never keeps the others from their work.
    """
    assert _equipment is not None, "equip() comes before the first sweep"
    equipment = _equipment
    desk = equipment.desk
    alive = partial(signs.give, desk, f"worker-{lane}", equipment.version)
    chores: list[Callable[[], object]] = [equipment.refresh, alive, partial(leaps.watch, desk)]
    if lane == "urgent":
        chores += [
            partial(climb, desk)
            for climb in (paging.climb, claims.expire, transfers.lapse, timing.run_due)
        ]
    else:
        rest = (_seal, erasing.run_due, retaining.run_due, pacing.forget)
        chores += [partial(chore, desk) for chore in rest]
    for chore in chores:
        _guarded(lane, chore)
    stir(lane)


def stir(lane: str) -> None:
    """Set hands to work on what is due, and nothing else."""
    assert _equipment is not None
    _guarded(lane, partial(_equipment.hands.stir, lane))


def _seal(desk: Desk) -> None:
    sealed = sealing.seal(desk)
    if sealed is not None:  # it stands in the log too, where whoever changes the audit is not
        log.info("audit_sealed", rows=sealed.rows, last=sealed.last, digest=sealed.digest)


def _guarded(lane: str, chore: Callable[[], T]) -> T | None:
    try:
        return chore()
    except Unavailable:
        log.warning("database_away", lane=lane)
    except Exception as error:  # whatever it was: the sweep is what saves everything else
        log.error("chore_failed", lane=lane, exc_info=error)
    return None


def _next_due(desk: Desk, lane: str) -> int | None:
    now = desk.now()
    with desk.db.read() as tx:
        found = [messages.next_due(tx, lane, now)]
        if lane == "urgent":
            found.append(pages.next_due(tx, now))
    return min((at for at in found if at is not None), default=None)


def keep_sweeping(
    lane: str, stopped: threading.Event, tick: Callable[[], float] = time.monotonic
) -> None:
    """Sweep every `SWEEP` seconds until told to stop; between two sweeps only stir the hands when
    something falls due, of which there can be much. A bell has stirred them already.

    tick: seconds that no setting of the clock moves.
    """
    assert _equipment is not None
    sweep_at = tick()
    rung = False
    while not stopped.is_set():
        if tick() >= sweep_at:
            sweep_at = tick() + SWEEP
            sweep(lane)
        elif not rung:
            stir(lane)
        rung = _equipment.sweeper.wait(min(_until_due(lane), max(sweep_at - tick(), LEAST)))
        _equipment.sweeper.clear()


def _until_due(lane: str) -> float:
    """Seconds until something falls due, at most until the next sweep."""
    assert _equipment is not None
    due = _guarded(lane, partial(_next_due, _equipment.desk, lane))
    return SWEEP if due is None else max((due - _equipment.desk.now()) / 1000, LEAST)
