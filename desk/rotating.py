"""Changing the keys while everything runs: in small batches, to be interrupted and taken up again.

What is left to do stands in the rows themselves (each names the key that it depends on), so a
rotation that was killed needs no note of its own: the next one ends it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from desk.house import Desk, local
from store import audit, keyfile, rekey
from store.keyfile import Keys, Kind
from store.rekey import Batch
from store.sql import Tx

BATCH = 200  # rows in one transaction: a message that comes in waits some milliseconds at most
BELIEVED = 48 * 3_600_000  # ms that what an older signing key signed is taken: a button's life
WITH_MASTER: tuple[Kind, ...] = ("signing", "seal")  # they are changed with it; no row changes


class NotRotated(Exception):
    """The keys were not changed, or not to the end; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """key: id of the key that everything depends on now. resumed: an earlier rotation was ended.

    unreadable: rows that no key opens; they stay as they are.
    """

    key: str
    changed: int
    resumed: bool
    unreadable: int


def prepare(desk: Desk, path: Path, kind: Kind) -> str:
    """Add a new key that nothing uses yet and return its id.

    Where several hosts have copies of the key file: prepare, copy the file to all of them, rotate,
    and copy it once more.
    """
    with _changing(path):
        for other in WITH_MASTER if kind == "master" else ():
            if keyfile.prepared(keyfile.read_keys(path), other) is None:
                _add(desk, path, keyfile.read_keys(path), other)
        keys = keyfile.read_keys(path)
        return keyfile.prepared(keys, kind) or _add(desk, path, keys, kind)


def rotate(
    desk: Desk, path: Path, kind: Kind = "master", *, batch: int = BATCH,
    say: Callable[[str], None] = lambda _: None,
) -> Rotated:  # fmt: skip
    """Change to a new key, and re-wrap or hash anew every row. Raises NotRotated, BadKeyFile.

    path: the key file that `desk.vault` follows. With the master key the signing key and the seal
    key of the audit are changed: what the older one signed is believed for `BELIEVED` more, what
    it sealed is verified by it for ever.
    """
    with _changing(path):
        keys = keyfile.read_keys(path)
        prepared = keyfile.prepared(keys, kind)
        changed = unreadable = 0
        if prepared is None and any(needed(desk, older=_others(keys, kind)).values()):
            say(f"ending the rotation to {keyfile.in_use(keys, kind)}")
            changed, unreadable = _rows(desk, kind, batch, say)
        resumed = changed > 0  # rows that nothing opens are no reason never to rotate again
        if not resumed:
            if kind == "master":
                _renew(desk, path, say)
            keys = keyfile.read_keys(path)
            _switch(desk, path, prepared or _add(desk, path, keys, kind), kind)
            say(f"changing to {keyfile.in_use(desk.vault.keys, kind)}")
            changed, unreadable = _rows(desk, kind, batch, say)
        current = keyfile.in_use(desk.vault.keys, kind)
        with desk.db.write() as tx:
            audit.write(tx, desk.now(), "operator", "keys_rotated", f"keys:{current}", kind=kind,
                        rows=changed, unreadable=unreadable, resumed=resumed)  # fmt: skip
    return Rotated(current, changed, resumed, unreadable)


def needed(desk: Desk, older: tuple[str, ...] | None = None) -> dict[str, dict[str, int]]:
    """How many rows of each table depend on each key, by key id.

    older: these keys only. Tokens of sessions and invitations are left out then: they end by
    themselves and no rotation can change them.
    """
    keys = desk.vault.keys
    found = {}
    with desk.db.read() as tx:
        for key_id in older if older is not None else _rowed(keys):
            if key_id in keys.masters:
                found[key_id] = rekey.wrapped_with(tx, key_id)
            elif key_id in keys.seals:
                found[key_id] = audit.sealed_with(tx, key_id)
            elif older is None:
                found[key_id] = rekey.hashed_with(tx, key_id)
            else:
                found[key_id] = rekey.hashable_with(tx, key_id)
    return found


def drop(desk: Desk, path: Path, key_id: str) -> None:
    """Take an old key out of the file for good. Raises NotRotated while anything needs it."""
    with _changing(path):
        keys = keyfile.read_keys(path)
        if key_id not in (*_rowed(keys), *keys.signings):
            raise NotRotated(f"there is no key {key_id}: see `hotline keys status`")
        if key_id == keyfile.in_use(keys, keyfile.kind_of(key_id)):
            raise NotRotated(f"{key_id} is in use: run `hotline keys rotate` first")
        if not desk.db.outlast():
            raise NotRotated("a long transaction runs (a backup?): try again when it has ended")
        rows = needed(desk).get(key_id)
        if rows:
            raise NotRotated(f"{key_id} is still needed by {_listed(rows)}")
        _write(path, keyfile.without(keys, key_id))
        with desk.db.write() as tx:
            audit.write(tx, desk.now(), "operator", "key_dropped", f"keys:{key_id}")


def status(desk: Desk) -> list[dict[str, Any]]:
    """Each key: id, kind, state, day it was made, rows that need it. Never a key itself."""
    keys = desk.vault.keys
    rows = needed(desk)
    return [
        {
            "id": key_id,
            "kind": kind,
            "state": _state(keys, kind, key_id, desk.now()),
            "made": keys.made.get(key_id),
            "needed_by": rows.get(key_id, {}),
        }
        for kind in keyfile.PLACES
        for key_id in keyfile.known(keys, kind)
    ]


