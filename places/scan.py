"""Finding the names of places in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise

from places.accept import Found, accept
from places.cues import Cues, cues
from places.layout import Layout
from places.lexicon import Entry, lexicon
from places.typos import misspelt

_MOST_WORDS_ALONE = 12

# What a name costs in `_apart`: one piece more, and marks that are missing or not its own. A kind
# word before it ("thành phố") makes up for a part.
_COST = {"exact": 0.6, "plain": 0.6, "partly": 0.8, "other": 3.0}
_KIND_WORD_WORTH = 0.5

_STOP = re.compile(r"[;!?\n.]\s|[;!?\n]")

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
    """Of overlapping names those that together cover most words, in as few pieces as can be."""
    ending: dict[int, list[Found]] = {}
    for one in found:
        ending.setdefault(one.last, []).append(one)
    best = [0.0] * (count + 1)  # what the words before an index are worth at most
    chosen: list[Found | None] = [None] * (count + 1)
    for end in range(1, count + 1):
        best[end] = best[end - 1]
        for one in ending.get(end, ()):
            worth = best[one.first] + 2 * (end - one.first) - _COST[one.spelling]
            worth += _KIND_WORD_WORTH if one.unit else 0.0
            if worth > best[end]:
                best[end], chosen[end] = worth, one
    kept: list[Found] = []
    end = count
    while end > 0:
        picked = chosen[end]
        if picked is None:
            end -= 1
        else:
            kept.append(picked)
            end = picked.first
    kept.reverse()
    for before, one in pairwise(kept):
        one.lead = max(one.lead, before.last)
    return kept


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
