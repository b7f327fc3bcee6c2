"""Putting names together that say one place: "Châu Thành, Kiên Giang"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from places.cues import Cues, cues
from places.fold import key
from places.layout import Layout
from places.lexicon import Sense
from places.points import table
from places.roles import role_of
from places.scan import Found

_STOP = re.compile(r"[;!?\n]|\.\s")
_FINENESS = {"country": 0, "province": 1, "city": 2, "district": 2}
_FAR_TO_LINK = 3  # words between two names of one place


@dataclass(slots=True)
class Group:
    """Names that say one place. senses: what the finest of them may mean, given the others."""

    members: list[Found]
    finest: Found
    senses: tuple[Sense, ...]
    role: str


def group(layout: Layout, found: list[Found]) -> list[Group]:
    """Join neighbouring names where one contains the other, and read what each group says."""
    words = cues()
    groups: list[list[Found]] = []
    for one in found:
        if groups and _linked(layout, groups[-1][-1], one, words) and _nested(groups[-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [_group(layout, members) for members in groups]


def _linked(layout: Layout, left: Found, right: Found, words: Cues) -> bool:
    between = layout.forms[left.last : right.lead]
    if len(between) > _FAR_TO_LINK or not all(form in words.links for form in between):
        return False
    start, end = layout.words[left.last - 1].end, layout.words[right.lead].start
    return _STOP.search(layout.text, start, end) is None


def _nested(members: list[Found], one: Found) -> bool:
    return any(_inside(a, b) for m in members for a in m.senses for b in one.senses)


def _inside(a: Sense, b: Sense) -> bool:
    """Whether one of two senses lies in the other (either way round)."""
    if a.country != b.country:
        return False
    fine_a, fine_b = fineness(a), fineness(b)
    if fine_a == fine_b:
        return False
    wide, fine = (a, b) if fine_a < fine_b else (b, a)
    if wide.kind == "country":
        return True
    if wide.kind == "district" and fine.parent:
        return wide.former == fine.former and key(wide.name) == fine.parent
    return _same_land(wide, fine)


def fineness(sense: Sense) -> int:
    """0 for a country, rising to 3 for a commune or a landmark."""
    return _FINENESS.get(sense.kind, 3)


def _same_land(wide: Sense, fine: Sense) -> bool:
    """Former provinces are the same, or belong to one present province whose name was used."""
    if wide.former is None or fine.former is None:
        return wide.former is fine.former
    if wide.former == fine.former:
        return True
    formers = table().formers
    a, b = formers[wide.former].point, formers[fine.former].point
    return wide.kind == "province" and a.province == b.province and a.name == a.province


def _group(layout: Layout, members: list[Found]) -> Group:
    role = role_of(layout, members[0].lead, members[-1].last)
    if len(members) == 1:
        return Group(members, members[0], members[0].top, role)
    # The name that can only be read wide restricts the others, from the widest down.
    ordered = sorted(members, key=lambda m: (min(fineness(s) for s in m.top), -m.first))
    wide = ordered[0]
    senses = tuple(s for s in wide.senses if fineness(s) == min(map(fineness, wide.senses)))
    finest = wide
    for member in ordered[1:]:
        within = [s for s in member.senses if any(_inside(w, s) for w in senses)]
        finer = [s for s in within if fineness(s) > fineness(senses[0])]
        if finer:
            # A namesake in the very province that was named comes before one in its new parts.
            same = [s for s in finer if any(w.former == s.former for w in senses)]
            chosen = same or finer
            best = min(s.rank for s in chosen)
            senses = tuple(s for s in chosen if s.rank == best)
            finest = member
    return Group(members, finest, senses, role)