def _state(keys: Keys, kind: Kind, key_id: str, now: int) -> str:
    if key_id == keyfile.in_use(keys, kind):
        return "in use"
    if now < keys.until.get(key_id, 0):
        return "believed"
    return "prepared" if key_id in keys.prepared else "old"


def _rowed(keys: Keys) -> tuple[str, ...]:
    """The keys that rows depend on."""
    return (*keys.masters, *keys.lookups, *keys.seals)


def _add(desk: Desk, path: Path, keys: Keys, kind: Kind) -> str:
    fresh, key_id = keyfile.with_new(keys, kind, local(desk.now()).date().isoformat())
    _write(path, fresh)
    with desk.db.write() as tx:
        audit.write(tx, desk.now(), "operator", "key_added", f"keys:{key_id}", kind=kind)
    return key_id


def _switch(desk: Desk, path: Path, key_id: str, kind: Kind) -> None:
    """Use a key that everybody knows. Before, whoever has not seen it must have finished.

    A process that looks up by the old key alone would take a known sender for a new one.
    """
    if not desk.db.outlast():
        raise NotRotated("a long transaction runs (a backup?): try again when it has ended")
    _write(path, keyfile.using(keyfile.read_keys(path), kind, key_id))
    if not desk.db.outlast():
        raise NotRotated("a long transaction runs (a backup?): run the rotation again to end it")


def _renew(desk: Desk, path: Path, say: Callable[[str], None]) -> None:
    """Sign and seal by new keys from now on; forget signing keys whose time is over."""
    now = desk.now()
    keys = keyfile.read_keys(path)
    for old in (n for n, at in keys.until.items() if at <= now and n in keys.signings):
        keys = keyfile.without(keys, old)
    _write(path, keys)
    for kind in WITH_MASTER:
        keys = keyfile.read_keys(path)
        before = keyfile.in_use(keys, kind)
        key_id = keyfile.prepared(keys, kind) or _add(desk, path, keys, kind)
        keys = keyfile.using(keyfile.read_keys(path), kind, key_id)
        if kind == "signing":
            keys = replace(keys, until={**keys.until, before: now + BELIEVED})
        _write(path, keys)
        say(f"changing to {key_id}")
        if not before:  # the first seal key: what was sealed without one is pinned by the file
            _pin(desk, path)


def _pin(desk: Desk, path: Path) -> None:
    if not desk.db.outlast():
        raise NotRotated("a long transaction runs (a backup?): try again when it has ended")
    with desk.db.write() as tx:
        last = audit.last_seal(tx)
        if last is not None:
            keys = keyfile.read_keys(path)
            _write(path, replace(keys, unkeyed=(int(last["last"]), str(last["digest"]))))


def _rows(desk: Desk, kind: Kind, batch: int, say: Callable[[str], None]) -> tuple[int, int]:
    changed = unreadable = 0
    for name, step in _steps(desk, kind, batch):
        after: str | None = ""
        before = changed
        while after is not None:
            with desk.db.write() as tx:
                done = step(tx, after)
            changed += done.changed
            unreadable += done.unreadable
            after = done.last
        say(f"{name}: {changed - before}")
    return changed, unreadable


def _steps(desk: Desk, kind: Kind, batch: int) -> list[tuple[str, Callable[[Tx, str], Batch]]]:
    def wrapping(table: Any, tx: Tx, after: str) -> Batch:
        return rekey.rewrap(tx, desk.vault, table, after, batch)

    def hashing(one: rekey.Rehashed, tx: Tx, after: str) -> Batch:
        return rekey.rehash(tx, desk.vault, one, after, batch)

    if kind == "master":
        return [(table.name, partial(wrapping, table)) for table in rekey.WRAPPED]
    return [(one.column.table.name, partial(hashing, one)) for one in rekey.REHASHED]


def _others(keys: Keys, kind: Kind) -> tuple[str, ...]:
    current = keyfile.in_use(keys, kind)
    known = keyfile.known(keys, kind)
    return tuple(name for name in known if name != current and name not in keys.prepared)


def _listed(rows: dict[str, int]) -> str:
    return ", ".join(f"{count} of {name}" for name, count in rows.items())


def _write(path: Path, keys: Keys) -> None:
    try:
        keyfile.write_keys(path, keys)
    except OSError as error:
        raise NotRotated(
            f"{path} cannot be written ({error.strerror}): run this as the user who owns it"
        ) from error


class _changing:
    """The key file's own lock, told in words."""

    def __init__(self, path: Path) -> None:
        self._held = keyfile.changing(path)

    def __enter__(self) -> None:
        try:
            self._held.__enter__()
        except BlockingIOError as error:
            raise NotRotated("another change of the keys is running: wait for it") from error
        except OSError as error:
            raise NotRotated(
                f"the folder of the key file cannot be written ({error.strerror}): run this as "
                "the user who owns it"
            ) from error

    def __exit__(self, *error: Any) -> None:
        self._held.__exit__(*error)
