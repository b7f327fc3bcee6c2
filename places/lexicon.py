"""Every name we know and what it may mean."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import ahocorasick

from places.cues import cues
from places.datafile import DataError, Row, content, tsv_rows
from places.fold import key, keys, spelling
from places.points import table

ANYWHERE: Final = ""  # the name counts wherever it stands
CUE: Final = "cue"  # also a common word or a person's name: only with a place word, or alone
MOVE: Final = "move"  # with a place word or a word of movement ("qua cam")
CAPITAL: Final = "capital"  # the same, and only with a capital ("đi Anh")
THERE: Final = "there"  # only where the text speaks of that country ("Hà Nam" for Henan)
SHORT: Final = "short"  # an abbreviation: like CUE, and it never outranks a full name
_MARKS = {"?": CUE, "~": MOVE, "^": CAPITAL, "@": THERE}

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

_UNIT_KINDS = {"d": "district", "c": "commune", "n": "commune"}
_LANDMARK_COLUMNS = ("name", "kind", "former", "lat", "lon", "aliases")
_FOREIGN_COLUMNS = ("name", "kind", "country", "lat", "lon", "aliases")
LANDMARK_KINDS = frozenset(
    ("gate", "market", "station", "airport", "port", "street", "hospital", "park", "area", "town")
)
FOREIGN_KINDS = frozenset(("country", "city", "compound", "gate", "area"))


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing a name may mean.

    kind: as in `Mention.kind`. former: code of the former province, None abroad. parent: the former
    district of a commune. unit: letter of the kind of unit (h huyện, q quận, t thị xã or thị trấn,
    k thành phố, x xã, p phường, s đặc khu), "" for anything else. present: it exists since 1 July
    2025. needs: one of the six above. form: the name it was found by, in `fold.accents` words.
    """

    name: str
    kind: str
    country: str
    former: str | None
    lat: float | None
    lon: float | None
    parent: str = ""
    unit: str = ""
    present: bool = False
    needs: str = ANYWHERE
    form: str = ""

    @property
    def rank(self) -> int:
        """0 for the senses that win over all others of the same name, rising."""
        if self.needs == SHORT:
            return 4
        if self.needs == THERE:
            return -1
        return _RANKS.get(self.kind, 2 if self.needs == ANYWHERE else 3)


_RANKS = {"province": 0, "country": 1, "district": 2, "commune": 3}


@dataclass(slots=True)
class Entry:
    """A folded name: its hand-made senses, and the administrative ones still unread.

    masks: spellings of this phrase that only look like a place ("lao động" is not Lào); without a
    place word before them they hide the names inside.
    """

    key: str
    words: int
    made: tuple[Sense, ...]
    raw: str
    masks: frozenset[str] = frozenset()
    read: tuple[Sense, ...] | None = None

    def senses(self) -> tuple[Sense, ...]:
        """All senses; the administrative ones are parsed when the name is first met."""
        if self.read is None:
            self.read = self.made + tuple(_unit(part) for part in self.raw.split(";") if part)
        return self.read


@dataclass(frozen=True, slots=True)
class Lexicon:
    """names: finds " key " in a text of folded words joined by spaces. scripts: finds names written
    in other scripts in the text itself. syllables: the words of all names, but for the rare ones
    that look like chat spelling ("jang" is nearly always "giang")."""

    entries: dict[str, Entry]
    names: ahocorasick.Automaton
    scripts: ahocorasick.Automaton
    syllables: frozenset[str]


def _unit(part: str) -> Sense:
    name, kind, number, parent, lat, lon = part.split("|")
    return Sense(
        name=name,
        kind=_UNIT_KINDS[kind[0]],
        country="VN",
        former=table().by_number[number].point.code,
        lat=float(lat),
        lon=float(lon),
        parent=key(parent),
        unit=kind[1],
        present=kind[0] == "n",
        form=spelling(name),
    )


def units() -> list[tuple[str, str]]:
    """The lines of `units.tsv` as (folded name, units). DataError if the file is damaged."""
    name = "units.tsv"
    head, _, body = content(name).partition("\n")
    fields = head.split("\t")
    lines = body.splitlines()
    remake = "the file as `python -m places.generate` wrote it expected"
    if len(fields) != 3 or fields[0] != "# units" or not fields[1].isdigit():
        raise DataError(name, 1, f"heading `# units TAB lines TAB checksum` expected; {remake}")
    if str(zlib.crc32(body.encode())) != fields[2] or len(lines) != int(fields[1]):
        for number, line in enumerate(lines, 2):
            folded, tab, parts = line.partition("\t")
            try:
                whole = bool(tab) and [_unit(part) for part in parts.split(";")] != []
            except (ValueError, KeyError):
                whole = False
            if not whole or key(folded) != folded:
                raise DataError(name, number, f"`key TAB name|kind|number|...` expected; {remake}")
        raise DataError(name, 1, f"checksum or number of lines differs; {remake}")
    return [(folded, parts) for folded, _, parts in (line.partition("\t") for line in lines)]


