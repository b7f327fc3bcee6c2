"""Finding the phrases in a text: automaton hits, checked against the marks, put together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from triage.lexicon import Lexicon, Sequence
from triage.text import Text

_LOOK_BACK = 4  # earlier hits of a part that are tried: keeps the work linear


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found between two offsets of `Text.plain`, or of `Text.unspaced` where that is True.

    sure: its marks were typed. gapped: other words may stand inside, a denial among them.
    """

    tag: str
    start: int
    end: int
    rule: str
    sure: bool
    unspaced: bool = False
    gapped: bool = False


def find(text: Text, lexicon: Lexicon, counted: Iterable[tuple[str, int, int]] = ()) -> list[Found]:
    """All phrases of the text in the order in which they end. Linear in its length.

    counted: (list name, start, end) of what stands in figures.
    """
    hits = _hits(text, lexicon)
    more = [(start, end, lexicon.counted[name], True) for name, start, end in counted]
    if more:
        hits = sorted(hits + more, key=lambda hit: hit[1])
    plain, ending = text.plain, lexicon.ending
    seen: dict[int, list[tuple[int, int, bool]]] = {}
    found: list[Found] = []
    grouped = _grouped(ending)
    for start, end, number, sure in hits:
        for _, sequence in _possible(grouped[number], seen):
            parts = sequence.parts
            if len(parts) == 1:
                found.append(Found(sequence.tag, start, end, sequence.rule, sure))
                continue
            begin = _begin(plain, seen, sequence, len(parts) - 1, start)
            if begin is not None:
                found.append(
                    Found(
                        sequence.tag,
                        begin[0],
                        end,
                        sequence.rule,
                        sure and begin[1],
                        False,
                        not sequence.denies,
                    )
                )
        seen.setdefault(number, []).append((start, end, sure))
    if text.unspaced and lexicon.unspaced is not None:
        for last, (length, sequences) in lexicon.unspaced.iter(text.unspaced):
            for sequence in sequences:
                found.append(
                    Found(sequence.tag, last - length + 1, last + 1, sequence.rule, True, True)
                )
    return found


_Numbered = tuple[int, Sequence]
_Group = tuple[list[_Numbered], dict[int, list[_Numbered]]]
_groups: tuple[object, list[_Group]] | None = None


def _grouped(ending: tuple[tuple[Sequence, ...], ...]) -> list[_Group]:
    """The sequences that end in a set: those of one part, the others by the part before the last.

    Made once for a lexicon; most sequences are passed over because the part before is nowhere.
    """
    global _groups
    if _groups is None or _groups[0] is not ending:
        made: list[_Group] = []
        for sequences in ending:
            alone: list[_Numbered] = []
            by_part: dict[int, list[_Numbered]] = {}
            for index, sequence in enumerate(sequences):
                if len(sequence.parts) == 1:
                    alone.append((index, sequence))
                else:
                    by_part.setdefault(sequence.parts[-2][0], []).append((index, sequence))
            made.append((alone, by_part))
        _groups = (ending, made)
    return _groups[1]


def _possible(group: _Group, seen: Mapping[int, object]) -> list[_Numbered]:
    """The sequences of a group whose part before the last has been seen, in their order."""
    alone, by_part = group
    if not by_part:
        return alone
    small, large = (by_part, seen) if len(by_part) < len(seen) else (seen, by_part)
    parts = [part for part in small if part in large]
    if not parts:
        return alone
    return sorted([*alone, *(one for part in parts for one in by_part[part])], key=_index)


def _index(numbered: _Numbered) -> int:
    return numbered[0]


def _begin(
    plain: str,
    seen: dict[int, list[tuple[int, int, bool]]],
    sequence: Sequence,
    part: int,
    start: int,
) -> tuple[int, bool] | None:
    """Where a sequence begins whose part number `part` begins at `start`; None if it does not."""
    gap = sequence.parts[part][1]
    for before_start, before_end, sure in reversed(
        seen.get(sequence.parts[part - 1][0], ())[-_LOOK_BACK:]
    ):
        if before_end > start:
            continue
        if before_end != start:
            if not gap:
                break
            between = plain[before_end:start]
            if between.count(" ") > gap or " . " in f" {between} " or " ? " in f" {between} ":
                break
        if part == 1:
            return before_start, sure
        begin = _begin(plain, seen, sequence, part - 1, before_start)
        if begin is not None:
            return begin[0], begin[1] and sure
    return None


def _hits(text: Text, lexicon: Lexicon) -> list[tuple[int, int, int, bool]]:
    """(start, end, set, sure) of all spellings; both offsets at the space outside the words."""
    plain, marked, strict, neutral = text.plain, text.marked, text.strict, lexicon.neutral
    hits: list[tuple[int, int, int, bool]] = []
    hiding: list[tuple[int, int]] = []
    for last, (length, spelt, variants) in lexicon.automaton.iter(plain):
        start = last - length + 1
        piece = marked[start : last + 1]
        unmarked = piece == spelt
        for wanted, marks, number in variants:
            if piece == wanted:
                if marks is False and strict:
                    continue
                sure = strict
            elif marks is not None and marks != (not unmarked):
                continue
            elif unmarked:
                if strict and not _many_marks(wanted):
                    continue
                sure = False
            elif not _fits(piece, wanted, strict):
                continue
            else:
                sure = True
            hits.append((start, last, number, sure))
            if number in neutral:
                hiding.append((start, last))
    if not hiding:
        return hits
    return [
        hit
        for hit in hits
        if hit[2] in neutral
        or not any(
            s <= hit[0] and hit[1] <= e and e - s > hit[1] - hit[0]
            for s, e in _near(hiding, hit[0])
        )
    ]


def _near(spans: list[tuple[int, int]], start: int) -> list[tuple[int, int]]:
    """The spans that may cover `start` (they are sorted by end; none is longer than 60 letters)."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= start:
            low = middle + 1
        else:
            high = middle
    return spans[low : low + 8]


def _many_marks(wanted: str) -> bool:
    return sum(not word.isascii() for word in wanted.split()) >= 2


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
