"""What became of the rows: lines for whoever watches, and the table in docs/faults.md."""

from __future__ import annotations

import os
import re
import statistics
from pathlib import Path

from tests.faults.rows import ROWS
from tests.faults.run import Outcome

START, END = "<!-- results -->\n", "\n<!-- /results -->"
HEAD = (
    "| # | fault | database | seeds | messages | sent twice | result | figures |",
    "|---|---|---|---|---|---|---|---|",
)
BACK_WITHIN = 2.0  # seconds, rows 1 and 5: aimed at, and no failure on a machine that is busy
_ROW = re.compile(r"\| (\d+) \| .* \| (sqlite|postgresql) \|")


def told(outcome: Outcome) -> str:
    """One outcome for a terminal, with the seeds that failed."""
    state = "FAILED" if outcome.failed else "held"
    lines = [
        f"{state:6} row {outcome.row:2} {outcome.dialect:10} {outcome.seeds:3} seeds "
        f"{outcome.messages:6} messages {outcome.seconds:6.1f} s, {outcome.cpu:.0f} s of a core"
    ]
    lines += [f"       {what}: {why}" for what, why in outcome.failed.items()]
    return "\n".join(lines)


def table(outcomes: list[Outcome], minutes: float) -> str:
    """The table of a run of everything, how long it took, and the rows that report as they go."""
    rows = [_line(outcome) for outcome in outcomes]
    took = (
        f"All rows on both databases side by side, {os.cpu_count()} cores: {minutes:.0f} minutes."
    )
    return "\n".join([*HEAD, *rows, "", took, *_progress(outcomes)])


def put(path: Path, text: str) -> None:
    """Replace what stands between the two marks of the file."""
    before, _, rest = path.read_text().partition(START)
    path.write_text(before + START + text + END + rest.partition(END)[2])


def put_rows(path: Path, outcomes: list[Outcome]) -> None:
    """Replace only the rows that were run, and what they reported as they went."""
    old = path.read_text().partition(START)[2].partition(END)[0].splitlines()
    fresh = {(o.row, o.dialect): _line(o) for o in outcomes}
    kept = {_key(line): line for line in old if _ROW.match(line)}
    rows = {**kept, **fresh}
    order = sorted(rows, key=lambda key: (key[0], key[1] != "sqlite"))
    after = [line for line in old if not line.startswith("|")]
    while after and not after[0]:
        after.pop(0)
    reported = _progress(outcomes)
    if reported and reported[1] in after:
        after = after[: after.index(reported[1]) - 1]
    put(path, "\n".join([*HEAD, *(rows[key] for key in order), "", *after, *reported]))


def _key(line: str) -> tuple[int, str]:
    found = _ROW.match(line)
    assert found is not None
    return int(found[1]), found[2]


def _line(o: Outcome) -> str:
    fault = next((row.fault for row in ROWS if row.number == o.row), "?")
    result = f"**failed**: {'; '.join(o.failed)}" if o.failed else "held"
    times = [_time(name, values) for name, values in sorted(o.times.items())]
    figures = [f"{name} {value:g}" for name, value in sorted(o.figures.items())]
    return (
        f"| {o.row} | {fault} | {o.dialect} | {o.seeds} | {o.messages or ''} | {o.twice or ''} | "
        f"{result} | {', '.join([*o.said, *times, *figures])} |"
    )


def _time(name: str, values: list[float]) -> str:
    """Seconds: the middle one and the longest of all seeds; against its bound, where it has one."""
    longest = max(values)
    text = f"{name} {statistics.median(values):.1f} s, at most {longest:.1f}"
    if name == "back":
        over = sum(value > BACK_WITHIN for value in values)
        bound = f"{BACK_WITHIN:g} s"
        text += f" (over {bound}: {over} of {len(values)})" if over else f" (within {bound})"
    return text


def _progress(outcomes: list[Outcome]) -> list[str]:
    """The report of a long row, as a block under the table."""
    found = []
    for outcome in outcomes:
        if outcome.progress:
            found += ["", f"Row {outcome.row} on {outcome.dialect} as it went:", ""]
            found += [f"    {line}" for line in outcome.progress]
    return found
