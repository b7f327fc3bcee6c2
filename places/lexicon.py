"""Every name we know and what it may mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick

from places.compile import Names, Spot, compile_names
from places.datafile import made
from places.fold import is_syllable
from places.gazetteer import ANYWHERE, CAPITAL, MOVING, SHORT, Sense
from places.units import unit_of


@dataclass(slots=True)
class Entry:
    """A folded name: its hand-made senses, and the administrative ones still unread.

    only_communes: it names nothing but communes. bare: it can count with no word before it. masks:
    spellings of this phrase that only look like a place ("lao động" is not Lào); without a place
    word before them they hide the names inside.
    """

    key: str
    words: int
    made: tuple[Sense, ...]
    raw: str
    only_communes: bool
    bare: bool
    masks: frozenset[str]
    read: dict[str, tuple[Sense, ...]] | None = None
    ordered: tuple[Sense, ...] | None = None

    def by_form(self) -> dict[str, tuple[Sense, ...]]:
        """All senses by the way they are spelt, those that outrank others and the likelier first;
        the administrative ones are parsed when the name is first met."""
        if self.read is None:
            senses = [*self.made, *(unit_of(part) for part in self.raw.split(";") if part)]
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


class Lexicon:
    """names: finds " key " in a text of folded words joined by spaces, and gives its number.
    scripts: finds names written in other scripts in the text itself. syllables: the words of all
    names, but for the rare ones that look like chat spelling ("jang" is nearly always "giang")."""

    def __init__(self, compiled: Names) -> None:
        self.names: Any = ahocorasick.Automaton(*compiled["automaton"])
        self.scripts: Any = ahocorasick.Automaton(*compiled["scripts"])
        self.syllables: frozenset[str] = compiled["syllables"]
        self.spots: list[Spot] = compiled["spots"]
        self._compiled = compiled
        self._met: dict[int, Entry] = {}

    def entry(self, number: int) -> Entry:
        """The name of a number; made when it is first met."""
        met = self._met.get(number)
        if met is None:
            met = self._met[number] = self._entry(number)
        return met

    def find(self, folded: str) -> Entry | None:
        """What is known of a folded name."""
        number = self.names.get(f" {folded} ", None)
        return None if number is None else self.entry(number)

    def entries(self) -> Iterator[Entry]:
        """All names."""
        return map(self._entry, range(len(self._compiled["folded"])))

    def written(self, number: int) -> tuple[str, Sense]:
        """A name in another script, and its sense."""
        name, fields = self._compiled["signs"][number]
        return name, Sense(*fields)

    def mendable(self) -> Iterator[str]:
        """The folded names that are worth mending: those needing no cue, and districts."""
        names = self._compiled
        for number, folded in enumerate(names["folded"]):
            senses = (Sense(*fields) for fields in names["made"].get(number, ()))
            if "|d" in names["raw"][number] or any(s.needs == ANYWHERE for s in senses):
                yield folded

    def abroad(self) -> Iterator[Sense]:
        """All hand-made senses outside Viet Nam."""
        for senses in self._compiled["made"].values():
            yield from (Sense(*fields) for fields in senses if fields[_COUNTRY] != "VN")

    def _entry(self, number: int) -> Entry:
        names = self._compiled
        folded, raw = names["folded"][number], names["raw"][number]
        made = tuple(Sense(*fields) for fields in names["made"].get(number, ()))
        masks = names["masks"].get(number, frozenset())
        words, district = folded.count(" ") + 1, "|d" in raw
        bare = (district and (words > 1 or not is_syllable(folded))) or any(
            sense.kind != "commune" and sense.needs not in (CAPITAL, MOVING, SHORT)
            for sense in made
        )
        return Entry(folded, words, made, raw, not made and not district, bare, masks)


_COUNTRY = Sense._fields.index("country")


@cache
def lexicon() -> Lexicon:
    """Read and check every file of names once. DataError names file and line."""
    return Lexicon(made("names", compile_names))
