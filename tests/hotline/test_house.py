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
