"""Putting names together that say one place: "Châu Thành, Kiên Giang"."""

from __future__ import annotations

from dataclasses import dataclass

from places.accept import Found
from places.cues import Cues, cues
from places.gazetteer import THERE, Sense
from places.land import inside, nested
from places.layout import Layout
from places.points import table
from places.roles import Role, role_of, speaks_of_china
from places.scripts import written

_OTHER_PLACES = ({"here", "home"}, {"here", "to"})  # two roles that are two places
_SHARED = ("commune", "district")  # of these a hamlet or a street may bear the name
_FAR_TO_LINK = 3  # words between two names of one place
_MOST_TOGETHER = 8  # names of one place; an address has six at most


@dataclass(frozen=True, slots=True)
class Named:
    """One name of a group: where it stands in the NFC text and what it means alone."""

    start: int
    end: int
    senses: tuple[Sense, ...]


@dataclass(slots=True)
class Group:
    """Names that say one place.

    senses: what the finest of them, names[finest], may mean, given the others. minor: the name of a
    hamlet or a street that some place shares, so that another name says more.
    """

    names: list[Named]
    finest: int
    senses: tuple[Sense, ...]
    role: Role
    minor: bool = False


def groups_of(layout: Layout, found: list[Found]) -> list[Group]:
    """All places said in a text, in order."""
    words = cues()
    joined: list[list[Found]] = []
    countries = {s.country for f in found for s in f.senses if s.kind == "country"}
    for one in (_of_its_people(layout, _in_its_country(layout, f, countries)) for f in found):
        if (
            joined
            and len(joined[-1]) < _MOST_TOGETHER
            and _linked(layout, joined[-1][-1], one, words)
            and _nested(joined[-1], one)
        ):
            joined[-1].append(one)
        else:
            joined.append([one])
    groups = [_group(layout, members) for members in joined]
    for left, right, near, next_to in zip(joined, joined[1:], groups, groups[1:], strict=False):
        if left[-1].last == right[0].lead and not layout.pauses(right[0].lead):
            _side_by_side(near, next_to)
    for name in written(layout.text):
        named = Named(name.start, name.end, (name.sense,))
        groups.append(Group([named], 0, named.senses, name.role))
    groups.sort(key=lambda g: g.names[0].start)
    return _narrowed(groups, _about_a_border(layout, groups))


def _side_by_side(one: Group, two: Group) -> None:
    """A name right before a wider place that does not hold it is some spot there: "bến xe Đức Long
    Pleiku" is in Pleiku."""
    wider = two.senses[0].fine < 3 and two.senses[0].country == "VN"
    if wider and two.role.said == "seen" and all(s.kind == "commune" for s in one.senses):
        one.minor, two.role = True, one.role


def _about_a_border(layout: Layout, groups: list[Group]) -> bool:
    abroad = any(sense.country != "VN" for group in groups for sense in group.senses)
    return abroad or layout.has(cues().border)


def _in_its_country(layout: Layout, one: Found, named: set[str]) -> Found:
    """A name that two countries share is read by what the text speaks of.

    named: the countries that the text names.
    """
    if len(one.senses) == 1 and one.senses[0].needs != THERE:
        return one
    if len({s.country for s in one.senses}) == 1 and all(s.needs != THERE for s in one.senses):
        if named == {"LA"} and one.spelling == "plain":
            # On the way to Laos "Nam Can" is the gate Nậm Cắn, no town in Cà Mau.
            one.senses = tuple(s for s in one.senses if s.kind == "gate") or one.senses
        return one
    abroad = {s.country for s in one.senses} - {"VN"}
    if any(s.needs == THERE for s in one.senses):
        there = speaks_of_china(layout, one.lead, one.last) if "CN" in abroad else abroad <= named
        one.senses = tuple(s for s in one.senses if (s.needs == THERE) == there) or one.senses
    elif layout.has(cues().crossing, max(0, one.lead - 1), one.lead):
        one.senses = tuple(s for s in one.senses if s.country != "VN")
    elif not (abroad & named or layout.has(cues().border) or layout.has(cues().held)):
        ours = tuple(s for s in one.senses if s.country == "VN" and s.kind != "commune")
        one.senses = ours or one.senses
    elif all(s.country != "VN" or s.kind == "commune" for s in one.senses):
        one.senses = tuple(s for s in one.senses if s.country in named) or one.senses
    return one


