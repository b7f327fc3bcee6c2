"""The one place where time comes from. Everything else is handed `now`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from store.database import Database, Unavailable

LEARN_S = 60.0  # seconds between two looks of a process that does not sweep
Clock = Callable[[], int]


class DatabaseClock:
    """Now in ms since 1970 UTC, by the database's clock where it has one of its own.

    On PostgreSQL leases and ladders of several hosts must agree, so the offset to the server's
    clock is learnt at the start and at each sweep. file: seconds to add, read at every use, so
    that tests move time instead of sleeping.
    """

    def __init__(self, db: Database | None = None, file: Path | None = None) -> None:
        self._db = db if db is not None and db.dialect == "postgresql" else None
        self._file = file
        self._offset = 0

    def __call__(self) -> int:
        return int(time.time() * 1000) + self._offset + self._moved()

    def learn(self) -> None:
        """Ask the database for its time again."""
        if self._db is None:
            return
        before = time.time()
        theirs = self._db.server_time()
        after = time.time()
        self._offset = theirs - int((before + after) / 2 * 1000)

    def keep_learning(self) -> None:
        """Ask again and again, for ever; at once when a database that was away is back."""
        while self._db is not None:
            try:
                self.learn()
            except Unavailable:
                time.sleep(1.0)
            else:
                time.sleep(LEARN_S)

    def _moved(self) -> int:
        if self._file is None:
            return 0
        try:
            return int(float(self._file.read_text().strip() or 0) * 1000)
        except (OSError, ValueError):
            return 0
