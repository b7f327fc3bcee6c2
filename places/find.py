"""One judgement out of all names in a text: where it belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from places.distance import kilometres
from places.groups import Group, fineness, group
from places.layout import Layout, lay_out
from places.lexicon import Sense
from places.pins import coordinates, nearest
from places.place import Mention, Place
from places.points import NATION, SERVICE_POINTS, nearest_town, table
from places.scan import scan

_ROLE_ORDER = {"here": 0, "seen": 1, "home": 2, "from": 3, "to": 4}
_ONE_SPOT_KM = 15.0  # senses nearer to each other than this are one place for choosing a centre

NOWHERE = Place(None, None, None, None)


def mentions(text: str, *, on: date) -> tuple[Mention, ...]:
    """Every place named in a text, in order, with its role; offsets are into the NFC form.

    on: the day the text was written, for the names of that day.
    """
    layout = lay_out(text)
    return tuple(
        _mention(layout, one, member, on) for one in _groups(layout) for member in one.members
    )


def find(text: str, *, on: date) -> Place:
    """Where a message belongs. Never raises; a text that names no place gives `NOWHERE`.

    on: the day the text was written; before 1 July 2025 vn_province is one of the 63.
    """
    layout = lay_out(text)
    pin = coordinates(layout.text)
    if pin is not None:
        return nearest(*pin, on=on)
    return _judge(_groups(layout), on)


def _groups(layout: Layout) -> list[Group]:
    return _narrowed(group(layout, scan(layout)))


def _narrowed(groups: list[Group]) -> list[Group]:
    """An ambiguous name is read in a province that is named elsewhere in the text."""
    certain = {
        s.former for g in groups for s in g.senses if s.former and len(_present(g.senses)) == 1
    }
    for one in groups:
        if len(_present(one.senses)) > 1:
            kept = tuple(s for s in one.senses if s.former in certain)
            one.senses = kept or one.senses
    return groups


def _present(senses: tuple[Sense, ...]) -> list[str]:
    """Present provinces of senses, each once, in order."""
    formers = table().formers
    names = [formers[s.former].point.province or "" for s in senses if s.former is not None]
    return list(dict.fromkeys(names))


def _mention(layout: Layout, one: Group, member: object, on: date) -> Mention:
    from places.scan import Found

    assert isinstance(member, Found)
    senses = one.senses if member is one.finest else member.top
    first = senses[0]
    formers = list(dict.fromkeys(s.former for s in senses if s.former is not None))
    names = [table().formers[former].name_on(on) for former in formers]
    single = len(senses) == 1
    return Mention(
        start=layout.words[member.first].start,
        end=layout.words[member.last - 1].end,
        name=first.name,
        kind=first.kind,
        role=one.role,
        country=first.country,
        provinces=tuple(dict.fromkeys(names)),
        old_provinces=tuple(formers),
        lat=first.lat if single else None,
        lon=first.lon if single else None,
    )


def _judge(groups: list[Group], on: date) -> Place:
    abroad = [g for g in groups if g.senses[0].country != "VN" and g.role not in ("to", "from")]
    at_home = [g for g in groups if g.senses[0].country == "VN"]
    country = abroad[0].senses[0].country if abroad else ("VN" if at_home else None)
    usable = [g for g in at_home if g.role != "to"] or (at_home if not abroad else [])
    if usable:
        best = min(usable, key=lambda g: (_ROLE_ORDER[g.role], -fineness(g.senses[0])))
        return replace(_in_viet_nam(best.senses, on), country=country)
    foreign = abroad or [g for g in groups if g.senses[0].country != "VN"]
    if foreign:
        finest = max(foreign, key=lambda g: fineness(g.senses[0]))
        sense = finest.senses[0]
        return Place(sense.country, None, None, sense.name)
    return NOWHERE


def _in_viet_nam(senses: tuple[Sense, ...], on: date) -> Place:
    formers = list(dict.fromkeys(s.former for s in senses if s.former is not None))
    names = list(dict.fromkeys(table().formers[former].name_on(on) for former in formers))
    mention = senses[0].name
    if len(names) > 1:
        return Place("VN", None, None, mention, tuple(names))
    centre, distance = _centre(senses, formers)
    old = formers[0] if len(formers) == 1 else None
    return Place("VN", names[0], old, mention, (), centre, distance)


def _centre(senses: tuple[Sense, ...], formers: list[str]) -> tuple[str, float | None]:
    """The responsible centre of a place in one present province, and its distance in km."""
    spots = [(s.lat, s.lon) for s in senses if s.lat is not None and s.lon is not None]
    if spots and len(spots) == len(senses):
        towns = [nearest_town(lat, lon) for lat, lon in spots]
        if len({town.code for town, _ in towns}) == 1:
            apart = max(kilometres(*spots[0], *spot) for spot in spots)
            distance = round(towns[0][1], 1) if apart <= _ONE_SPOT_KM else None
            return towns[0][0].code, distance
    if len(formers) == 1:
        return formers[0], None
    province = SERVICE_POINTS[formers[0]].province
    namesake = [code for code, f in table().formers.items() if f.point.name == province]
    return (namesake[0] if namesake else NATION), None
