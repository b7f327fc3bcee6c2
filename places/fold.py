"""One form of a text for comparing names: no marks, lower case, split into words."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from locales.marks import unaccent

# Zero-width characters and marks that NFC leaves over may stand inside a word and mean nothing.
_NOTHING = "\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad"
_DROP = re.compile(f"[{_NOTHING}]+")
_WORD = re.compile(f"[a-z][a-z{_NOTHING}]*|[0-9]+")
_APOSTROPHE = re.compile("['’`´ʼ]")

# The tone stands on either vowel in print; both spellings of a name are one name.
_OLD_STYLE = [
    (new, old)
    for pair in (("oa", "òa óa ỏa õa ọa"), ("oe", "òe óe ỏe õe ọe"), ("uy", "ùy úy ủy ũy ụy"))
    for old in pair[1].split()
    for new in (unicodedata.normalize("NFC", pair[0] + unicodedata.normalize("NFD", old[0])[1:]),)
]
_TONE_PLACE = re.compile("|".join(new for new, _ in _OLD_STYLE))
_OLD_OF_NEW = dict(_OLD_STYLE)


# Written with i or y at will: "Kì Anh", "Qui Nhơn".
_ONE_SOUND = {
    **{f"{initial}i": f"{initial}y" for initial in ("h", "k", "l", "m", "s", "t", "v")},
    "qui": "quy",
}


class Word(NamedTuple):  # a tuple, because thousands are made for one long text
    """One word of a folded text. start, end: offsets in the NFC form of the text."""

    text: str
    start: int
    end: int


def lower(text: str) -> str:
    """Lower case with exactly one character for each (İ and its like stay as they are)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def words(folded: str) -> list[Word]:
    """The Latin words and numbers of a folded text; "q7" is two words, "q" and "7".

    Syllables that are written with i or y at will come out with y.
    """
    same = _ONE_SOUND.get
    found = _WORD.finditer(folded)
    if folded.isascii():
        return [Word(same(m[0], m[0]), m.start(), m.end()) for m in found]
    return [Word(same(w := _DROP.sub("", m[0]), w), m.start(), m.end()) for m in found]


def fold(text: str) -> str:
    """Marks off and lower case; one character for each of the NFC form of text."""
    return lower(unaccent(text))


def accents(name: str) -> str:
    """Lower case with marks, tones in one place: the form that tells "bán" from "bạn"."""
    lowered = lower(unicodedata.normalize("NFC", name))
    return _TONE_PLACE.sub(lambda found: _OLD_OF_NEW[found[0]], lowered)


def spelt(name: str) -> tuple[str, str]:
    """A name in two forms, its words with one space between: as spelt, with marks and in lower
    case; and folded, which is the key it is looked up by."""
    lowered = accents(name)
    folded = unaccent(lowered)
    same = _ONE_SOUND.get
    marked, plain = [], []
    for found in _WORD.finditer(folded):
        word = _DROP.sub("", found[0])
        marked.append(lowered[found.start() : found.end()])
        plain.append(same(word, word))
    return " ".join(marked), " ".join(plain)


def key(name: str) -> str:
    """What a name is looked up by: its folded words with one space between."""
    return spelt(name)[1]


def spelling(name: str) -> str:
    """The words of a name with their marks, in lower case, one space between."""
    return spelt(name)[0]


def without_apostrophe(name: str) -> str | None:
    """The name written without the break of an apostrophe ("Ea Hleo"), None if it has none."""
    joined = _APOSTROPHE.sub("", name)
    return joined if joined != name else None
