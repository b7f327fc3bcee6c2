"""Languages beside Vietnamese and English: what they must hold, and how far they are read."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import babel
import pytest
from babel.dates import format_date

import locales
from locales import hmong, status
from locales.catalogue import COMPLETE

ROOT = Path(__file__).parents[2]
NEEDED = tomllib.loads((ROOT / "locales" / "needed.toml").read_text())["texts"]
OTHERS = [code for code in locales.languages() if code not in COMPLETE]


def test_the_five_others_are_there() -> None:
    assert set(OTHERS) == {"zh", "km", "hmn", "lo", "th"}
    assert set(NEEDED) <= set(locales.catalogue("vi").texts)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("text_id", NEEDED)
def test_what_every_language_needs_is_said_in_it(language: str, text_id: str) -> None:
    text = locales.catalogue(language).texts[text_id]
    assert text.body
    assert not text.fuzzy
    if not text_id.startswith("choice."):
        assert text.body != locales.catalogue("vi").texts[text_id].body
    assert locales.render(text_id, language) == text.body


def test_the_page_of_languages_is_up_to_date() -> None:
    assert (ROOT / "docs" / "languages.md").read_text(encoding="utf-8") == status.page()


def test_an_old_page_of_languages_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "languages.md"
    monkeypatch.setattr("sys.argv", ["status", "--write", str(page)])
    assert status.main() == 0
    monkeypatch.setattr("sys.argv", ["status", "--check", str(page)])
    assert status.main() == 0
    page.write_text("old")
    assert status.main() == 1
    assert "run python -m locales.status" in capsys.readouterr().err


def test_nobody_has_read_them_yet_and_that_is_said() -> None:
    found = {s.code: s for s in status.statuses()}
    assert not any(s.reviewed for s in found.values())
    assert (found["vi"].texts, found["vi"].second) == (found["vi"].of, None)
    assert (found["hmn"].own_name, found["hmn"].second) == ("Hmoob", "vi")


def test_babel_knows_hmong_once_it_is_registered() -> None:
    locale = hmong.register()
    assert hmong.register() == locale == babel.Locale.parse("hmn")
    assert format_date(datetime.date(2026, 11, 22), "EEEE d MMMM", locale=locale) == (
        "Hnub Xya 22 Kaum Ib Hlis"
    )
    assert locale.languages["vi"] == "Nyab Laj"
    assert locale.number_symbols, "what is not ours is Babel's root"
