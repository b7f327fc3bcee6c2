"""A word or two is not raised by the weights: of these they know only who mostly writes."""

from __future__ import annotations

from datetime import date

import pytest

from triage import read

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    ["không", "khong", "có", "dạ", "mẹ em", "em 17 tuổi", "ai đó", "hôm qua", "3 ngày rồi",
     "không có ai", "báo tin", "alo", "ok"],
)  # fmt: skip
def test_everyday_words_wake_nobody(text: str) -> None:
    assert read(text, on=DAY).urgency >= 3


@pytest.mark.parametrize(
    "text", ["cứu", "cuu e", "cju e", "cíu", "help", "help me", "muốn chết", "hes strangling mum",
             "救命", "ជួយផង"],
)  # fmt: skip
def test_a_cry_is_a_cry_however_short(text: str) -> None:
    assert read(text, on=DAY).urgency == 1


@pytest.mark.parametrize(
    "text",
    ["ຊ່ວຍແດ່ ຂ້ອຍຖືກຂັງຢູ່ສາມຫຼ່ຽມຄຳ", "ฉันถูกขังอยู่สามเหลี่ยมทองคำ"],
)
def test_letters_of_two_parts_are_found(text: str) -> None:
    """Lao and Thai "am" is one letter or two; the text and the phrases are read alike."""
    assert "scam_compound" in read(text, on=DAY).signals


@pytest.mark.parametrize(
    "text",
    ["em 12 tuoi o ben xe mien dong mot minh", "con 12 tuoi bi lac me o ben xe mien dong"],
)
def test_a_child_alone_is_told_from_a_child(text: str) -> None:
    reading = read(text, on=DAY)
    assert "alone_child" in reading.cues
    assert reading.urgency <= 2
