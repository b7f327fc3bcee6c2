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

from tests.faults.load import Entry, Ledger, Load
from tests.faults.stack import Stack
from tests.real import until


@dataclass
class Scene:
    """One run of a row: the stack, a load with its ledger, and chance by a seed.

    twice: how many texts may be sent twice. figures: the longest of each time noted, in seconds,
    and sums of counts.
    """

    stack: Stack
    seed: int
    folder: Path
    figures: dict[str, float] = field(default_factory=dict)
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
        self.figures[what] = max(self.figures.get(what, 0.0), round(seconds, 2))

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

    def since(self, began: float) -> list[Entry]:
        return [entry for entry in list(self.ledger.entries) if entry.at >= began]


@dataclass(frozen=True)
class Row:
    """kills: over how many more seeds than the others. lone: one seed only, for its length.
    replies: whether R is checked at the end. covered: tests that are this row, by their nodes."""

    number: int
    fault: str
    run: Callable[[Scene], None] | None = None
    kills: bool = False
    lone: bool = False
    replies: bool = True
    short: bool = False
    covered: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
