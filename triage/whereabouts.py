"""Where the person at risk is, out of the places a text mentions."""

from __future__ import annotations

from datetime import date

import places
from places.place import Place
from triage.judge import Judgement


def place_of(text: str, judged: Judgement, on: date) -> Place | None:
    """The place a message belongs to; None if it names none, or is off topic."""
    if judged.intent == "off_topic":
        return None
    place = places.find(text, on=on)
    return place if place.country is not None or place.candidates else None
