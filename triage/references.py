"""Reference codes in what people write: seven digits with a check digit, however they are spelt.

Senders read them aloud and type them as they hear them: "48 29 157", "482-9157", "bon tam hai chin
mot nam bay". The check digit is Damm's, so a slip or a swap of neighbours is no code of ours.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locales.marks import unaccent

FILE = Path(__file__).with_suffix(".toml")

DIGITS = 7
LONGEST = 500  # characters that are looked at

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_JOINED = re.compile(r"(?<=\d)[ .\-/]{1,3}(?=\d)")
_FILLER = re.compile(r"[^\w+ ][^\w+]*| [^\w+]+")  # all but a space that stands alone
_ENOUGH = re.compile(r"\d(?:\D*\d){6}")
_NUMBER = re.compile(r"(?<![\d+])\d{7}(?!\d)")


def check_digit(digits: str) -> str:
    """Damm's check digit: it finds every single slip and every swap of neighbours."""
    row = 0
    for digit in digits:
        row = int(_DAMM[row][int(digit)])
    return str(row)


def is_reference(text: str) -> bool:
    """Whether `text` is seven digits with a right check digit."""
    return len(text) == DIGITS and text.isascii() and text.isdigit() and check_digit(text) == "0"


def references(text: str) -> tuple[str, ...]:
    """All that may be a reference code in a text, in their order, each once."""
    spelt = _in_digits(_fold(text))
    if _ENOUGH.search(spelt) is None:
        return ()
    found = [*_NUMBER.findall(text[:LONGEST]), *_NUMBER.findall(_JOINED.sub("", spelt))]
    return tuple(dict.fromkeys(code for code in found if check_digit(code) == "0"))


def is_only_reference(text: str, codes: tuple[str, ...]) -> bool:
    """Whether a message is a reference code and a few words around it ("ma so 48 29 157 nhe").

    codes: what `references` found in it.
    """
    if len(codes) != 1:
        return False
    rest = _JOINED.sub("", _in_digits(_fold(text))).replace(codes[0], " ").split()
    return set(rest) <= _around()


def _in_digits(folded: str) -> str:
    """With numbers that were spelt out as digits, as they are said one by one."""
    words = folded.split()
    table = _spoken()
    spelt = [table.get(word, word) for word in words]
    # A word such as "nam" is a digit only among digits: "5 nam" is five years, "tam" a name.
    for place, word in enumerate(words):
        if word in table:
            near = spelt[max(0, place - 1) : place] + spelt[place + 1 : place + 2]
            if not any(one.isdigit() for one in near):
                spelt[place] = word
    return " ".join(spelt)


def _fold(text: str) -> str:
    return _FILLER.sub(" ", unaccent(text[:LONGEST]).lower()).strip()


@functools.cache
def _spoken() -> Mapping[str, str]:
    table: dict[str, list[str]] = _load()["spoken"]
    return {_fold(word): digit for digit, words in table.items() for word in words}


@functools.cache
def _around() -> frozenset[str]:
    return frozenset(_fold(word) for word in _load()["around"]["words"])


@functools.cache
def _load() -> dict[str, Any]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)
