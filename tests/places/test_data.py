"""The data files: sane as shipped, and a broken one says where and what."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from places import DataError, load, nearest
from places import datafile as files
from places.centres import centres
from places.cues import cues
from places.gazetteer import names
from places.kept import _fingerprint
from places.lexicon import lexicon
from places.points import SERVICE_POINTS, table
from places.units import units
from places.zones import zones


def test_load_reads_everything() -> None:
    load()


def test_landmarks_stand_in_the_province_they_name(on: date) -> None:
    """By the nearest commune; at a provincial border the neighbour's may be a little nearer."""
    at_the_border = {"Vàm Láng", "Cửa khẩu Lộc Thịnh", "Cầu Mỹ Thuận"}
    for _, sense in names():
        if sense.country == "VN" and sense.former and sense.lat and sense.lon:
            old = nearest(sense.lat, sense.lon, on=on).old_province
            assert old == sense.former or sense.name in at_the_border, sense


def test_no_shelter_address_in_the_data() -> None:
    for name in ("centres.toml", "landmarks.tsv"):
        text = files.content(name).lower()
        assert "số nhà" not in text
        assert "địa chỉ" not in text


def test_the_names_of_the_issue_are_there() -> None:
    for name in (
        "moc bai",
        "huu nghi",
        "lao bao",
        "xa xia",
        "my dinh",
        "noi bai",
        "kk park",
        "bavet",
    ):
        assert lexicon().find(name) is not None, name


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of data to be broken, read for one test."""
    caches = (table, centres, cues, lexicon, zones)
    folder = shutil.copytree(files.DATA, tmp_path / "data")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(files, "DATA", folder)
    for cached in caches:
        cached.cache_clear()
    yield folder
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


BREAKS = [
    ("provinces.toml", "lat = 21.028", 'lat = "north"', r"provinces\.toml:\d+: lat: a number"),
    ("provinces.toml", 'region = "vung-bac"', 'region = "moon"', r"provinces\.toml:\d+: region"),
    ("provinces.toml", 'seat = "ha-noi"', 'seat = "ha"', r"provinces\.toml:\d+: seat"),
    ("provinces.toml", "[[province]]", "[province", r"provinces\.toml:\d+: valid TOML expected"),
    ("centres.toml", 'confidence = "high"', 'confidence = "sure"', r"centres\.toml:\d+: confid"),
    ("centres.toml", 'code = "ha-noi"', 'code = "hanoi"', r"centres\.toml:\d+: code"),
    ("landmarks.tsv", "gate\tquang-ninh", "fence\tquang-ninh", r"landmarks\.tsv:\d+: kind: one of"),
    ("landmarks.tsv", "\tlang-son\t", "\tlangson\t", r"landmarks\.tsv:\d+: former"),
    ("landmarks.tsv", "name\tkind\tformer", "name\tkind", r"landmarks\.tsv:\d+: the heading"),
    ("foreign.tsv", "\tKH\t", "\tKhmer\t", r"foreign\.tsv:\d+: country: two capital"),
    ("foreign.tsv", "11.072\t", "911.072\t", r"foreign\.tsv:\d+: lat: a number from"),
    ("words.toml", "titles = [", "tittles = [", r"words\.toml:\d+: titles: a list"),
    ("words.toml", "home = [", "houses = [", r"words\.toml:\d+: roles: the lists"),
    ("units.tsv", "# units", "# unit", r"units\.tsv:1: heading"),
    ("units.tsv", "A Bung|cx|45|", "A Bung|cx|", r"units\.tsv:\d+: `key TAB"),
    ("units.tsv", "16.343", "16.344", r"units\.tsv:1: checksum"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), BREAKS)
def test_a_broken_file_names_file_line_and_what_is_expected(
    broken: Path, name: str, old: str, new: str, said: str
) -> None:
    file = broken / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=said) as caught:
        load()
    assert caught.value.file == name
    assert "expected" in str(caught.value)


def test_what_was_kept_of_whole_data_hides_no_fault(broken: Path) -> None:
    load()
    for cached in (lexicon, _fingerprint):
        cached.cache_clear()  # another start
    file = broken / "landmarks.tsv"
    text = file.read_text("utf-8")
    file.write_text(text.replace("gate\tquang-ninh", "fence\tquang-ninh"), "utf-8")
    with pytest.raises(DataError, match=r"landmarks\.tsv:\d+: kind: one of"):
        load()


def test_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"nowhere\.tsv:1: a readable"):
        files.content("nowhere.tsv")


def test_units_are_read_whole() -> None:
    assert len(units()) > 7000
    assert len(SERVICE_POINTS) == 67
