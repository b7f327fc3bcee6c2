"""One judgement out of all names in a text: where it belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from places.coordinates import coordinates
from places.cues import cues
from places.distance import kilometres
from places.gazetteer import Sense
from places.groups import Group, Named, groups_of
from places.layout import Layout, lay_out
from places.pins import nearest
from places.place import Mention, Place, ServicePoint
from places.pluscodes import plus_code, short_plus_code
from places.points import NATION, SERVICE_POINTS, nearest_town, table
from places.roles import Role, is_back
from places.scan import scan

# Which role says best where to route, for a person in Viet Nam and for one abroad.
_IN_COUNTRY = {"here": 0, "seen": 1, "home": 2, "from": 3, "work": 3, "to": 4}
_ABROAD = {"home": 0, "here": 1, "seen": 2, "from": 3, "to": 4}
_ONE_SPOT_KM = 15.0  # senses nearer to each other than this are one place for choosing a centre
_SPOTS = ("market", "street", "hospital", "park")
_SINGLE_MENTION = 6  # a text of so few words is an answer, not a story: "đi Móng Cái" names a place

_SHORT_TEXT = 40  # characters, for scripts without spaces

NOWHERE = Place(None, None, None, None)


def mentions(text: str, *, on: date) -> tuple[Mention, ...]:
    """Every place named in a text, in order, with its role; offsets are into the NFC form.

    on: the day the text was written, for the names of that day. Never raises.
    """
    layout = lay_out(text)
    return _mentions(groups_of(layout, scan(layout)), on)


def find(text: str, *, on: date) -> Place:
    """Where a message belongs. Never raises; a text that names no place gives `NOWHERE`.

    on: the day the text was written; before 1 July 2025 vn_province is one of the 63.
    """
    return read(text, on=on)[0]


def read(text: str, *, on: date) -> tuple[Place, tuple[Mention, ...]]:
    """`find` and `mentions` of a text for little more than the cost of one."""
    layout = lay_out(text)
    groups = groups_of(layout, scan(layout))
    said = _mentions(groups, on)
    pin = coordinates(layout.text) or plus_code(layout.text)
    if pin is not None:
        pinned = nearest(*pin, on=on)
        if pinned.country is not None:
            return pinned, said
    place = _judge(groups, layout, on)
    if place.vn_province is not None:
        spot = short_plus_code(layout.text, _reference(groups, place))
        if spot is not None:
            return nearest(*spot, on=on), said
    return place, said


def _mentions(groups: list[Group], on: date) -> tuple[Mention, ...]:
    return tuple(
        _mention(one, name, one.senses if n == one.finest else name.senses, on)
        for one in groups
        for n, name in enumerate(one.names)
    )


def _mention(one: Group, name: Named, senses: tuple[Sense, ...], on: date) -> Mention:
    formers = list(dict.fromkeys(s.former for s in senses if s.former is not None))
    single = len(senses) == 1
    return Mention(
        start=name.start,
        end=name.end,
        name=senses[0].name,
        kind=senses[0].kind,
        role=one.role.said,
        country=senses[0].country if len({s.country for s in senses}) == 1 else None,
        provinces=tuple(dict.fromkeys(table().formers[f].name_on(on) for f in formers)),
        old_provinces=tuple(formers),
        lat=senses[0].lat if single else None,
        lon=senses[0].lon if single else None,
    )


def _reference(groups: list[Group], place: Place) -> tuple[float, float]:
    """A point near the place: what a short plus code is meant relative to."""
    for one in groups:
        for sense in one.senses:
            if sense.former == place.old_province and sense.lat is not None and sense.lon:
                return sense.lat, sense.lon
    town = SERVICE_POINTS[place.old_province or place.centre]
    return town.lat, town.lon


def _judge(groups: list[Group], layout: Layout, on: date) -> Place:
    short = len(layout.words) <= _SINGLE_MENTION and len(layout.text) <= _SHORT_TEXT
    if short and len(groups) == 1 and groups[0].role.said in ("to", "from"):
        groups[0].role = Role("seen")
    inside = [g for g in groups if any(s.former is not None for s in g.senses)]
    outside = [g for g in groups if all(s.country != "VN" for s in g.senses)]
    there = _there(inside, outside, layout)
    if there:
        return _abroad(there, inside, on)
    words = cues()
    asked = layout.has(words.asks) or not layout.words
    known = [g for g in inside if not g.role.offer] or ([] if asked else inside)
    if len(known) > 1 or not short:
        known = [g for g in known if not _region(g)] or [g for g in known if g.role.said == "here"]
    if short and len(known) > 1 and len({g.role.said for g in known}) == 1:
        return _in_viet_nam(tuple(s for g in known for s in g.senses), on)
    if known:
        lost = layout.has(words.lost)
        return _in_viet_nam(min(known, key=lambda g: _weight(g, lost)).senses, on)
    if any(g.senses[0].country == "VN" for g in groups) or is_back(layout):
        return replace(NOWHERE, country="VN")
    return NOWHERE


def _spot(one: Group) -> bool:
    """Whether it is a single spot that is nobody's home, such as a market or a hospital."""
    return one.role.said != "home" and all(s.kind in _SPOTS for s in one.senses)


