"""Signs of life of the processes, for the doctor and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desk.house import Desk
from store import standing

EVERY = 10_000  # ms between two signs of one process
PREFIX = "alive:"


@dataclass(frozen=True, slots=True)
class Sign:
    """name: the process ("worker-urgent"). age: ms since its last sign."""

    name: str
    age: int
    said: dict[str, Any]


def give(desk: Desk, name: str, version: str) -> bool:
    """Note that a process lives; False if it did so a moment ago."""
    now = desk.now()
    with desk.db.read() as tx:
        last = standing.get(tx, PREFIX + name)
    if last is not None and 0 <= now - last[0] < EVERY and last[1].get("version") == version:
        return False
    with desk.db.write() as tx:
        standing.put(tx, PREFIX + name, now, version=version)
    return True


def of_all(desk: Desk) -> list[Sign]:
    now = desk.now()
    with desk.db.read() as tx:
        found = standing.everything(tx)
    return [
        Sign(name.removeprefix(PREFIX), max(0, now - at), said)
        for name, (at, said) in found.items()
        if name.startswith(PREFIX)
    ]
