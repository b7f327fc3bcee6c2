"""What the person has to do with a place: is there, comes from it, left it, is to go there."""

from __future__ import annotations

import re

from places.cues import cues
from places.layout import Layout

_END = re.compile(r"[.!?;\n]\s|[\n;]")
_COMMA = re.compile(r"[,.!?;:\n()]")
_LOOK_BACK = 7
_LOOK_AROUND = 12


def role_of(layout: Layout, lead: int, last: int) -> tuple[str, bool]:
    """The role of the place whose name covers words lead..last, "seen" if nothing says, and whether
    words nearby make sure that the person is there now."""
    words = cues()
    start = _clause_start(layout, lead)
    role = _nearest_phrase(layout, start, lead)
    if role in ("here", "seen") and _home_before(layout, start, lead):
        role = "home"
    if role != "home" and _phrase_at(layout, last, words.returned):
        return "from", False
    if role == "to":
        role = _of_move(layout, lead, last)
    return role, role == "here" and _now(layout, start, lead)


def speaks_of_china(layout: Layout, lead: int, last: int) -> bool:
    """Whether a name shared with a place in China is meant there.

    So if China is named right beside it, or earlier in the text and the name is no home.
    """
    chinese = cues().chinese
    forms = layout.forms
    near = forms[max(0, lead - 3) : lead], forms[last : last + 3]
    if any(_holds(part, chinese) for part in near):
        return True
    start = _clause_start(layout, lead)
    if _home_before(layout, start, lead) or _nearest_phrase(layout, start, lead) == "home":
        return False
    return _holds(forms[:lead], chinese)


def _holds(forms: list[str], phrases: frozenset[str]) -> bool:
    return any(
        forms[n] in phrases or " ".join(forms[n : n + 2]) in phrases for n in range(len(forms))
    )


def _now(layout: Layout, start: int, lead: int) -> bool:
    low = max(start, lead - _LOOK_BACK)
    return _holds(layout.forms[low:lead], cues().now)


def _clause_start(layout: Layout, lead: int) -> int:
    """The first word of the sentence that lead stands in, at most some words back."""
    lowest = max(0, lead - _LOOK_AROUND)
    for at in range(lead, lowest, -1):
        if _END.search(layout.gap(at, at)):
            return at
    return lowest


def _nearest_phrase(layout: Layout, start: int, lead: int) -> str:
    roles = cues().roles
    for back in range(4):
        end = lead - back
        if end <= start:
            break
        if _COMMA.search(layout.gap(end, end)) and back == 0:
            return "seen"
        for length in (4, 3, 2, 1):
            if end - length < start:
                continue
            role = roles.get(" ".join(layout.forms[end - length : end]))
            if role is not None:
                return role
        if _COMMA.search(layout.gap(end, end)):
            break
    return "seen"


def _home_before(layout: Layout, start: int, lead: int) -> bool:
    home = cues().home_words
    for at in range(lead - 1, max(start, lead - _LOOK_BACK) - 1, -1):
        if layout.forms[at] in home or " ".join(layout.forms[at : at + 2]) in home:
            return True
        if _COMMA.search(layout.gap(at, at)):
            return False
    return False


def _phrase_at(layout: Layout, at: int, phrases: frozenset[str]) -> bool:
    if at >= len(layout.forms) or _COMMA.search(layout.gap(at, at)):
        return False
    return layout.forms[at] in phrases or " ".join(layout.forms[at : at + 2]) in phrases


def _of_move(layout: Layout, lead: int, last: int) -> str:
    """A destination, unless the words around say that the move is done."""
    words = cues()
    low, high = max(0, lead - _LOOK_AROUND), min(len(layout.forms), last + _LOOK_AROUND)
    around = layout.forms[low:high]
    phrases = {" ".join(around[n : n + size]) for size in (1, 2, 3) for n in range(len(around))}
    if phrases & words.planned:
        return "to"
    return "here" if phrases & words.done else "to"
