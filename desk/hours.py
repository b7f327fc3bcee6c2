"""When a desk reads: its hours by day of the week, holidays, and when somebody reads again.

Hours are the operator's setting of a centre, as "mon-fri 07:00-17:00; sat 07:00-11:00; holidays
closed". A centre without a setting is always open. They choose words only: who is called when is
the ladder's matter, and what is urgent is called for at any hour.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import locales
import places
from desk.house import VIET_NAM, local
from store import people
from store.sql import Tx

FILE = Path(__file__).parent / "holidays.toml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = "holidays"
AHEAD = 15  # days that are looked at: Tết is the longest time that a centre is closed
NEAR = 6  # days within which the name of the weekday says enough
LONGEST = 200  # characters of a setting

_ENTRY = re.compile(
    r"(?P<first>[a-z]+)(?:-(?P<last>[a-z]+))? (?:(?P<from>\d\d:\d\d)-(?P<until>\d\d:\d\d)|closed)"
)


class BadHours(ValueError):
    """A setting of hours or the file of holidays cannot be used; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the day by weekday (0 is Monday), and on holidays; a day left out is closed."""

    week: Mapping[int, tuple[int, int]]
    holidays: tuple[int, int] | None = None

    def on(self, day: date) -> tuple[int, int] | None:
        return self.holidays if is_holiday(day) else self.week.get(day.weekday())


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Hours:
    """Read a setting of hours. Raises BadHours naming the part that is wrong."""
    week: dict[int, tuple[int, int]] = {}
    free: tuple[int, int] | None = None
    for part in filter(None, (p.strip().lower() for p in text.split(";"))):
        match = _ENTRY.fullmatch(part)
        if match is None:
            raise BadHours(f"{part!r}: write it as mon-fri 07:00-17:00, or sun closed")
        span = _span(match, part)
        if match["first"] == HOLIDAYS:
            free = span
            continue
        for day in _days(match, part):
            if span is None:
                week.pop(day, None)
            else:
                week[day] = span
    if not week:
        raise BadHours("no day has hours: write at least one, as mon-fri 07:00-17:00")
    return Hours(week, free)


def _span(match: re.Match[str], part: str) -> tuple[int, int] | None:
    if match["from"] is None:
        return None
    first, last = (int(at[:2]) * 60 + int(at[3:]) for at in (match["from"], match["until"]))
    if not 0 <= first < last <= 24 * 60:
        raise BadHours(f"{part!r}: the hours begin before they end, from 00:00 to 24:00")
    return first, last


def _days(match: re.Match[str], part: str) -> range:
    names = (match["first"], match["last"] or match["first"])
    if not set(names) <= set(DAYS):
        raise BadHours(f"{part!r}: a day is one of {', '.join(DAYS)}, or {HOLIDAYS}")
    first, last = DAYS.index(names[0]), DAYS.index(names[1])
    if first > last:
        raise BadHours(f"{part!r}: the week goes from mon to sun")
    return range(first, last + 1)


def opens_again(hours: Hours, now: int) -> int | None:
    """When the desk is next open, ms since 1970 UTC; None if it is open now, or not for weeks."""
    here = local(now)
    today = hours.on(here.date())
    minute = here.hour * 60 + here.minute
    if today is not None and today[0] <= minute < today[1]:
        return None
    for ahead in range(AHEAD):
        day = here.date() + timedelta(days=ahead)
        span = hours.on(day)
        if span is not None and (ahead > 0 or minute < span[0]):
            at = datetime(day.year, day.month, day.day, tzinfo=VIET_NAM)
            return int((at + timedelta(minutes=span[0])).timestamp() * 1000)
    return None


def back_at(tx: Tx, desk_code: str, country: str | None, language: str, now: int) -> str | None:
    """When somebody of this desk reads again, in words and in the hour of where the sender is.

    None while it is open, and where that hour is not known.
    """
    setting = people.hours_of(tx, desk_code)
    at = opens_again(parse(setting), now) if setting else None
    offsets = places.utc_offsets(country or "VN")
    if at is None or len(offsets) != 1:
        return None
    return in_words(_there(at, offsets[0]), _there(now, offsets[0]), language)


def _there(ms: int, minutes: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).replace(tzinfo=None) + timedelta(minutes=minutes)


def in_words(at: datetime, now: datetime, language: str) -> str:
    """ "7 giờ sáng mai", "1 pm Monday", "7 giờ sáng 10/2": never earlier than it is true."""
    if at.minute:
        at = at.replace(minute=0) + timedelta(hours=1)
    ahead = (at.date() - now.date()).days
    if ahead <= 1:
        day = locales.render(("clock.today", "clock.tomorrow")[max(ahead, 0)], language)
    elif ahead <= NEAR:
        day = locales.render(f"clock.{DAYS[at.weekday()]}", language)
    else:
        day = f"{at.day}/{at.month}"
    part = next(name for until, name in PARTS if at.hour < until)
    hour = at.hour % 12 or 12
    return locales.render(f"clock.{part}", language, params={"gio": str(hour), "ngay": day})


PARTS = ((11, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))  # until which hour


def is_holiday(day: date) -> bool:
    fixed, periods = holidays()
    return (day.month, day.day) in fixed or any(first <= day <= last for first, last in periods)


@functools.cache
def holidays() -> tuple[frozenset[tuple[int, int]], tuple[tuple[date, date], ...]]:
    """Read the holidays. Raises BadHours naming the entry that is wrong."""
    try:
        table = tomllib.loads(FILE.read_text(encoding="utf-8"))
        days = [date.fromisoformat(f"2024-{day}") for day in table["fixed"]]
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BadHours(f"{FILE.name}: fixed: days as 09-02 expected ({error})") from error
    periods = []
    for number, entry in enumerate(table.get("period", ()), 1):
        first, last = entry.get("first"), entry.get("last")
        if not (isinstance(first, date) and isinstance(last, date) and first <= last):
            raise BadHours(
                f"{FILE.name}: period {number} ({entry.get('name', 'no name')}): "
                "first and last as 2027-02-04 expected, the first not after the last"
            )
        periods.append((first, last))
    return frozenset((day.month, day.day) for day in days), tuple(periods)
