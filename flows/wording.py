"""Short words of senders: commands, digits, options. The words themselves are data."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locales.marks import unaccent

WORDS = Path(__file__).parent / "words"
LONGEST = 2000  # characters of a message that are looked at here

_FILLER = re.compile(r"[^\w/+\n ][^\w/+\n]*| [^\w/+\n]+")  # all but a space that stands alone
_DIGIT = re.compile(r"(?:so |chon |number )?([1-9])(?=[ ]|$)")
_TAIL = frozenset({"nhe", "nha", "a", "ah", "di", "please", "pls", "oi"})


class BadWords(Exception):
    """A file of words cannot be used. The message names the file and what is expected."""


def fold(text: str) -> str:
    """Lower case, no marks, one space between words, no punctuation. Never raises."""
    return _FILLER.sub(" ", unaccent(text[:LONGEST]).lower()).strip()


def command(folded: str) -> str | None:
    """The command a message is, if it is nothing but that: "stop", "person", "erase" ..."""
    words = folded.removeprefix("/").split()
    if folded.startswith("/start"):  # Telegram's own, with whatever a link put behind it
        return "begin"
    while len(words) > 1 and words[-1] in _TAIL:
        words.pop()
    return _commands().get(" ".join(words))


def option(folded: str, options: tuple[str, ...]) -> str | None:
    """Which of the options a message means: by its digit, by a number in words, or by its words."""
    digit = _DIGIT.match(folded)
    if digit is not None and int(digit[1]) <= len(options):
        return options[int(digit[1]) - 1]
    number = _numbers().get(folded)
    if number is not None and number <= len(options):
        return options[number - 1]
    return by_words(folded, options)


def is_number(folded: str) -> int | None:
    """The number from 1 to 9 that a message is, if it is nothing but that ("2", "so hai")."""
    digit = _DIGIT.fullmatch(folded)
    return int(digit[1]) if digit is not None else _numbers().get(folded)


def is_only(folded: str, value: str, longest: int = 3) -> bool:
    """Whether a message is no more than that option ("vâng", "không biết"), in so many words."""
    return 0 < len(folded.split()) <= longest and by_words(folded, (value,)) == value


def by_words(folded: str, options: tuple[str, ...]) -> str | None:
    """Which of the options a message names in words."""
    for value, starts, _ in _options():
        if value in options and starts is not None and starts.match(folded):
            return value
    for value, _, holds in _options():
        if value in options and holds is not None and holds.search(folded):
            return value
    return None


@functools.cache
def _commands() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, languages in load("commands.toml").items():
        for phrases in languages.values():
            for phrase in phrases:
                if found.setdefault(fold(phrase), name) != name:
                    raise BadWords(f"{WORDS / 'commands.toml'}: {phrase!r} is two commands")
    return found


@functools.cache
def _numbers() -> Mapping[str, int]:
    table = load("answers.toml")["numbers"]
    return {fold(word): int(number) for number, words in table.items() for word in words}


_Options = tuple[tuple[str, "re.Pattern[str] | None", "re.Pattern[str] | None"], ...]


@functools.cache
def _options() -> _Options:
    found = []
    for number, entry in enumerate(load("answers.toml")["option"], 1):
        if not entry.get("value") or not (entry.get("starts") or entry.get("holds")):
            raise BadWords(
                f"{WORDS / 'answers.toml'}: option {number} needs a value and starts or holds"
            )
        starts = _any(entry.get("starts", ()), r"(?:{})(?!\w)")
        holds = _any(entry.get("holds", ()), r"(?<!\w)(?:{})(?!\w)")
        found.append((entry["value"], starts, holds))
    return tuple(found)


def _any(phrases: tuple[str, ...], shape: str) -> re.Pattern[str] | None:
    if not phrases:
        return None
    folded = sorted({fold(phrase) for phrase in phrases}, key=len, reverse=True)
    return re.compile(shape.format("|".join(map(re.escape, folded))))


def load(name: str) -> dict[str, Any]:
    """Read one file of words. Raises BadWords."""
    try:
        with (WORDS / name).open("rb") as stream:
            return tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise BadWords(f"{WORDS / name}: {error}") from error
