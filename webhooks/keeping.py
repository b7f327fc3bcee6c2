"""Keeping a verified request: in the database, or else in this host's spool until it is back.

While the spool is not empty new requests go through it too, so that a conversation keeps its
order. Its thread replays them one by one, oldest first, as soon as the database takes them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from store.database import Unavailable
from store.spool import Full, Request, Spool

log = structlog.get_logger()
LOOK = 1.0  # seconds between two looks: the spool may have been filled by another process
AWAY = 0.5  # seconds between two attempts while the database is away

Take = Callable[[object, int], object]  # payload, arrival in ms since 1970 UTC


class Keeper:
    """Keeps requests. spool: None to keep in the database only. now: ms since 1970 UTC.

    takes: for each door the function that takes in what was spooled for it.
    """

    def __init__(self, spool: Spool | None, now: Callable[[], int]) -> None:
        self.takes: dict[str, Take] = {}
        self._spool = spool
        self._now = now
        self._filled = threading.Event()

    def keep(self, door: str, payload: object, take: Callable[[], object]) -> None:
        """Take a request in by `take`, or spool it. Raises Unavailable when neither can keep it.

        A failure of any kind spools it, for whoever posted it may never try again.
        """
        if self._spool is None:
            take()
            return
        arrived = self._now()
        direct = self._spool.is_empty()
        fault = _attempt(take) if direct else None
        if direct and fault is None:
            return
        try:
            self._spool.append(Request(door, arrived, payload))
        except Full as error:
            log.error("spool_full", door=door, why=str(error))
            # Out of order is better than not at all: what comes late is read, if not answered.
            if not direct:
                fault = _attempt(take)
            if fault is not None:
                raise Unavailable(type(fault).__name__) from fault
            return
        log.warning("spooled", door=door, why=type(fault).__name__ if fault else "order")
        self._filled.set()

    def replay(self) -> int:
        """Replay what is spooled; return how many. Raises Unavailable, OSError."""
        if self._spool is None or self._spool.is_empty():
            return 0
        count = self._spool.replay(self._take, self._note)
        if count:
            log.info("replayed", count=count)
        return count

    def keep_replaying(self, stopped: threading.Event) -> None:
        """Replay whenever there is something, until told to stop."""
        while not stopped.is_set():
            self._filled.clear()
            try:
                self.replay()
            except Unavailable:
                stopped.wait(AWAY)
                continue
            except Exception as error:  # the disk, most likely: the spool must not be given up
                log.error("replay_failed", exc_info=error)
                stopped.wait(LOOK)
                continue
            self._filled.wait(LOOK)

    def _take(self, request: Request) -> None:
        self.takes[request.door](request.payload, request.at)

    def _note(self, error: Exception) -> None:
        log.error("spool_parked", exc_info=error)


def _attempt(take: Callable[[], object]) -> Exception | None:
    try:
        take()
    except Unavailable as error:
        return error
    except Exception as error:  # a fault of ours: the request must outlive it
        log.error("not_taken", exc_info=error)
        return error
    return None
