"""One text made ready for reading: words mended, marks kept beside their unmarked twins.

Vietnamese written with marks resolves its own homonyms (bán sell, bạn friend); written without, it
does not. So every text is kept twice, letter for letter in step: `marked` as typed (shortenings
spelt out) and `plain` with the marks taken off. Phrases are found in `plain`, checked in `marked`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from locales.marks import unaccent
from triage.syllables import SYLLABLES, mended

MAX_LENGTH = 20_000  # characters read of one message; a longer one is cut, never refused

# "c.u.u": letters kept apart, so that whoever looks over the shoulder does not see the word.
_SPELT_OUT = re.compile(r"(?<![\w.])[^\W\d_](?:[.*_-][^\W\d_]){2,5}(?!\w)")
# Numbers keep what is glued to them ("14t", "5h30", "12/8", "30.000"); strong and weak stops become
# the words "." and ","; a question mark stays itself.
_WORDS = re.compile(
    r"[:=;]'?[)d]+|\d[\d.,:/]*\d[^\W\d_]*\d*|[^\W_]+(?:['’][^\W_]+)?|[?]+|[.!…;\n\r]+|[,:()\"“”'-]+|[^\w\s]"
)
_STOPS = {"?": "?", ".": ".", "!": ".", "…": ".", ";": ".", "\n": ".", "\r": "."}
_WEAK = frozenset(",:()\"“”'-")
_EMOJI = {
    "🆘": "sos", "😂": "haha", "🤣": "haha", "😆": "haha", "😹": "haha", "😭": "hix", "😢": "hix",
    "😥": "hix", "😰": "hix", "😱": "hix", "🙏": "xin", "🔪": "dao", "🩸": "máu", "🔒": "khóa",
    "⛓": "xích", "🚨": "sos", "☠": "chết", "💀": "chết", "🤫": "suỵt", "🆓": "free",
}  # fmt: skip
# Scripts written without spaces between words; they are matched letter by letter elsewhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HELD = re.compile(r"(.)\1+")  # a key held down: "hellppp"
STRICT_FROM = 0.3  # share of marked words from which an unmarked word is taken at its word


@dataclass(frozen=True, slots=True)
class Text:
    """A text ready for the phrases.

    marked, plain: " word word . word " with one space at both ends and between; same length.
    typed: what was typed for each word of `plain`, "" where one typed word became several.
    strict: the writer uses marks, so a word without marks means just that word.
    marks, latin: number of Latin words with marks, and of Latin words; mends: of words spelt out.
    unspaced: the text itself if it holds letters of a script without spaces, else "".
    """

    marked: str
    plain: str
    typed: tuple[str, ...]
    strict: bool
    marks: int
    latin: int
    mends: int
    unspaced: str

    @property
    def words_count(self) -> int:
        """Number of words, stops not counted; letters of unspaced scripts count half a word."""
        plain = self.plain
        stops = plain.count(" . ") + plain.count(" , ") + plain.count(" ? ")
        return max(0, plain.count(" ") - 1 - stops, len(self.unspaced) // 2)

    def words(self, start: int, end: int) -> str:
        """What was typed between two offsets of `plain` (both at a space)."""
        first = self.plain.count(" ", 0, start + 1) - 1
        last = first + self.plain.count(" ", start, end)
        return " ".join(word for word in self.typed[first:last] if word)


@dataclass(frozen=True, slots=True)
class Spelling:
    """teencode: typed word -> (marked, plain) words meant. known: words left as they are.

    english: words that are English and nothing else; contractions: "don't" -> "do not".
    glued: words that people run together, without marks.
    same: keys of `teencode` that are usual even in careful writing.
    near: a key word with one letter left out -> the key words it may be (for one-key slips).
    """

    teencode: Mapping[str, tuple[str, str]]
    known: frozenset[str]
    english: frozenset[str]
    contractions: Mapping[str, tuple[str, str]]
    near: Mapping[str, tuple[tuple[str, str], ...]]
    same: frozenset[str]
    glued: frozenset[str]


def plain_of(marked: str) -> str:
    """`marked` without marks, the same number of characters (fast where all letters are Latin)."""
    folded = (
        unicodedata.normalize("NFD", marked.replace("đ", "d")).encode("ascii", "ignore").decode()
    )
    return folded if len(folded) == len(marked) else unaccent(marked)


def _join(spelt: re.Match[str]) -> str:
    return "".join(filter(str.isalpha, spelt.group()))


def prepare(raw: str, spelling: Spelling) -> Text:
    """Make any Unicode text ready. Linear in its length; never raises."""
    text = unicodedata.normalize("NFKC", raw[:MAX_LENGTH]).lower()
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    words = _WORDS.findall(_SPELT_OUT.sub(_join, text))
    plains = plain_of(" ".join(words)).split(" ") if words else []
    marked: list[str] = []
    plain: list[str] = []
    typed: list[str] = []
    english = sum(map(spelling.english.__contains__, plains)) * 2 > len(plains)
    table = spelling.contractions if english else spelling.teencode
    marks = latin = mends = 0
    for word, folded in zip(words, plains, strict=True):
        meant = table.get(word)
        if meant is None:
            if folded in SYLLABLES:  # as nearly every word is
                latin += 1
                if folded != word:
                    marks += 1
                marked.append(word)
                plain.append(folded)
                typed.append(word)
                continue
            meant, mended_now, letters = _unknown(word, folded, spelling, english)
            if meant is None:
                continue
            latin += letters
            mends += mended_now
        elif word not in spelling.same:
            mends += 1
        marked.append(meant[0])
        plain.append(meant[1])
        typed.append(word)
        if " " in meant[1]:
            typed.extend([""] * meant[1].count(" "))
    return Text(
        marked=f" {' '.join(marked)} ",
        plain=f" {' '.join(plain)} ",
        typed=tuple(typed),
        strict=marks >= STRICT_FROM * max(latin, 1),
        marks=marks,
        latin=latin,
        mends=mends,
        unspaced=text if _UNSPACED.search(text) else "",
    )


def _unknown(
    word: str, folded: str, spelling: Spelling, english: bool
) -> tuple[tuple[str, str] | None, bool, bool]:
    """(what a word that is no syllable is read as, whether it was mended, whether it is a word).

    The first is None for signs that say nothing.
    """
    first = word[0]
    if first in _STOPS:
        stop = "?" if "?" in word else "."
        return (stop, stop), False, False
    if first in ":=;" and len(word) > 1:
        return ("haha", "haha"), False, False
    if first in _WEAK:
        return (",", ","), False, False
    if folded in spelling.known or first.isdigit():
        return (word, folded), False, first.isalpha()
    emoji = _EMOJI.get(word)
    if emoji is not None:
        return (emoji, plain_of(emoji)), False, False
    if not first.isalpha():
        return None, False, False
    meant = None if english else _mend(word, folded, spelling)
    return meant or (word, folded), meant is not None, True


def _mend(word: str, folded: str, spelling: Spelling) -> tuple[str, str] | None:
    if len(word) > 24:
        return None
    pieces = mended(word, spelling.glued)
    if pieces is not None:
        spelt = [spelling.teencode.get(piece, (piece, plain_of(piece))) for piece in pieces]
        return " ".join(m for m, _ in spelt), " ".join(p for _, p in spelt)
    if len(folded) < 4:
        return None
    held = _HELD.sub(r"\1", folded)
    if held != folded and held in spelling.english:
        return held, held
    for cut in (folded, *(folded[:i] + folded[i + 1 :] for i in range(len(folded)))):
        for marked, plain in spelling.near.get(cut, ()):
            if _one_slip(folded, plain):
                return marked, plain
    return None


def _one_slip(typed: str, meant: str) -> bool:
    """One letter left out, added or changed, or two neighbours swapped."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    if len(typed) == len(meant):
        wrong = [i for i in range(len(typed)) if typed[i] != meant[i]]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            return typed[wrong[0]] == meant[wrong[1]] and typed[wrong[1]] == meant[wrong[0]]
        return len(wrong) <= 1
    short, long = sorted((typed, meant), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
