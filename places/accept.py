"""Whether a known name is a place where it stands, and which of its senses it can have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from places.beside import Beside, hides, loose_letter, on_a_way, origin, venue
from places.cues import COMMUNE, MOVE, STRONG, VENUE, WEAK, Cues
from places.fold import is_syllable
from places.gazetteer import ANYWHERE, CAPITAL, MOVING, SHORT, Sense
from places.layout import Layout
from places.lexicon import Entry
from places.spelling import spelt_so, wrong_marks

_NUMBERED_WARD = re.compile(r"(?:phuong|p|ward) \S+( \S+)?$")

# What a kind word allows, first in the strict sense, then as people use it.
_STRICT = {
    "province": {"province", "area"},
    "city": {"province", "district:k", "district:t", "town", "city"},
    "town": {"district:t", "district:k", "town"},
    "huyen": {"district:h", "town"},
    "quan": {"district:q", "town"},
    "xa": {"commune:x", "commune:t"},  # former towns are communes now
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
    "phuong": {"commune", "province", "town"},  # the wards of today bear the names of towns
    "thitran": {"commune", "district"},
    "dackhu": {"commune", "district", "town", "area", "compound", "city"},
}


@dataclass(slots=True)
class Found:
    """A name in the text: words first..last (exclusive); lead is where its kind word begins.

    senses: what it may mean; empty if the words only look like a place. cued: a place word stands
    before it. spelling: "exact" if its marks are right, "plain" without marks, "partly" with some
    of them or with hỏi for ngã, "mask" if it only looks like a place, else "other".
    """

    first: int
    last: int
    lead: int
    senses: tuple[Sense, ...]
    unit: str = ""
    cued: bool = False
    spelling: str = "plain"

    @property
    def top(self) -> tuple[Sense, ...]:
        """The senses that outrank the others, the likeliest first."""
        best = min(sense.rank for sense in self.senses)
        return tuple(sense for sense in self.senses if sense.rank == best)


class _Setting(NamedTuple):
    """How and where a name is written."""

    words: int
    unit: bool  # its kind word before it ("huyện")
    before: int  # what else stands before it, as bits of `cues`
    title: bool  # each word with a capital
    inside: bool  # not at the beginning of a sentence
    spelling: str
    common: bool  # also an everyday word as it is written
    venue: bool  # a house, a spot or a people is named before it ("quán bia Nam Can")
    foreign: bool  # no syllable of Vietnamese, so no everyday word ("kbang", "dakrong")


def accept(
    layout: Layout, first: int, last: int, entry: Entry, near: Beside, alone: bool, words: Cues
) -> Found | None:
    """The place that the words first..last name, None if they name none.

    near: what stands before them. alone: the text is nothing but names of places, so that no word
    before them is needed.
    """
    if entry.only_communes and not (near.vouches or alone or entry.masks):
        return None
    unit, lead, before = near.unit, near.lead, near.before
    form = layout.forms[first] if entry.words == 1 else layout.phrase(first, last)
    title = _capital(layout, first, last)
    if not title and before and lead and layout.forms[lead - 1] in words.english:
        before = 0
    marked = not form.isascii()
    if unit and not title and hides(layout, lead, last, words):
        return None
    if form in entry.masks and (not unit or loose_letter(layout, lead, first, title)):
        nothing_else = not entry.made and not entry.raw
        if nothing_else or not _means_it(entry, before, title, alone, marked):
            return Found(first, last, first, (), spelling="mask")
    if any(layout.breaks(at) for at in range(first + 1, last)):
        return None
    senses, spelling = spelt_so(entry, form, layout.guessed(first, last))
    if unit:
        senses = _of_unit(senses, unit)
    if spelling == "other":
        senses = tuple(s for s in senses if s.kind != "commune")
    if not senses:
        return None
    if alone:
        senses = _in_answer(layout, first, last, senses, form, spelling, title, unit, words)
        return Found(first, last, lead, senses, unit, True, spelling) if senses else None
    a_person = not unit and first and entry.key in words.people
    if a_person and layout.forms[first - 1] in words.titles and not origin(layout, first, words):
        return None
    common = form in words.common_marked or (spelling != "exact" and entry.key in words.common)
    setting = _Setting(
        words=entry.words,
        unit=unit != "",
        before=before,
        title=title,
        inside=(first > 0 and (not layout.ends_sentence(first) and ":" not in layout.gaps[first]))
        or _a_sentence(layout, first, last),
        spelling=spelling,
        common=common,
        venue=common
        and first > 0
        and (
            origin(layout, first, words)
            or venue(layout, first, words)
            or on_a_way(layout, first, last, words)
        ),
        foreign=entry.words == 1 and not is_syllable(entry.key),
    )
    if _NUMBERED_WARD.match(entry.key) is None:
        senses = tuple(s for s in senses if _counts(s, setting))
    if not senses:
        return None
    return Found(first, last, lead, senses, unit, unit != "" or bool(before & STRONG), spelling)


def _a_sentence(layout: Layout, first: int, last: int) -> bool:
    """Whether a name is a sentence of its own, not the first ("... không ai mở. Hương Sơn.")."""
    return first > 0 and (last == len(layout.forms) or layout.ends_sentence(last))


def _in_answer(
    layout: Layout,
    first: int,
    last: int,
    senses: tuple[Sense, ...],
    form: str,
    spelling: str,
    title: bool,
    unit: str,
    words: Cues,
) -> tuple[Sense, ...]:
    """What a name means in a text that is nothing but names; () if it is rather a word or a person.

    Nobody has to say "ở" in an answer, so only what looks like something else is left out.
    """
    if last - first == 1:
        if form in words.said:
            return ()
        if not unit and len(layout.words) > 1:
            senses = tuple(s for s in senses if s.kind != "commune")
    person = layout.forms[first] in words.titles and not title and not unit
    if person and (spelling == "other" or layout.forms[first] == "anh"):
        return ()
    if spelling == "other":
        senses = tuple(s for s in senses if wrong_marks(s.form, form) <= 1)
    return senses


def _means_it(entry: Entry, before: int, title: bool, alone: bool, marked: bool) -> bool:
    """Whether a phrase that mostly is no place is one here."""
    if title and (before & (STRONG | WEAK) or entry.words > 1):
        return True
    if not marked and (alone or before & (COMMUNE | VENUE)):
        return any(sense.kind != "commune" for sense in entry.senses())
    return alone and title


def _counts(sense: Sense, at: _Setting) -> bool:
    """Whether a name in running words means this."""
    strong = at.before & STRONG
    if at.spelling == "other" and not at.title and not (strong and sense.kind == "province"):
        return False
    if sense.needs == SHORT and at.common and not at.title:
        return False
    if at.unit:
        return True
    if sense.kind == "commune":
        if at.words == 1:
            return False
        marked = at.spelling == "exact"
        if at.before & COMMUNE:
            return marked or at.title or at.words > 2  # three words are no everyday phrase
        return bool(at.before & VENUE) and marked and at.title
    if sense.needs == CAPITAL:
        return at.title and bool(at.before & (STRONG | MOVE))
    if sense.needs == MOVING:
        ours = STRONG | VENUE if sense.country == "VN" else 0
        if sense.country == "VN" and at.title and at.before & WEAK:
            return True
        return bool(at.before & (COMMUNE | MOVE | ours))
    if sense.needs == SHORT:
        return bool(at.before & (COMMUNE | VENUE)) or (at.title and bool(at.before & WEAK))
    if at.words == 1 and sense.kind == "district" and not at.foreign:
        return at.title and bool(strong)
    if at.title and (at.inside or at.before & (STRONG | WEAK)):
        return True
    if at.common:
        return at.venue or bool(at.before & (COMMUNE | VENUE))
    return bool(strong) or sense.needs == ANYWHERE or at.spelling == "exact"


def _capital(layout: Layout, first: int, last: int) -> bool:
    """Whether every word of a name begins with a capital and the text has small letters too."""
    text = layout.text
    return all(text[start].isupper() for start, _ in layout.spans[first:last]) and not (
        text.isupper()
    )


def _of_unit(senses: tuple[Sense, ...], unit: str) -> tuple[Sense, ...]:
    """The senses that a kind word allows; none if it contradicts all."""
    for allowed in (_STRICT[unit], _LOOSE[unit]):
        kept = tuple(s for s in senses if s.kind in allowed or f"{s.kind}:{s.unit}" in allowed)
        if kept:
            return kept
    return ()
