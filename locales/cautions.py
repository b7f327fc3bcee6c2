"""A second look at what a person writes to a sender, before it goes to an unsafe phone.

The same data that our own texts are checked by: words that betray the subject on a screen, words
that turn into others without marks, what is never said. And what no list can hold: numbers, links.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from typing import Any, Literal

from locales.catalogue import HERE
from locales.marks import unaccent

Kind = Literal["betrays", "trap", "never", "number", "link"]

_NUMBER = re.compile(r"(?<![\w])\+?\d(?:[ .-]?\d){6,}(?!\w)")
_LINK = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|vn|org|net|me|info)\b\S*", re.I)


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to look at again. words: as written; reads, instead: from the data, or empty."""

    kind: Kind
    words: str
    reads: str = ""
    instead: str = ""


def cautions(text: str, *, plain: bool) -> tuple[Caution, ...]:
    """What could endanger the reader of `text`, in the order of the lists, each thing once.

    plain: it goes without marks (SMS), so words that then read as others count too.
    """
    marked = text.casefold()
    bare = unaccent(text).casefold()
    found: dict[tuple[Kind, str], Caution] = {}
    for kind, pattern, by_marks, reads, instead in _patterns():
        if kind == "trap" and not plain:
            continue
        hit = pattern.search(marked if by_marks else bare)
        if hit:
            words = text[hit.start() : hit.end()] if len(bare) == len(text) else hit[0]
            found.setdefault((kind, words.casefold()), Caution(kind, words, reads, instead))
    for kind, pattern in (("number", _NUMBER), ("link", _LINK)):
        for hit in pattern.finditer(text):
            found.setdefault((kind, hit[0]), Caution(kind, hit[0]))
    return tuple(found.values())


@functools.cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str], bool, str, str], ...]:
    """Rows of kind, pattern, whether it meets the text with its marks, reads, instead."""
    rows: list[tuple[Kind, re.Pattern[str], bool, str, str]] = []
    betraying = _load("betraying.toml")
    for words in (betraying["everywhere"], *betraying["words"].values()):
        rows += [("betrays", _whole(unaccent(w).casefold()), False, "", "") for w in words]
    for trap in _load("traps.toml")["trap"]:
        rows.append(("trap", _whole(trap["plain"]), False, trap["reads"], trap["instead"]))
    for never in _load("never_say.toml")["never"]:
        rows += [
            ("never", _whole(word.casefold()), True, "", never["instead"])
            for word in never["words"]
        ]
    return tuple(rows)


def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def _load(name: str) -> dict[str, Any]:
    with (HERE / name).open("rb") as stream:
        return tomllib.load(stream)
