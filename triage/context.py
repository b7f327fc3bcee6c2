"""What the words around a phrase do to it: deny it, put it in the past, say whom it happens to."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from triage.match import Found
from triage.text import Text

Facts = dict[str, list[Found]]
ASPECTS = ("past", "neg", "if", "me", "them")

# Words that may stand between "không" and what it negates.
_TRANSPARENT = frozenset(
    [
        "bi",
        "ai",
        "co",
        "he",
        "phai",
        "tung",
        "bao",
        "gio",
        "em",
        "toi",
        "con",
        "no",
        "ho",
        "chau",
        "nguoi",
        "ta",
        "dua",
        "nao",
        "duoc",
        "den",
        "muc",
        "cung",
        "thay",
        "nghe",
        "hay",
        "la",
        "dam",
        "bon",
        "chung",
        "thang",
        "anh",
        "chi",
        "minh",
        "tui",
        "lan",
        "long",
        "bao",
        "been",
        "was",
        "is",
        "be",
        "being",
        "ever",
        "has",
        "have",
        "any",
        "thinking",
        "about",
        "going",
        "to",
        "want",
        "wish",
        "have",
    ]
)
_MOST_BETWEEN = 4
_MOST_LETTERS = _MOST_BETWEEN * (1 + max(map(len, _TRANSPARENT)))  # of so many such words
_JOINS = frozenset(
    ("hay", "hoac", "va", ",", "bi", "cung", "or", "gi", "khong", "chua", "ai", "nor")
)
# Tags about the talk or the people, not about what happens to somebody.
MARKERS = frozenset({"not", "if", "long_ago", "right_now", "me", "kin", "them", "agent"})
_SELF = frozenset(
    [
        "em",
        "toi",
        "tui",
        "minh",
        "con",
        "chau",
        "tao",
        "to",
        "anh",
        "chi",
        "co",
        "chu",
        "bac",
        "i",
        "my",
        "kuv",
    ]
)
_STOP = re.compile("(?<= )[.?](?= )")
_REACH = 70  # letters between a person and what happens to them
_OBJECT = 8  # letters between what is done and the person it is done to


def _wide(plain: str, found: Iterable[Found]) -> list[Found]:
    """Those of more than one word: only they can have others inside."""
    return [one for one in found if plain.find(" ", one.start + 1) < one.end]


class _Cover:
    """Which letters some phrases cover, so that each question costs one search, however many."""

    def __init__(self, spans: Iterable[Found]) -> None:
        self._longest: dict[int, int] = {}
        for span in spans:
            self._longest[span.start] = max(span.end, self._longest.get(span.start, 0))
        self._starts = sorted(self._longest)
        self._reach = list(accumulate(map(self._longest.__getitem__, self._starts), max))

    def reach(self, letter: int) -> int:
        """How far those go that start before a letter."""
        before = bisect.bisect_left(self._starts, letter)
        return self._reach[before - 1] if before else -1

    def inside(self, one: Found) -> bool:
        """Whether a phrase lies in one of them, and is not that one itself."""
        return self._longest.get(one.start, -1) > one.end or self.reach(one.start) >= one.end


def _persons(plain: str, by_tag: Facts) -> list[tuple[int, int, str]]:
    """(start, end, "me" | "them") of all people who may be the one concerned, in order."""
    kin, them, me = (by_tag.get(tag, []) for tag in ("kin", "them", "me"))
    heads, own = set(), set()
    for one in _wide(plain, kin):
        words = plain[one.start : one.end].split()
        if words[-1] in _SELF:
            own.add(words[-1])
            heads.add(words[0])
    wide = _Cover(_wide(plain, me))
    others = [one for one in kin if not wide.inside(one)] + them
    wide = _Cover(_wide(plain, others))
    persons = [(one.start, one.end, "them") for one in others if not wide.inside(one)]
    taken = {(one.start, one.end) for one in others}
    for one in me:
        if (one.start, one.end) in taken or wide.inside(one):
            continue
        word = plain[one.start : one.end].split()[-1]
        who = "them" if own and word in heads and word not in own else "me"
        persons.append((one.start, one.end, who))
    persons.sort()
    return persons


def stated(text: Text, found: Sequence[Found], hides: Mapping[str, Sequence[str]]) -> Facts:
    """The facts that phrases state, with the phrases: `tag`, `tag.past`, `tag.neg`, `tag.if`,
    `tag.me` (done to the sender), `tag.them` (to somebody else).

    hides: tag -> tags whose phrases do not count where they overlap one of its own.
    """
    plain = text.plain
    stops = [stop.start() for stop in _STOP.finditer(plain)]
    by_tag: Facts = {}
    for one in found:
        if not one.unspaced:
            by_tag.setdefault(one.tag, []).append(one)
    nots = [one.end for one in by_tag.get("not", ())]
    ifs = {bisect.bisect(stops, one.start) for one in by_tag.get("if", ())}
    past = {bisect.bisect(stops, one.start) for one in by_tag.get("long_ago", ())}
    persons = _persons(plain, by_tag)
    starts = [person[0] for person in persons]
    facts: Facts = {}
    negated_to = -1
    hidden = _hidden(by_tag, hides)
    for one in found:
        tag = one.tag
        if hidden and one in hidden:
            continue
        if tag in MARKERS or one.unspaced:
            facts.setdefault(tag, []).append(one)
            continue
        if (
            _negated(plain, nots, one.start)
            or _joined(plain, negated_to, one.start)
            or (one.gapped and _between(nots, one.start, one.end))
        ):
            negated_to = one.end
            facts.setdefault(f"{tag}.neg", []).append(one)
            continue
        sentence = bisect.bisect(stops, one.start)
        if sentence in ifs:
            facts.setdefault(f"{tag}.if", []).append(one)
        if sentence in past:
            facts.setdefault(f"{tag}.past", []).append(one)
        facts.setdefault(tag, []).append(one)
        who = _whom(plain, persons, starts, one, stops[sentence - 1] if sentence else 0)
        if who:
            facts.setdefault(f"{tag}.{who}", []).append(one)
    return facts


def _hidden(by_tag: Facts, hides: Mapping[str, Sequence[str]]) -> set[Found]:
    """The phrases that end within a phrase of a tag that hides theirs."""
    hidden = set()
    for tag, others in hides.items():
        if tag in by_tag:
            over = _Cover(by_tag[tag])
            hidden |= {
                one
                for other in others
                for one in by_tag.get(other, ())
                if over.reach(one.end) >= one.end
            }
    return hidden


def _whom(
    plain: str, persons: list[tuple[int, int, str]], starts: list[int], one: Found, sentence: int
) -> str:
    """To whom it happens: the object after it, or the nearest person before it."""
    after = bisect.bisect_left(starts, one.start)
    for start, end, who in persons[after : after + 3]:
        if start <= one.end + _OBJECT and end >= one.end - 1 and "," not in plain[one.end : start]:
            return who
    for start, _, who in reversed(persons[max(0, after - 2) : after]):
        if start < sentence or one.start - start > _REACH:
            break
        return who
    return ""


def _between(nots: list[int], start: int, end: int) -> bool:
    """Whether a word of denial ends between two letters."""
    at = bisect.bisect_right(nots, start)
    return at < len(nots) and nots[at] < end


def _negated(plain: str, nots: list[int], start: int) -> bool:
    at = bisect.bisect_right(nots, start)
    for end in reversed(nots[max(0, at - 2) : at]):
        if start - end > _MOST_LETTERS:
            break
        between = plain[end:start].split()
        if len(between) <= _MOST_BETWEEN and all(word in _TRANSPARENT for word in between):
            return True
    return False


def _joined(plain: str, negated_to: int, start: int) -> bool:
    """Whether "không bị đánh hay nhốt" carries its negation on to this phrase."""
    if negated_to < 0 or not negated_to < start <= negated_to + 18:
        return False
    between = plain[negated_to:start].split()
    return bool(between) and all(word in _JOINS for word in between)
