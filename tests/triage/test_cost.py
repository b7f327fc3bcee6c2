"""What reading costs, counted in steps of the interpreter: no text may cost more than its length.

A step is one instruction of Python code; the time of the machine does not come into it.
"""

from __future__ import annotations

import sys
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import places
import triage
from hotline.bench.reading import adversarial

TODAY = date(2026, 11, 22)
LENGTH = 2400  # characters of a hard text: its half is long enough to show what grows
MOST_GROWTH = 2.4  # twice the text, twice the steps, and room for what comes in lumps
MOST_A_LETTER = 900  # steps; ordinary messages take about 200, a row of emoji 600
MOST_AT_ALL = 40_000  # steps whatever the text


def _steps(text: str) -> int:
    taken = 0

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal taken
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        taken += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        triage.read(text, on=TODAY)
    finally:
        sys.settrace(before)
    return taken


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    triage.load()
    places.load()
    for _, text in adversarial():
        triage.read(text[:LENGTH], on=TODAY)  # what is learnt of our own words is learnt


@pytest.mark.parametrize(("name", "text"), adversarial())
def test_twice_the_text_is_twice_the_work(name: str, text: str) -> None:
    whole = text[:LENGTH]
    half = whole[: LENGTH // 2]
    assert len(whole) == LENGTH, name
    assert _steps(whole) <= MOST_GROWTH * _steps(half) + MOST_AT_ALL


@given(
    st.text(max_size=300)
    | st.text("aâdđ nhotcuiem.,?1\n", max_size=300)
    | st.lists(st.sampled_from(["em", "con", "bị", "khong", "an", "giang", "ho", "giu", ".", "?"]),
               max_size=60).map(" ".join)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_text_costs_what_its_letters_cost(text: str) -> None:
    assert _steps(text) <= MOST_AT_ALL + MOST_A_LETTER * len(text)
