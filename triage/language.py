"""Which language a text is in, by its letters and commonest words."""

from __future__ import annotations

from triage.reading import Language
from triage.text import Text


def language_of(text: Text) -> Language:
    """One of the language labels."""
    for low, high, language in (
        ("\u1780", "\u17ff", "km"), ("\u0e80", "\u0eff", "lo"), ("\u0e00", "\u0e7f", "th"),
        ("\u3400", "\u9fff", "zh"),
    ):  # fmt: skip
        if any(low <= letter <= high for letter in text.unspaced):
            return language  # type: ignore[return-value]
    if text.mends * 6 > text.latin:
        return "vi-teencode"
    return "vi" if text.strict else "vi-noaccent"
