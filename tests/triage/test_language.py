"""Which language a text is in decides the language of the answer."""

from __future__ import annotations

from datetime import date

import pytest

import triage

TABLE = {
    "em bị nhốt ở Bavet, cứu em": "vi",
    "em bi nhot o bavet, cuu em": "vi-noaccent",
    "e bi nhot o bavet, cuu e vs, k ra dc, ck k bit": "vi-teencode",
    "There is a house in Lang Son where girls are locked in": "en",
    "help me please, they took my passport": "en",
    "save me": "en",
    "救命，他们不让我走": "zh",
    "ជួយផង": "km",
    "ຊ່ວຍແດ່": "lo",
    "ช่วยด้วย": "th",
    "thov pab kuv, kuv nyob hauv tsev tsis tau tawm": "hmn",
    "救命 em bi nhot o day khong ra duoc anh oi": "mixed",
    "toi": "vi-noaccent",
    "": "vi-noaccent",
    "ho da lay het giay to cua toi roi": "vi-noaccent",
}


@pytest.mark.parametrize(("text", "language"), TABLE.items())
def test_language(text: str, language: str) -> None:
    assert triage.read(text, on=date(2026, 11, 22)).language == language
