"""`hotline staff invite` and `hotline staff code`: how the first person comes to the desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console import create_app
from hotline import settings
from hotline.cli import main
from hotline.house import open_house


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)  # no .env of this machine


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_a_link_is_printed_and_opens_the_door() -> None:
    assert _run("staff", "add", "lan", "--centre", "an-giang").exit_code == 0
    printed = _run("staff", "invite", "lan")
    found = re.fullmatch(r"http://127\.0\.0\.1:8080(/desk/welcome/[\w-]{32})\n", printed.output)
    assert found is not None
    app = create_app(open_house(settings.read(), load=False).desk)
    assert "Chào lan" in app.test_client().get(found[1]).text


def test_the_link_is_at_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    _run("staff", "add", "lan", "--centre", "an-giang")
    monkeypatch.setenv("HOTLINE_PUBLIC_URL", "https://truc.example.org/")
    printed = _run("staff", "invite", "lan").output
    assert printed.startswith("https://truc.example.org/desk/welcome/")


def test_nobody_is_invited_who_does_not_work_here() -> None:
    assert _run("staff", "invite", "lan").exit_code == 1
    _run("staff", "add", "lan", "--centre", "an-giang")
    _run("staff", "remove", "lan")
    refused = _run("staff", "invite", "lan")
    assert refused.exit_code == 1
    assert "There is no lan" in refused.output


def test_codes_are_printed_in_the_demo_only(monkeypatch: pytest.MonkeyPatch) -> None:
    _run("staff", "add", "lan", "--centre", "an-giang")
    assert "has no password yet" in _run("staff", "code", "lan").output
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:abc")
    refused = _run("staff", "code", "lan")
    assert refused.exit_code == 1
    assert "in the demo only" in refused.output
