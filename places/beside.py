"""What stands before a name and tells whether it is a place."""

from __future__ import annotations

from typing import NamedTuple

from places.cues import COMMUNE, VENUE, Cues
from places.layout import Layout


class Beside(NamedTuple):  # a tuple, because dozens are made for each text
    """What stands right before a name: its kind word, where that begins, and other words as bits
    of `cues`."""

    unit: str
    lead: int
    before: int

    @property
    def vouches(self) -> bool:
        """Whether it is enough for a commune, whose names are everyday words."""
        return self.unit != "" or bool(self.before & (COMMUNE | VENUE))


def beside(layout: Layout, first: int, words: Cues) -> Beside:
    """What stands right before a name that begins at the word first."""
    unit, lead = _unit_before(layout, first, words)
    if lead == 0 or layout.breaks(lead):
        return Beside(unit, lead, 0)
    bits = words.before.get(layout.forms[lead - 1], 0)
    if lead > 1:
        bits |= words.before.get(layout.pairs[lead - 2], 0)
    return Beside(unit, lead, bits)


def vouched(layout: Layout, first: int, words: Cues) -> bool:
    """Whether a word that vouches can stand before a name at the word first: a quick look."""
    return first > 0 and (
        layout.forms[first - 1] in words.vouching
        or (first > 1 and layout.pairs[first - 2] in words.vouching)
    )


def hides(layout: Layout, lead: int, last: int, words: Cues) -> bool:
    """Whether what looks like a kind word and a name is a phrase that is no place ("tính là")."""
    spellings = words.masks.get(" ".join(layout.words[lead:last]), ())
    return layout.phrase(lead, last) in spellings


def loose_letter(layout: Layout, lead: int, first: int, title: bool) -> bool:
    """Whether the kind word is a bare letter, which may be another word ("h chủ": "giờ chủ")."""
    return (
        len(layout.forms[lead]) == 1
        and first == lead + 1
        and not title
        and ("." not in layout.gaps[first])
    )


def origin(layout: Layout, first: int, words: Cues) -> bool:
    """Whether somebody is said to be from the place: "người Bá Thước", "người sán chỉ Hải Hà"."""
    if layout.forms[first - 1] in ("người", "nguoi"):
        return True
    pair = layout.pairs[first - 2] if first > 1 else ""
    triple = layout.triples[first - 3] if first > 2 else ""
    return pair in words.peoples or triple in words.peoples


def on_a_way(layout: Layout, first: int, last: int, words: Cues) -> bool:
    """Whether a way begins there: "từ Cái Răng lên Sài Gòn"."""
    if layout.forms[first - 1] not in ("từ", "tu") or last == len(layout.forms):
        return False
    return not layout.pauses(last) and words.roles.get(layout.forms[last]) == "to"


def venue(layout: Layout, first: int, words: Cues) -> bool:
    """Whether a house or a spot is named within three words before a name, as in "quán bia Nam
    Can"."""
    for at in range(max(0, first - 3), first):
        if layout.pauses(at + 1):
            continue
        if words.before.get(layout.forms[at], 0) & VENUE or (
            words.before.get(layout.pairs[at], 0) & VENUE
        ):
            return not any(layout.pauses(n) for n in range(at + 1, first + 1))
    return False


def _unit_before(layout: Layout, first: int, words: Cues) -> tuple[str, int]:
    """The kind word right before a name ("huyện") and where it begins."""
    if first == 0 or layout.breaks(first):
        return "", first
    if first > 1:
        kind = words.units.get(layout.pairs[first - 2])
        if kind is not None:
            return kind, first - 2
    if first > 1 and layout.pairs[first - 2] in words.not_units:
        return "", first
    kind = words.units.get(layout.forms[first - 1])
    return (kind, first - 1) if kind is not None else ("", first)
