"""Reference codes however they are spelt, and nothing that only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import grouped, spoken
from store.ids import new_reference
from triage.references import check_digit, is_only_reference, is_reference, references

CODE = "482915" + check_digit("482915")


@pytest.mark.parametrize("shape", ["{}", "ma so {}", "so cua em la {} nhe", "my number is {}"])
@pytest.mark.parametrize("spelt", ["plain", "grouped", "hyphens", "dots", "words", "marks"])
def test_it_is_found_and_stands_alone(shape: str, spelt: str) -> None:
    forms = {
        "plain": CODE,
        "grouped": grouped(CODE),
        "hyphens": f"{CODE[:3]}-{CODE[3:]}",
        "dots": f"{CODE[:3]}.{CODE[3:5]}.{CODE[5:]}",
        "words": spoken(CODE, "en").replace(",", ""),
        "marks": spoken(CODE, "vi"),
    }
    text = shape.format(forms[spelt])
    assert references(text) == (CODE,)
    assert is_only_reference(text, references(text))


@pytest.mark.parametrize(
    "text",
    ["0900000001", "+84900000001", "1234567890123", "nam nay em 17 tuoi", "chuoc 30 trieu", ""],
)
def test_what_is_no_code(text: str) -> None:
    assert references(text) == ()
    assert not is_only_reference(text, references(text))


def test_a_story_with_a_code_is_a_story() -> None:
    text = f"so {CODE}, em bi nhot o nha nghi Hoa Mai"
    assert references(text) == (CODE,)
    assert not is_only_reference(text, references(text))


@given(st.integers(100_000, 999_999), st.integers(0, 6), st.integers(1, 9))
def test_a_slip_of_one_digit_is_no_code(digits: int, place: int, by: int) -> None:
    code = f"{digits}" + check_digit(f"{digits}")
    slip = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert is_reference(code)
    assert references(slip) == ()


@given(st.text(max_size=600))
def test_any_text_gives_codes_or_nothing(text: str) -> None:
    assert all(is_reference(code) for code in references(text))


def test_it_is_read_aloud_in_groups() -> None:
    assert grouped("4829157") == "48 29 157"
    assert spoken("4829157", "vi") == "bốn tám, hai chín, một năm bảy"
    assert len(new_reference()) == 7
