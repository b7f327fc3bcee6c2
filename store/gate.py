"""A queue of writers on one machine: a lock among threads, then a file lock among processes."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

PATIENCE = 10.0  # seconds that a thread waits for the others of its process: as SQLite does


class Jammed(Exception):
    """Another thread has stood in the gate for too long: its disk hangs."""


class Gate:
    """`with gate:` lets one through at a time, in turn. Safe across a fork."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None
        self._pid = 0

    def __enter__(self) -> None:
        """Raises Jammed, OSError."""
        if not self._threads.acquire(timeout=PATIENCE):
            raise Jammed(self._path.name)
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _descriptor(self) -> int:
        if self._file is None or self._pid != os.getpid():  # a lock is shared across a fork
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        return self._file