def _of_its_people(layout: Layout, one: Found) -> Found:
    """A name without marks is read where the people lives that the text names: right behind it
    ("người Thái Phu Yen") surely, else it is ambiguous."""
    if one.spelling != "plain" or len(one.senses) < 2 or len({s.former for s in one.senses}) < 2:
        return one
    peoples = cues().peoples
    homes: set[str | None] = set()
    beside = False
    for said in (layout.pairs, layout.triples):
        words = 2 if said is layout.pairs else 3
        for at, phrase in enumerate(said):
            if phrase in peoples:
                homes |= peoples[phrase]
                beside |= 0 <= one.lead - at - words <= 1
    if not homes or any(s.former in homes for s in one.top):
        if beside and homes:
            one.senses = tuple(s for s in one.senses if s.former in homes)
        return one
    kept = tuple(
        s._replace(rank=0) for s in one.senses if s.former in homes and s.kind != "commune"
    )
    if kept:
        one.senses = kept if beside else one.top + kept
    return one


def _linked(layout: Layout, left: Found, right: Found, words: Cues) -> bool:
    between = layout.forms[left.last : right.lead]
    if len(between) > _FAR_TO_LINK or not all(form in words.links for form in between):
        return False
    return not any(layout.ends_sentence(at) for at in range(left.last, right.lead + 1))


def _nested(members: list[Found], one: Found) -> bool:
    return any(nested(a, b) for m in members for a in m.senses for b in one.senses)


def _group(layout: Layout, members: list[Found]) -> Group:
    names = [Named(layout.spans[m.first][0], layout.spans[m.last - 1][1], m.top) for m in members]
    finest, senses = _agreed(members) if len(members) > 1 else (0, members[0].top)
    if finest:
        names[finest] = Named(names[finest].start, names[finest].end, senses)
    abroad = all(sense.country != "VN" for sense in senses)
    role = role_of(layout, members[0].lead, members[-1].last, abroad)
    lead = members[0].lead
    alone = len(members) == 1 and all(sense.kind in _SHARED for sense in senses)
    minor = alone and lead > 0 and layout.forms[lead - 1] in cues().hamlets
    return Group(names, finest, senses, role, minor)


def _agreed(members: list[Found]) -> tuple[int, tuple[Sense, ...]]:
    """Which member is the finest, and its senses that lie within the wider ones."""
    order = sorted(range(len(members)), key=lambda n: (min(s.fine for s in members[n].top), -n))
    for base in range(len(order)):
        finest, senses = _within(members, order[base:])
        if finest != order[base]:
            return finest, senses
    return order[0], members[order[0]].top


def _within(members: list[Found], order: list[int]) -> tuple[int, tuple[Sense, ...]]:
    """The same, taking the first in order for the widest."""
    finest = order[0]
    widest = min(s.fine for s in members[finest].top)
    senses = tuple(s for s in members[finest].top if s.fine == widest)
    for n in order[1:]:
        finer = [
            s
            for s in members[n].senses
            if s.fine > senses[0].fine and any(inside(wide, s) for wide in senses)
        ]
        if not finer:
            continue
        best = min(s.rank for s in finer)
        chosen = [s for s in finer if s.rank == best]
        # Districts are gone, so one beside "An Giang" is an address of old An Giang if it can be.
        own = [s for s in chosen if any(wide.former == s.former for wide in senses)]
        if own and all(s.kind != "commune" for s in own):
            chosen = own
        senses, finest = tuple(chosen), n
    return finest, senses


def _narrowed(groups: list[Group], border: bool) -> list[Group]:
    """An ambiguous name is read in a province that the text names elsewhere, in no other role.

    border: the text is about a border, so that a name of a gate is the gate.
    """
    certain: dict[str, set[str | None]] = {}  # by role
    for one in groups:
        _note(one, certain)
    for one in groups:
        if len(provinces(one.senses)) < 2:
            continue
        if border:
            one.senses = tuple(s for s in one.senses if s.kind == "gate") or one.senses
        known = set().union(
            *(
                formers
                for said, formers in certain.items()
                if {one.role.said, said} not in _OTHER_PLACES
            )
        )
        one.senses = tuple(s for s in one.senses if s.former in known) or one.senses
        _note(one, certain)
    return groups


def _note(one: Group, certain: dict[str, set[str | None]]) -> None:
    """Where a group lies, under its role, if it lies in one present province."""
    if len(provinces(one.senses)) == 1:
        certain.setdefault(one.role.said, set()).update(sense.former for sense in one.senses)


def provinces(senses: tuple[Sense, ...]) -> list[str]:
    """Present provinces of senses, each once, in order."""
    formers = table().formers
    names = [formers[s.former].point.province or "" for s in senses if s.former is not None]
    return list(dict.fromkeys(names))
