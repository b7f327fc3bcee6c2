"""Names with a slip of a key."""

from __future__ import annotations

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from places.accept import Found, unit_before
from places.cues import Cues
from places.layout import Layout
from places.lexicon import ANYWHERE, lexicon

_MOST_TRIES = 4  # misspelt names looked for in one text, so that its cost has a ceiling


@cache
def _vocabulary() -> dict[int, list[str]]:
    """Names worth mending, by number of words: those that need no cue, and districts."""
    by_words: dict[int, list[str]] = {}
    for folded, entry in lexicon().entries.items():
        strong = any(s.needs == ANYWHERE for s in entry.made) or "|d" in entry.raw
        if strong and len(folded) > 4:
            by_words.setdefault(entry.words, []).append(folded)
    return by_words


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
    after = [
        n + 1
        for n in range(len(forms) - 1)
        if forms[n] in words.units or forms[n] in words.strong or forms[n] in words.movement
    ]
    if len(forms) > 6:
        return after
    start = 0
    while start < len(forms) and (forms[start] in words.filler or forms[start] in words.strong):
        start += 1
    return [*after, start] if start < len(forms) else after


def _closest(layout: Layout, first: int, words: Cues) -> Found | None:
    known = lexicon().syllables
    few = len(layout.words) <= 6
    best: tuple[int, int, str] | None = None
    rivals: set[str] = set()
    for size in (3, 2, 1):
        last = first + size
        if last > len(layout.words):
            continue
        said = [word.text for word in layout.words[first:last]]
        wholly = few and last == len(layout.words)
        if not wholly and all(word in known for word in said):
            continue  # in running words real syllables are real words
        target = " ".join(said)
        limit = _slips_allowed(len(target))
        if limit == 0:
            continue
        for name, distance, _ in process.extract(
            target, _vocabulary().get(size, []), scorer=OSA.distance, score_cutoff=limit, limit=5
        ):
            if best is None or (distance, -size) < (best[0], -best[1]):
                best, rivals = (int(distance), size, name), {name}
            elif (distance, size) == best[:2]:
                rivals.add(name)
        if best is not None:
            break
    if best is None:
        return None
    unit, lead = unit_before(layout, first, words)
    entries = lexicon().entries
    senses = tuple(
        sense
        for name in sorted(rivals)
        for sense in entries[name].senses()
        if sense.kind != "commune" and sense.needs == ANYWHERE
    )
    return Found(first, first + best[1], lead, senses, unit, True) if senses else None


def _slips_allowed(letters: int) -> int:
    """How many slips of a key a name of this length may have."""
    return 0 if letters < 5 else 1 if letters < 10 else 2
