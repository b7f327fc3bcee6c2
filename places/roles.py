"""What the person has to do with a place: is there, comes from it, left it, is to go there."""

from __future__ import annotations

from dataclasses import dataclass

from places.cues import Cues, cues
from places.layout import Layout

_NEAR = 4  # a phrase may stand so many words before a name, less one
_LOOK_BACK = 7
_LOOK_AROUND = 12
_LOOK_AHEAD = 15


@dataclass(frozen=True, slots=True)
class Role:
    """said: here, home, from, to or seen.

    sure: words nearby say the person is there now. moved: brought or gone there. held: and kept
    there, or arrived. offer: it is only planned, offered or threatened. back: the person came back
    to it.
    """

    said: str
    sure: bool = False
    moved: bool = False
    held: bool = False
    offer: bool = False
    back: bool = False


def role_of(layout: Layout, lead: int, last: int, abroad: bool) -> Role:
    """The role of the place whose name covers words lead..last.

    abroad: it lies outside Viet Nam, where "qua" and "tới" are a way taken and no place passed.
    """
    words = cues()
    start = _sentence_start(layout, lead)
    said, length = _nearest_phrase(layout, start, lead)
    if said == "pass":
        said = "to" if abroad else "here"
    if said == "home" and abroad and length and "về" in layout.forms[max(start, lead - 6) : lead]:
        said = "here"  # "gọi về" calls home, but from abroad
    if abroad and layout.has(words.nationality, max(start, lead - 2), lead):
        return Role("home")
    if said in ("here", "seen") and not abroad and _home_before(layout, start, lead):
        return Role("home")
    if said != "home" and not layout.pauses(last) and _follows(layout, last, words.returned):
        return Role("from")
    offered = layout.last(words.planned, start, lead) > layout.last(words.done, start, lead)
    if said == "to":
        return _of_move(layout, start, lead, last, length, offered, abroad)
    if said != "here":
        return Role(said)
    if not abroad and _of_work(layout, start, lead, words):
        return Role("work")
    if layout.has(words.now, max(start, lead - _LOOK_BACK), lead) and layout.has(
        words.now, max(_since_pause(layout, start, lead), lead - _LOOK_BACK), lead
    ):
        return Role(said, sure=True)
    if _follows(layout, last, words.boarding):
        return Role(said)
    if offered and layout.has(words.planned, _since_pause(layout, start, lead), lead):
        return Role("to", offer=True)
    return Role(said)


def _of_move(
    layout: Layout, start: int, lead: int, last: int, length: int, offered: bool, abroad: bool
) -> Role:
    """A destination; but a move that is plainly done, or a way home, puts the person there.

    length: words from the beginning of the phrase of movement to the name.
    """
    words = cues()
    phrase = layout.forms[lead - length : lead]
    journey = not abroad and layout.has(words.journey, max(start, lead - _LOOK_BACK), lead)
    told = layout.has(words.told, max(start, lead - length - 2), lead)
    homewards = not {"về", "ve", "back", "returned"}.isdisjoint(phrase)
    if homewards and not (abroad or journey or told):
        if layout.has(words.wishes, max(start, lead - length - 2), lead):
            return Role("home")
        return Role("here", sure=True, back=True)
    ahead = min(len(layout.forms), last + _LOOK_AHEAD)
    if layout.has(words.held, last, ahead) and not layout.has(words.planned, last, ahead):
        return Role("here", moved=True, held=True)
    if _follows(layout, last, words.boarding):
        return Role("to")
    if not journey and not abroad and _arrived(layout, lead - length, last, words):
        return Role("here", moved=True, held=True)
    if journey:
        settled = words.settled
        if layout.has(settled, last, ahead) or layout.has(settled, start, lead):
            return Role("here", moved=True, held=True)
        return Role("to")
    if told:
        return Role("to", offer=True)
    if not offered and (layout.has(words.done, start, lead) or layout.has(words.done, last, ahead)):
        return Role("here", moved=True)
    planned = layout.last(words.planned, start, lead)
    return Role("to", offer=offered and layout.last(words.otherwise, start, lead) <= planned)


def _arrived(layout: Layout, at: int, last: int, words: Cues) -> bool:
    """Whether "rồi" says that the way is done ("xe lên Lạng Giang rồi"), not that it was begun."""
    if layout.forms[at] not in words.reaching or not _follows(layout, last, words.by_now):
        return False
    then = layout.forms[last + 1 : last + 2]
    return not then or then[0] not in words.roles  # "lên Mộc Bài rồi đi lối ruộng" is a plan


def _of_work(layout: Layout, start: int, lead: int, words: Cues) -> bool:
    """Whether an English text says that somebody's office is there."""
    return layout.forms[lead - 1] == "in" and layout.has(words.offices, max(start, lead - 5), lead)


def _follows(layout: Layout, at: int, phrases: frozenset[str]) -> bool:
    """Whether one of phrases begins right at the word at."""
    return layout.last(phrases, at, min(at + 2, len(layout.forms))) == at


def is_back(layout: Layout) -> bool:
    """Whether the text says that the person has come back, and does not only wish it."""
    words = cues()
    at = layout.last(words.back, 0, len(layout.forms))
    return at >= 0 and not layout.has(words.wishes, max(0, at - 2), at)


def speaks_of_china(layout: Layout, lead: int, last: int) -> bool:
    """Whether a name shared with a place in China is meant there.

    So if China is named right beside it, or earlier in the text and the name is no home.
    """
    chinese = cues().chinese
    start = _sentence_start(layout, lead)
    at = layout.last(chinese, max(start, lead - 3), lead)
    if at >= 0:
        return at == 0 or layout.forms[at - 1] not in ("từ", "tu", "from")  # "từ TQ về Trùng Khánh"
    if layout.has(chinese, last, min(len(layout.forms), last + 3)):
        return True
    if _home_before(layout, start, lead) or _nearest_phrase(layout, start, lead)[0] == "home":
        return False
    at = layout.last(chinese, 0, lead)
    if at < 0 or is_back(layout):
        return False
    return not layout.has(cues().planned, max(0, at - 4), at)  # nobody is there yet


def _sentence_start(layout: Layout, lead: int) -> int:
    """The first word of the sentence that lead stands in, at most some words back."""
    lowest = max(0, lead - _LOOK_AROUND)
    for at in range(lead, lowest, -1):
        if layout.ends_sentence(at):
            return at
    return lowest


def _since_pause(layout: Layout, start: int, lead: int) -> int:
    """The first word after the last comma or the like before lead."""
    for at in range(lead, start, -1):
        if layout.pauses(at):
            return at
    return start


def _nearest_phrase(layout: Layout, start: int, lead: int) -> tuple[str, int]:
    """The role that the nearest known phrase before a name says, and how many words before the name
    it begins; ("seen", 0) without one."""
    roles = cues().roles
    for back in range(_NEAR):
        end = lead - back
        if end <= start or layout.pauses(end):
            break
        for length in (4, 3, 2, 1):
            if end - length >= start:
                role = roles.get(layout.phrase(end - length, end))
                if role is not None:
                    return role, back + length
    return "seen", 0


def _home_before(layout: Layout, start: int, lead: int) -> bool:
    words = cues()
    low = max(start, lead - _LOOK_BACK, _since_pause(layout, start, lead))
    return layout.has(words.home_words, low, lead) and not layout.has(words.fellow, low, lead)
