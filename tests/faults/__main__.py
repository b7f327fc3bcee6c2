"""`make faults`: every row on both databases, side by side, and the table of results."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click

from tests.faults.rows import ROWS
from tests.faults.run import Outcome, run_row
from tests.faults.stack import Postgres, folder_of_its_own, postgres
from tests.real import ROOT

OTHERS = 2  # seeds of the rows that kill nothing


@click.command()
@click.option("--seeds", default=20, show_default=True, help="Seeds of the rows that kill.")
@click.option("--first", default=1, show_default=True, help="The first seed.")
@click.option("--row", "only", multiple=True, type=int, help="Only these rows.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), help="Only this one.")
@click.option("--write", type=click.Path(path_type=Path), help="Put the table into this file.")
@click.option("--lines", is_flag=True, hidden=True, help="Print outcomes as JSON lines.")
def main(
    seeds: int, first: int, only: tuple[int, ...], database: str | None, write: Path | None,
    lines: bool,
) -> None:  # fmt: skip
    """Break a running hotline in every way of the matrix; exit 1 if anything was lost."""
    began = time.monotonic()
    if lines:
        assert database is not None
        for outcome in _run(database, seeds, first, only):
            print(json.dumps(dataclasses.asdict(outcome)), flush=True)
        return
    outcomes = _side_by_side([database] if database else ["sqlite", "postgresql"])
    minutes = (time.monotonic() - began) / 60
    table = _table(outcomes, minutes)
    print(f"\n{table}")
    if write is not None:
        _put(write, table)
    sys.exit(any(outcome.failed for outcome in outcomes))


def _run(dialect: str, seeds: int, first: int, only: tuple[int, ...]) -> Iterator[Outcome]:
    with contextlib.ExitStack() as held:
        folder = held.enter_context(folder_of_its_own())
        server: Postgres | None = None
        if dialect == "postgresql":
            server = held.enter_context(postgres(folder / "pg"))
        for row in ROWS:
            if only and row.number not in only:
                continue
            count = 1 if row.lone else seeds if row.kills else min(OTHERS, seeds)
            wanted = list(range(first, first + count))
            yield run_row(row, dialect, wanted, folder / f"row{row.number}", server)


def _side_by_side(dialects: list[str]) -> list[Outcome]:
    """Each database in a process of its own: they mostly wait, and there are two cores."""
    words = [word for word in sys.argv[1:] if not word.startswith("--write")]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults", *words, "--lines", "--database", dialect],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=dict(os.environ),
        )
        for dialect in dialects
    ]
    outcomes: list[Outcome] = []

    def read(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            outcome = Outcome(**json.loads(line))
            outcomes.append(outcome)
            _tell(outcome)
        if process.wait():
            outcomes.append(Outcome(0, "?", failed={"runner": f"exit {process.returncode}"}))

    readers = [threading.Thread(target=read, args=(process,)) for process in running]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sorted(outcomes, key=lambda one: (one.row, one.dialect != "sqlite"))


def _tell(outcome: Outcome) -> None:
    state = "FAILED" if outcome.failed else "held"
    print(f"{state:6} row {outcome.row:2} {outcome.dialect:10} {outcome.seeds:3} seeds "
          f"{outcome.messages:6} messages {outcome.seconds:6.1f} s", flush=True)  # fmt: skip
    for what, why in outcome.failed.items():
        print(f"       {what}: {why}", flush=True)


def _table(outcomes: list[Outcome], minutes: float) -> str:
    names = {row.number: row.fault for row in ROWS}
    lines = [
        "| # | fault | database | seeds | messages | sent twice | result | figures |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for o in outcomes:
        figures = ", ".join(f"{name} {value:g}" for name, value in sorted(o.figures.items()))
        result = "**failed**" if o.failed else "held"
        lines.append(f"| {o.row} | {names.get(o.row, '?')} | {o.dialect} | {o.seeds} | "
                     f"{o.messages or ''} | {o.twice or ''} | {result} | {figures} |")  # fmt: skip
    lines.append(f"\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {minutes:.0f} minutes.")
    return "\n".join(lines)


def _put(path: Path, table: str) -> None:
    """Replace what stands between the two marks of the file."""
    start, end = "<!-- results -->\n", "\n<!-- /results -->"
    text = path.read_text()
    head, _, rest = text.partition(start)
    path.write_text(head + start + table + end + rest.partition(end)[2])


if __name__ == "__main__":
    main()
