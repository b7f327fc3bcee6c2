"""Take out of a text what points at a person, so that it may become a test case.

What is taken out is replaced by something invented of the same kind, so that the text reads as
before. Names without a capital letter cannot be recognised: a person must read what comes out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from triage.identifiers import Identifier, Kind, identifiers, names

STAND_IN: dict[Kind, str] = {
    "phone": "0900000000",
    "plate": "51A-00000",
    "account": "000000000000",
    "handle": "@trang",
    "address": "12 đường Hoa Mai",
    "recruiter": "Hoa",
    "name": "Hoa",
}


@dataclass(frozen=True, slots=True)
class Anonymised:
    """The text without what was found, and how often each kind was taken out."""

    text: str
    taken: tuple[tuple[Kind, int], ...]


def anonymise(text: str, also: tuple[str, ...] = ()) -> Anonymised:
    """Replace all identifiers and names; `also`: further words that a reader saw in the text."""
    text = unicodedata.normalize("NFC", text)
    for word in also:
        whole = rf"(?<!\w){re.escape(unicodedata.normalize('NFC', word))}(?!\w)"
        text = re.sub(whole, STAND_IN["name"], text)
    found = list(identifiers(text))
    found += [
        one
        for one in names(text)
        if all(one.end <= other.start or other.end <= one.start for other in found)
        and text[one.start : one.end] != STAND_IN["name"]
    ]
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        text = f"{text[: one.start]}{_stand_in(one, text)}{text[one.end :]}"
    kinds = [one.kind for one in found]
    return Anonymised(text, tuple((kind, kinds.count(kind)) for kind in sorted(set(kinds))))


def _stand_in(one: Identifier, text: str) -> str:
    """An invented one; without marks where the rest of the text has none."""
    stand_in = STAND_IN[one.kind]
    return stand_in.replace("đường", "duong") if text.isascii() else stand_in
