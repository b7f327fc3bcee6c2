"""One file of the spool: sealed requests one after the other, each with length and checksum.

A file begins with a head (magic, length, random id, data key wrapped by the master key). A record
is a mark, a state byte, then arrival (ms since 1970 UTC), length and checksum, then the sealed
text. The state byte is overwritten in place when the request was replayed and lies outside the
checksum. A record that a power cut tore is known by its checksum; the next mark is found behind it.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from store.vault import Tampered, Vault, seal, unseal, wrapped_by

HEAD = b"loive-spool-1\n"
MARK = b"\x89rec\r\n\x1a\n"
FRAME = struct.Struct(">8sBQII")  # mark, state, arrival, length, checksum
STATE_AT = len(MARK)
DONE = 0xFF
LARGEST = 4 * 1024 * 1024  # bytes of one sealed request: sixteen times what the doors let in


class Unreadable(Exception):
    """The head of a segment is no head of ours, or its key is not in the key file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A whole record. state: attempts so far, or DONE. at: arrival. after: where the next is."""

    state: int
    at: int
    start: int
    after: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Torn:
    """Bytes that are no whole record, up to the next mark or the end of the file."""

    start: int
    after: int


class Segment:
    """An open file of the spool. Not for concurrent appends: callers hold the spool's gate."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self.path = path
        self.file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            self._id, self._key, self.first = self._read_head(vault)
        except BaseException:
            os.close(self.file)
            raise

    def _read_head(self, vault: Vault) -> tuple[str, bytes, int]:
        row, wrapped, first = _head(self.file)
        try:
            return row, vault.unwrap("spool", row, wrapped), first
        except Tampered as error:
            raise Unreadable("its key is not in the key file") from error

    @staticmethod
    def create(path: Path, row: str, vault: Vault) -> None:
        """Make a segment with its head on disk, complete or not at all."""
        _, wrapped = vault.new_key("spool", row)
        named = row.encode("ascii") + b"\n" + wrapped
        fresh = path.parent.parent / f"new-{path.name}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                write_all(descriptor, HEAD + len(named).to_bytes(2, "big") + named)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            fresh.rename(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def size(self) -> int:
        return os.fstat(self.file).st_size

    def append(self, text: str, at: int) -> None:
        """Append one request; on failure the file is cut back."""
        start = self.size()
        sealed = seal(self._key, "spool", f"{self._id}@{start}", "request", text)
        frame = FRAME.pack(MARK, 0, at, len(sealed), _checksum(at, sealed))
        try:
            write_all(self.file, frame + sealed, start)
        except BaseException:
            os.ftruncate(self.file, start)
            raise

    def handle(self) -> int:
        """A descriptor of one's own, to sync by: the segment may be closed meanwhile."""
        return os.dup(self.file)

    def read(self, start: int, *, sealed: bool = True) -> Found | Torn | None:
        """What stands at `start`; None at the end. sealed: also the text, or only the frame."""
        frame = os.pread(self.file, FRAME.size, start)
        if not frame:
            return None
        if len(frame) == FRAME.size:
            mark, state, at, length, checksum = FRAME.unpack(frame)
            body = start + FRAME.size
            if mark == MARK and length <= LARGEST and body + length <= self.size():
                if not sealed:
                    return Found(state, at, start, body + length, b"")
                text = os.pread(self.file, length, body)
                if checksum == _checksum(at, text):
                    return Found(state, at, start, body + length, text)
        return Torn(start, self._next_mark(start + 1))

    def _next_mark(self, start: int) -> int:
        """Where the next mark stands, or the end of the file."""
        overlap = len(MARK) - 1
        while piece := os.pread(self.file, 1 << 20, start):
            found = piece.find(MARK)
            if found >= 0:
                return start + found
            if len(piece) <= overlap:
                break
            start += len(piece) - overlap
        return self.size()

    def open_text(self, found: Found) -> str:
        """The text of a record. Raises Tampered."""
        return unseal(self._key, "spool", f"{self._id}@{found.start}", "request", found.sealed)

    def set_state(self, found: Found, state: int) -> None:
        os.pwrite(self.file, bytes((state,)), found.start + STATE_AT)

    def bytes_of(self, torn: Torn) -> bytes:
        return os.pread(self.file, torn.after - torn.start, torn.start)

    def close(self) -> None:
        os.close(self.file)


def master_of(path: Path) -> str:
    """The id of the master key that a segment needs. Raises Unreadable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return wrapped_by(_head(descriptor)[1])
    finally:
        os.close(descriptor)


def _head(descriptor: int) -> tuple[str, bytes, int]:
    """The segment's id, its wrapped key, and where its first record stands."""
    fixed = len(HEAD) + 2
    start = os.pread(descriptor, fixed, 0)
    if len(start) < fixed or not start.startswith(HEAD):
        raise Unreadable("no head")
    length = int.from_bytes(start[-2:], "big")
    row, _, wrapped = os.pread(descriptor, length, fixed).partition(b"\n")
    return row.decode("ascii", "replace"), wrapped, fixed + length


def _checksum(at: int, sealed: bytes) -> int:
    return zlib.crc32(sealed, at & 0xFFFFFFFF)


def write_all(descriptor: int, content: bytes, start: int = 0) -> None:
    """Write all of it, also where the kernel takes it in pieces. Raises OSError."""
    written = 0
    while written < len(content):
        written += os.pwrite(descriptor, content[written:], start + written)


def sync(descriptor: int) -> None:
    """Make what was written last, and close."""
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make new and removed names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
