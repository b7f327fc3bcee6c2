"""Finding the names of places in a text."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby

from places.accept import Found, accept
from places.beside import Beside, beside, vouched
from places.cues import Cues, cues
from places.gazetteer import CAPITAL
from places.land import inside
from places.layout import Layout
from places.lexicon import Entry, lexicon
from places.spelling import spelt_so
from places.typos import misspelt

_MOST_WORDS_ALONE = 12

# What a name costs in `_apart`: one piece more, and marks that are missing or not its own. A kind
# word before it ("thành phố") counts as covered, a place word makes up for a part.
_COST = {"exact": 0.6, "plain": 0.6, "partly": 0.8, "mask": 1.0, "other": 3.0}
_CUE_WORTH = 0.3
_PROVINCE_WORTH = 0.05  # between equals: "từ Sơn La" is not "Từ Sơn"

_MOST_NAMES = 600  # names looked at in one text, so that its cost has a ceiling

Hit = tuple[int, int, Entry]  # first word, last word (exclusive), what is known of the name


def scan(layout: Layout) -> list[Found]:
    """The places named in Latin letters, in order, not overlapping."""
    words = cues()
    hits = _hits(layout)
    alone = _alone(layout, hits, words)
    near: dict[int, Beside] = {}
    found: list[Found] = []
    doubtful: list[Hit] = []
    for first, last, entry in hits:
        if entry.only_communes and not (alone or entry.masks or vouched(layout, first, words)):
            if last - first > 1:
                doubtful.append((first, last, entry))
            continue
        if first not in near:
            near[first] = beside(layout, first, words)
        before = near[first]
        needed = not (entry.bare or entry.masks or alone)
        if needed and not before.unit and not before.before:
            one = None
        else:
            one = accept(layout, first, last, entry, before, alone, words)
        if one is not None:
            found.append(one)
        elif last - first > 1 or not entry.only_communes:
            doubtful.append((first, last, entry))
    if doubtful:
        found += _supported(layout, found, doubtful)
    found = _apart(found)
    slips = misspelt(layout, found, words)
    if slips:
        found = _apart(found + slips)
    return [one for one in found if one.senses]


def _supported(layout: Layout, found: list[Found], doubtful: list[Hit]) -> list[Found]:
    """Of doubtful names those that stand beside a larger or smaller place that they belong to.

    "bac son ls": a name right before the larger one that it lies in makes both certain.
    """
    ends = {one.last for one in found} | {last for _, last, _ in doubtful}
    wide = [one for one in found if any(s.kind in _WIDE for s in one.senses)]
    wide += [_read(layout, hit) for hit in doubtful if hit[0] in ends and not hit[2].only_communes]
    starts = {at for one in wide for at in (one.lead, one.first)}
    ending: dict[int, list[Found]] = {}
    for one in (*found, *(_read(layout, hit) for hit in doubtful if hit[1] in starts)):
        ending.setdefault(one.last, []).append(one)
    sure = {id(one) for one in found}
    kept: list[Found] = []
    for right in wide:
        for at in {right.lead, right.first}:
            for left in ending.get(at, ()) if at and not layout.breaks(at) else ():
                certain = (id(left) in sure) + (id(right) in sure)
                if certain < 2 and _share(left, right, both=certain == 0):
                    kept += [one for one in (left, right) if id(one) not in sure]
                    sure |= {id(left), id(right)}
    return kept


_WIDE = ("province", "district", "town", "country")


def _share(left: Found, right: Found, both: bool) -> bool:
    """Keep the senses of left that lie in right, and of right that hold them; False if none.

    both: neither is certain alone; then only a district and its province are, not a commune:
    everyday words side by side are often the names of some commune and its district.
    """
    fine = [a for a in left.senses if any(inside(b, a) for b in right.senses)]
    if both:
        fine = [a for a in fine if a.kind in ("district", "town")]
    if not fine:
        return False
    left.senses = tuple(fine)
    right.senses = tuple(b for b in right.senses if any(inside(b, a) for a in fine))
    return True


def _read(layout: Layout, hit: Hit) -> Found:
    """What a doubtful name would mean."""
    first, last, entry = hit
    senses, spelling = spelt_so(entry, layout.phrase(first, last), layout.guessed(first, last))
    if spelling == "other" or any(layout.breaks(at) for at in range(first + 1, last)):
        senses = ()
    elif entry.words == 1:
        senses = tuple(s for s in senses if s.kind in ("province", "district"))
    return Found(first, last, first, senses, spelling=spelling)


def _hits(layout: Layout) -> list[Hit]:
    """Every known name, in order."""
    line = layout.line
    hits: list[Hit] = []
    last = before = 0
    known = lexicon()
    for end, number in known.names.iter(line):
        entry = known.entry(number)
        last += line.count(" ", before, end)  # a name ends with the space after its last word
        before = end
        hits.append((last - entry.words, last, entry))
        if len(hits) == _MOST_NAMES:
            break
    return hits


def _apart(found: list[Found]) -> list[Found]:
    """Of overlapping names those that together cover most words, in as few pieces as can be."""
    ends = [0]  # indexes of words where a name ends
    best = [0.0]  # what the words before each of them are worth at most
    chosen: list[Found | None] = [None]
    for end, same in groupby(sorted(found, key=_last), _last):
        worth, picked = best[-1], None
        for one in same:
            before = best[bisect_right(ends, one.lead) - 1]
            cue = _CUE_WORTH if one.cued else 0.0
            value = before + 2 * (end - one.lead) - _COST[one.spelling] + cue
            if one.senses and one.senses[0].kind == "province":
                value += _PROVINCE_WORTH
            if value > worth:
                worth, picked = value, one
        ends.append(end)
        best.append(worth)
        chosen.append(picked)
    kept: list[Found] = []
    at = len(ends) - 1
    while at > 0:
        picked = chosen[at]
        if picked is None:
            at -= 1
        else:
            kept.append(picked)
            at = bisect_right(ends, picked.lead) - 1
    kept.reverse()
    return kept


def _last(one: Found) -> int:
    return one.last


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
    said, pairs = words.said, layout.pairs
    return all(
        covered[n]
        or form in said
        or (n > 0 and pairs[n - 1] in said)
        or (n + 1 < count and pairs[n] in said)
        for n, form in enumerate(layout.forms)
    )
