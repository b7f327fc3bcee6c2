"""Hours that people write, as minutes of their day: only what is sure counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hours import window

H = 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8h-10h sáng", (8 * H, 10 * H)),
        ("tu 8 den 10 gio sang", (8 * H, 10 * H)),
        ("sau 20h", (20 * H, 22 * H)),
        ("9 giờ tối", (21 * H, 23 * H)),
        ("9 gio ruoi toi", (21 * H + 30, 23 * H + 30)),
        ("trước 17h", (15 * H, 17 * H)),
        ("7h30-17h", (7 * H + 30, 17 * H)),
        ("22:00 - 6:00", (22 * H, 6 * H)),
        ("10 giờ đêm", (22 * H, 0)),
        ("1 giờ trưa", (13 * H, 15 * H)),
        ("from 2 pm to 4 pm", (14 * H, 16 * H)),
        ("buổi sáng", (7 * H, 11 * H)),
        ("buoi toi em ranh", (18 * H, 21 * H)),
        ("tối thì được", (18 * H, 21 * H)),
        ("9h toi", (21 * H, 23 * H)),
        ("toi lam ve thi duoc", None),  # I, not evening
        ("9h toi ranh", None),
        ("8h sang nha ngoai", None),
        ("lúc nào cũng được", (0, 24 * H)),
        ("8h", None),  # morning or evening: at the wrong one somebody else has the phone
        ("8h-10h", None),
        ("khi nào chồng đi vắng", None),
        ("", None),
    ],
)
def test_what_is_meant(text: str, expected: tuple[int, int] | None) -> None:
    assert window(text) == expected


@given(st.text(max_size=300))
def test_any_text_gives_minutes_of_a_day_or_nothing(text: str) -> None:
    found = window(text)
    assert found is None or all(0 <= minute <= 24 * H for minute in found)
