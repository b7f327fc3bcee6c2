"""A text laid out for reading: its words, where they stand, and how they were written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from places.fold import Word, accents, fold, words
from places.mend import mended


@dataclass(frozen=True, slots=True)
class Layout:
    """A text as it is read.

    text: its NFC form. words: folded, with habits of typing undone (`mend`). forms: the same words
    with their marks, in lower case. line: the words with one space between and around.
    """

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
    typed = words(fold(composed))
    meant = mended(typed)
    lowered = accents(composed)
    forms = [
        lowered[word.start : word.end] if word is raw else word.text
        for word, raw in zip(meant, typed, strict=True)
    ]
    return Layout(composed, meant, forms, " " + " ".join([word.text for word in meant]) + " ")
