"""What the person has to do with a place: is there, comes from it, left it, is to go there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from places.cues import cues
from places.layout import Layout

_END = re.compile(r"[.!?;\n]\s|[\n;]")
_COMMA = re.compile(r"[,.!?;:\n()]")
_LOOK_BACK = 7
_LOOK_AROUND = 12
_LOOK_AHEAD = 15


@dataclass(frozen=True, slots=True)
class Role:
    """said: here, home, from, to or seen.

    sure: words nearby say the person is there now. moved: brought there. offer: it is only planned,
    offered or threatened. back: the person came back to it.
    """

    said: str
    sure: bool = False
    moved: bool = False
    offer: bool = False
    back: bool = False


def role_of(layout: Layout, lead: int, last: int, abroad: bool) -> Role:
    """The role of the place whose name covers words lead..last.

    abroad: it lies outside Viet Nam, where "qua" and "tới" are a way taken and no place passed.
    """
    words = cues()
    start = _clause_start(layout, lead)
    said, phrase = _nearest_phrase(layout, start, lead)
    before = layout.forms[max(start, lead - _LOOK_AROUND) : lead]
    if said == "pass":
        said = "to" if abroad else "here"
    if said == "home" and abroad and "về" in phrase:
        said = "here"  # "gọi về" calls home, but from abroad
    if abroad and _holds(before[-2:], words.nationality):
        return Role("home")
    if said in ("here", "seen") and not abroad and _home_before(layout, start, lead):
        return Role("home")
    if said != "home" and _phrase_at(layout, last, words.returned):
        return Role("from")
    offered = _last(before, words.planned) > _last(before, words.done)
    if said == "to":
        return _of_move(layout, phrase, before, last, offered, abroad)
    sure = said == "here" and _holds(before[-_LOOK_BACK:], words.now)
    if (
        said == "here"
        and offered
        and not sure
        and _holds(_since_comma(layout, lead), words.planned)
    ):
        return Role("to", offer=True)
    return Role(said, sure)


def _since_comma(layout: Layout, lead: int) -> list[str]:
    """The words before lead back to the last comma or the like."""
    lowest = max(0, lead - _LOOK_AROUND)
    for at in range(lead, lowest, -1):
        if _COMMA.search(layout.gap(at, at)):
            return layout.forms[at:lead]
    return layout.forms[lowest:lead]


def _of_move(
    layout: Layout, phrase: str, before: list[str], last: int, offered: bool, abroad: bool
) -> Role:
    """A destination; but a move that is plainly done, or a way home, puts the person there."""
    words = cues()
    said = phrase.split()
    if not abroad and ({"về", "ve", "back"} & set(said) or phrase == "returned to"):
        if _holds(before[-len(said) - 2 :], words.wishes):
            return Role("home")
        return Role("here", sure=True, back=True)
    after = layout.forms[last : last + _LOOK_AHEAD]
    if _holds(after, words.held) and not _holds(after, words.planned):
        return Role("here", moved=True)
    if not offered and (_holds(before, words.done) or _holds(after, words.done)):
        return Role("here", moved=True)
    otherwise = _last(before, words.otherwise) > _last(before, words.planned)
    return Role("to", offer=offered and not otherwise)


def is_back(layout: Layout) -> bool:
    """Whether the text says that the person has come back, and does not only wish it."""
    words = cues()
    forms = layout.forms
    for at in range(len(forms)):
        for size in (3, 2):
            if " ".join(forms[at : at + size]) in words.back:
                return not _holds(forms[max(0, at - 2) : at], words.wishes)
    return False


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
    if _home_before(layout, start, lead) or _nearest_phrase(layout, start, lead)[0] == "home":
        return False
    return _holds(forms[:lead], chinese)


def _holds(forms: list[str], phrases: frozenset[str]) -> bool:
    return any(
        forms[n] in phrases
        or " ".join(forms[n : n + 2]) in phrases
        or " ".join(forms[n : n + 3]) in phrases
        for n in range(len(forms))
    )


def _last(forms: list[str], phrases: frozenset[str]) -> int:
    """The index of the last word where one of phrases begins, -1 if there is none."""
    for at in range(len(forms) - 1, -1, -1):
        if any(" ".join(forms[at : at + size]) in phrases for size in (1, 2, 3)):
            return at
    return -1


def says(layout: Layout, phrases: frozenset[str]) -> bool:
    """Whether one of phrases (of at most three words) stands anywhere in the text."""
    return _holds(layout.forms, phrases)


def _clause_start(layout: Layout, lead: int) -> int:
    """The first word of the sentence that lead stands in, at most some words back."""
    lowest = max(0, lead - _LOOK_AROUND)
    for at in range(lead, lowest, -1):
        if _END.search(layout.gap(at, at)):
            return at
    return lowest


def _nearest_phrase(layout: Layout, start: int, lead: int) -> tuple[str, str]:
    """The role that the nearest known phrase before a name says, and that phrase."""
    roles = cues().roles
    for back in range(4):
        end = lead - back
        if end <= start:
            break
        if _COMMA.search(layout.gap(end, end)):
            break
        for length in (4, 3, 2, 1):
            if end - length < start:
                continue
            phrase = " ".join(layout.forms[end - length : end])
            role = roles.get(phrase)
            if role is not None:
                return role, phrase
    return "seen", ""


def _home_before(layout: Layout, start: int, lead: int) -> bool:
    home = cues().home_words
    for at in range(lead - 1, max(start, lead - _LOOK_BACK) - 1, -1):
        forms = layout.forms
        if forms[at] in home or " ".join(forms[at : at + 2]) in home:
            return True
        if " ".join(forms[at : at + 3]) in home:
            return True
        if _COMMA.search(layout.gap(at, at)):
            return False
    return False


def _phrase_at(layout: Layout, at: int, phrases: frozenset[str]) -> bool:
    if at >= len(layout.forms) or _COMMA.search(layout.gap(at, at)):
        return False
    return layout.forms[at] in phrases or " ".join(layout.forms[at : at + 2]) in phrases
