"""A text laid out for reading: its words, where they stand, and how they were written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from places.fold import Word, accents, fold, words


@dataclass(frozen=True, slots=True)
class Layout:
    """text: the NFC form that was read. forms: the words with their marks, in lower case. line: the
    folded words with one space between and around."""

    text: str
    words: list[Word]
    forms: list[str]
    line: str

    def gap(self, left: int, right: int) -> str:
        """What stands between the word before index left and the word at index right."""
        start = self.words[left - 1].end if left > 0 else 0
        end = self.words[right].start if right < len(self.words) else len(self.text)
        return self.text[start:end]


def lay_out(text: str) -> Layout:
    """Read a text. Never raises."""
    composed = unicodedata.normalize("NFC", text)
    found = words(fold(composed))
    lowered = accents(composed)
    if len(lowered) != len(composed):
        lowered = composed
    return Layout(
        composed,
        found,
        [lowered[word.start : word.end] for word in found],
        " " + " ".join([word.text for word in found]) + " ",
    )
