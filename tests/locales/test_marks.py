from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.marks import unaccent

LOWER = (
    "àáảãạăằắẳẵặâầấẩẫậ",
    "èéẻẽẹêềếểễệ",
    "ìíỉĩị",
    "òóỏõọôồốổỗộơờớởỡợ",
    "ùúủũụưừứửữự",
    "ỳýỷỹỵ",
    "đ",
)


@pytest.mark.parametrize(("letters", "plain"), list(zip(LOWER, "aeiouyd", strict=True)))
def test_every_vietnamese_letter(letters: str, plain: str) -> None:
    assert unaccent(letters) == plain * len(letters)
    assert unaccent(letters.upper()) == plain.upper() * len(letters)


def test_case_and_everything_else_stay() -> None:
    assert unaccent("Đừng GỌI lại, 柬埔寨 កម្ពុជា 😀") == "Dung GOI lai, 柬埔寨 កម្ពុជា 😀"


def test_decomposed_text_reads_the_same() -> None:
    assert unaccent(unicodedata.normalize("NFD", "Nhường người ở Đắk Lắk")) == (
        "Nhuong nguoi o Dak Lak"
    )


def test_the_icelandic_letter_typed_for_d() -> None:
    assert unaccent("Ðồng Nai") == "Dong Nai"


@given(st.text())
def test_offsets_survive(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    plain = unaccent(text)
    assert len(plain) == len(composed)
    for before, after in zip(composed, plain, strict=True):
        assert before == after or unicodedata.normalize("NFD", before)[0] == after or after in "dD"


@given(st.text())
def test_a_second_time_changes_nothing(text: str) -> None:
    assert unaccent(unaccent(text)) == unaccent(text)


def test_what_is_made_of_signs_is_no_letter_with_marks() -> None:
    assert unaccent("ê ≠ ≮ ≯") == "e ≠ ≮ ≯"


@given(st.text())
def test_it_is_the_letters_one_by_one(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert unaccent(text) == "".join(map(unaccent, composed))
