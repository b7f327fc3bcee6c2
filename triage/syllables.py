"""What can be a Vietnamese syllable, and what a badly typed one was meant to be.

Works on single lower-case words. The readings tried, in order: letters held down too long, Telex
and VNI keystrokes that were not turned into marks, phonetic teencode, words run together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from locales.marks import unaccent

_ONSETS = [
    "",
    "b",
    "c",
    "ch",
    "d",
    "g",
    "gh",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "ngh",
    "nh",
    "p",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
_RIMES = [
    "a",
    "ac",
    "ach",
    "ai",
    "am",
    "an",
    "ang",
    "anh",
    "ao",
    "ap",
    "at",
    "au",
    "ay",
    "e",
    "ec",
    "ech",
    "em",
    "en",
    "eng",
    "enh",
    "eo",
    "ep",
    "et",
    "eu",
    "i",
    "ia",
    "ich",
    "iec",
    "iem",
    "ien",
    "ieng",
    "iep",
    "iet",
    "ieu",
    "im",
    "in",
    "inh",
    "ip",
    "it",
    "iu",
    "o",
    "oa",
    "oac",
    "oach",
    "oai",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oao",
    "oap",
    "oat",
    "oay",
    "oc",
    "oe",
    "oen",
    "oeo",
    "oet",
    "oi",
    "om",
    "on",
    "ong",
    "ooc",
    "oong",
    "op",
    "ot",
    "u",
    "ua",
    "uan",
    "uang",
    "uat",
    "uay",
    "uc",
    "ue",
    "uech",
    "uenh",
    "ui",
    "um",
    "un",
    "ung",
    "uo",
    "uoc",
    "uoi",
    "uom",
    "uon",
    "uong",
    "uop",
    "uot",
    "uou",
    "up",
    "ut",
    "uu",
    "uy",
    "uya",
    "uych",
    "uyen",
    "uyet",
    "uynh",
    "uyt",
    "uyu",
    "y",
    "yem",
    "yen",
    "yeng",
    "yet",
    "yeu",
]
SYLLABLES = frozenset(onset + rime for onset in _ONSETS if onset != "p" for rime in _RIMES) | {
    "gi",
    "gin",
    "giet",
    "pa",
    "pac",
    "pin",
    "po",
    "pe",
    "pu",
    "pha",
}

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VOWELS = frozenset("aăâeêioôơuưy")
_MARKED = frozenset("ăâêôơư")
_HELD = re.compile(r"(.)\1+")
_HELD_3 = re.compile(r"(.)\1{2,}")


def is_syllable(word: str) -> bool:
    """Whether the word, marks aside, can be one Vietnamese syllable."""
    return unaccent(word) in SYLLABLES


def mended(word: str, glued: Container[str]) -> tuple[str, ...] | None:
    """The syllables a mistyped lower-case word was most likely meant to be; None if no idea.

    glued: the words (without marks) that are looked for in words run together.
    """
    for reading_of in (_unheld, _telex, _vni, _phonetic):
        if (reading := reading_of(word)) is not None:
            return (reading,)
    return _run_together(word, glued)


def _unheld(word: str) -> str | None:
    if not _HELD.search(word) or (word.startswith("dd") and _telex(word) is not None):
        return None
    for short in (_HELD_3.sub(r"\1\1", word), _HELD_3.sub(r"\1", word)):
        if short != word and is_syllable(short):
            return short
    # "emm", "voii": two of a letter are a slip too, unless Telex says what they mean ("ddi")
    if _HELD_3.search(word) or word.isascii() is False or word[-1:] == word[-2:-1]:
        short = _HELD.sub(r"\1", word)
        if is_syllable(short) and _telex(word) is None:
            return short
    return None


def _with_tone(word: str, tone: str) -> str:
    """Put the tone on the letter that carries it by the old spelling rule ("hòa", "thúy")."""
    if not tone:
        return word
    skip = 2 if word[:2] in ("qu", "gi") and len(word) > 2 and word[2] in _VOWELS else 0
    places = [i for i, letter in enumerate(word) if letter in _VOWELS and i >= skip]
    if not places:
        return word
    marked = [i for i in places if word[i] in _MARKED]
    if marked:
        at = marked[-1]
    elif len(places) == 1:
        at = places[0]
    elif word[-1] not in _VOWELS or len(places) > 2:
        at = places[1] if len(places) > 2 else places[-1]
    else:
        at = places[0]
    return unicodedata.normalize("NFC", word[: at + 1] + tone + word[at + 1 :])


def _telex(word: str) -> str | None:
    if not word.isascii() or not word.isalpha() or not 2 <= len(word) <= 10:
        return None
    first = next((i for i, letter in enumerate(word) if letter in "aeiouyw"), -1)
    if first < 0:
        return None
    head, tail, tone = word[:first], word[first:], ""
    kept = []
    for letter in tail:
        if letter in _TONES:
            tone = _TONES[letter]
        elif letter == "d" and head == "d":
            head = "dd"
        else:
            kept.append(letter)
    tail = "".join(kept)
    for keys, letter in (
        ("uwow", "ươ"), ("uow", "ươ"), ("uwo", "ươ"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"),
        ("aa", "â"), ("ee", "ê"), ("oo", "ô"),
    ):  # fmt: skip
        tail = tail.replace(keys, letter)
    if tail.endswith("w"):
        tail = tail[:-1]
        tail = tail.replace("uo", "ươ") if "uo" in tail else tail.replace("a", "ă", 1)
    tail = tail.replace("w", "ư")
    head = head.replace("dd", "đ")
    meant = _with_tone(head + tail, tone)
    return meant if meant != word and is_syllable(meant) else None


def _vni(word: str) -> str | None:
    if not word.isascii() or not word[:1].isalpha() or word.isalpha() or not 2 < len(word) <= 10:
        return None
    out: list[str] = []
    tone = ""
    for key in word:
        if key in _VNI_TONES:
            tone = _VNI_TONES[key]
        elif key in "678":
            wanted = {"6": "aeo", "7": "ou", "8": "a"}[key]
            marked = {"6": "âêô", "7": "ơư", "8": "ă"}[key]
            at = next((i for i in range(len(out) - 1, -1, -1) if out[i] in wanted), -1)
            if at < 0:
                return None
            out[at] = marked[wanted.index(out[at])]
            if key == "7" and at and out[at] == "ơ" and out[at - 1] == "u":
                out[at - 1] = "ư"
        elif key == "9":
            if "d" not in out:
                return None
            out[out.index("d")] = "đ"
        elif key.isdigit():
            return None
        else:
            out.append(key)
    meant = _with_tone("".join(out), tone)
    if not is_syllable(meant) or not any(letter in _VOWELS for letter in unaccent(meant)):
        return None
    return meant if len(meant) > 1 else None


def _phonetic(word: str) -> str | None:
    heads = [word]
    for typed, meant in (
        ("dz", "d"),
        ("z", "d"),
        ("j", "gi"),
        ("f", "ph"),
        ("w", "qu"),
        ("c", "k"),
    ):
        if word.startswith(typed):
            heads.append(meant + word[len(typed) :])
            if typed == "j" or typed == "z":
                heads.append({"j": "ch", "z": "v"}[typed] + word[1:])
    for head in heads:
        for typed, meant in (("", ""), ("k", "ch"), ("g", "ng"), ("j", "i"), ("f", "p"), ("z", "")):
            if typed and not head.endswith(typed):
                continue
            candidate = head[: len(head) - len(typed)] + meant
            if candidate != word and is_syllable(candidate):
                return candidate
    return None


def _run_together(word: str, glued: Container[str]) -> tuple[str, ...] | None:
    """Split "cuutoivoi" into the fewest syllables of two letters or more; None if impossible."""
    if not 5 <= len(word) <= 24 or not word.isalpha():
        return None
    plain = unaccent(word)
    best: list[tuple[int, int] | None] = [(0, 0)] + [None] * len(word)  # (pieces, start of last)
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - 7), end - 1):
            before = best[start]
            if before is None or plain[start:end] not in glued:
                continue
            here = best[end]
            if here is None or before[0] + 1 < here[0]:
                best[end] = (before[0] + 1, start)
    if best[-1] is None:
        return None
    pieces: list[str] = []
    end = len(word)
    while end:
        step = best[end]
        assert step is not None
        pieces.append(word[step[1] : end])
        end = step[1]
    return tuple(reversed(pieces)) if len(pieces) > 1 else None
