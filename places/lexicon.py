"""Every name we know and what it may mean."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick

from places.cues import cues
from places.datafile import DataError, content
from places.fold import key, spelling, spelt, without_apostrophe
from places.gazetteer import ANYWHERE, Sense, names, weighed
from places.points import table

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
    read: dict[str, tuple[Sense, ...]] | None = None
    ordered: tuple[Sense, ...] | None = None

    @property
    def only_communes(self) -> bool:
        """Whether it names nothing but communes."""
        return not self.made and "|d" not in self.raw

    def by_form(self) -> dict[str, tuple[Sense, ...]]:
        """All senses by the way they are spelt, those that outrank others and the likelier first;
        the administrative ones are parsed when the name is first met."""
        if self.read is None:
            senses = [*self.made, *(_unit(part) for part in self.raw.split(";") if part)]
            forms: dict[str, list[Sense]] = {}
            for sense in sorted(senses, key=_order):
                forms.setdefault(sense.form, []).append(sense)
            self.read = {form: tuple(same) for form, same in forms.items()}
        return self.read

    def senses(self) -> tuple[Sense, ...]:
        """All senses, in the same order."""
        if self.ordered is None:
            every = (sense for same in self.by_form().values() for sense in same)
            self.ordered = tuple(sorted(every, key=_order))
        return self.ordered


_TOWNS_FIRST = {"h": 2, "x": 2, "t": 1, "p": 1}


def _order(sense: Sense) -> tuple[int, int, bool]:
    return sense.rank, _TOWNS_FIRST.get(sense.unit, 0), not sense.present


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
        rank=2 if kind[0] == "d" else 3,
        fine=2 if kind[0] == "d" else 3,
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


@cache
def lexicon() -> Lexicon:
    """Read and check every file of names once. DataError names file and line."""
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
    entries = _with_units(made)
    for former in table().formers.values():
        point = former.point
        for said in _sound_alikes(spelling(point.name)):
            sense = weighed(Sense(point.name, "province", "VN", point.code, None, None, form=said))
            folded = key(said)
            entries.setdefault(folded, Entry(folded, folded.count(" ") + 1, (sense,), ""))
    for folded, forms in cues().masks.items():
        entry = entries.setdefault(folded, Entry(folded, folded.count(" ") + 1, (), ""))
        entry.masks = forms
    seen = Counter(" ".join(entries).split())
    syllables = frozenset(w for w, times in seen.items() if times > 2 or w[0] not in "fjwz")
    return Lexicon(entries, _automaton(entries), _script_automaton(scripts), syllables)


def _with_units(made: dict[str, dict[Sense, None]]) -> dict[str, Entry]:
    """The entries of hand-made names and of units under their folded names."""
    entries: dict[str, Entry] = {}
    joined: dict[str, str] = {}
    for folded, raw in units():
        spaces = folded.count(" ")
        entries[folded] = Entry(folded, spaces + 1, tuple(made.pop(folded, ())), raw)
        if spaces == 1 and "|d" in raw and len(folded) > 6:
            joined[folded.replace(" ", "")] = raw
        if folded.startswith(("quan ", "phuong ")):
            for other in _numbered(folded):
                entries[other] = Entry(other, other.count(" ") + 1, (), raw)
    for folded, senses in made.items():
        entries[folded] = Entry(folded, folded.count(" ") + 1, tuple(senses), "")
    for folded, raw in joined.items():  # "thuduc", "dakrong"
        entry = entries.setdefault(folded, Entry(folded, 1, (), ""))
        if not entry.made:
            entry.raw = ";".join(part for part in (entry.raw, raw) if part)
    return entries


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
