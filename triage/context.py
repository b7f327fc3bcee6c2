"""What the words around a phrase do to it: negate it, suppose it, put it in the past, say to whom."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from triage.match import Found
from triage.text import Text

# Words that may stand between "không" and what it negates.
_TRANSPARENT = frozenset(
    ["bi", "ai", "co", "he", "phai", "tung", "bao", "gio", "em", "toi", "con", "no", "ho", "chau", "nguoi", "ta", "dua", "nao", "duoc", "den", "muc", "cung", "thay", "nghe", "hay", "la", "dam", "bon", "chung", "thang", "anh", "chi", "minh", "tui", "been", "was", "is", "be", "being", "ever", "has", "have", "any", "hit"]
)
_MOST_BETWEEN = 4
_JOINS = frozenset(("hay", "hoac", "va", ",", "bi", "cung", "or", "gi"))

MARKERS = frozenset({"not", "if", "long_ago", "right_now", "me", "kin"})
Facts = dict[str, list[Found]]


def stated(text: Text, found: Iterable[Found]) -> Facts:
    """The facts that phrases state, with the phrases: `tag`, `tag.past`, `tag.neg`, `tag.if`,
    `tag.me` (done to the sender), `tag.them`."""
    spans = list(found)
    plain = text.plain
    stops = [
        i
        for i, letter in enumerate(plain)
        if letter in ".?" and plain[i - 1 : i + 2] in (" . ", " ? ")
    ]
    by_tag: dict[str, list[Found]] = {}
    for one in spans:
        by_tag.setdefault(one.tag, []).append(one)
    nots = [one.end for one in by_tag.get("not", ())]
    ifs = {bisect.bisect(stops, one.start) for one in by_tag.get("if", ())}
    past = {bisect.bisect(stops, one.start) for one in by_tag.get("long_ago", ())}
    facts: Facts = {}
    negated_to = -1
    for one in spans:
        tag = one.tag
        if tag in MARKERS:
            facts.setdefault(tag, []).append(one)
            continue
        sentence = bisect.bisect(stops, one.start)
        if _negated(plain, nots, one.start) or _joined(plain, negated_to, one.start):
            negated_to = one.end
            facts.setdefault(f"{tag}.neg", []).append(one)
            continue
        if sentence in ifs:
            facts.setdefault(f"{tag}.if", []).append(one)
            continue
        if sentence in past:
            facts.setdefault(f"{tag}.past", []).append(one)
        facts.setdefault(tag, []).append(one)
    return facts


def _negated(plain: str, nots: list[int], start: int) -> bool:
    for end in reversed(nots[: bisect.bisect_right(nots, start)][-2:]):
        between = plain[end:start].split()
        if len(between) <= _MOST_BETWEEN and all(word in _TRANSPARENT for word in between):
            return True
    return False


def _joined(plain: str, negated_to: int, start: int) -> bool:
    """Whether "không bị đánh hay nhốt" carries its negation on to this phrase."""
    if negated_to < 0 or not negated_to < start <= negated_to + 14:
        return False
    between = plain[negated_to:start].split()
    return bool(between) and all(word in _JOINS for word in between)
