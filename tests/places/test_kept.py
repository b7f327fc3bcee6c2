"""What is kept between starts is used when it is of this very data and code, and ours; else not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import kept as module
from places.kept import kept

MADE = ((1, 2.5, "Lối Về"), [None, True], {"em": frozenset((3, 2**90))}, b"\0\xff")


class Starts:
    """A folder of data, and starts of the program that make something of it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder, self.cache = folder, cache
        self.made = 0

    def start(self, given: object = MADE) -> object:
        module._fingerprint.cache_clear()
        return kept(self.folder, "thing", lambda: self._make(given))

    def _make(self, given: object) -> object:
        self.made += 1
        return given

    @property
    def file(self) -> Path:
        (file,) = (self.cache / "hotline").iterdir()
        return file


@pytest.fixture
def starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starts]:
    folder, cache = tmp_path / "data", tmp_path / "cache"
    folder.mkdir()
    (folder / "words.toml").write_text("a = 1\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    yield Starts(folder, cache)
    module._fingerprint.cache_clear()


def test_the_second_start_makes_nothing_and_has_the_same(starts: Starts) -> None:
    assert starts.start() == starts.start() == MADE
    assert starts.made == 1


def test_only_its_user_may_read_or_write_it(starts: Starts) -> None:
    starts.start()
    assert starts.file.stat().st_mode & 0o777 == 0o600
    assert starts.file.parent.stat().st_mode & 0o777 == 0o700


def test_other_data_is_made_anew_whatever_its_date(starts: Starts) -> None:
    starts.start()
    words = starts.folder / "words.toml"
    before = words.stat()
    words.write_text("a = 2\n")
    os.utime(words, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert starts.start("new") == starts.start("never made") == "new"
    assert starts.made == 2


def test_a_file_more_or_less_is_other_data(starts: Starts) -> None:
    starts.start()
    (starts.folder / "more.tsv").write_text("")
    assert starts.start("more") == "more"


def test_other_code_makes_it_anew(
    starts: Starts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts.start()
    code = tmp_path / "marks.py"
    code.write_text("# another release\n")
    monkeypatch.setattr(module, "_LIBRARIES", (str(code),))
    assert starts.start("new") == "new"


def test_another_interpreter_makes_it_anew(starts: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    starts.start()
    monkeypatch.setattr(module.sys, "version", "3.99")
    assert starts.start("new") == "new"


@pytest.mark.parametrize("at", [0, 33, 40, -1])
def test_a_changed_byte_is_seen(starts: Starts, at: int) -> None:
    starts.start()
    whole = bytearray(starts.file.read_bytes())
    whole[at] ^= 1
    starts.file.write_bytes(whole)
    assert starts.start("new") == starts.start("never made") == "new"


@pytest.mark.parametrize("many", [0, 1, 32, 36, 50])
def test_a_cut_file_is_seen(starts: Starts, many: int) -> None:
    starts.start()
    starts.file.write_bytes(starts.file.read_bytes()[:many])
    assert starts.start("new") == "new"


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_what_others_may_write_is_not_believed(starts: Starts, mode: int) -> None:
    starts.start()
    starts.file.chmod(mode)
    assert starts.start("new") == "new"
    assert starts.file.stat().st_mode & 0o777 == 0o600


def test_what_another_user_wrote_is_not_believed(
    starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts.start()
    monkeypatch.setattr(module.os, "geteuid", lambda: os.getuid() + 1)
    assert starts.start("new") == "new"


def test_without_a_place_to_write_each_start_makes_it(starts: Starts) -> None:
    starts.cache.write_text("a file where a folder should be")
    assert starts.start() == starts.start() == MADE
    assert starts.made == 2


def test_nothing_half_written_stays(starts: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert starts.start() == MADE
    assert list((starts.cache / "hotline").iterdir()) == []


def test_old_installations_leave_little(starts: Starts, tmp_path: Path) -> None:
    starts.start()
    first = starts.file
    os.utime(first, ns=(0, 0))
    for number in range(module._MOST):
        starts.folder = tmp_path / f"release-{number}"
        starts.folder.mkdir()
        starts.start()
    assert not first.exists()
    assert len(list(first.parent.iterdir())) == module._MOST


def test_faults_in_the_data_come_through(starts: Starts) -> None:
    def wrong() -> object:
        raise ValueError("words.toml:1: expected")

    module._fingerprint.cache_clear()
    with pytest.raises(ValueError, match=r"words\.toml:1"):
        kept(starts.folder, "thing", wrong)
