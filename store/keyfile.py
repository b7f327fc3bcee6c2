"""The key file: made, read, and changed so that it is whole at every moment.

It lies outside the database and outside every backup of it. Masters wrap the data keys of rows;
the newest wraps, all of them open. Look-up keys hash addresses; the newest hashes, all of them
find. The signing key proves that buttons and links are ours.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class BadKeyFile(Exception):
    """The key file cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What the file holds: key id -> key of 32 bytes.

    prepared: keys that every host knows already and none uses yet. made: key id -> ISO date.
    """

    masters: dict[str, bytes]
    newest: str
    lookups: dict[str, bytes]
    lookup: str
    signing: bytes
    prepared: frozenset[str] = frozenset()
    made: dict[str, str] = field(default_factory=dict)


def new_key() -> bytes:
    return secrets.token_bytes(32)


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner only. Never overwrites one."""
    keys = Keys({"m1": new_key()}, "m1", {"h1": new_key()}, "h1", new_key())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _write(descriptor, keys)


def read_keys(path: Path) -> Keys:
    """Read the key file. Raises BadKeyFile, which says what to do."""
    try:
        mode = path.stat().st_mode & 0o077
        data = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise BadKeyFile(f"{path} does not exist: restore it from its safe copy") from error
    except (OSError, ValueError) as error:
        raise BadKeyFile(
            f"{path} cannot be read as a key file: restore it from its safe copy"
        ) from error
    if mode:
        raise BadKeyFile(f"{path} can be read by others: run chmod 600 {path}")
    try:
        return _keys(data)
    except (KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
        raise BadKeyFile(
            f"{path} is not a key file of this version: restore it from its safe copy"
        ) from error


def write_keys(path: Path, keys: Keys) -> None:
    """Put new content in place at one stroke; whoever reads sees the old file or the new one.

    Owner and place stay as they are, a link is followed. Raises OSError.
    """
    target = path.resolve()
    owner = target.stat()
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        if (owner.st_uid, owner.st_gid) != (os.getuid(), os.getgid()):
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        _write(descriptor, keys)
        fresh.replace(target)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Hold the key file against a second change at the same time. Raises BlockingIOError."""
    target = path.resolve()
    descriptor = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def next_id(known: dict[str, bytes]) -> str:
    """The id of the key after these: m1, m2 ... or h1, h2 ..."""
    letter = next(iter(known))[0]
    return f"{letter}{1 + max(int(name[1:]) for name in known)}"


def _keys(data: dict[str, Any]) -> Keys:
    masters = {_id(name): _decoded(value) for name, value in data["masters"].items()}
    lookups = {_id(name): _decoded(value) for name, value in data["lookup"].items()}
    newest = data["newest"]
    lookup = data.get("newest_lookup") or next(iter(lookups))
    if newest not in masters or lookup not in lookups:
        raise ValueError("the newest key is not among the keys")
    if len(lookups) > 1 and "newest_lookup" not in data:
        raise ValueError("which look-up key is the newest?")
    prepared = frozenset(data.get("prepared", ()))
    if not prepared <= {*masters, *lookups} - {newest, lookup}:
        raise ValueError("a prepared key is not among the keys")
    made = {str(name): str(day) for name, day in data.get("made", {}).items()}
    return Keys(masters, newest, lookups, lookup, _decoded(data["signing"]), prepared, made)


def _write(descriptor: int, keys: Keys) -> None:
    data = {
        "masters": {name: _encoded(key) for name, key in keys.masters.items()},
        "newest": keys.newest,
        "lookup": {name: _encoded(key) for name, key in keys.lookups.items()},
        "newest_lookup": keys.lookup,
        "signing": _encoded(keys.signing),
        "prepared": sorted(keys.prepared),
        "made": keys.made,
    }
    with os.fdopen(descriptor, "w") as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _id(name: str) -> str:
    if not (name[0] in "mh" and name[1:].isascii() and name[1:].isdigit()):
        raise ValueError("a key is called m or h and a number")
    return name


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key
