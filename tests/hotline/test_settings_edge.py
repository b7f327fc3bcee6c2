"""Settings that would open the hotline to those who watch the network are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline import settings


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"TELEGRAM_API_BASE": "http://api.example.org"}, "plain http is allowed for this machine"),
        ({"TWILIO_API_BASE": "http://10.0.0.7:8000"}, "plain http is allowed for this machine"),
        (
            {"HOTLINE_PUBLIC_URL": "http://hotline.example.org", "TELEGRAM_BOT_TOKEN": "1:a"},
            "the providers call https only",
        ),
        ({"HOTLINE_PROXIES": "everybody"}, "HOTLINE_PROXIES"),
    ],
)
def test_plain_http_is_for_this_machine_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(settings.BadSettings, match=says):
        settings.read()
