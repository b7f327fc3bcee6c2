"""Whatever is sent: an answer, never an exception, at a cost that grows with the length only."""

from __future__ import annotations

import sys
from datetime import date
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from places import find, mentions
from places.points import SERVICE_POINTS

ON = date(2026, 11, 1)
PIECES = st.sampled_from(
    [
        "tan phu",
        "Châu Thành",
        "ở",
        "que",
        "Hà Nội",
        "bavet",
        "cam",
        ",",
        ".",
        "\n",
        "đi",
        "về",
        "柬埔寨",
        "10.03,105.78",
        "quận",
        "7",
        "8FVC9G8F+6X",
        "́",
        "\u200b",
        "\x00",
        "�",
    ]
)


def _holds(text: str) -> None:
    place = find(text, on=ON)
    assert place.centre in SERVICE_POINTS
    assert place.vn_province is None or place.candidates == ()
    assert len(set(place.candidates)) == len(place.candidates)
    for one in mentions(text, on=ON):
        assert one.start < one.end
        assert one.role in ("here", "home", "to", "from", "seen")


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text(text: str) -> None:
    _holds(text)


@given(st.lists(PIECES, max_size=40))
@settings(deadline=None)
def test_any_order_of_names_and_words(pieces: list[str]) -> None:
    _holds(" ".join(pieces))


ADVERSARIAL = [
    "a",
    "a ",
    "tan phu ",
    "châu thành, kiên giang, ",
    "wwwwwwww ",
    "sai gonn ",
    "rủ đi hà nội ",
    "Ạ\u0301",
    "10.03,105.78 ",
    "1.",
    "7P28XQM4+",
    "西港",
]


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_cost_grows_no_faster_than_length(piece: str) -> None:
    """Counted in calls, so that a busy machine does not matter."""

    def calls(length: int) -> int:
        text = (piece * (length // len(piece) + 1))[:length]
        count = 0

        def seen(frame: FrameType, event: str, argument: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(seen)
        try:
            find(text, on=ON)
        finally:
            sys.setprofile(None)
        return count

    find(piece, on=ON)  # the tables are read, the caches are warm
    assert calls(10_000) < 2.3 * calls(5_000) + 2_000


def test_4096_equal_letters() -> None:
    _holds("a" * 4096)
    _holds("ơ" * 4096)
