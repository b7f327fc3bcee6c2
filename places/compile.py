"""All names of all files, checked, as plain data that can be kept between starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from sys import intern
from typing import Any, TypedDict

import ahocorasick

from places.cues import cues
from places.fold import key, spelling, spelt, without_apostrophe
from places.gazetteer import ANYWHERE, Sense, names, weighed
from places.points import table
from places.units import units

# Numbered districts and wards, as people write them (folded).
_NUMBERED = {"quan": ("quan", "q", "district", "dist"), "phuong": ("phuong", "p", "ward")}
_IN_WORDS = {
    1: ("mot", "nhat"),
    2: ("hai", "nhi"),
    3: ("ba",),
    4: ("bon", "tu"),
    5: ("nam",),
    6: ("sau",),
    7: ("bay",),
    8: ("tam",),
    9: ("chin",),
    10: ("muoi",),
    11: ("muoi mot",),
    12: ("muoi hai",),
}

# First letters that sound the same in some region.
_ONE_SOUND = (("s", "x"), ("tr", "ch"), ("l", "n"), ("gi", "d"), ("v", "d"))

_NO_SPOT = ("province", "district", "area", "town")  # too wide to be a point on the map

Spot = tuple[float, float, str, str]  # lat, lon, name, code of the former province


@dataclass(slots=True)
class _Name:
    made: tuple[Sense, ...] = ()
    raw: str = ""
    masks: frozenset[str] = frozenset()


class Names(TypedDict):
    """What the files of names say, in built-in types alone.

    folded: the folded names; automaton: how to make the automaton of " name " that gives their
    numbers. raw: by these numbers, the administrative units of the name as in `units.tsv`. made:
    number -> the fields of its hand-made senses. masks: number -> spellings of the phrase that only
    look like a place. signs: names in other scripts with the fields of their sense; scripts: how to
    make their automaton. syllables: as in `Lexicon`. spots: all communes and landmarks by latitude.
    """

    folded: list[str]
    automaton: tuple[Any, ...]
    raw: list[str]
    made: dict[int, tuple[tuple[Any, ...], ...]]
    masks: dict[int, frozenset[str]]
    signs: list[tuple[str, tuple[Any, ...]]]
    scripts: tuple[Any, ...]
    syllables: frozenset[str]
    spots: list[Spot]


def compile_names() -> Names:
    """Read and check every file of names. DataError names file and line."""
    made: dict[str, dict[Sense, None]] = {}
    scripts: dict[str, Sense] = {}
    for name, sense in names():
        form, folded = spelt(name)
        if not folded:
            scripts[name] = sense._replace(name=name)
            continue
        made.setdefault(folded, {})[sense._replace(form=form)] = None
        if (broken := without_apostrophe(name)) is not None:
            form, other = spelt(broken)
            made.setdefault(other, {})[sense._replace(form=form)] = None
        joined = folded.replace(" ", "")
        two = folded.count(" ") == 1 or sense.kind == "province"
        if sense.needs == ANYWHERE and two and joined != folded and len(joined) > 4:
            made.setdefault(joined, {})[sense._replace(form=form.replace(" ", ""))] = None
    known = _with_units(made)
    for former in table().formers.values():
        point = former.point
        for said in _sound_alikes(spelling(point.name)):
            sense = weighed(Sense(point.name, "province", "VN", point.code, None, None, form=said))
            known.setdefault(key(said), _Name((sense,)))
    for folded, forms in cues().masks.items():
        known.setdefault(folded, _Name()).masks = forms
    seen = Counter(" ".join(known).split())
    return Names(
        folded=list(known),
        automaton=_automaton(f" {folded} " for folded in known),
        raw=[name.raw for name in known.values()],
        made={
            number: tuple(map(tuple, name.made))
            for number, name in enumerate(known.values())
            if name.made
        },
        masks={number: name.masks for number, name in enumerate(known.values()) if name.masks},
        signs=[(name, tuple(sense)) for name, sense in scripts.items()],
        scripts=_automaton(scripts),
        syllables=frozenset(w for w, times in seen.items() if times > 2 or w[0] not in "fjwz"),
        spots=_spots(known.values()),
    )


def _automaton(said: Iterable[str]) -> tuple[Any, ...]:
    """How to make the automaton of all these that gives their numbers."""
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, name in enumerate(said):
        automaton.add_word(name, number)
    automaton.make_automaton()
    made_of: tuple[Any, ...] = automaton.__reduce__()[1]
    return made_of


def _with_units(made: dict[str, dict[Sense, None]]) -> dict[str, _Name]:
    """The hand-made names and the units under their folded names."""
    known: dict[str, _Name] = {}
    joined: dict[str, str] = {}
    for folded, raw in units():
        known[folded] = _Name(tuple(made.pop(folded, ())), raw)
        if folded.count(" ") == 1 and "|d" in raw and len(folded) > 6:
            joined[folded.replace(" ", "")] = raw
        if folded.startswith(("quan ", "phuong ")):
            for other in _numbered(folded):
                known[other] = _Name((), raw)
    for folded, senses in made.items():
        known[folded] = _Name(tuple(senses))
    for folded, raw in joined.items():  # "thuduc", "dakrong"
        name = known.setdefault(folded, _Name())
        if not name.made:
            name.raw = ";".join(part for part in (name.raw, raw) if part)
    return known


def _spots(known: Iterable[_Name]) -> list[Spot]:
    """All communes and landmarks with where they are, by latitude."""
    known = list(known)
    spots = {
        (sense.lat, sense.lon or 0.0, sense.name, sense.former)
        for name in known
        for sense in name.made
        if sense.former is not None and sense.lat is not None and sense.kind not in _NO_SPOT
    }
    by_number = table().by_number
    for part in {part for name in known for part in name.raw.split(";") if part}:
        said, kind, number, _, lat, lon = part.split("|")
        if kind[0] != "d":
            spots.add((float(lat), float(lon), intern(said), by_number[number].point.code))
    return sorted(spots, key=itemgetter(0, 2, 1, 3))


def _sound_alikes(name: str) -> Iterator[str]:
    """A name as it sounds in another region: "lạng xơn", "bến che", "quảng linh"."""
    words = name.split()
    for at, word in enumerate(words):
        for one, other in _ONE_SOUND:
            for heard, meant in ((one, other), (other, one)):
                if word.startswith(heard) and not word.startswith(meant):
                    yield " ".join([*words[:at], meant + word[len(heard) :], *words[at + 1 :]])


def _numbered(folded: str) -> Iterator[str]:
    """Other ways to write "quan 7" and "phuong 14"."""
    word, _, number = folded.partition(" ")
    if not number.isdigit() or word not in _NUMBERED:
        return
    for other in _NUMBERED[word]:
        spelt_out = _IN_WORDS.get(int(number), ()) if len(other) > 1 else ()  # "q.nam": Quảng Nam
        for written in (number, number.zfill(2), *spelt_out):
            if f"{other} {written}" != folded:
                yield f"{other} {written}"
