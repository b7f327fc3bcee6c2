"""The spool: verified requests on this host's own disk while the database cannot take them.

    waiting/   segments that are to be replayed, oldest first
    aside/     what could not be replayed (`.seg`, may be tried again) or read (`.torn`)
    gate       lock of those who append, `replay`: lock of the one who replays

Several processes share one spool. A segment is removed as soon as all of it is replayed, so the
spool is empty exactly when `waiting/` is.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.database import Unavailable
from store.gate import Gate, Jammed
from store.segment import (
    DONE,
    Found,
    Segment,
    Torn,
    Unreadable,
    master_of,
    sync,
    sync_folder,
    write_all,
)
from store.vault import Vault

SEGMENT = 4 * 1024 * 1024  # bytes after which a new segment is begun
MOST_ATTEMPTS = 3  # of a request during which the process itself died


class Deadly(Exception):
    """The process died each time that this request was replayed."""


class Full(Exception):
    """The spool cannot take it either: its bound is reached, or the disk refuses."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One verified request. door: which of our doors it came to. at: arrival, ms since 1970 UTC.
    payload: what was posted, as JSON holds it."""

    door: str
    at: int
    payload: Any


@dataclass(frozen=True, slots=True)
class Numbers:
    """What lies in the spool. waiting, parked: requests. torn: pieces that cannot be read, and
    segments whose key is missing. oldest_at: arrival of the oldest waiting one, ms."""

    waiting: int
    parked: int
    torn: int
    size: int  # bytes of everything
    oldest_at: int | None


class Spool:
    """The spool in `folder`, at most `limit` bytes large."""

    def __init__(self, folder: Path, vault: Vault, limit: int) -> None:
        self._folder = folder
        self._waiting = folder / "waiting"
        self._aside = folder / "aside"
        for path in (folder, self._waiting, self._aside):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._vault = vault
        self._limit = limit
        self._gate = Gate(folder / "gate")
        self._last: Segment | None = None

    def is_empty(self) -> bool:
        return not any(self._waiting.iterdir())

    def append(self, request: Request) -> None:
        """Keep a request; it is on disk when this returns. Raises Full."""
        text = _dump(request)
        try:
            with self._gate:
                if self._size() + 2 * len(text) > self._limit:
                    raise Full("limit")
                segment = self._newest()
                segment.append(text, request.at)
                handle = segment.handle()
            sync(handle)  # outside the gate: one write of the disk then serves several
        except (OSError, Jammed) as error:
            raise Full(type(error).__name__) from error

    def probe(self) -> None:
        """Find out by a real write whether the spool could take something. Raises Full."""
        path = self._folder / f"probe-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            if self._size() >= self._limit:
                raise Full("limit")
            try:
                path.write_bytes(b"\0" * 4096)
            finally:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise Full(type(error).__name__) from error

    def replay(self, take: Callable[[Request], None], fault: Callable[[Exception], None]) -> int:
        """Hand every waiting request to `take`, oldest first; return how many were taken.

        `take` raises Unavailable while the database is away: then everything stays as it is and
        this raises it too. Whatever else it raises is told to `fault`, and the request is parked,
        so that it never blocks those behind it. Only one process of the host replays at a time;
        the others return at once.
        """
        taken = 0
        with self._replaying() as mine:
            while mine and (paths := _segments(self._waiting)):
                taken += self._replay(paths[0], take, fault)
        return taken

    def park(self, request: Request) -> None:
        """Put a request aside that can be neither replayed nor thrown away."""
        path = self._new_path(self._aside)
        Segment.create(path, secrets.token_hex(16), self._vault)
        segment = Segment(path, self._vault)
        try:
            segment.append(_dump(request), request.at)
            sync(segment.handle())
        finally:
            segment.close()

    def retry(self) -> int:
        """Let everything that was parked be replayed again; return how many segments."""
        moved = 0
        with self._gate:
            for path in _segments(self._aside):
                path.rename(self._new_path(self._waiting))
                moved += 1
        return moved

    def wrapped_by(self) -> set[str]:
        """The ids of the master keys that something in the spool needs."""
        found = set()
        for folder in (self._waiting, self._aside):
            for path in _segments(folder):
                with suppress(FileNotFoundError, Unreadable):
                    found.add(master_of(path))
        return found

    def numbers(self) -> Numbers:
        """Count what lies in the spool."""
        waiting, oldest, lost = self._count(self._waiting)
        parked, _, unreadable = self._count(self._aside)
        torn = len(list(self._aside.glob("*.torn")))
        return Numbers(waiting, parked, torn + lost + unreadable, self._size(), oldest)

    def _count(self, folder: Path) -> tuple[int, int | None, int]:
        """How many requests, arrival of the oldest, and how many segments could not be opened."""
        count, lost = 0, 0
        oldest: int | None = None
        for path in _segments(folder):
            try:
                segment = Segment(path, self._vault)
            except FileNotFoundError:  # replayed in this moment
                continue
            except (Unreadable, OSError):
                lost += 1
                continue
            start = segment.first
            while (found := segment.read(start, sealed=False)) is not None:
                start = found.after
                if isinstance(found, Found) and found.state != DONE:
                    count += 1
                    oldest = found.at if oldest is None else min(oldest, found.at)
            segment.close()
        return count, oldest, lost

    def _size(self) -> int:
        size = 0
        for folder in (self._waiting, self._aside):
            with os.scandir(folder) as entries:
                for entry in entries:
                    try:
                        size += entry.stat().st_size
                    except FileNotFoundError:
                        continue
        return size

    def _newest(self) -> Segment:
        """The segment to append to. Called within the gate."""
        paths = _segments(self._waiting)
        last, self._last = self._last, None
        if last is not None and (not paths or paths[-1] != last.path):
            last.close()
            last = None
        if paths and last is None:
            with suppress(Unreadable):
                last = Segment(paths[-1], self._vault)
        if last is not None and last.size() > SEGMENT:
            last.close()
            last = None
        if last is None:
            path = self._new_path(self._waiting)
            Segment.create(path, secrets.token_hex(16), self._vault)
            last = Segment(path, self._vault)
        self._last = last
        return last

    def _new_path(self, folder: Path) -> Path:
        """A name behind all others, never used before: a replayed segment must not come back."""
        paths = _segments(folder)
        number = int(paths[-1].name.partition("-")[0]) + 1 if paths else 1
        return folder / f"{number:08d}-{secrets.token_hex(6)}.seg"

    @contextmanager
    def _replaying(self) -> Iterator[bool]:
        descriptor = os.open(self._folder / "replay", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(descriptor)

    def _replay(
        self, path: Path, take: Callable[[Request], None], fault: Callable[[Exception], None]
    ) -> int:
        try:
            segment = Segment(path, self._vault)
        except Unreadable as error:
            fault(error)
            with self._gate:
                path.rename(self._new_path(self._aside))
            return 0
        try:
            return self._replay_segment(segment, take, fault)
        finally:
            segment.close()

    def _replay_segment(
        self, segment: Segment, take: Callable[[Request], None], fault: Callable[[Exception], None]
    ) -> int:
        taken = 0
        start = segment.first
        while True:
            found = segment.read(start)
            if not isinstance(found, Found):
                with self._gate:  # nobody is in the middle of an append now
                    found = segment.read(start)
                    if found is None:
                        segment.path.unlink()
                        sync_folder(self._waiting)
                        return taken
                    if isinstance(found, Torn):
                        self._keep_torn(segment, found)
            start = found.after
            if isinstance(found, Found) and found.state != DONE:
                taken += self._replay_one(segment, found, take, fault)

    def _replay_one(
        self,
        segment: Segment,
        found: Found,
        take: Callable[[Request], None],
        fault: Callable[[Exception], None],
    ) -> bool:
        request = None
        try:
            request = _load(segment.open_text(found))
            if found.state >= MOST_ATTEMPTS:
                raise Deadly
            segment.set_state(found, found.state + 1)
            take(request)
        except Unavailable:
            segment.set_state(found, found.state)  # this was no attempt
            raise
        except Exception as error:  # whatever it is, it must not block those behind it
            fault(error)
            if request is not None:
                self.park(request)
            else:
                self._keep_torn(segment, Torn(found.start, found.after))
            segment.set_state(found, DONE)
            return False
        segment.set_state(found, DONE)
        return True

    def _keep_torn(self, segment: Segment, torn: Torn) -> None:
        """Keep the bytes, though no one was told that we have them: their end may be missing."""
        path = self._aside / f"{segment.path.stem}@{torn.start}.torn"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            write_all(descriptor, segment.bytes_of(torn))
        finally:
            sync(descriptor)


def _segments(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".seg")


def _dump(request: Request) -> str:
    return json.dumps([request.door, request.at, request.payload], separators=(",", ":"))


def _load(text: str) -> Request:
    door, at, payload = json.loads(text)
    return Request(door, at, payload)
