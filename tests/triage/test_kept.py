"""What is kept between starts changes no reading, and a start that has it compiles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import places
import triage
from places import cues, kept
from places import lexicon as names
from triage import lexicon as phrases
from triage import rules, weigh

TODAY = date(2026, 11, 22)
TEXTS = (
    "em bi nhot o bavet, ho thu ho chieu, que em o an giang",
    "Con gái tôi 15 tuổi theo người lạ lên xe ra Lạng Sơn từ trưa, gọi không được",
    "e dg tron trog wc nt, dug goi lai nha, no nge dc",
    "Chồng tôi đang đập cửa phòng, ông ấy cầm dao",
    "Em về nước được hai tháng rồi, muốn làm lại căn cước ở xã Tân Thanh, huyện Văn Lãng",
    "救救我，他们拿走了我的护照，我在西哈努克",
    "they took my passport, i am in poipet, pls help",
    "o chau thanh kien giang, ban toi bi ban qua trung quoc",
    "haha dua thoi",
)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Forgets all that is read, as another start would."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def forget() -> None:
        for read in (
            phrases.lexicon, rules.rules, weigh.model, names.lexicon, cues.cues, kept._fingerprint
        ):  # fmt: skip
            read.cache_clear()

    forget()
    yield forget
    monkeypatch.undo()
    forget()


def _read() -> list[object]:
    triage.load()
    places.load()
    return [(triage.read(text, on=TODAY), places.mentions(text, on=TODAY)) for text in TEXTS]


def test_a_later_start_compiles_nothing_and_reads_the_same(
    start: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _read()
    start()

    def again(*_: object) -> None:
        raise AssertionError("compiled once more")

    monkeypatch.setattr(phrases, "compile_files", again)
    monkeypatch.setattr(names, "compile_names", again)
    monkeypatch.setattr(weigh, "read_model", again)
    monkeypatch.setattr(rules, "read_rules", again)
    assert _read() == first


def test_a_broken_file_and_no_file_at_all_read_the_same(
    start: Callable[[], None], tmp_path: Path
) -> None:
    first = _read()
    folder = tmp_path / "cache" / "hotline"
    kinds = {file.name.split("-")[0] for file in folder.iterdir()}
    assert kinds == {"phrases", "rules", "weights", "names", "words"}
    for file in folder.iterdir():
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
    start()
    assert _read() == first
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("no folder")
    start()
    assert _read() == first
