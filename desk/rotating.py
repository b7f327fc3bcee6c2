"""Changing the keys while everything runs: in small batches, to be interrupted and taken up again.

What is left to do stands in the rows themselves (each names the key that it depends on), so a
rotation that was killed needs no note of its own: the next one ends it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from desk.house import Desk, local
from store import audit, keyfile, rekey
from store.keyfile import Keys
from store.rekey import Batch
from store.sql import Tx

BATCH = 200  # rows in one transaction: a message that comes in waits some milliseconds at most
Kind = Literal["master", "lookup"]


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
        keys = keyfile.read_keys(path)
        waiting = _prepared(keys, kind)
        if waiting is not None:
            return waiting
        return _add(desk, path, keys, kind)


def rotate(
    desk: Desk, path: Path, kind: Kind = "master", *, batch: int = BATCH,
    say: Callable[[str], None] = lambda _: None,
) -> Rotated:  # fmt: skip
    """Change to a new key, and re-wrap or hash anew every row. Raises NotRotated, BadKeyFile.

    path: the key file that `desk.vault` follows.
    """
    with _changing(path):
        keys = keyfile.read_keys(path)
        prepared = _prepared(keys, kind)
        changed = unreadable = 0
        if prepared is None and any(needed(desk, older=_others(keys, kind)).values()):
            say(f"ending the rotation to {_current(keys, kind)}")
            changed, unreadable = _rows(desk, kind, batch, say)
        resumed = changed > 0  # rows that nothing opens are no reason never to rotate again
        if not resumed:
            _switch(desk, path, prepared or _add(desk, path, keys, kind), kind)
            say(f"changing to {_current(desk.vault.keys, kind)}")
            changed, unreadable = _rows(desk, kind, batch, say)
        current = _current(desk.vault.keys, kind)
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
        for key_id in older if older is not None else (*keys.masters, *keys.lookups):
            if key_id in keys.masters:
                found[key_id] = rekey.wrapped_with(tx, key_id)
            elif older is None:
                found[key_id] = rekey.hashed_with(tx, key_id)
            else:
                found[key_id] = rekey.hashable_with(tx, key_id)
    return found


def drop(desk: Desk, path: Path, key_id: str) -> None:
    """Take an old key out of the file for good. Raises NotRotated while anything needs it."""
    with _changing(path):
        keys = keyfile.read_keys(path)
        if key_id not in (*keys.masters, *keys.lookups):
            raise NotRotated(f"there is no key {key_id}: see `hotline keys status`")
        if key_id in (keys.newest, keys.lookup):
            raise NotRotated(f"{key_id} is in use: run `hotline keys rotate` first")
        if not desk.db.outlast():
            raise NotRotated("a long transaction runs (a backup?): try again when it has ended")
        rows = needed(desk)[key_id]
        if rows:
            raise NotRotated(f"{key_id} is still needed by {_listed(rows)}")
        without = replace(
            keys,
            masters={name: key for name, key in keys.masters.items() if name != key_id},
            lookups={name: key for name, key in keys.lookups.items() if name != key_id},
            prepared=keys.prepared - {key_id},
            made={name: day for name, day in keys.made.items() if name != key_id},
        )
        _write(path, without)
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
            "state": _state(keys, key_id),
            "made": keys.made.get(key_id),
            "needed_by": rows[key_id],
        }
        for kind, ids in (("master", keys.masters), ("lookup", keys.lookups))
        for key_id in ids
    ]


def _state(keys: Keys, key_id: str) -> str:
    if key_id in (keys.newest, keys.lookup):
        return "in use"
    return "prepared" if key_id in keys.prepared else "old"


def _add(desk: Desk, path: Path, keys: Keys, kind: Kind) -> str:
    known = keys.masters if kind == "master" else keys.lookups
    key_id = keyfile.next_id(known)
    added = {**known, key_id: keyfile.new_key()}
    fresh = replace(
        keys,
        prepared=keys.prepared | {key_id},
        made={**keys.made, key_id: local(desk.now()).date().isoformat()},
    )
    fresh = replace(fresh, masters=added) if kind == "master" else replace(fresh, lookups=added)
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
    keys = keyfile.read_keys(path)
    fresh = replace(keys, prepared=keys.prepared - {key_id})
    if kind == "master":
        _write(path, replace(fresh, newest=key_id))
    else:
        _write(path, replace(fresh, lookup=key_id))
    if not desk.db.outlast():
        raise NotRotated("a long transaction runs (a backup?): run the rotation again to end it")


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
    known, current = (
        (keys.masters, keys.newest) if kind == "master" else (keys.lookups, keys.lookup)
    )
    return tuple(name for name in known if name != current and name not in keys.prepared)


def _current(keys: Keys, kind: Kind) -> str:
    return keys.newest if kind == "master" else keys.lookup


def _prepared(keys: Keys, kind: Kind) -> str | None:
    known = keys.masters if kind == "master" else keys.lookups
    return next((name for name in known if name in keys.prepared), None)


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
