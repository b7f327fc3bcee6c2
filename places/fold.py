"""One form of a text for comparing names: no marks, lower case, split into words."""

from __future__ import annotations

import re
import unicodedata

from locales.marks import unaccent

# Zero-width characters and marks that NFC leaves over may stand inside a word and mean nothing.
_NOTHING = "\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad"
_DROP = re.compile(f"[{_NOTHING}]+")
_WORD = re.compile(f"[a-z][a-z{_NOTHING}]*|[0-9]+")
_ASCII_WORD = re.compile("[a-z]+|[0-9]+")  # the same where there is nothing to drop
_APOSTROPHE = re.compile("['’`´ʼ]")

# The tone stands on either vowel in print; both spellings of a name are one name.
_OLD_STYLE = [
    (new, old)
    for pair in (("oa", "òa óa ỏa õa ọa"), ("oe", "òe óe ỏe õe ọe"), ("uy", "ùy úy ủy ũy ụy"))
    for old in pair[1].split()
    for new in (unicodedata.normalize("NFC", pair[0] + unicodedata.normalize("NFD", old[0])[1:]),)
]
_TONE_PLACE = re.compile("o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ]")
_OLD_OF_NEW = dict(_OLD_STYLE)


# Written with i or y at will: "Kì Anh", "Qui Nhơn".
_ONE_SOUND = {
    **{f"{initial}i": f"{initial}y" for initial in ("h", "k", "l", "m", "s", "t", "v")},
    "qui": "quy",
}


# A syllable that Vietnamese can have, without marks.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi?|h|kh?|l|m|ngh?|nh?|n|ph?|qu?|r|s|th?|tr|t|v|x)?"
    r"(?:a|ai|ao|au|ay|e|eo|eu|i|ia|ie|ieu|iu|o|oa|oai|oay|oao|oe|oeo|oi|oo|u|ua|uay|ue|ui|uo|uoi|uou"
    r"|uu|uy|uya|uye|uyu|y|ye|yeu)(?:c|ch|m|n|ng|nh|p|t)?"
)


def lower(text: str) -> str:
    """Lower case with exactly one character for each (İ and its like stay as they are)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def words_of(folded: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Where the Latin words and numbers of a folded text stand, and what they are.

    "q7" is two words, "q" and "7"; syllables written with i or y at will come out with y.
    """
    ascii_only = folded.isascii()
    pattern = _ASCII_WORD if ascii_only else _WORD
    spans = [found.span() for found in pattern.finditer(folded)]
    said = [folded[start:end] for start, end in spans]
    if not ascii_only:
        said = [word if word.isascii() else _DROP.sub("", word) for word in said]
    if not _ONE_SOUND.keys().isdisjoint(said):
        said = [_ONE_SOUND.get(word, word) for word in said]
    return spans, said


def fold(text: str) -> str:
    """Marks off and lower case; one character for each of the NFC form of text."""
    return lower(unaccent(text))


def accents(name: str) -> str:
    """Lower case with marks, tones in one place: the form that tells "bán" from "bạn"."""
    lowered = lower(unicodedata.normalize("NFC", name))
    if lowered.isascii():
        return lowered
    return _TONE_PLACE.sub(lambda found: _OLD_OF_NEW[found[0]], lowered)


def spelt(name: str) -> tuple[str, str]:
    """A name in two forms, its words with one space between: as spelt, with marks and in lower
    case; and folded, which is the key it is looked up by."""
    lowered = accents(name)
    spans, words = words_of(unaccent(lowered))
    return " ".join([lowered[start:end] for start, end in spans]), " ".join(words)


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


def is_syllable(word: str) -> bool:
    """Whether a folded word can be a syllable of Vietnamese."""
    return _SYLLABLE.fullmatch(word) is not None
