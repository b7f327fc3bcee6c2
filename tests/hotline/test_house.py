"""The processes start on a database that does not answer; commands say so and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline import settings
from hotline.house import open_house

AWAY = "postgresql://postgres:@127.0.0.1:9/nothing?connect_timeout=1"


def test_a_web_process_starts_without_the_database(tmp_path: Path) -> None:
    chosen = settings.read(HOTLINE_DATA=tmp_path, HOTLINE_DATABASE_URL=AWAY)
    assert open_house(chosen, load=False, patient=True).desk.now() > 0
    with pytest.raises(settings.BadSettings, match="does not answer"):
        open_house(chosen, load=False)


def test_nobody_can_sign_for_the_stand_in_of_a_hotline_that_is_half_real(tmp_path: Path) -> None:
    """With Telegram's settings only, Twilio's door stands open for its stand-in alone."""
    from hotline import demo

    half = settings.read(
        HOTLINE_DATA=tmp_path, HOTLINE_PUBLIC_URL="https://hotline.example.org",
        TELEGRAM_BOT_TOKEN="1:a", TELEGRAM_STAFF_BOT_TOKEN="2:b",
    )  # fmt: skip
    tokens = {demo.plan(half).environment["TWILIO_AUTH_TOKEN"] for _ in range(2)}
    assert len(tokens) == 2
    assert min(map(len, tokens)) >= 32
