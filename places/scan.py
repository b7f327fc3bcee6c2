"""Finding the names of places in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise

from places.accept import Found, accept
from places.cues import Cues, cues
from places.gazetteer import CAPITAL
from places.land import inside
from places.layout import Layout
from places.lexicon import Entry, lexicon
from places.typos import misspelt

_MOST_WORDS_ALONE = 12

# What a name costs in `_apart`: one piece more, and marks that are missing or not its own. A kind
# word before it ("thành phố") makes up for a part.
_COST = {"exact": 0.6, "plain": 0.6, "partly": 0.8, "mask": 1.0, "other": 3.0}
_KIND_WORD_WORTH = 0.5
_CUE_WORTH = 0.3

_STOP = re.compile(r"[;!?\n.]\s|[;!?\n]")

Hit = tuple[int, int, Entry]  # first word, last word (exclusive), what is known of the name


def scan(layout: Layout) -> list[Found]:
    """The places named in Latin letters, in order, not overlapping."""
    words = cues()
    hits = _hits(layout)
    alone = _alone(layout, hits, words)
    accepted = [accept(layout, first, last, entry, alone, words) for first, last, entry in hits]
    candidates = [one for one in accepted if one is not None]
    if any(one.doubtful for one in candidates):
        _support(layout, candidates)
        candidates = [one for one in candidates if not one.doubtful]
    found = _apart(candidates, len(layout.words))
    slips = misspelt(layout, found, words)
    if slips:
        found = _apart(found + slips, len(layout.words))
    return [one for one in found if one.senses]


def _support(layout: Layout, candidates: list[Found]) -> None:
    """A name right before the larger one that it lies in is certain, and makes that one certain."""
    starting: dict[int, list[Found]] = {}
    for one in candidates:
        starting.setdefault(one.lead, []).append(one)
        if one.lead != one.first:
            starting.setdefault(one.first, []).append(one)
    for left in candidates:
        for right in starting.get(left.last, ()):
            if not (left.doubtful or right.doubtful):
                continue
            if _STOP.search(layout.gap(left.last, left.last)):
                continue
            fine = [a for a in left.senses if any(inside(b, a) for b in right.senses)]
            if left.doubtful and right.doubtful:
                # Two everyday words side by side are no place, but a district and its province are.
                fine = [a for a in fine if a.kind in ("district", "town")]
            if fine:
                left.doubtful = right.doubtful = False
                left.senses = tuple(fine)
                right.senses = tuple(b for b in right.senses if any(inside(b, a) for a in fine))


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
            worth += _KIND_WORD_WORTH if one.unit else _CUE_WORTH if one.cued else 0.0
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
        if (entry.raw and (entry.words > 1 or "|d" in entry.raw)) or any(
            sense.needs != CAPITAL for sense in entry.made
        ):
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
