"""An answer in a running conversation is not read as a message that opens one."""

from __future__ import annotations

from datetime import date

import pytest

import triage

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    ["khong", "vâng", "tren facebook", "20h dem", "chua co", "toa nha so 5", "8 giờ sáng, số này"],
)
def test_a_plain_answer_is_no_cry(text: str) -> None:
    reading = triage.read(text, on=ON, answering=True)
    assert reading.urgency == 4
    assert reading.intent in ("off_topic", "info")


@pytest.mark.parametrize("text", ["cuu em voi", "em bi nhot o day", "no dang danh em", "muon chet"])
def test_a_cry_is_one_whenever_it_comes(text: str) -> None:
    assert triage.read(text, on=ON, answering=True).urgency == 1
