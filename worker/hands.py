"""The hands that send: a few threads for each gateway, and some that only carry pages.

A hand takes one text, sends it, and takes the next, until nothing may leave. So a chat that hangs
holds one hand, a provider that hangs holds its own hands, and neither ever holds a page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from desk import outbox, paging
from desk.house import Desk
from store.database import Unavailable
from worker.delivery import AHEAD, Patience, Wires, deliver_pages, deliver_texts

log = structlog.get_logger()
PAGES = "pages"
MOST = 6  # hands of a gateway: calls side by side


@dataclass
class Hands:
    """The hands of one worker process. `stir` sets as many to work as there is work for."""

    desk: Desk
    wires: Wires
    stopped: threading.Event
    _busy: dict[str, int] = field(default_factory=dict)
    _change: threading.Condition = field(default_factory=threading.Condition)

    def stir(self, lane: str) -> None:
        """Set hands to work on what is due in a lane; returns at once."""
        patience = Patience(AHEAD, self.stopped)
        if lane == "urgent":
            self._give(PAGES, paging.waiting(self.desk),
                       lambda: deliver_pages(self.desk, self.wires, patience))  # fmt: skip
        for gateway, count in outbox.waiting(self.desk, lane).items():
            self._give(gateway, count, self._texts(lane, gateway, patience))

    def _texts(self, lane: str, gateway: str, patience: Patience) -> Callable[[], int]:
        return lambda: deliver_texts(self.desk, self.wires, lane, gateway, patience)

    def _give(self, group: str, count: int, work: Callable[[], int]) -> None:
        with self._change:
            free = MOST - self._busy.get(group, 0)
            new = 0 if self.stopped.is_set() else min(free, count)
            self._busy[group] = self._busy.get(group, 0) + new
        for _ in range(new):
            threading.Thread(target=self._work, args=(group, work), name=f"hand-{group}").start()

    def _work(self, group: str, work: Callable[[], int]) -> None:
        try:
            work()
        except Unavailable:
            log.warning("database_away", hand=group)
        except Exception as error:  # what it held is taken up again when its lease runs out
            log.error("hand_failed", hand=group, exc_info=error)
        finally:
            with self._change:
                self._busy[group] -= 1
                self._change.notify_all()

    def rest(self, seconds: float) -> bool:
        """Wait until every hand is free; False if some are not by then."""
        with self._change:
            return self._change.wait_for(lambda: not any(self._busy.values()), seconds)
