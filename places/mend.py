"""Undoing what a keyboard or chat habit did to a word: Telex keys, repeats, "j" for "gi"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from places.lexicon import lexicon

_REPEATED = re.compile(r"(.)\1+")
_TELEX_DOUBLE = re.compile(r"aa|ee|oo|dd")
_TELEX_TONE = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]([a-z]*)$")
_SHORT_END = re.compile(r"(?<=[aeiouy])(?=[gh]$)")  # "hồg" for "hồng", "bìh" for "bình"
_TELEX_HORN = re.compile(r"(?<=[aou])w")
_CHAT = (
    ("ku", "qu"),
    ("nge", "nghe"),
    ("ngi", "nghi"),
    ("dz", "d"),
    ("z", "d"),
    ("j", "gi"),
    ("f", "ph"),
    ("w", "qu"),
    ("k", "c"),
    ("c", "k"),
)


def mended(words: list[str]) -> list[str]:
    """The words with such habits undone where that makes a syllable of a name."""
    known = lexicon().syllables
    return [word if word in known else _mend(word) for word in words]


@lru_cache(maxsize=4096)  # the same few chat words come again and again
def _mend(word: str) -> str:
    if 2 < len(word) < 12:
        known = lexicon().syllables
        for plain in _readings(word):
            if len(plain) > 1 and plain in known:
                return plain
    return word


def _readings(word: str) -> Iterator[str]:
    yield _REPEATED.sub(r"\1", word)
    yield _SHORT_END.sub("n", word)
    if word.endswith(("nk", "nq")):
        yield word[:-1] + ("h" if word[-1] == "k" else "g")
        yield word[:-1] + "g"
    if "j" in word[1:]:
        yield word[0] + word[1:].replace("j", "i")  # "vjnh", "chju"
    for written, meant in _CHAT:
        if word.startswith(written):
            yield meant + word[len(written) :]
    for toned in (_TELEX_TONE.sub(r"\1\2", word), word):
        plain = _TELEX_DOUBLE.sub(lambda m: m[0][0], toned)
        yield _TELEX_HORN.sub("", plain.replace("uw", "u"))
        yield plain.replace("w", "u")
