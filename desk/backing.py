"""Backups: written while everything runs, sealed, read back before they count."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desk.house import Desk
from store import audit, dump, keyring, standing
from store.dump import Head, Tail
from store.ids import new_id
from store.sealedfile import BadFile, Sealer, unsealed

LAST = "backup"
SHORTEST = 16  # characters of a backup key


class NotBackedUp(Exception):
    """Nothing was left behind; the message says what to do."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Written, read back and found whole. rows: by table. digest: SHA-256 of the file."""

    path: Path
    ring: Path
    rows: dict[str, int]
    size: int
    digest: str


def make_key(path: Path) -> None:
    """Make a backup key where there is none: one line of text, readable by its owner only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> str:
    """The backup key: the first line of its file. Raises NotBackedUp."""
    try:
        if path.stat().st_mode & 0o077:
            raise NotBackedUp(f"{path} can be read by others: run chmod 600 {path}")
        key = path.read_text().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotBackedUp(
            f"the backup key {path} cannot be read: bring it, or name it with "
            "HOTLINE_BACKUP_KEY_FILE"
        ) from error
    if len(key) < SHORTEST:
        raise NotBackedUp(f"the backup key in {path} is too short: use {SHORTEST} characters")
    return key


def backup(desk: Desk, target: Path, key: str) -> BackedUp:
    """Write a backup to `target` and replace the key ring beside it. Raises NotBackedUp.

    Ring first: an older one would not open what is new in this backup.
    """
    if target.exists():
        raise NotBackedUp(f"{target} exists: choose another name, a backup never replaces one")
    ring_path = target.parent / keyring.name_of(desk.vault)
    now = desk.now()
    head_id = new_id(now)
    try:
        with dump.snapshot(desk.db) as found:
            head = Head(head_id, found.revision(), now)
            ring = keyring.collect(found, now)
            with _at_one_stroke(target) as fresh:
                with fresh.open("wb") as file:
                    tail = dump.write(found, dump.Writer(Sealer(file, key, "data")), head)
                    file.flush()
                    os.fsync(file.fileno())
                _check(fresh, key, head, tail)
                _replace_ring(desk, ring_path, key, ring)
    except OSError as error:
        raise NotBackedUp(
            f"{target} cannot be written ({error.strerror}): is there room, may this user write?"
        ) from error
    except BadFile as error:
        raise NotBackedUp(str(error)) from error
    size, digest = target.stat().st_size, _digest(target)
    with desk.db.write() as tx:
        audit.write(tx, desk.now(), "operator", "backed_up", f"backups:{head_id}",
                    rows=sum(tail.rows.values()), bytes=size, sha256=digest)  # fmt: skip
        standing.put(tx, LAST, desk.now())
    return BackedUp(target, ring_path, tail.rows, size, digest)


def last(desk: Desk) -> int | None:
    """When the last backup was made, ms since 1970 UTC, or None."""
    with desk.db.read() as tx:
        found = standing.get(tx, LAST)
    return None if found is None else found[0]


def _check(path: Path, key: str, head: Head, tail: Tail) -> None:
    """Read back what lies on the disk: every frame, every line, every count."""
    values = dump.lines(unsealed(path, key, "data"))
    counts: dict[str, int] = {}
    table = ""
    if dump.head_of(next(values)) != head:
        raise BadFile("the backup does not read back as it was written: is the disk sound?")
    for value in values:
        if isinstance(value, list):
            counts[table] += 1
        elif "table" in value:
            table = value["table"]
            counts[table] = 0
        elif (value["digest"], value["end"]) != (tail.digest, tail.rows) or counts != tail.rows:
            raise BadFile("the backup does not read back as it was written: is the disk sound?")


def _replace_ring(desk: Desk, path: Path, key: str, ring: keyring.Ring) -> None:
    if path.exists():
        try:
            ring = keyring.merged(keyring.read(path, key), ring, desk.vault)
        except BadFile as error:
            raise NotBackedUp(
                f"the key ring {path} belongs to the backups beside it and does not open: "
                f"{error}; or write to another folder"
            ) from error
    with _at_one_stroke(path) as fresh:
        keyring.write(fresh, key, ring)


@contextmanager
def _at_one_stroke(target: Path) -> Iterator[Path]:
    """A new file that takes its name only when all of it is on the disk."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(descriptor)
        yield fresh
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        fresh.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
