"""The key file: made, read, and changed so that it is whole at every moment.

It lies outside the database and outside every backup of it. Masters wrap the data keys of rows;
the newest wraps, all of them open. Look-up keys hash addresses; the newest hashes, all of them
find. Signing keys prove that buttons and cookies are ours: the newest signs, an older one is
believed until its time is over. Seal keys seal the audit; each is kept, or its seals prove nothing.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

Kind = Literal["master", "lookup", "signing", "seal"]


class BadKeyFile(Exception):
    """The key file cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What the file holds: key id -> key of 32 bytes.

    naming: what never changes: it names the key ring, the turns of those who add an address, and
    what Telegram repeats. prepared: keys that every host knows already and none uses yet. made:
    key id -> ISO date. until: older signing key -> ms since 1970 UTC until which it is believed.
    unkeyed: number and digest of the last seal of the audit that was made without a key; a file
    that was made with a seal key has (0, "").
    """

    masters: dict[str, bytes]
    newest: str
    lookups: dict[str, bytes]
    lookup: str
    signings: dict[str, bytes]
    signing: str
    seals: dict[str, bytes]
    seal: str  # "" while there is none
    naming: bytes
    prepared: frozenset[str] = frozenset()
    made: dict[str, str] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)
    unkeyed: tuple[int, str] = (0, "")


# kind -> where its keys are, where the one in use is named, the letter of its ids
PLACES: dict[Kind, tuple[str, str, str]] = {
    "master": ("masters", "newest", "m"),
    "lookup": ("lookups", "lookup", "h"),
    "signing": ("signings", "signing", "s"),
    "seal": ("seals", "seal", "a"),
}


def known(keys: Keys, kind: Kind) -> dict[str, bytes]:
    """All keys of a kind, by id."""
    found: dict[str, bytes] = getattr(keys, PLACES[kind][0])
    return found


def in_use(keys: Keys, kind: Kind) -> str:
    """The id of the key that is used for what is new; "" if there is none."""
    return str(getattr(keys, PLACES[kind][1]))


def prepared(keys: Keys, kind: Kind) -> str | None:
    """The id of the key of a kind that is known and not used yet."""
    return next((name for name in known(keys, kind) if name in keys.prepared), None)


def with_new(keys: Keys, kind: Kind, day: str) -> tuple[Keys, str]:
    """The same keys and a new prepared one; and its id. day: ISO date."""
    place, _, letter = PLACES[kind]
    held = known(keys, kind)
    key_id = f"{letter}{1 + max((int(name[1:]) for name in held), default=0)}"
    fresh: dict[str, Any] = {place: {**held, key_id: new_key()}}
    made = {**keys.made, key_id: day}
    return replace(keys, **fresh, prepared=keys.prepared | {key_id}, made=made), key_id


def using(keys: Keys, kind: Kind, key_id: str) -> Keys:
    """The same keys, this one of them in use."""
    fresh: dict[str, Any] = {PLACES[kind][1]: key_id}
    return replace(keys, **fresh, prepared=keys.prepared - {key_id})


def without(keys: Keys, key_id: str) -> Keys:
    """The same keys but one."""
    changed: dict[str, Any] = {
        place: {name: key for name, key in getattr(keys, place).items() if name != key_id}
        for place, _, _ in PLACES.values()
    }
    for place in ("made", "until"):
        changed[place] = {n: value for n, value in getattr(keys, place).items() if n != key_id}
    return replace(keys, **changed, prepared=keys.prepared - {key_id})


def kind_of(key_id: str) -> Kind:
    """Of which kind a key of this id is. Raises ValueError."""
    for kind, (_, _, letter) in PLACES.items():
        if key_id[:1] == letter:
            return kind
    raise ValueError(key_id)


def new_key() -> bytes:
    return secrets.token_bytes(32)


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner only. Never overwrites one."""
    keys = Keys(
        {"m1": new_key()}, "m1", {"h1": new_key()}, "h1", {"s1": new_key()}, "s1",
        {"a1": new_key()}, "a1", new_key(),
    )  # fmt: skip
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


def _keys(data: dict[str, Any]) -> Keys:
    masters = {_id(name): _decoded(value) for name, value in data["masters"].items()}
    lookups = {_id(name): _decoded(value) for name, value in data["lookup"].items()}
    newest = data["newest"]
    lookup = data.get("newest_lookup") or next(iter(lookups))
    if newest not in masters or lookup not in lookups:
        raise ValueError("the newest key is not among the keys")
    if len(lookups) > 1 and "newest_lookup" not in data:
        raise ValueError("which look-up key is the newest?")
    naming = _decoded(data["naming"] if "naming" in data else data["signing"])
    # before there were several, one key signed and named: it is s1 now, and names on
    given = data.get("signings")
    signings = {"s1": naming} if given is None else {_id(n): _decoded(v) for n, v in given.items()}
    signing = data.get("newest_signing", "s1")
    seals = {_id(name): _decoded(value) for name, value in data.get("seals", {}).items()}
    seal = data.get("newest_seal", "")
    if signing not in signings or (seal and seal not in seals):
        raise ValueError("the key in use is not among the keys")
    prepared = frozenset(data.get("prepared", ()))
    if not prepared <= {*masters, *lookups, *signings, *seals} - {newest, lookup, signing, seal}:
        raise ValueError("a prepared key is not among the keys")
    made = {str(name): str(day) for name, day in data.get("made", {}).items()}
    until = {str(name): int(at) for name, at in data.get("until", {}).items()}
    last, digest = data.get("unkeyed", (0, ""))
    return Keys(
        masters, newest, lookups, lookup, signings, signing, seals, seal, naming, prepared, made,
        until, (int(last), str(digest)),
    )  # fmt: skip


def _write(descriptor: int, keys: Keys) -> None:
    data = {
        "masters": {name: _encoded(key) for name, key in keys.masters.items()},
        "newest": keys.newest,
        "lookup": {name: _encoded(key) for name, key in keys.lookups.items()},
        "newest_lookup": keys.lookup,
        "signings": {name: _encoded(key) for name, key in keys.signings.items()},
        "newest_signing": keys.signing,
        "seals": {name: _encoded(key) for name, key in keys.seals.items()},
        "newest_seal": keys.seal,
        "naming": _encoded(keys.naming),
        "prepared": sorted(keys.prepared),
        "made": keys.made,
        "until": keys.until,
        "unkeyed": keys.unkeyed,
    }
    with os.fdopen(descriptor, "w") as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _id(name: str) -> str:
    if not (name[0] in "mhsa" and name[1:].isascii() and name[1:].isdigit()):
        raise ValueError("a key is called m, h, s or a and a number")
    return name


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key
