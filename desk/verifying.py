"""Is the audit as it was written? The chain of seals worked out again, from rows or from a file.

A seal covers a batch of rows and the seal before it, by a key of the key file. Whoever changes,
removes or adds a row breaks its batch and every later one, unless they have that key too. Whoever
cuts off the end leaves no trace in what is left: so the worker logs each new seal, and `known`
tells whether one that was written down is still there.
"""

from __future__ import annotations

import hmac
import json
import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.house import Desk
from store import audit
from store.keyfile import Keys
from store.sql import Row

FIELDS = ("seq", "at", "actor", "verb", "subject", "details")
SEAL = ("first", "last", "digest", "at", "key_id")


class BadExport(Exception):
    """The file cannot be read as an export; the message says why."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first batch that is not as it was sealed. number: from 1."""

    number: int
    first: int
    last: int
    sealed_at: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """rows: covered by sound seals. tail: rows without a seal; oldest: time of the first of them.

    unkeyed: how many of the sound batches were sealed without a key, as it was done at first.
    known: whether the seal that was asked for is in the chain, None if none was asked for.
    newest: the last sound digest, to be written down elsewhere.
    """

    batches: int
    rows: int
    unkeyed: int
    broken: Broken | None
    tail: int
    oldest: int | None
    newest: str
    known: bool | None

    @property
    def sound(self) -> bool:
        return self.broken is None and self.known is not False


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows and seals come from. rows(first, last): those numbers, in order, both included."""

    seals: list[Row]
    rows: Callable[[int, int], list[Row]]
    last: int


def verify(source: Source, keys: Keys | None, known: str | None = None) -> Verdict:
    """Work the chain out again, batch by batch, as far as it is sound.

    keys: of the hotline that made it. Without them keyed seals cannot be told from forged ones.
    """
    digest, reached, rows, unkeyed = "", 0, 0, 0
    broken: Broken | None = None
    seen = False
    for number, seal in enumerate(source.seals, 1):
        why = _fault(source, keys, seal, digest, reached)
        if why is not None:
            broken = Broken(number, seal["first"], seal["last"], seal["at"], why)
            break
        digest, reached = seal["digest"], seal["last"]
        rows += len(source.rows(seal["first"], seal["last"]))
        unkeyed += seal["key_id"] is None
        seen = seen or digest == known
    if broken is None and keys is not None and reached < keys.unkeyed[0]:
        last = keys.unkeyed[0]
        broken = Broken(len(source.seals) + 1, reached + 1, last, 0, "its seal is gone")
    sealed = source.seals[-1]["last"] if source.seals else 0
    tail = source.rows(sealed + 1, source.last)
    return Verdict(
        batches=len(source.seals) if broken is None else broken.number - 1,
        rows=rows,
        unkeyed=unkeyed,
        broken=broken,
        tail=len(tail),
        oldest=tail[0]["at"] if tail else None,
        newest=digest,
        known=None if known is None else seen,
    )


def _fault(source: Source, keys: Keys | None, seal: Row, before: str, reached: int) -> str | None:
    if seal["first"] <= reached or seal["last"] < seal["first"]:
        return "it overlaps the batch before it"
    if source.rows(reached + 1, seal["first"] - 1):
        return "rows stand before it that no seal covers"
    rows = source.rows(seal["first"], seal["last"])
    if not rows or rows[0]["seq"] != seal["first"] or rows[-1]["seq"] != seal["last"]:
        return "its first or last row is gone"
    key_id = seal["key_id"]
    key = keys.seals.get(key_id) if keys is not None and key_id is not None else None
    if key_id is not None and key is None:
        return f"it is sealed by key {key_id}, which is not at hand: name the key file"
    if not hmac.compare_digest(audit.chain(before, rows, key), seal["digest"]):
        return "a row of it was changed, removed or added"
    return None if keys is None else _pinned(keys, seal, reached)


def _pinned(keys: Keys, seal: Row, reached: int) -> str | None:
    """What was sealed before there was a key is held by the key file, and nothing more is."""
    last, digest = keys.unkeyed
    if seal["key_id"] is not None:
        return None if reached >= last else "seals that the key file knows are missing before it"
    if keys.seal and seal["last"] > last:
        return "it is sealed without a key, at a time when there was one"
    if seal["last"] == last and seal["digest"] != digest:
        return "it is not the seal that the key file knows"
    return None


@contextmanager
def database(desk: Desk) -> Iterator[Source]:
    """The audit as it lies in the database, in one look."""
    with desk.db.read() as tx:
        yield Source(audit.seals_of(tx), lambda first, last: audit.between(tx, first, last),
                     audit.last(tx))  # fmt: skip


def export(desk: Desk, path: Path, actor: str = "operator") -> int:
    """Write rows and seals to a new file, readable by its owner only; return how many rows.

    It holds ids, codes and times, as the audit does, and can be verified where no hotline runs.
    """
    with desk.db.write() as tx:
        audit.write(tx, desk.now(), actor, "exported", "audit:all")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with database(desk) as source, os.fdopen(descriptor, "w") as file:
        for seal in source.seals:
            file.write(json.dumps({"seal": [seal[name] for name in SEAL]}) + "\n")
        rows = source.rows(1, source.last)
        for row in rows:
            file.write(json.dumps({"row": [row[name] for name in FIELDS]}) + "\n")
    return len(rows)


def exported(path: Path) -> Source:
    """Read an export. Raises BadExport."""
    seals: list[Row] = []
    rows: list[Row] = []
    number = 0
    try:
        for line in path.read_text().splitlines():
            number += 1
            value: dict[str, Any] = json.loads(line)
            if "seal" in value:
                given = value["seal"]  # four of them before there were keys
                named = [*given, None] if len(given) == len(SEAL) - 1 else given
                seals.append(dict(zip(SEAL, named, strict=True)))
            else:
                rows.append(dict(zip(FIELDS, value["row"], strict=True)))
    except OSError as error:
        raise BadExport(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadExport(f"{path}: line {number} is no line of an export") from error
    numbers = [row["seq"] for row in rows]
    if numbers != sorted(set(numbers)):
        raise BadExport(f"{path}: its rows are not in order")

    def between(first: int, last: int) -> list[Row]:
        return rows[bisect_left(numbers, first) : bisect_right(numbers, last)]

    return Source(seals, between, numbers[-1] if numbers else 0)