def _landmark(row: Row) -> Sense:
    kind, former = row.text("kind"), row.text("former")
    if kind not in LANDMARK_KINDS:
        raise row.wrong(f"kind: one of {', '.join(sorted(LANDMARK_KINDS))} expected, found {kind}")
    if former not in table().formers:
        raise row.wrong(f"former: the code of a former province expected, found {former}")
    lat, lon = row.number("lat", 8, 24), row.number("lon", 102, 115)
    return Sense(row.text("name").lstrip("?~^@"), kind, "VN", former, lat, lon)


def _foreign(row: Row) -> Sense:
    kind, country = row.text("kind"), row.text("country")
    if kind not in FOREIGN_KINDS:
        raise row.wrong(f"kind: one of {', '.join(sorted(FOREIGN_KINDS))} expected, found {kind}")
    if len(country) != 2 or not country.isupper():
        raise row.wrong(f"country: two capital letters expected, found {country}")
    lat = row.number("lat", -90, 90) if row.fields["lat"] else None
    lon = row.number("lon", -180, 180) if row.fields["lon"] else None
    return Sense(row.text("name").lstrip("?~^@"), kind, country, None, lat, lon)


def _from_tables() -> Iterator[tuple[str, Sense]]:
    """Every name of the hand-made tables with its sense, marks still on the names."""
    for code, former in table().formers.items():
        sense = Sense(former.point.name, "province", "VN", code, None, None)
        yield from ((name, sense) for name in (former.point.name, *former.aliases))
        short = replace(sense, needs=SHORT)
        yield from ((name, short) for name in former.short)
    for rows, sense_of in (
        (tsv_rows("landmarks.tsv", _LANDMARK_COLUMNS), _landmark),
        (tsv_rows("foreign.tsv", _FOREIGN_COLUMNS), _foreign),
    ):
        for row in rows:
            sense = sense_of(row)
            names = [row.text("name"), *row.fields["aliases"].split(";")]
            yield from ((name.strip(), sense) for name in names if name.strip())


def _read_marks(marked: str, sense: Sense) -> tuple[str, Sense]:
    """The bare name, and the sense as that name means it."""
    name = marked.lstrip("=")
    needs = _MARKS.get(name[0], sense.needs)
    name = name.lstrip("?~^@")
    if needs == CUE and name.count(" ") > 1:
        needs = ANYWHERE  # a name with its own kind word ("cửa khẩu Tân Thanh") is no other word
    shown = name if marked[0] == "=" or not key(name) else sense.name
    return name, replace(sense, name=shown, needs=needs, form=spelling(name))


@cache
def lexicon() -> Lexicon:
    """Read and check every file of names once. DataError names file and line."""
    made: dict[str, dict[Sense, None]] = {}
    scripts: dict[str, Sense] = {}
    alike: dict[str, dict[Sense, None]] = {}
    for marked, plain_sense in _from_tables():
        name, sense = _read_marks(marked, plain_sense)
        for folded in keys(name):
            if folded:
                made.setdefault(folded, {})[sense] = None
            else:
                scripts[name] = sense
        joined = key(name).replace(" ", "")
        if sense.needs == ANYWHERE and key(name).count(" ") == 1 and len(joined) > 4:
            made.setdefault(joined, {})[replace(sense, form=spelling(name).replace(" ", ""))] = None
    for code, former in table().formers.items():
        sense = Sense(former.point.name, "province", "VN", code, None, None)
        for said in _sound_alikes(spelling(former.point.name)):
            alike.setdefault(key(said), {})[replace(sense, form=said)] = None
    entries: dict[str, Entry] = {}
    for folded, raw in units():
        entries[folded] = Entry(folded, folded.count(" ") + 1, tuple(made.pop(folded, ())), raw)
        joined = folded.replace(" ", "")
        if "|d" in raw and folded.count(" ") == 1 and len(joined) > 5 and joined not in made:
            entries[joined] = Entry(joined, 1, (), raw)
        for other in _numbered(folded):
            entries[other] = Entry(other, other.count(" ") + 1, (), raw)
    for folded, senses in made.items():
        entries[folded] = Entry(folded, folded.count(" ") + 1, tuple(senses), "")
    for folded, senses in alike.items():
        entries.setdefault(folded, Entry(folded, folded.count(" ") + 1, tuple(senses), ""))
    for folded, forms in cues().not_places.items():
        entry = entries.setdefault(folded, Entry(folded, folded.count(" ") + 1, (), ""))
        entry.masks = forms
    seen = Counter(word for folded in entries for word in folded.split())
    syllables = frozenset(w for w, times in seen.items() if times > 2 or w[0] not in "fjwz")
    return Lexicon(entries, _automaton(entries), _script_automaton(scripts), syllables)


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
        for written in (number, number.zfill(2), *_IN_WORDS.get(int(number), ())):
            if f"{other} {written}" != folded:
                yield f"{other} {written}"


def _automaton(entries: dict[str, Entry]) -> ahocorasick.Automaton:
    names = ahocorasick.Automaton()
    for folded, entry in entries.items():
        names.add_word(f" {folded} ", entry)
    names.make_automaton()
    return names


def _script_automaton(scripts: dict[str, Sense]) -> ahocorasick.Automaton:
    names = ahocorasick.Automaton()
    for name, sense in scripts.items():
        names.add_word(name, (name, sense))
    names.make_automaton()
    return names
