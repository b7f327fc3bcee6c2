"""Any text in any state of a talk: a ticket, never a fault of the machine."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

import triage
from tests.fuzz.effort import fuzzed
from tests.stage import Stage

words = st.sampled_from(
    [
        "em",
        "bi",
        "nhot",
        "danh",
        "dung",
        "khong",
        "co",
        "1",
        "2",
        "12",
        "NGUNG",
        "NGUOI",
        "XOA HET",
        "HELP",
        "STOP",
        "an giang",
        "campuchia",
        "12 tuoi",
        "thoat",
        "nham so",
        "phat hien",
        "mật khẩu",
        "xin chào",
        "\x00",
        "😀",
        "4829157",
        "+84900000001",
        "???",
        "a" * 2000,
        "\u202e",
        "\n",
    ]
)
messages = st.lists(words, min_size=1, max_size=8).map(" ".join)


@fuzzed
@given(text=st.one_of(messages, st.text(max_size=300)))
def test_any_text_has_a_reading(text: str) -> None:
    reading = triage.read(text, on=date(2026, 11, 22))
    assert reading.urgency in (1, 2, 3, 4)


@fuzzed
@given(said=st.lists(messages, min_size=1, max_size=6), number=st.integers(0, 9_999_999))
def test_any_talk_is_kept_and_no_turn_fails(played: Stage, said: list[str], number: int) -> None:
    phone = f"+8490{number:07d}"
    for text in said:
        received = played.write(text, phone)
        assert received.fault is None
        assert not received.unread
        assert received.ref is not None
        played.clock.move(2)
    played.deliver()
