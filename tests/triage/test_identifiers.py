"""What points at one person or house is found in each spelling, and taken out of test cases."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.anonymise import anonymise
from triage.grammar import DataError
from triage.identifiers import identifiers, names, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("goi so 0900 000 123 nhe", ("phone", "+84900000123")),
        ("+84.900.000.123", ("phone", "+84900000123")),
        ("sdt 84900000123", ("phone", "+84900000123")),
        ("0084 900 000 123", ("phone", "+84900000123")),
        ("so ben do +855 900 000 12", ("phone", "+85590000012")),
        ("xe 51A-123.45 cho ho di", ("plate", "51A12345")),
        ("bien so 29b1 23456", ("plate", "29B123456")),
        ("xe 14đ 1234", ("plate", "14D1234")),
        ("nop vao stk 0900000123 ngan hang", ("account", "0900000123")),
        ("tài khoản: 1903 4567 8901", ("account", "190345678901")),
        ("nha 12 duong Nguyen Hue phuong 4", ("address", "12 nguyen hue")),
        ("số 12, đường Nguyễn Huệ", ("address", "12 nguyen hue")),
        ("123/4 hẻm 5 Lê Lợi", ("address", "123/4 le loi")),
        ("trang https://facebook.com/viec.nhe.luong", ("handle", "facebook.com/viec.nhe.luong")),
        ("nhắn t.me/viec_nhe", ("handle", "t.me/viec_nhe")),
        ("tìm @viec_nhe_luong", ("handle", "viec_nhe_luong")),
        ("chị Thủy tuyển người đi làm", ("recruiter", "thuy")),
        ("môi giới tên Hùng", ("recruiter", "hung")),
    ],
)
def test_one_spelling_for_what_is_meant(text: str, expected: tuple[str, str]) -> None:
    assert [(one.kind, one.canonical) for one in identifiers(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "em 14 tuoi, bi nhot 3 ngay",
        "12/4/2026 di xe 16 cho",
        "no 30000000 dong",
        "5h sang mai 2 xe toi",
        "lop 8a1 truong 123",
        "cô hàng xóm bán rau",
        "goi 113 hay 18001567",
        "ngay 12 phố xá đông lam",
    ],
)
def test_ages_hours_money_and_dates_point_at_nobody(text: str) -> None:
    assert identifiers(text) == ()


def test_names_are_found_where_they_have_a_capital_or_are_called_so() -> None:
    assert [one.canonical for one in names("con em là Trần Thị Hoa")] == ["tran thi hoa"]
    assert [one.canonical for one in names("em ten lan, o Vinh")] == ["lan"]
    assert names("tên đó dữ lắm") == ()


def test_a_test_case_reads_as_before_and_points_at_nobody() -> None:
    text = "Con em tên Hoàng Văn Bình, xe 51A-123.45, gọi 0900000123, nhà 8 đường Lê Lợi"
    clean = anonymise(text)
    assert clean.text == ("Con em tên Hoa, xe 51A-00000, gọi 0900000000, nhà 12 đường Hoa Mai")
    assert dict(clean.taken) == {"address": 1, "name": 1, "phone": 1, "plate": 1}
    assert anonymise("be ti o nha bac tu", ("tu",)).text == "be ti o nha bac Hoa"


def test_what_a_reader_saw_is_taken_out_as_a_word_only() -> None:
    assert anonymise("tu di tu tu", ("di",)).text == "tu Hoa tu tu"
    assert anonymise("dinh di", ("di",)).text == "dinh Hoa"


@given(st.text(max_size=300))
def test_any_text_is_searched_and_offsets_hold(text: str) -> None:
    normal = unicodedata.normalize("NFC", text)
    ends = 0
    for one in identifiers(text):
        assert ends <= one.start < one.end <= len(normal)
        ends = one.end
    anonymise(text)


@given(st.integers(900000000, 900099999), st.sampled_from(["0", "84", "+84", "+84 ", "0084"]))
def test_no_number_is_left(number: int, prefix: str) -> None:
    assert str(number)[4:] not in anonymise(f"gọi cho {prefix}{number} nhé").text.replace(
        "900000000", ""
    )


def test_a_broken_list_names_the_file_and_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "identifiers.toml"
    file.write_text('titles = 3\nrecruits = ["a"]\nhello = 1\n')
    with pytest.raises(DataError) as raised:
        words(file)
    said = str(raised.value)
    assert "identifiers.toml: titles must be words" in said
    assert "surnames must be words" in said
    assert "hello is not known here" in said
