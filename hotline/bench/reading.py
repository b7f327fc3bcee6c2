"""`hotline bench triage`: what reading one message costs, against the bare automatons as floor.

Processor time of this process, so that other work on the machine shows less. The texts are those of
the work sets, so this runs in a checkout.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import places
import triage
from places.layout import lay_out
from places.lexicon import lexicon as names
from triage.lexicon import lexicon as phrases
from triage.text import MAX_LENGTH, prepare

SETS = Path(__file__).resolve().parents[2] / "tests" / "triage" / "sets"
ON = date(2026, 11, 22)
LENGTH = 300  # characters
TEXTS, ROUNDS = 200, 5
GOAL_US = 600.0  # for LENGTH characters
MOST_GROWTH = 1.5  # cost of a character at 10,000 against one at 1,000; twice the text: doubled
GOAL_START_MS, GOAL_START_MIB = 150.0, 40.0

_START = """
import os, time
import places, triage
page = os.sysconf("SC_PAGE_SIZE")
rss = lambda: int(open("/proc/self/statm").read().split()[1]) * page / 2**20
before, began = rss(), time.process_time()
places.load(); triage.load()
print((time.process_time() - began) * 1000, rss() - before)
"""


class NoSets(Exception):
    """The work sets are not here."""


def run() -> dict[str, Any]:
    """Measure; return the figures and whether all goals are met."""
    said = _texts()
    triage.load()
    places.load()
    first_ms, start_ms, start_mib = _start()
    texts = _of_length(said, LENGTH)[:TEXTS]
    cost, floor = _cost(texts)
    thousand, ten_thousand = (_of_length(said, length)[:3] for length in (1_000, 10_000))
    per_letter = [
        statistics.median(_us(_read, text) / len(text) for text in some)
        for some in (thousand, ten_thousand)
    ]
    hard = [_hard(name, text) for name, text in adversarial()]
    found: dict[str, Any] = {
        "bench": "triage",
        "texts": len(texts),
        "us_per_300": round(cost, 1),
        "floor_us_per_300": round(floor, 1),
        "ratio_to_floor": round(cost / floor, 1),
        "goal_us": GOAL_US,
        "growth_10000_to_1000": round(per_letter[1] / per_letter[0], 2),
        "adversarial": hard,
        "most_growth": MOST_GROWTH,
        "first_start_ms": round(first_ms, 1),
        "start_ms": round(start_ms, 1),
        "start_mib": round(start_mib, 1),
        "goal_start": [GOAL_START_MS, GOAL_START_MIB],
    }
    found["missed"] = [
        name
        for name, missed in (
            ("us_per_300", cost > GOAL_US),
            ("growth_10000_to_1000", found["growth_10000_to_1000"] > MOST_GROWTH),
            ("adversarial", any(row["growth"] > MOST_GROWTH for row in hard)),
            ("start_ms", start_ms > GOAL_START_MS),
            ("start_mib", start_mib > GOAL_START_MIB),
        )
        if missed
    ]
    found["met"] = not found["missed"]
    return found


def adversarial() -> list[tuple[str, str]]:
    """Texts made to cost much, by name."""
    return [
        ("4,096 equal letters", "a" * 4096),
        ("10,000 spaces", " " * 10_000),
        ("digits", "0912345678" * 800),
        ("emoji", "😭" * 4000),
        ("nested repeats", "em bi nhot " * 700),
        ("beginnings without ends", "ho giu " * 1000),
        ("names of places", "Châu Thành " * 700),
        ("places in places", "Châu Thành, An Giang, " * 350),
        ("misspelt names", "o hcmm " * 1000),
        ("denials", "khong " * 1300),
        ("people", "con em toi " * 700),
        ("words run together", "cuutoivoi" * 800),
        ("marks without letters", "\u0301" * 8000),
        ("question marks", "? " * 4000),
        ("figures", "16.5, " * 1300),
    ]


def _read(text: str) -> object:
    return triage.read(text, on=ON)


def _us(work: Callable[[str], object], text: str, times: int = 3) -> float:
    """Processor time of the fastest of some runs, in microseconds."""
    best = float("inf")
    for _ in range(times):
        began = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - began)
    return best * 1e6


def _cost(texts: list[str]) -> tuple[float, float]:
    """Mean cost of reading, and of the bare automatons, round by round in turn; medians."""
    lines = [(prepare(text, phrases().spelling).plain, lay_out(text).line) for text in texts]
    found, given = phrases().automaton, names().names
    costs, floors = [], []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for text in texts:
            _read(text)
        costs.append((time.thread_time() - began) / len(texts) * 1e6)
        began = time.thread_time()
        for plain, line in lines:
            for _hit in found.iter(plain):
                pass
            for _hit in given.iter(line):
                pass
        floors.append((time.thread_time() - began) / len(texts) * 1e6)
    return statistics.median(costs), statistics.median(floors)


def _hard(name: str, text: str) -> dict[str, Any]:
    """Cost of a hard text; growth: of a character in all of it against one in its first half."""
    text = text[:MAX_LENGTH]
    half, whole = _us(_read, text[: len(text) // 2]), _us(_read, text)
    return {
        "text": name,
        "characters": len(text),
        "ms": round(whole / 1000, 2),
        "us_per_300": round(whole / len(text) * LENGTH, 1),
        "growth": round(whole / 2 / half, 2),
    }


def _texts() -> list[str]:
    files = sorted(SETS.glob("work_*.jsonl"))
    if not files:
        raise NoSets("the work sets are in a checkout only: run this where tests/triage/sets is")
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return [str(json.loads(line)["text"]) for line in lines]


def _of_length(said: Iterable[str], length: int) -> list[str]:
    """Texts of exactly so many characters: messages joined and cut."""
    found, text = [], ""
    for one in said:
        text = f"{text} {one}" if text else one
        if len(text) >= length:
            found.append(text[:length])
            text = ""
    return found


def _start() -> tuple[float, float, float]:
    """What loading the data costs a fresh process, the libraries aside.

    Milliseconds of the first start, which makes what is kept; of a later one; MiB of a later one.
    """
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": cache
        }  # fmt: skip
        runs = []
        for _ in range(4):
            done = subprocess.run(  # noqa: S603 - our own interpreter and words
                [sys.executable, "-c", _START], capture_output=True, text=True, check=True,
                env=environment,
            )  # fmt: skip
            runs.append(tuple(float(word) for word in done.stdout.split()))
    first, *later = runs
    return first[0], min(ms for ms, _ in later), min(mib for _, mib in later)
