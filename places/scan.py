"""Finding the names of places in a text and deciding whether each is one here."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from locales.marks import unaccent
from places.cues import Cues, cues
from places.layout import Layout
from places.lexicon import ANYWHERE, SHORT, Entry, Sense, lexicon

_BREAK = re.compile(r"[,;!?\n]")
_MOST_WORDS_ALONE = 12

# The southern ear hears hỏi and ngã as one tone, so people write either.
_ONE_TONE = str.maketrans("ãẵẫẽễĩõỗỡũữỹ", "ảẳẩẻểỉỏổởủửỷ")

_SENSES_OF_UNIT = {
    "province": {"province"},
    "city": {"province", "district:k", "district:t", "country", "city"},
    "town": {"district:t", "district:k", "province"},
    "huyen": {"district:h"},
    "quan": {"district:q"},
    "xa": {"commune:x"},
    "phuong": {"commune:p"},
    "thitran": {"commune:t"},
    "dackhu": {"commune:s"},
}
_WIDER = {
    "province": {"province"},
    "city": {"province", "district", "city"},
    "town": {"district"},
    "huyen": {"district"},
    "quan": {"district"},
    "xa": {"commune"},
    "phuong": {"commune"},
    "thitran": {"commune"},
    "dackhu": {"commune", "district"},
}


@dataclass(slots=True)
class Found:
    """A name in the text: words first..last (exclusive); lead is where its kind word begins."""

    first: int
    last: int
    lead: int
    senses: tuple[Sense, ...]
    unit: str
    cued: bool

    @property
    def top(self) -> tuple[Sense, ...]:
        """The senses that outrank the others."""
        best = min(sense.rank for sense in self.senses)
        return tuple(sense for sense in self.senses if sense.rank == best)


def scan(layout: Layout) -> list[Found]:
    """The places named in a text, in order, not overlapping."""
    words = cues()
    hits = _hits(layout)
    if not hits:
        return []
    alone = _alone(layout, hits, words)
    found = [
        accepted
        for first, last, entry in hits
        if (accepted := _accept(layout, first, last, entry, alone, words)) is not None
    ]
    return _apart(found, len(layout.words))


def _hits(layout: Layout) -> list[tuple[int, int, Entry]]:
    """Every known name as (first word, last word exclusive, entry), in order."""
    ends = list(accumulate(len(word.text) + 1 for word in layout.words))
    hits = []
    for end, entry in lexicon().names.iter(layout.line):
        last = bisect_left(ends, end) + 1
        hits.append((last - entry.words, last, entry))
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
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


def _alone(layout: Layout, hits: list[tuple[int, int, Entry]], words: Cues) -> bool:
    """Whether the text is nothing but names of places and words that go with them."""
    count = len(layout.words)
    if count > _MOST_WORDS_ALONE:
        return False
    covered = [False] * count
    for first, last, _ in hits:
        covered[first:last] = [True] * (last - first)
    said = words.filler | words.strong | words.weak | words.units.keys() | words.links
    return all(
        covered[n]
        or form in said
        or (n and f"{layout.forms[n - 1]} {form}" in said)
        or (n + 1 < count and f"{form} {layout.forms[n + 1]}" in said)
        for n, form in enumerate(layout.forms)
    )


def _accept(
    layout: Layout, first: int, last: int, entry: Entry, alone: bool, words: Cues
) -> Found | None:
    unit, lead = _unit_before(layout, first, words)
    strong = unit != "" or _ends_with(layout, lead, words.strong)
    if not alone and not strong and not entry.made and entry.words == 1:
        return None
    if last - first > 1:
        start, end = layout.words[first].start, layout.words[last - 1].end
        if _BREAK.search(layout.text, start, end):
            return None
    form = " ".join(layout.forms[first:last])
    marked = not form.isascii()
    senses, exact = _spelt_so(entry.senses(), form) if marked else (entry.senses(), False)
    if unit:
        senses = _of_unit(senses, unit)
    if not senses:
        return None
    if not unit and not alone and entry.key in words.people and first:
        before = layout.forms[first - 1]
        if before in words.titles:
            return None
    title = _capital(layout, first, last)
    weak = _ends_with(layout, lead, words.weak)
    if exact:
        common = entry.key in words.common and form in words.common_marked
    else:
        common = entry.key in words.common
    kept = tuple(
        sense
        for sense in senses
        if alone or _counts(sense, entry, strong, weak, title, exact, marked, common)
    )
    return Found(first, last, lead, kept, unit, strong or alone) if kept else None


def _counts(
    sense: Sense,
    entry: Entry,
    strong: bool,
    weak: bool,
    title: bool,
    exact: bool,
    marked: bool,
    common: bool,
) -> bool:
    """Whether a name that stands in running words means this."""
    if strong:
        return True
    if sense.needs == SHORT:
        return weak and title
    if sense.needs != ANYWHERE:
        return (weak or exact) and title
    if sense.kind == "commune":
        return False
    if common:
        return title and (exact or weak)
    if sense.kind == "district" and entry.words == 1:
        return (exact or not marked) and title and weak
    if entry.words == 1 and len(entry.key) < 4:
        return exact
    return exact or not marked or title


def _unit_before(layout: Layout, first: int, words: Cues) -> tuple[str, int]:
    """The kind word right before a name and where it begins."""
    for length in (2, 1):
        if first >= length:
            phrase = " ".join(layout.forms[first - length : first])
            kind = words.units.get(phrase)
            if kind is not None and not _BREAK.search(layout.gap(first, first)):
                return kind, first - length
    return "", first


def _ends_with(layout: Layout, lead: int, phrases: frozenset[str]) -> bool:
    """Whether one of phrases stands right before the word lead."""
    if lead == 0 or _BREAK.search(layout.gap(lead, lead)):
        return False
    if layout.forms[lead - 1] in phrases:
        return True
    return lead > 1 and " ".join(layout.forms[lead - 2 : lead]) in phrases


def _capital(layout: Layout, first: int, last: int) -> bool:
    """Whether every word of a name begins with a capital, in a text that is not all capitals."""
    text = layout.text
    return all(text[word.start].isupper() for word in layout.words[first:last]) and any(
        c.islower() for c in text
    )


def _spelt_so(senses: tuple[Sense, ...], form: str) -> tuple[tuple[Sense, ...], bool]:
    """The senses written with these marks; failing that those that differ as people slip."""
    exact = tuple(sense for sense in senses if sense.form == form)
    if exact:
        return exact, True
    one_tone = form.translate(_ONE_TONE)
    near = tuple(sense for sense in senses if _slip(sense.form.translate(_ONE_TONE), one_tone))
    return (near, True) if near else (senses, False)


def _slip(name: str, form: str) -> bool:
    """Whether form is name with some marks left out."""
    return len(name) == len(form) and all(
        a == b or unaccent(a) == b for a, b in zip(name, form, strict=True)
    )


def _of_unit(senses: tuple[Sense, ...], unit: str) -> tuple[Sense, ...]:
    """The senses that a kind word allows; none if it contradicts all."""
    precise = _SENSES_OF_UNIT[unit]
    kept = tuple(s for s in senses if s.kind in precise or f"{s.kind}:{s.unit}" in precise)
    return kept or tuple(s for s in senses if s.kind in _WIDER[unit])
