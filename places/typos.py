"""Names with a slip of a key."""

from __future__ import annotations

from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from places.accept import Found
from places.beside import beside
from places.cues import MOVE, STRONG, Cues
from places.fold import is_syllable
from places.gazetteer import ANYWHERE, Sense
from places.layout import Layout
from places.lexicon import lexicon

_MOST_TRIES = 4  # misspelt names looked for in one text, so that its cost has a ceiling


_FEW_WORDS = 6  # a text so short is an answer: its words need not be wrong to be a wrong name


@cache
def _vocabulary() -> dict[tuple[int, int], list[str]]:
    """Names worth mending by number of words and letters: those needing no cue, and districts."""
    by_size: dict[tuple[int, int], list[str]] = {}
    for folded in lexicon().mendable():
        if len(folded) > 4:
            by_size.setdefault((folded.count(" ") + 1, len(folded)), []).append(folded)
    return by_size


def misspelt(layout: Layout, found: list[Found], words: Cues) -> list[Found]:
    """Names within a small edit distance, after a place word or where nothing else was found.

    Communes are not guessed: there are too many that differ in one letter.
    """
    taken = {n for one in found for n in range(one.lead, one.last)}
    mended_names = []
    tries = 0
    for first in _places_for_a_name(layout, words):
        if tries == _MOST_TRIES:
            break
        if first in taken:
            continue
        tries += 1
        one = _closest(layout, first, words)
        if one is not None and taken.isdisjoint(range(one.first, one.last)):
            mended_names.append(one)
            taken |= set(range(one.first, one.last))
    return mended_names


def _places_for_a_name(layout: Layout, words: Cues) -> list[int]:
    """Indexes of words where a name may begin."""
    forms = layout.forms
    few = len(forms) <= _FEW_WORDS
    if not few and all(map(_is_word, layout.words)):
        return []  # in running words only what cannot be a word is taken for a slip
    after = [
        n + 1
        for n in range(len(forms) - 1)
        if forms[n] in words.units or words.before.get(forms[n], 0) & (STRONG | MOVE)
    ]
    return list(range(len(forms))) if few else after


def _closest(layout: Layout, first: int, words: Cues) -> Found | None:
    """The name within the fewest slips of the words from first on; None if there is none."""
    few = len(layout.words) <= _FEW_WORDS
    for size in (3, 2, 1):
        last = first + size
        if last > len(layout.words):
            continue
        said = " ".join(layout.words[first:last])
        limit = _slips_allowed(len(said))
        slips = limit
        if all(map(_is_word, layout.words[first:last])):
            # Real syllables are mostly real words: only a province or known town, in an answer.
            if not _whole_answer(layout, first, last, words) or said in words.masks:
                continue
            names = [n for n in _names_near(said, size, min(limit, 1)) if _is_well_known(n)]
            slips = 1
        else:
            names = _names_near(said, size, limit if few else min(limit, 1))
            slips += few
        form = layout.phrase(first, last)
        senses = tuple(s for name in names for s in _senses(name, form, slips))
        if senses:
            near = beside(layout, first, words)
            return Found(first, last, near.lead, senses, near.unit, True, "other")
    return None


def _whole_answer(layout: Layout, first: int, last: int, words: Cues) -> bool:
    """Whether a short text says nothing besides the words first..last."""
    around = layout.forms[:first] + layout.forms[last:]
    return len(around) <= _FEW_WORDS and all(form in words.said for form in around)


def _is_well_known(name: str) -> bool:
    """Whether it is the name of a province or of one of the towns of the hand-made table."""
    entry = lexicon().find(name)
    return (
        entry is not None
        and len(name) > 6
        and any(s.kind in ("province", "town") for s in entry.made)
    )


@lru_cache(maxsize=4096)
def _is_word(word: str) -> bool:
    """Whether it can be a syllable, or is too short or too long to be a name gone wrong."""
    if not 2 < len(word) < 20 or word.isdigit() or word in lexicon().syllables:
        return True
    return is_syllable(word)


def _names_near(said: str, size: int, limit: int) -> list[str]:
    """The names of size words that are closest to what was said, all that are equally close."""
    if limit == 0:
        return []
    found = process.extract(
        said, _candidates(size, len(said), limit), scorer=OSA.distance, score_cutoff=limit, limit=8
    )
    least = min((distance for _, distance, _ in found), default=0)
    return sorted(name for name, distance, _ in found if distance == least)


@cache
def _candidates(size: int, letters: int, limit: int) -> list[str]:
    """The names of so many words that are at most limit letters shorter or longer than letters."""
    near = range(letters - limit, letters + limit + 1)
    return [name for length in near for name in _vocabulary().get((size, length), ())]


def _senses(name: str, form: str, limit: int) -> list[Sense]:
    """What a name may mean where form was written; marks that were written must fit it too."""
    entry = lexicon().find(name)
    return [
        sense
        for sense in (entry.senses() if entry is not None else ())
        if sense.kind != "commune"
        and sense.needs == ANYWHERE
        and (form.isascii() or OSA.distance(form, sense.form) <= limit)
    ]


def _slips_allowed(letters: int) -> int:
    """How many slips of a key a name of this length may have."""
    return 0 if letters < 5 else 1 if letters < 10 else 2
