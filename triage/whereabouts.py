"""Where the person at risk is, out of the places a text mentions."""

from __future__ import annotations

from datetime import date

from places.place import Place
from triage.judge import Judgement


def place_of(text: str, judged: Judgement, on: date) -> Place | None:
    """The place a message belongs to; None if it names none."""
    return None
