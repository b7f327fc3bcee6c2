"""What a worker does: RQ's job (the bell) and the sweep, which does the same without a bell.

`equip` hands a worker process its desk and wires before it takes its first job, so that no job
pays for imports or connections. Jobs carry a lane's name and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from channels.channel import Channel
from desk import claims, paging, sealing, transfers
from desk.house import Desk
from store import messages
from store.database import Unavailable
from worker.delivery import deliver_pages, deliver_texts

log = structlog.get_logger()
SWEEP = 2.0  # seconds: the longest that a due row waits when no bell is heard


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a worker process works with. quieten: takes note that the bell was heard."""

    desk: Desk
    wires: Mapping[str, Channel]
    quieten: Callable[[str], None]
    refresh: Callable[[], None]
    sweeper: threading.Event


_equipment: Equipment | None = None
_pages = threading.Lock()
_texts = threading.Lock()


def equip(equipment: Equipment) -> None:
    global _equipment
    _equipment = equipment


def drain(lane: str) -> int:
    """RQ's job: send what is due in a lane. Finding nothing due is a good outcome."""
    assert _equipment is not None, "equip() comes before the first job"
    _equipment.quieten(lane)
    count = _deliver(_equipment, lane)
    _equipment.sweeper.set()  # an answer that waits for a following piece is due within a second
    return count


def sweep(lane: str) -> float:
    """Take and send what is due, bell or no bell; climb ladders, end leases; seal the audit.

    Returns the seconds until the next sweep.
    """
    assert _equipment is not None, "equip() comes before the first sweep"
    equipment = _equipment
    desk = equipment.desk
    equipment.refresh()
    if lane == "urgent":
        paging.climb(desk)
        claims.expire(desk)
        transfers.lapse(desk)
    else:
        sealing.seal(desk)
    _deliver(equipment, lane)
    with desk.db.read() as tx:
        due = messages.next_due(tx, lane)
    wait = SWEEP if due is None else (due - desk.now()) / 1000
    return min(max(wait, 0.02), SWEEP)


def _deliver(equipment: Equipment, lane: str) -> int:
    """Pages first; then texts, unless the other thread is at them already.

    A provider that hangs holds the thread that sends its texts; pages go by the other one.
    """
    count = 0
    if lane == "urgent":
        with _pages:
            count += deliver_pages(equipment.desk, equipment.wires)
    if _texts.acquire(blocking=False):
        try:
            count += deliver_texts(equipment.desk, equipment.wires, lane)
        finally:
            _texts.release()
    return count


def keep_sweeping(lane: str, stopped: threading.Event) -> None:
    """Sweep until told to stop; a fault is logged by its kind and tried again."""
    assert _equipment is not None
    while not stopped.is_set():
        wait = SWEEP
        try:
            wait = sweep(lane)
        except Unavailable:
            log.warning("database_away", lane=lane)
        except Exception as error:  # the sweep is what saves everything else: it must go on
            log.error("sweep_failed", lane=lane, fault=type(error).__name__, exc_info=error)
        _equipment.sweeper.wait(wait)
        _equipment.sweeper.clear()
