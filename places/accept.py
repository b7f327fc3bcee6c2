"""Whether a known name is a place where it stands, and which of its senses it can have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from locales.marks import unaccent
from places.cues import Cues
from places.gazetteer import ANYWHERE, CAPITAL, MOVE, SHORT, Sense
from places.layout import Layout
from places.lexicon import Entry

_BREAK = re.compile(r"[,;!?\n]")
_SENTENCE = re.compile(r"[.!?\n:]")
_NUMBERED_WARD = re.compile(r"(?:phuong|p|ward) \S+( \S+)?$")

# The southern ear hears hỏi and ngã as one tone, so people write either; i and y are one sound.
_ONE_SOUND = str.maketrans("ãẵẫẽễĩõỗỡũữỹyýỳỷỵ", "ảẳẩẻểỉỏổởủửỉiíìỉị")

# What a kind word allows, first in the strict sense, then as people use it.
_STRICT = {
    "province": {"province", "area"},
    "city": {"province", "district:k", "district:t", "town", "city"},
    "town": {"district:t", "district:k", "town"},
    "huyen": {"district:h", "town"},
    "quan": {"district:q", "town"},
    "xa": {"commune:x"},
    "phuong": {"commune:p"},
    "thitran": {"commune:t"},
    "dackhu": {"commune:s"},
}
_LOOSE = {
    "province": {"province", "area", "city"},
    "city": {"province", "district", "town", "city"},
    "town": {"district", "town"},
    "huyen": {"district", "town"},
    "quan": {"district", "town"},
    "xa": {"commune"},
    "phuong": {"commune"},
    "thitran": {"commune", "district"},
    "dackhu": {"commune", "district", "town"},
}


@dataclass(slots=True)
class Found:
    """A name in the text: words first..last (exclusive); lead is where its kind word begins.

    senses: what it may mean; empty if the words only look like a place. cued: a place word stands
    before it. spelling: "exact" if its marks are right, "plain" without marks, "partly" with some
    of them or with hỏi for ngã, "mask" if it only looks like a place, else "other". doubtful: it
    counts only beside another name that it lies in or that lies in it ("bac son ls").
    """

    first: int
    last: int
    lead: int
    senses: tuple[Sense, ...]
    unit: str = ""
    cued: bool = False
    spelling: str = "plain"
    doubtful: bool = False

    @property
    def top(self) -> tuple[Sense, ...]:
        """The senses that outrank the others."""
        best = min(sense.rank for sense in self.senses)
        return tuple(sense for sense in self.senses if sense.rank == best)


@dataclass(frozen=True, slots=True)
class _Setting:
    """How and where a name is written."""

    words: int
    unit: bool  # its kind word before it ("huyện")
    strong: bool  # a place word before it
    commune: bool  # one that makes a commune certain too
    move: bool  # a word of movement before it
    weak: bool  # some other word that often stands before places
    venue: bool  # a house and the like before it
    title: bool  # each word with a capital
    inside: bool  # not at the beginning of a sentence
    spelling: str
    common: bool  # also an everyday word as it is written


def accept(
    layout: Layout, first: int, last: int, entry: Entry, alone: bool, words: Cues
) -> Found | None:
    """The place that the words first..last name, None if they name none.

    alone: the text is nothing but names of places, so that no word before them is needed.
    """
    unit, lead = unit_before(layout, first, words)
    title = _capital(layout, first, last)
    strong = unit != "" or _cue(layout, lead, words.strong, words.english, title)
    if entry.words == 1 and not (strong or alone or entry.made or "|d" in entry.raw):
        return None
    form = " ".join(layout.forms[first:last])
    weak = _cue(layout, lead, words.weak, words.english, title)
    certain = _cue(layout, lead, words.commune, words.english, title)
    if form in entry.masks and not unit and not (title and (strong or weak)):
        wide = any(sense.kind != "commune" for sense in entry.senses())
        if not (certain and wide) and not (alone and entry.senses()):
            return Found(first, last, first, (), spelling="mask")
    if last - first > 1 and _broken(layout, first, last):
        return None
    senses, spelling = _spelt_so(entry.senses(), form)
    if unit:
        senses = _of_unit(senses, unit)
    if alone and entry.words == 1 and form in words.filler:
        return None
    if spelling == "other":
        senses = tuple(s for s in senses if s.kind != "commune")
    if not senses:
        return None
    if alone:
        return Found(first, last, lead, senses, unit, True, spelling)
    if not unit and first and entry.key in words.people and layout.forms[first - 1] in words.titles:
        return None
    setting = _Setting(
        words=entry.words,
        unit=unit != "",
        strong=strong,
        commune=certain,
        move=_cue(layout, lead, words.movement, words.english, title),
        weak=weak,
        venue=_cue(layout, lead, words.venues, words.english, title),
        title=title,
        inside=first > 0 and not _SENTENCE.search(layout.gap(first, first)),
        spelling=spelling,
        common=(entry.key in words.common and (spelling != "exact" or form in words.common_marked))
        or form in words.common_marked,
    )
    typed = _NUMBERED_WARD.match(entry.key) is not None
    kept = tuple(s for s in senses if typed or _counts(s, setting))
    if kept:
        return Found(first, last, lead, kept, unit, strong, spelling)
    if spelling == "other":
        return None
    if entry.words == 1:
        senses = tuple(s for s in senses if s.kind in ("province", "district"))
        if not senses:
            return None
    return Found(first, last, lead, senses, unit, strong, spelling, doubtful=True)


def _counts(sense: Sense, at: _Setting) -> bool:
    """Whether a name in running words means this."""
    if at.spelling == "other" and not at.title and not (at.strong and sense.kind == "province"):
        return False
    if at.unit:
        return True
    if sense.kind == "commune":
        if at.words == 1:
            return False
        marked = at.spelling == "exact"
        return (at.commune and (marked or at.title)) or (at.venue and marked and at.title)
    if sense.needs == CAPITAL:
        return at.title and (at.strong or at.move)
    if sense.needs == MOVE:
        return at.commune or at.move or (sense.country == "VN" and (at.venue or at.strong))
    if sense.needs == SHORT:
        return at.strong or at.venue or (at.weak and at.title)
    if at.words == 1 and sense.kind == "district":
        return at.strong and at.title
    if at.strong or (at.title and (at.inside or at.weak)):
        return True
    if sense.needs != ANYWHERE:
        return at.spelling == "exact" and not at.common
    return not at.common or at.venue


def unit_before(layout: Layout, first: int, words: Cues) -> tuple[str, int]:
    """The kind word right before a name ("huyện") and where it begins."""
    if first == 0 or _BREAK.search(layout.gap(first, first)):
        return "", first
    if first > 1:
        kind = words.units.get(f"{layout.forms[first - 2]} {layout.forms[first - 1]}")
        if kind is not None:
            return kind, first - 2
    kind = words.units.get(layout.forms[first - 1])
    return (kind, first - 1) if kind is not None else ("", first)


def _cue(
    layout: Layout, lead: int, phrases: frozenset[str], english: frozenset[str], title: bool
) -> bool:
    """Whether one of phrases stands right before the word lead."""
    if lead == 0 or _BREAK.search(layout.gap(lead, lead)):
        return False
    last = layout.forms[lead - 1]
    if last in phrases and (title or last not in english):
        return True
    return lead > 1 and f"{layout.forms[lead - 2]} {last}" in phrases


def _broken(layout: Layout, first: int, last: int) -> bool:
    """Whether a comma or the like stands inside a name."""
    start, end = layout.words[first].start, layout.words[last - 1].end
    return _BREAK.search(layout.text, start, end) is not None


def _capital(layout: Layout, first: int, last: int) -> bool:
    """Whether every word of a name begins with a capital and the text has small letters too."""
    text = layout.text
    return all(text[w.start].isupper() for w in layout.words[first:last]) and not text.isupper()


def _spelt_so(senses: tuple[Sense, ...], form: str) -> tuple[tuple[Sense, ...], str]:
    """The senses written with these marks; failing that those that differ as people slip. And
    which of the two, as in `Found.spelling`."""
    if form.isascii():
        return senses, "plain"
    one_sound = form.translate(_ONE_SOUND)
    near = [s for s in senses if s.form == form or _slip(s.form.translate(_ONE_SOUND), one_sound)]
    exact = [s for s in near if s.form == form]
    if exact:
        # "Mù Cang Chải" and "Mù Căng Chải" are one place in two spellings of the lists.
        formers = {s.former for s in exact}
        return tuple(s for s in near if s in exact or s.former in formers), "exact"
    return (tuple(near), "partly") if near else (senses, "other")


def _slip(name: str, form: str) -> bool:
    """Whether form is name with some marks left out."""
    return len(name) == len(form) and all(
        a == b or unaccent(a) == b for a, b in zip(name, form, strict=True)
    )


def _of_unit(senses: tuple[Sense, ...], unit: str) -> tuple[Sense, ...]:
    """The senses that a kind word allows; none if it contradicts all."""
    for allowed in (_STRICT[unit], _LOOSE[unit]):
        kept = tuple(s for s in senses if s.kind in allowed or f"{s.kind}:{s.unit}" in allowed)
        if kept:
            return kept
    return ()
