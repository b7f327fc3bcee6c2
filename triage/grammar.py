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
import re
from collections.abc import Callable
from dataclasses import dataclass

GAPS = {"..": 2, "...": 5, "....": 9}
MOST_SPELLINGS = 400
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


def parse(line: str, where: str, spell: Callable[[str], str]) -> Pattern:
    """Read one phrase. `spell` brings a spelling into the form of `Text.marked`."""
    marks: bool | None = None
    if line[0] in "!~":
        marks, line = line[0] == "!", line[1:].strip()
    if _UNSPACED.search(line):
        if ".." in line or "<" in line:
            raise DataError(f"{where}: expected no gaps or lists in a script without spaces")
        spellings = [
            "".join(p)
            for p in itertools.product(*(_choices(w, where) for w in _PIECES.findall(line)))
        ]
        return Pattern((Part(0, tuple(spellings)),), None, True)
    parts: list[Part] = []
    run: list[list[str]] = []
    gap = 0

    def close() -> None:
        nonlocal run, gap
        if not run:
            return
        spellings = {
            spell(" ".join(word for word in choice if word)) for choice in itertools.product(*run)
        }
        if "" in spellings:
            raise DataError(f"{where}: expected at least one word that is not optional")
        if len(spellings) > MOST_SPELLINGS:
            raise DataError(
                f"{where}: expected at most {MOST_SPELLINGS} spellings, not {len(spellings)}"
            )
        parts.append(Part(gap, tuple(sorted(spellings))))
        run, gap = [], 0

    pieces = _PIECES.findall(line)
    if not pieces:
        raise DataError(f"{where}: expected a phrase")
    for piece in pieces:
        if piece in GAPS:
            close()
            if not parts or gap:
                raise DataError(f"{where}: expected words before {piece!r}")
            gap = GAPS[piece]
        elif piece.startswith("<"):
            if not piece.endswith(">"):
                raise DataError(f"{where}: expected '>' at the end of {piece!r}")
            close()
            parts.append(Part(gap, (), piece[1:-1]))
            gap = 0
        else:
            run.append(_choices(piece, where))
    close()
    if gap:
        raise DataError(f"{where}: expected words after the gap")
    return Pattern(tuple(parts), marks, False)
