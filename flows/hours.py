"""Hours that people write ("8h-10h sáng", "sau 20h", "buoi toi") as minutes of their day. Pure."""

from __future__ import annotations

import functools
import re

from flows.wording import fold, load
from locales.marks import unaccent

DAY = 24 * 60
LASTS = 120  # minutes that "at nine" or "after nine" is taken to last
NOON = 12
LONGEST = 200  # characters that are looked at

_PARTS = "sang|trua|chieu|toi|dem|am|pm"
_HOUR = re.compile(
    rf"(?<![\w:])(\d{{1,2}})(?: ?(?:h|gio|g|:) ?(\d{{2}})?)?( ruoi)?(?: ?({_PARTS}))?(?!\w)"
)
# Without marks "toi" is evening and I, "sang" morning and go to, "dem" night and bring: they count
# behind "buoi", or where nothing more follows.
_OTHERWISE = re.compile(
    r"(?<!buoi )(?<!\w)(?:toi|sang|dem)(?= *[a-z0-9])(?! *(?:den|nay|mai|thi|va)\b)"
)
_BEFORE = re.compile(r"(?<!\w)(?:truoc|before)(?!\w)")


def window(text: str) -> tuple[int, int] | None:
    """First and last minute of the day in which the sender can be written; None if none is sure.

    Two hours are a span; one hour lasts two. A part of the day ("buổi sáng") is as
    `words/answers.toml` says. "8h" alone may be morning or evening: at the wrong one of them
    somebody else has the phone, so it counts for nothing. A span may cross midnight.
    """
    plain = unaccent(text[:LONGEST]).lower()
    if text.isascii():
        plain = _OTHERWISE.sub(" ", plain)
    found = [match for match in _HOUR.finditer(plain) if int(match[1]) <= 24][:2]
    if not found:
        return _part(fold(plain))
    last_part = next((match[4] for match in reversed(found) if match[4]), None)
    sure = last_part is not None or any(int(match[1]) > NOON for match in found)
    if not sure:
        return None
    minutes = [_minutes(match, match[4] or last_part) for match in found]
    if len(minutes) == 2 and minutes[0] != minutes[1]:
        return minutes[0], minutes[1]
    if _BEFORE.search(plain):
        return (minutes[0] - LASTS) % DAY, minutes[0]
    return minutes[0], (minutes[0] + LASTS) % DAY


def _minutes(match: re.Match[str], part: str | None) -> int:
    hour, minute = int(match[1]) % 24, int(match[2] or 0) % 60
    if match[3]:
        minute = 30
    afternoon = part in ("chieu", "toi", "pm") or (part == "trua" and hour < 4)
    if hour < NOON and (afternoon or (part == "dem" and hour >= 6)):
        hour += NOON
    return hour * 60 + minute


def _part(folded: str) -> tuple[int, int] | None:
    for words, first, last in _parts():
        if any(f" {word} " in f" {folded} " for word in words):
            return first, last
    return None


@functools.cache
def _parts() -> tuple[tuple[tuple[str, ...], int, int], ...]:
    return tuple(
        (tuple(fold(word) for word in entry["words"]), entry["from"] * 60, entry["until"] * 60)
        for entry in load("answers.toml")["hours"]
    )
