"""Running rows: one stack for a row and a database, many seeds on it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import oracle
from tests.faults.row import Row, Scene
from tests.faults.stack import Postgres, Stack, stack
from tests.real import ROOT


@dataclass
class Outcome:
    """How a row went on a database. messages: acknowledged ones. failed: seed -> why.

    cpu: seconds of processor time of harness and hotline, without PostgreSQL's own.
    """

    row: int
    dialect: str
    seeds: int = 0
    messages: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    twice: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass
class Common:
    """The stack of all rows that need none of their own; a new one after a row that failed."""

    dialect: str
    folder: Path
    server: Postgres | None
    held: ExitStack = field(default_factory=ExitStack)
    made: Stack | None = None

    def get(self) -> Stack:
        if self.made is None:
            folder = self.folder / f"common-{time.monotonic_ns()}"
            self.made = self.held.enter_context(stack(self.dialect, folder, self.server))
        return self.made

    def end(self) -> None:
        self.made = None
        self.held.close()


def run_row(row: Row, common: Common, seeds: list[int]) -> Outcome:
    """Run a row over its seeds; what fails is noted with its seed, and the next one runs."""
    outcome = Outcome(row.number, common.dialect)
    began, used = time.monotonic(), _cpu()
    folder = common.folder / f"row{row.number}"
    folder.mkdir()
    try:
        if row.shares:
            made = common.get()
            made.database.close()  # a row since may have killed the server that it was connected to
            run_seeds(row, made, seeds, folder, outcome)
        else:
            with stack(common.dialect, folder, common.server, small_disk=row.small_disk) as made:
                run_seeds(row, made, seeds, folder, outcome)
        if row.store is not None:
            _run_store(row.store, common.dialect, outcome)
    except Exception as error:
        outcome.failed["stack"] = _said(error)
    if outcome.failed:
        common.end()
    outcome.seconds = round(time.monotonic() - began, 1)
    outcome.cpu = round(_cpu() - used, 1)
    return outcome


def _cpu() -> float:
    """Processor time of this process and of all it has waited for, seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run_seeds(row: Row, made: Stack, seeds: list[int], folder: Path, outcome: Outcome) -> None:
    """Run the seeds on a stack; at the end R over all of them together."""
    entries = []
    for seed in seeds:
        scene = Scene(
            made, seed, folder, outcome.figures, outcome.times, outcome.said, outcome.progress
        )
        try:
            row.run(scene)
        except Exception as error:
            outcome.failed[f"seed {seed}"] = _said(error)
        outcome.seeds += 1
        ledger = scene.ledger
        outcome.messages += len(ledger.acknowledged()) if ledger.keeps else ledger.accepted
        made.twice += scene.twice
        entries += scene.ledger.entries
        oracle.stop_climbing(made)
    if row.replies and not outcome.failed:
        everything = Scene(made, 0, folder).ledger
        everything.entries = entries
        try:
            outcome.twice = oracle.check_replies(made, everything, most_twice=made.twice)
        except Exception as error:
            outcome.failed[f"replies of seeds {seeds}"] = _said(error)


def _run_store(test: str, dialect: str, outcome: Outcome) -> None:
    """Run a test of the store at its full length."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", dialect, test],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "FAULTS_LONG": "1"},
    )  # fmt: skip
    if done.returncode:
        outcome.failed[test] = done.stdout[-600:]


def _said(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:300]} ({Path(last.filename).name}:{last.lineno})"
