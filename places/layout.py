"""A text laid out for reading: its words, where they stand, and how they were written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from locales.marks import unaccent
from places.fold import accents, words_of
from places.mend import mended

_SENTENCE_END = re.compile(r"[.!?;]\s|[\n;]")
_PAUSE = re.compile(r"[,.!?;:\n()]")
_BREAK = re.compile(r"[,;!?\n\"“”]")


@dataclass(frozen=True, slots=True)
class Layout:
    """A text as it is read.

    text: its NFC form. spans: where its words stand in it. words: folded, with habits of typing
    undone (`mend`). forms: the same words with their marks, in lower case; pairs, triples: two and
    three forms that follow each other, by the index of the first. gaps: what stands before each
    word, and after the last. mended: indexes of the words that `mend` changed.
    """

    text: str
    spans: list[tuple[int, int]]
    words: list[str]
    forms: list[str]
    pairs: list[str]
    triples: list[str]
    gaps: list[str]
    mended: frozenset[int]

    def guessed(self, start: int, end: int) -> bool:
        """Whether a word of start..end was mended, so that its marks are not known."""
        return bool(self.mended) and not self.mended.isdisjoint(range(start, end))

    @property
    def line(self) -> str:
        """The folded words with one space between and around."""
        return f" {' '.join(self.words)} "

    def ends_sentence(self, at: int) -> bool:
        """Whether a sentence ends before the word at."""
        gap = self.gaps[at]
        return gap != " " and _SENTENCE_END.search(gap) is not None

    def pauses(self, at: int) -> bool:
        """Whether any mark of punctuation stands before the word at."""
        gap = self.gaps[at]
        return gap != " " and _PAUSE.search(gap) is not None

    def breaks(self, at: int) -> bool:
        """Whether a mark that no name has inside stands before the word at."""
        gap = self.gaps[at]
        return gap != " " and _BREAK.search(gap) is not None

    def has(self, phrases: frozenset[str], start: int = 0, end: int | None = None) -> bool:
        """Whether one of phrases (of one to three words) lies within the words start..end."""
        stop = len(self.forms) if end is None else end
        return not (
            phrases.isdisjoint(self.forms[start:stop])
            and phrases.isdisjoint(self.pairs[start : max(start, stop - 1)])
            and phrases.isdisjoint(self.triples[start : max(start, stop - 2)])
        )

    def last(self, phrases: frozenset[str], start: int, end: int) -> int:
        """The index of the last word in start..end where one of phrases begins, -1 without one."""
        if not self.has(phrases, start, end):
            return -1
        for at in range(end - 1, start - 1, -1):
            if (
                self.forms[at] in phrases
                or (at + 2 <= end and self.pairs[at] in phrases)
                or (at + 3 <= end and self.triples[at] in phrases)
            ):
                return at
        return -1

    def phrase(self, start: int, end: int) -> str:
        """The forms start..end with one space between."""
        return " ".join(self.forms[start:end])


def lay_out(text: str) -> Layout:
    """Read a text. Never raises."""
    composed = unicodedata.normalize("NFC", text)
    lowered = accents(composed)
    spans, typed = words_of(unaccent(lowered))
    words = mended(typed)
    forms = [lowered[start:end] for start, end in spans]
    changed = [n for n, word in enumerate(words) if word != typed[n]] if words != typed else []
    for n in changed:
        forms[n] = words[n]
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return Layout(
        text=composed,
        spans=spans,
        words=words,
        forms=forms,
        pairs=list(map(" ".join, pairwise(forms))),
        triples=list(map(" ".join, zip(forms, forms[1:], forms[2:], strict=False))),
        gaps=[composed[a:b] for a, b in zip([0, *ends], [*starts, len(composed)], strict=True)],
        mended=frozenset(changed),
    )
