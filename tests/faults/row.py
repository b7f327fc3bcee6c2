"""A row of the fault matrix, and what it works with in one run."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from store.bell import LANES
from tests.faults.load import Entry, Ledger, Load
from tests.faults.stack import Stack
from tests.real import until
from worker.hands import MOST

# Texts of one provider that may be sent and not yet marked in one moment: each lane's worker has so
# many hands for it, and a hand takes the next text when it has marked the one before.
HELD = len(LANES) * MOST


@dataclass
class Scene:
    """One run of a row: the stack, a load with its ledger, and chance by a seed.

    twice: how many texts may be sent twice. figures: sums and largest values by name. times: every
    time that was noted, in seconds. said: what else the table says of the row, in words.
    progress: lines for under the table.
    """

    stack: Stack
    seed: int
    folder: Path
    figures: dict[str, float] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    twice: int = 0
    rng: random.Random = field(init=False)
    ledger: Ledger = field(init=False)
    load: Load = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.ledger = Ledger(self.folder / f"ledger-{self.seed}.jsonl")
        self.load = Load(self.stack, self.ledger, self.rng)

    def kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def note(self, what: str, seconds: float) -> None:
        self.times.setdefault(what, []).append(round(seconds, 2))

    def most(self, what: str, value: float) -> None:
        self.figures[what] = max(self.figures.get(what, value), round(value, 1))

    def count(self, what: str, number: int) -> None:
        self.figures[what] = self.figures.get(what, 0) + number

    def note_return(self, began: float) -> None:
        """Note how long it takes until a message is acknowledged again."""
        wall = time.time() - (time.monotonic() - began)

        def back() -> bool:
            recent = self.since(wall)
            return any(e.status == 200 and e.at - e.took > wall for e in recent)

        until(back, 60, "serving again")
        self.note("back", time.monotonic() - began)

    def say(self, words: str) -> None:
        """Put words into the table, once for all seeds."""
        if words not in self.said:
            self.said.append(words)

    def since(self, began: float) -> list[Entry]:
        return [entry for entry in list(self.ledger.entries) if entry.at >= began]


@dataclass(frozen=True)
class Row:
    """kills: over more seeds than the others. lone: one seed only, for its length. shares: a stack
    with other rows. replies: whether R is checked at the end. short: on which databases it is run
    in `make test`. small_disk: DATA on a disk of 8 MB where this user may mount one. store: a test
    of the store that belongs to the row, run at its full length."""

    number: int
    fault: str
    run: Callable[[Scene], None]
    kills: bool = False
    lone: bool = False
    shares: bool = False
    replies: bool = True
    short: tuple[str, ...] = ()
    small_disk: bool = False
    store: str | None = None
