"""What a message tells beyond the open question. The patterns are data: `words/noticed.toml`."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flows.wording import WORDS, BadWords, fold, load
from triage.reading import CUES

FILE = "noticed.toml"
LONGEST = 120  # characters kept of the words that told a fact

_AGE = re.compile(r"(?<!\w)(\d{1,2}) ?(?:t|tuoi|years old|yo)(?!\w)|(?<!\w)lop (\d{1,2})(?!\w)")
_FIRST_AGE = re.compile(r"(?:\d{1,2} ?(?:t|tuoi)|lop \d{1,2})(?!\w)")


@dataclass(frozen=True, slots=True)
class Noticing:
    """The patterns, ready to use.

    begin: matches the gap before a place where one of `find` or `mark` holds; one look for all of
    them costs a quarter of a look for each, and most words begin none.
    """

    begin: re.Pattern[str]
    find: Mapping[str, re.Pattern[str]]
    signal: Mapping[str, str]
    cue: Mapping[str, str]
    countries: frozenset[str]
    cities: frozenset[str]
    self: re.Pattern[str]
    harm: re.Pattern[str]
    life: re.Pattern[str]
    answer: Mapping[str, Mapping[str, re.Pattern[str]]]
    mark: Mapping[str, re.Pattern[str]]


def notice(folded: str) -> tuple[dict[str, str], frozenset[str]]:
    """What the words tell: the facts, each with the words that told it; and the marks, which choose
    between texts and situations and have no line of their own."""
    patterns = noticing()
    places = [gap.start() for gap in patterns.begin.finditer(" " + folded)]
    if not places:
        return {}, frozenset()
    told = {}
    for name, pattern in patterns.find.items():
        for place in places:
            match = pattern.match(folded, place)
            if match is not None:
                told[name] = match[0][:LONGEST]
                break
    marks = (n for n, mark in patterns.mark.items() if any(mark.match(folded, p) for p in places))
    return told, frozenset(marks)


def years(folded: str) -> int | None:
    """Age in years that a text states; a school form is read as that form's usual age."""
    match = _AGE.search(folded)
    if match is None:
        return None
    return int(match[1]) if match[1] else int(match[2]) + 5


def child_writes(folded: str, age: int | None) -> bool:
    """Whether the sender says to be under 18 ("em 14 tuổi", "con học lớp 8", "14t ...").

    age: what `years` found.
    """
    if age is None or not 4 <= age < 18:
        return False
    own = _FIRST_AGE.match(folded) or noticing().self.search(folded)
    return own is not None and not about_somebody_else(folded, "life")


def about_somebody_else(folded: str, what: Literal["life", "harm"]) -> bool:
    """Whether it is a relative, friend or neighbour whose life is spoken of, or who is harmed.

    The two differ: "chồng tôi đòi chết" is about the husband, "chồng tôi đánh" about the writer.
    """
    patterns = noticing()
    return (patterns.life if what == "life" else patterns.harm).search(folded) is not None


@functools.cache
def noticing() -> Noticing:
    """Load the patterns. Raises BadWords, which names the file, the entry and what is expected."""
    table = load(FILE)
    try:
        for cue in table["cue"]:
            if cue not in CUES:
                raise BadWords(f"{WORDS / FILE}: [cue] {cue!r}: expected one of triage's cues")
        every = [p for kind in ("find", "mark") for found in table[kind].values() for p in found]
        return Noticing(
            begin=re.compile(rf"[ /+\n](?=(?:{'|'.join(every)})(?!\w))"),
            find={name: _begun(patterns, name) for name, patterns in table["find"].items()},
            signal=table["signal"],
            cue=table["cue"],
            countries=_names(table["countries"]),
            cities=_names(table["cities"]),
            self=_whole(table["self"]["patterns"], "self"),
            harm=_whole(table["somebody"]["harm"], "harm"),
            life=_whole(table["somebody"]["life"], "life"),
            answer={
                fact: {name: _whole(patterns, name) for name, patterns in found.items()}
                for fact, found in table["answer"].items()
            },
            mark={name: _begun(patterns, name) for name, patterns in table["mark"].items()},
        )
    except KeyError as error:
        raise BadWords(f"{WORDS / FILE}: table {error} is missing") from error


def _begun(patterns: list[str], name: str) -> re.Pattern[str]:
    """Any of the patterns up to the end of a word, from where a word begins."""
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise BadWords(f"{WORDS / FILE}: {name}: {pattern!r} is no pattern: {error}") from error
    return re.compile(rf"(?:{'|'.join(patterns)})(?!\w)")


def _whole(patterns: list[str], name: str) -> re.Pattern[str]:
    """Any of the patterns as whole words, wherever they stand."""
    return re.compile(rf"(?<!\w){_begun(patterns, name).pattern}")


def _names(table: dict[str, Any]) -> frozenset[str]:
    return frozenset(fold(name) for name in table["names"])
