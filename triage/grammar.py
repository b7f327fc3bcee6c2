"""The small language in which phrases are written, and how one line of it is read.

    bị nhốt/giam/trói          one of several words; `_` joins words: `bắt/bắt_cóc`
    bị (nó) giữ lại            a word that may be missing
    giữ .. <giay_to>           up to 2 words between; `...` up to 5; `<name>` a list of words
    !bán con                   only where the marks are written
    ~ban sang                  only where the writer uses no marks
    人身自由                   letters of scripts without spaces are matched wherever they stand

Phrases never reach over the end of a sentence.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

GAPS = {"..": 2, "...": 5, "....": 9}
MOST_SPELLINGS = 40  # above this a choice becomes a part of its own
MOST_PATTERNS = 24
_PIECES = re.compile(r"\([^)]*\)|<[^>]*>|\S+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class DataError(ValueError):
    """A data file is wrong; the message names file and line and says what is expected."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words: its spellings or a named list of words, after at most `gap` other words."""

    gap: int
    spellings: tuple[str, ...]  # marked, single spaces; empty for a word list
    word_list: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of phrases. marks: None either way, True needs marks, False needs none."""

    parts: tuple[Part, ...]
    marks: bool | None
    unspaced: bool


def _choices(piece: str, where: str) -> list[str]:
    optional = piece.startswith("(")
    if optional:
        if not piece.endswith(")"):
            raise DataError(f"{where}: expected ')' at the end of {piece!r}")
        piece = piece[1:-1]
    words = [word.replace("_", " ").strip() for word in piece.split("/")]
    if not all(words) or any(sign in piece for sign in "()<>"):
        raise DataError(f"{where}: expected words joined by '/' in {piece!r}")
    return [*words, ""] if optional else words


def parse(
    line: str, where: str, spell: Callable[[str], str], *, edges: bool = False
) -> list[Pattern]:
    """Read one phrase; a long choice of words makes several patterns or parts of it.

    `spell` brings a spelling into the form of `Text.marked`. edges: words that may be missing may
    stand first and last (of use in word lists only). Raises DataError.
    """
    marks: bool | None = None
    if line[0] in "!~":
        marks, line = line[0] == "!", line[1:].strip()
    pieces = _PIECES.findall(line)
    if not pieces:
        raise DataError(f"{where}: expected a phrase")
    if not edges and (pieces[0][0] == "(" or pieces[-1][0] == "("):
        raise DataError(f"{where}: expected no '(...)' at the edge of a phrase, it changes nothing")
    if _UNSPACED.search(line):
        if ".." in line or "<" in line:
            raise DataError(f"{where}: expected no gaps or lists in a script without spaces")
        choices = itertools.product(*(_choices(piece, where) for piece in pieces))
        return [Pattern((Part(0, tuple(" ".join(c).strip() for c in choices)),), None, True)]
    patterns: list[list[Part]] = [[]]
    run: list[list[str]] = []
    gap = 0

    def close() -> None:
        nonlocal run, gap, patterns
        if not run:
            return
        patterns = [
            [*before, *after] for before in patterns for after in _run(run, gap, where, spell)
        ]
        run, gap = [], 0

    for piece in pieces:
        if piece in GAPS:
            close()
            if not patterns[0] or gap:
                raise DataError(f"{where}: expected words before {piece!r}")
            gap = GAPS[piece]
        elif piece.startswith("<"):
            close()
            word_list = Part(gap, (), piece[1:-1])
            patterns = [[*before, word_list] for before in patterns]
            gap = 0
        else:
            run.append(_choices(piece, where))
    close()
    if gap:
        raise DataError(f"{where}: expected words after the gap")
    if not all(patterns):
        raise DataError(f"{where}: expected at least one word that is not optional")
    if len(patterns) > MOST_PATTERNS:
        raise DataError(f"{where}: expected at most {MOST_PATTERNS} patterns, not {len(patterns)}")
    return [Pattern(tuple(parts), marks, False) for parts in patterns]


def _run(
    run: list[list[str]], gap: int, where: str, spell: Callable[[str], str]
) -> list[list[Part]]:
    """The parts of a run of words: one if it has few spellings, else one for each long choice."""
    if math.prod(len(choice) for choice in run) <= MOST_SPELLINGS:
        spellings = {spell(" ".join(w for w in words if w)) for words in itertools.product(*run)}
        if spellings == {""}:
            raise DataError(f"{where}: expected at least one word that is not optional")
        if "" in spellings:
            spellings.discard("")
            return [[], [Part(gap, tuple(sorted(spellings)))]]
        return [[Part(gap, tuple(sorted(spellings)))]]
    longest = max(range(len(run)), key=lambda i: len(run[i]))
    middle = [word for word in run[longest] if word]
    sides: list[list[list[Part]]] = []
    for side in (run[:longest], run[longest + 1 :]):
        sides.append(_run(side, 0, where, spell) if side else [[]])
    centres = [[Part(0, tuple(sorted({spell(word) for word in middle})))]]
    if "" in run[longest]:
        centres.append([])
    found = []
    for left, centre, right in itertools.product(sides[0], centres, sides[1]):
        parts = [*left, *centre, *right]
        if parts and parts[0].gap != gap:
            parts[0] = Part(gap, parts[0].spellings, parts[0].word_list)
        found.append(parts)
    return found
