"""Names of places written in Chinese, Khmer, Thai, Lao or Korean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from places.cues import cues
from places.gazetteer import Sense
from places.lexicon import lexicon
from places.roles import Role

_OTHER_SCRIPT = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u9fff\uac00-\ud7a3]")
_LOOK_BACK = 10  # characters
_MOST_NAMES = 200  # names looked at in one text, so that its cost has a ceiling


@dataclass(frozen=True, slots=True)
class Written:
    """A name in another script: its place in the text, its sense and its role."""

    start: int
    end: int
    sense: Sense
    role: Role


def written(text: str) -> list[Written]:
    """The places named in other scripts, in order; text is in NFC."""
    if _OTHER_SCRIPT.search(text) is None:
        return []
    found: list[Written] = []
    known = lexicon()
    for end, number in known.scripts.iter_long(text):
        name, sense = known.written(number)
        start = end + 1 - len(name)
        found.append(Written(start, end + 1, sense, _role(text, start, sense)))
        if len(found) == _MOST_NAMES:
            break
    return found


def _role(text: str, start: int, sense: Sense) -> Role:
    """The role said by the nearest known word before the name; "seen" if there is none."""
    before = text[max(0, start - _LOOK_BACK) : start]
    best, role = -1, "seen"
    for word, meant in cues().script_roles.items():
        at = before.rfind(word)
        # Of two words that end at one place the longer says more ("被关在" before "在").
        if at >= 0 and at + len(word) > best:
            best, role = at + len(word), meant
    if role == "pass":
        role = "here" if sense.country == "VN" else "to"
    return Role(role, offer=role == "to")
