"""Facts that are counted rather than found: length, questions, numbers, ages, dates, links."""

from __future__ import annotations

from triage.count import Counted
from triage.text import Text

_LENGTHS = (2, 4, 8, 15, 30)
MEASURED = (
    *(f"words<={limit}" for limit in _LENGTHS),
    "shown_question", "money", "hour", "age_minor", "age_adult", "age_once", "time_years_ago",
    "date_24h", "date_week", "date_later", "link", "unreadable", "foreign",
)  # fmt: skip


def measured(text: Text, counted: Counted) -> set[str]:
    """The names of the measured facts that hold for a text."""
    facts = set(counted.facts)
    words = text.words_count
    facts.update(f"words<={limit}" for limit in _LENGTHS if words <= limit)
    if " ? " in text.plain:
        facts.add("shown_question")
    if text.unspaced:
        facts.add("foreign")
    return facts