def _region(one: Group) -> bool:
    """Whether it is a part of the country, such as "miền Tây": too wide to route by."""
    return len(one.senses) > 1 and all(sense.kind == "area" for sense in one.senses)


def _there(inside: list[Group], outside: list[Group], layout: Layout) -> list[Group]:
    """The places abroad where the person is, none if the person is in Viet Nam."""
    if not outside or any(g.role.back for g in inside) or is_back(layout):
        return []
    sure = [g for g in outside if g.role.said == "here" and g.role.sure]
    if sure:
        return sure
    asked = layout.has(cues().asks)
    if any(g.role.said == "here" and g.role.sure for g in inside) or (inside and asked):
        return []
    there = [g for g in outside if g.role.said == "here"]
    if there:
        return there
    gone = [g for g in outside if g.role.said == "to" and not g.role.offer]
    seen = [g for g in outside if g.role.said == "seen"]
    if not inside:
        return seen or ([] if asked else gone) or outside
    if all(g.role.said == "home" for g in inside) and not layout.has(cues().moving):
        return gone or seen
    return []


def _weight(one: Group, lost: bool = False) -> tuple[float, int, int, bool]:
    """Smaller for what says better where the person is.

    lost: nobody can reach the person, so the place they went to says less than where they were.
    """
    role = one.role
    order = _IN_COUNTRY["from"] + 0.5 if lost and role.moved else _IN_COUNTRY[role.said]
    certain = 0 if role.sure else 1 if role.held else 3 if role.moved else 2
    fine = 0 if one.minor else one.senses[0].fine
    return order, certain, -fine, one.senses[0].kind == "commune"


def _abroad(there: list[Group], inside: list[Group], on: date) -> Place:
    """The person is abroad: the country is where they are, the province the home named."""
    spot = min(there, key=_weight)
    sense = spot.senses[0]
    homes = [g for g in inside if g.role.said not in ("to", "work") and not _spot(g)]
    if not homes:
        return Place(sense.country, None, None, sense.name)
    home = min(homes, key=lambda g: (_ABROAD[g.role.said], -g.senses[0].fine))
    return replace(_in_viet_nam(home.senses, on), country=sense.country)


def _in_viet_nam(senses: tuple[Sense, ...], on: date) -> Place:
    formers = list(dict.fromkeys(s.former for s in senses if s.former is not None))
    names = list(dict.fromkeys(table().formers[former].name_on(on) for former in formers))
    mention = senses[0].name
    if len(names) > 1 or any(s.country != "VN" for s in senses):
        country = "VN" if all(s.country == "VN" for s in senses) else None
        return Place(country, None, None, mention, tuple(names))
    centre, distance = _centre(senses, formers)
    old = formers[0] if len(formers) == 1 else None
    return Place("VN", names[0], old, mention, (), centre, distance)


@lru_cache(maxsize=4096)
def _town_of(lat: float, lon: float) -> tuple[ServicePoint, float]:
    """The nearest town of a place of our own lists; where a person is, is never kept."""
    return nearest_town(lat, lon)


def _centre(senses: tuple[Sense, ...], formers: list[str]) -> tuple[str, float | None]:
    """The responsible centre of a place in one present province, and its distance in km.

    A place with a middle of its own goes to the nearest town. A province has none: it goes to its
    own former town, or, when the place may lie in several former parts, to the one that gave the
    present province its name.
    """
    spots = [(s.lat, s.lon) for s in senses if s.lat is not None and s.lon is not None]
    if spots and len(spots) == len(senses):
        towns = [_town_of(lat, lon) for lat, lon in spots]
        if len({town.code for town, _ in towns}) == 1:
            apart = max(kilometres(*spots[0], *spot) for spot in spots)
            distance = round(towns[0][1], 1) if apart <= _ONE_SPOT_KM else None
            return towns[0][0].code, distance
    if len(formers) == 1:
        return formers[0], None
    province = SERVICE_POINTS[formers[0]].province
    namesake = [code for code, f in table().formers.items() if f.point.name == province]
    return (namesake[0] if namesake else NATION), None
