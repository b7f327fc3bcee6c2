"""Finding the names of places in a text."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from places.accept import Found, accept
from places.cues import Cues, cues
from places.layout import Layout
from places.lexicon import Entry, lexicon
from places.typos import misspelt

_MOST_WORDS_ALONE = 12

Hit = tuple[int, int, Entry]  # first word, last word (exclusive), what is known of the name


def scan(layout: Layout) -> list[Found]:
    """The places named in Latin letters, in order, not overlapping."""
    words = cues()
    hits = _hits(layout)
    alone = _alone(layout, hits, words)
    found = _apart(
        [
            f
            for first, last, entry in hits
            if (f := accept(layout, first, last, entry, alone, words))
        ],
        len(layout.words),
    )
    if not any(f.cued for f in found):
        found = _apart(found + misspelt(layout, found, words), len(layout.words))
    return [one for one in found if one.senses]


def _hits(layout: Layout) -> list[Hit]:
    """Every known name, in order."""
    ends = list(accumulate(len(word) + 1 for word in layout.line.split()))
    hits = []
    for end, entry in lexicon().names.iter(layout.line):
        last = bisect_left(ends, end) + 1
        hits.append((last - entry.words, last, entry))
    return hits


def _apart(found: list[Found], count: int) -> list[Found]:
    """Of overlapping names the longer, of equal ones the earlier."""
    taken = bytearray(count)
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.first - f.last, f.first)):
        if any(taken[one.first : one.last]):
            continue
        if any(taken[one.lead : one.first]):
            one.lead = one.first
        taken[one.lead : one.last] = b"\1" * (one.last - one.lead)
        kept.append(one)
    return sorted(kept, key=lambda f: f.first)


def _alone(layout: Layout, hits: list[Hit], words: Cues) -> bool:
    """Whether the text is nothing but names of places and words that go with them."""
    count = len(layout.words)
    if not hits or count > _MOST_WORDS_ALONE:
        return False
    covered = bytearray(count)
    for first, last, entry in hits:
        if entry.made or entry.raw:
            covered[first:last] = b"\1" * (last - first)
    said = words.filler | words.strong | words.weak | words.units.keys() | words.links
    forms = layout.forms
    return all(
        covered[n]
        or form in said
        or (n > 0 and f"{forms[n - 1]} {form}" in said)
        or (n + 1 < count and f"{form} {forms[n + 1]}" in said)
        for n, form in enumerate(forms)
    )
