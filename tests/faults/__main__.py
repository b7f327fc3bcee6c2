"""`make faults`: every row on both databases, side by side, and the table of results."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import click

from tests.faults import report
from tests.faults.rows import ROWS
from tests.faults.run import Common, Outcome, run_row
from tests.faults.stack import Postgres, folder_of_its_own, postgres
from tests.real import ROOT

OTHERS = 2  # seeds of the rows that kill nothing
DATABASES = ("sqlite", "postgresql")
RESULTS = ROOT / "docs" / "faults.md"


@click.command()
@click.option("--seeds", default=20, show_default=True, help="Seeds of the rows that kill.")
@click.option("--first", default=1, show_default=True, help="The first seed.")
@click.option("--row", "only", multiple=True, type=int, help="Only these rows.")
@click.option("--database", type=click.Choice(DATABASES), help="Only this one.")
@click.option(
    "--write/--no-write",
    default=None,
    help="Put the results into docs/faults.md: by itself after a run of everything; else only "
    "the lines of the rows that were run.",
)
@click.option("--lines", is_flag=True, hidden=True, help="Print outcomes as JSON lines.")
def main(
    seeds: int, first: int, only: tuple[int, ...], database: str | None, write: bool | None,
    lines: bool,
) -> None:  # fmt: skip
    """Break a running hotline in every way of the matrix; exit 1 if anything was lost."""
    if lines:
        assert database is not None
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # stop what was started, in order
        for outcome in _run(database, seeds, first, only):
            print(json.dumps(dataclasses.asdict(outcome)), flush=True)
        return
    began = time.monotonic()
    whole = not only and database is None
    options = ["--seeds", str(seeds), "--first", str(first)]
    options += [word for row in only for word in ("--row", str(row))]
    outcomes = _side_by_side((database,) if database else DATABASES, options)
    table = report.table(outcomes, (time.monotonic() - began) / 60)
    print(f"\n{table}")
    if whole and write is not False:
        report.put(RESULTS, table)
    elif write:
        report.put_rows(RESULTS, outcomes)
    sys.exit(any(outcome.failed for outcome in outcomes))


def _run(dialect: str, seeds: int, first: int, only: tuple[int, ...]) -> Iterator[Outcome]:
    with contextlib.ExitStack() as held:
        folder = held.enter_context(folder_of_its_own())
        server: Postgres | None = None
        if dialect == "postgresql":
            server = held.enter_context(postgres(folder / "pg"))
        common = Common(dialect, folder, server)
        held.callback(common.end)
        for row in ROWS:
            if only and row.number not in only:
                continue
            count = 1 if row.lone else seeds if row.kills else min(OTHERS, seeds)
            wanted = list(range(first, first + count))
            yield run_row(row, common, wanted)


def _side_by_side(dialects: tuple[str, ...], options: list[str]) -> list[Outcome]:
    """Each database in a process of its own: they mostly wait, and there are two cores."""
    apart, environment = _own_mounts()
    running = [
        subprocess.Popen(
            [*apart, sys.executable, "-m", "tests.faults", *options, "--lines", "--database", one],
            stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **environment},
        )
        for one in dialects
    ]  # fmt: skip
    outcomes: list[Outcome] = []

    def read(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            outcome = Outcome(**json.loads(line))
            outcomes.append(outcome)
            print(report.told(outcome), flush=True)
        if process.wait():
            outcomes.append(Outcome(0, "?", failed={"runner": f"exit {process.returncode}"}))

    readers = [threading.Thread(target=read, args=(process,)) for process in running]
    for reader in readers:
        reader.start()
    try:
        for reader in readers:
            reader.join()
    except BaseException:
        for process in running:
            process.terminate()
        raise
    return sorted(outcomes, key=lambda one: (one.row, one.dialect != "sqlite"))


def _own_mounts() -> tuple[list[str], dict[str, str]]:
    """How to run something that may mount a disk nobody else sees: by root, and by anybody where
    the kernel lets users have namespaces. Nothing where it does not."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    command = ["unshare", "--mount", *user, "--"]
    with contextlib.suppress(OSError):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command, {"FAULTS_OWN_MOUNTS": "1"}
    return [], {}


if __name__ == "__main__":
    main()
