"""What the tests of the desk share: readings to order instead of triage."""

from __future__ import annotations

import pytest

import triage
from tests.desk import ordered


@pytest.fixture(autouse=True)
def _readings_to_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "read", ordered.read)
