"""All phrases, ready to be found: what typed words mean, worked out when they are first met."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import ahocorasick

from places.kept import kept
from triage.compile import Compiled, Tag, Variant, compile_files, variants_in
from triage.text import Spelling

__all__ = ["Lexicon", "Meant", "Sequence", "Tag", "lexicon", "lexicon_of"]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A compiled pattern. parts: (set of spellings, most words before it); rule: `file:line`.

    order: its place among all patterns. denies: a word of denial belongs to the phrase itself.
    before: the sets of all parts but the last, as bits; beside: that of the last but one.
    """

    order: int
    tag: str
    rule: str
    parts: tuple[tuple[int, int], ...]
    denies: bool
    before: int
    beside: int


@dataclass(frozen=True, slots=True)
class Meant:
    """What some typed words are.

    sets, bits: the sets of longer sequences that they stand in, as numbers and as bits. alone: the
    patterns they fill alone. joined, apart: the longer ones that can end with them, under the bit
    of the part before, which stands right before them or farther away; before_joined, before_apart:
    all these bits. hiding: the part of all this that hides what else stands inside the words, None
    if there is none.
    """

    sets: frozenset[int]
    bits: int
    alone: tuple[Sequence, ...]
    joined: Mapping[int, tuple[Sequence, ...]]
    apart: Mapping[int, tuple[Sequence, ...]]
    before_joined: int
    before_apart: int
    hiding: Meant | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """automaton yields the numbers of plain spellings; `Compiled` says what belongs to these.

    hides, cues: by tag, for those that have any. letters: the automaton of scripts without spaces.
    strict, loose: what our own spellings mean, where marks are taken at their word and where not;
    known: what sets of spellings mean; all three are filled as texts come.
    """

    spelling: Spelling
    tags: Mapping[str, Tag]
    hides: Mapping[str, tuple[str, ...]]
    cues: Mapping[str, str]
    automaton: Any
    letters: Any
    compiled: Compiled
    strict: dict[str, Meant] = field(default_factory=dict)
    loose: dict[str, Meant] = field(default_factory=dict)
    known: dict[tuple[int, ...], Meant] = field(default_factory=dict)
    _variants: dict[int, list[Variant]] = field(default_factory=dict)

    def variants(self, number: int) -> list[Variant]:
        """The marked spellings of a plain one."""
        found = self._variants.get(number)
        if found is None:
            found = self._variants[number] = variants_in(self.compiled["variants"][number])
        return found

    def counted(self, name: str) -> Meant:
        """What a number, a sum of money, an hour or an age means."""
        return self.meant((self.compiled["counted"][name],))

    def meant(self, sets: tuple[int, ...]) -> Meant:
        """What words mean that stand in these sets."""
        meant = self.known.get(sets)
        if meant is None:
            hiding = [number for number in sets if number in self.compiled["neutral"]]
            meant = self._meant(sets, self._meant(hiding, None) if hiding else None)
            self.known[sets] = meant
        return meant

    def _meant(self, sets: Collection[int], hiding: Meant | None) -> Meant:
        ending = self._sequences("ending", sets)
        joined = _by_part_before(one for one in ending if not one.parts[-1][1])
        apart = _by_part_before(one for one in ending if one.parts[-1][1])
        longer = frozenset(number for number in sets if number < self.compiled["longer"])
        return Meant(
            longer, _bits(longer), self._sequences("alone", sets), joined, apart,
            sum(joined), sum(apart),
            hiding,
        )  # fmt: skip

    def _sequences(
        self, which: Literal["alone", "ending"], sets: Iterable[int]
    ) -> tuple[Sequence, ...]:
        orders = self.compiled[which]
        return tuple(self._sequence(one) for number in sets for one in orders.get(number, ()))

    def _sequence(self, order: int) -> Sequence:
        tag, rule, parts, denies = self.compiled["sequences"][order]
        before = [number for number, _ in parts[:-1]]
        return Sequence(order, tag, rule, parts, denies, _bits(before), _bits(before[-1:]))


def _by_part_before(sequences: Iterable[Sequence]) -> dict[int, tuple[Sequence, ...]]:
    found: dict[int, tuple[Sequence, ...]] = {}
    for one in sequences:
        found[one.beside] = (*found.get(one.beside, ()), one)
    return found


def _bits(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def lexicon_of(compiled: Compiled) -> Lexicon:
    """The phrases, ready to be found."""
    tags = [Tag(*fields) for fields in compiled["tags"]]
    return Lexicon(
        spelling=Spelling(*compiled["spelling"]),
        tags={tag.name: tag for tag in tags},
        hides={tag.name: tag.hides for tag in tags if tag.hides},
        cues={tag.name: tag.cue for tag in tags if tag.cue is not None},
        automaton=ahocorasick.Automaton(*compiled["automaton"]),
        letters=ahocorasick.Automaton(*compiled["letters"]) if compiled["signs"] else None,
        compiled=compiled,
    )


@functools.cache
def lexicon() -> Lexicon:
    """The shipped phrases, read once. Raises DataError."""
    folder = Path(__file__).parent
    return lexicon_of(kept(folder, "phrases", lambda: compile_files(folder)))
