"""Finding the phrases in a text: automaton hits, checked against the marks, put together."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from triage.lexicon import Lexicon, Meant
from triage.lexicon import Sequence as Phrase
from triage.text import Text

_MOST_NEAR = 8  # longer words that are looked at to see whether they hide one
_LOOK_BACK = 4  # earlier hits of a part that are tried: keeps the work linear


class Found(NamedTuple):  # a tuple, because dozens are made for each text
    """A phrase found between two offsets of `Text.plain`, or of `Text.unspaced` where that is True.

    gapped: other words may stand inside, a denial among them.
    """

    tag: str
    start: int
    end: int
    rule: str
    unspaced: bool = False
    gapped: bool = False


_Spot = tuple[int, int, Meant]  # start, end (at the spaces outside the words), what stands there
_Spans = dict[int, list[tuple[int, int]]]  # set -> (end, start) of where it stands, in order
_Hit = tuple[int, int, int, Found]  # end, start of the last part, order: what they are sorted by


def find(text: Text, lexicon: Lexicon, counted: Iterable[tuple[str, int, int]] = ()) -> list[Found]:
    """All phrases of the text in the order in which they end. Linear in its length.

    counted: (list name, start, end) of what stands in figures.
    """
    spots = _unhidden(_spots(text, lexicon))
    figures = [(start, end, lexicon.counted(name)) for name, start, end in counted]
    if figures:
        spots = sorted(spots + figures, key=itemgetter(1))
    found: list[_Hit] = [
        (end, start, one.order, Found(one.tag, start, end, one.rule))
        for start, end, meant in spots
        for one in meant.alone
    ]
    found += _longer(text.plain, spots)
    found.sort()
    return [one for _, _, _, one in found] + _unspaced(text, lexicon)


def _longer(plain: str, spots: list[_Spot]) -> list[_Hit]:
    """The phrases of several parts."""
    endings = _endings(spots)
    wanted = {number for _, _, one in endings for number, _ in one.parts[:-1]}
    spans = _where(spots, wanted)
    return [
        (end, start, one.order, Found(one.tag, begin, end, one.rule, gapped=not one.denies))
        for start, end, one in endings
        if (begin := _begin(plain, spans, one.parts, len(one.parts) - 1, start)) >= 0
    ]


def _endings(spots: list[_Spot]) -> list[tuple[int, int, Phrase]]:
    """Where sequences can end: all their other sets stand before, in whatever order."""
    endings: list[tuple[int, int, Phrase]] = []
    ends: dict[int, int] = {}  # the sets of which words end here, as bits
    before = 0  # the sets of which words end before
    for start, end, meant in spots:
        if joined := meant.before_joined & ends.get(start, 0):
            endings += [(start, end, one) for one in _possible(meant.joined, joined, before)]
        if apart := meant.before_apart & before:
            endings += [(start, end, one) for one in _possible(meant.apart, apart, before)]
        if meant.bits:
            before |= meant.bits
            ends[end] = ends.get(end, 0) | meant.bits
    return endings


def _possible(
    sequences: Mapping[int, tuple[Phrase, ...]], bits: int, before: int
) -> Iterator[Phrase]:
    """Those under one of the bits of which all sets are among those before."""
    while bits:
        bit = bits & -bits
        bits ^= bit
        for one in sequences[bit]:
            if one.before & before == one.before:
                yield one


def _unspaced(text: Text, lexicon: Lexicon) -> list[Found]:
    """The phrases of scripts that put no spaces between words."""
    if not text.unspaced or lexicon.letters is None:
        return []
    signs = lexicon.compiled["signs"]
    found = []
    for last, number in lexicon.letters.iter(text.unspaced):
        length, phrases = signs[number]
        start = last - length + 1
        found += [Found(tag, start, last + 1, rule, unspaced=True) for tag, rule in phrases]
    return found


def _where(spots: list[_Spot], wanted: set[int]) -> _Spans:
    """Where each of the sets that are wanted stands."""
    spans: _Spans = {number: [] for number in wanted}
    if wanted:
        for start, end, meant in spots:
            for number in wanted & meant.sets:
                spans[number].append((end, start))
    return spans


def _begin(
    plain: str, spans: _Spans, parts: Sequence[tuple[int, int]], part: int, start: int
) -> int:
    """Where a sequence begins whose part number `part` begins at `start`; -1 if it does not."""
    gap = parts[part][1]
    before = spans[parts[part - 1][0]]
    after = bisect_right(before, (start, start))
    for before_end, before_start in reversed(before[max(0, after - _LOOK_BACK) : after]):
        if before_end != start:
            if not gap:
                break
            between = plain[before_end:start]
            if between.count(" ") > gap or " . " in f" {between} " or " ? " in f" {between} ":
                break
        if part == 1:
            return before_start
        begin = _begin(plain, spans, parts, part - 1, before_start)
        if begin >= 0:
            return begin
    return -1


def _spots(text: Text, lexicon: Lexicon) -> list[_Spot]:
    """Where our spellings stand, and what they mean there; in the order in which they end."""
    marked, strict = text.marked, text.strict
    reaches = lexicon.compiled["reaches"]
    known = lexicon.strict if strict else lexicon.loose
    spots: list[_Spot] = []
    for last, number in lexicon.automaton.iter(text.plain):
        start = last - reaches[number]
        piece = marked[start : last + 1]
        meant = known.get(piece)
        if meant is None:
            meant = _meant_by(lexicon, number, piece, text.plain[start : last + 1], strict)
        if meant.alone or meant.bits:
            spots.append((start, last, meant))
    return spots


def _meant_by(lexicon: Lexicon, number: int, piece: str, plain: str, strict: bool) -> Meant:
    """What a piece of a text, with its marks, means where its plain form is one of ours.

    number: of the plain form.
    """
    unmarked = piece == plain
    own = unmarked
    sets: dict[int, None] = {}
    for wanted, marks, one in lexicon.variants(number):
        if piece == wanted:
            own = True
            if marks is False and strict:
                continue
        elif marks is not None and marks == unmarked:
            continue
        elif unmarked:
            if strict and not _many_marks(wanted):
                continue
        elif not _fits(piece, wanted, strict):
            continue
        sets[one] = None
    meant = lexicon.meant(tuple(sets))
    if own:  # what people typed is not kept, only what we look for ourselves
        (lexicon.strict if strict else lexicon.loose)[piece] = meant
    return meant


def _unhidden(spots: list[_Spot]) -> list[_Spot]:
    """The spots without those that stand inside a longer one that hides them."""
    hiding = [(start, end) for start, end, meant in spots if meant.hiding]
    if not hiding:
        return spots
    kept: list[_Spot] = []
    for start, end, meant in spots:
        near = hiding if len(hiding) <= _MOST_NEAR else _near(hiding, start)
        if any(s <= start and end <= e and e - s > end - start for s, e in near):
            if meant.hiding is None:
                continue
            meant = meant.hiding
        kept.append((start, end, meant))
    return kept


def _near(spans: list[tuple[int, int]], start: int) -> list[tuple[int, int]]:
    """The spans that may cover `start` (they are sorted by end; none is longer than 60 letters)."""
    low = bisect_right(spans, start, key=itemgetter(1))
    return spans[low : low + _MOST_NEAR]


def _many_marks(wanted: str) -> bool:
    return sum(not word.isascii() for word in wanted.split()) >= 2


_STRICT_WORDS = 3
_SAME = {"\u0309": "\u0303"}  # hỏi and ngã sound and are typed alike in half of the country
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def _marks_of(word: str) -> tuple[str, frozenset[tuple[int, str]]]:
    """(the tone, the other marks with the place of their letter)."""
    tone, marks, place = "", set(), -1
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TONES:
            tone = _SAME.get(letter, letter)
        elif unicodedata.combining(letter):
            marks.add((place, letter))
        else:
            place += 1
            if letter == "đ":
                marks.add((place, "-"))
    return tone, frozenset(marks)


@cache
def _meant(word: str) -> tuple[str, frozenset[tuple[int, str]]]:
    """The marks of a word of our own phrases; what people typed is never kept."""
    return _marks_of(word)


def _fits(piece: str, wanted: str, strict: bool) -> bool:
    """Whether what was typed can be meant as the spelling: same marks, or some left out.

    One wrong tone is let pass where at least two other words agree.
    """
    if strict and wanted.count(" ") < _STRICT_WORDS + 1:
        return False  # by a writer who uses marks two words must agree beside the one that does not
    agreeing = lacking = wrong = 0
    for typed, meant in zip(piece.split(), wanted.split(), strict=True):
        if typed == meant:
            agreeing += not meant.isascii()
            continue
        typed_tone, typed_marks = _marks_of(typed)
        tone, marks = _meant(meant)
        if typed_tone == tone and typed_marks == marks:
            agreeing += 1
        elif typed_marks <= marks and typed_tone in ("", tone):
            lacking += 1
        elif typed_marks <= marks:
            wrong += 1
        else:
            return False
    if wrong:
        return wrong == 1 and not lacking and agreeing >= 2
    return not strict or (agreeing >= 2 and lacking == 1)
