"""Facts that are counted rather than found: length, questions, numbers, ages, times, money."""

from __future__ import annotations

from datetime import date

from triage.text import Text

_LENGTHS = (2, 4, 8, 15, 30)


def measured(text: Text, on: date) -> set[str]:
    """The names of the measured facts that hold for a text sent on a day."""
    facts = set()
    words = sum(word not in ".,?" for word in text.plain.split())
    facts.update(f"words<={limit}" for limit in _LENGTHS if words <= limit)
    if " ? " in text.plain:
        facts.add("shown_question")
    return facts
