"""What stands in figures: numbers, money, hours of the day, ages, years.

All patterns run over `Text.plain` (" word word "), so that they hold with and without marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_UNITS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9,
}  # fmt: skip
_SPELT = "mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin"
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r" (\d[\d.,/:]*)(?=[ a-z])")
_MONEY = re.compile(
    r" (?:\d[\d.,]*|may|vai|hang|ca|tram|chuc|(?:" + _SPELT + r"|muoi)(?: (?:chuc|tram|muoi|lam))?)"
    r"(?: ?(?:tram|chuc|muoi))? "
    r"?(?:trieu|tr\d*|cu|ty|nghin|ngan|k|do(?: la)?|usd|dollars?|euro|baht|"
    r"te|dong|cay|xi|m)(?= )"
)
_HOUR = re.compile(r" (\d{1,2})(?:h\d{0,2}|g\d{2}|:\d{2}| ?(?:gio|h|am|pm))(?= )")
_AGE = re.compile(
    r" (\d{1,2}|muoi(?: (?:" + _SPELT + r"))?)(?: ?(?:tuoi|t|yo|y o|xyoo))(?= )"
    r"| (\d{1,2})(?: |-)?(?:years?|yrs?)(?: |-)?old(?= )|(?: aged?| age) (\d{1,2})(?= )"
)
_CLASS = re.compile(
    r" (?:lop|lp|hoc lop|grade) ?(\d{1,2}|" + _SPELT + r"|muoi(?: (?:mot|hai))?)(?= |[a-z]\d? )"
)
_BORN = re.compile(
    r" (?:sinh(?: nam| thang \S+(?: nam)?)?|sn|s|nam sinh|born in|born) ?\.? ?"
    r"((?:19|20)\d\d)(?= )| 2k(\d{1,2})(?= )"
)
_RANGE = re.compile(r" (\d{1,2}) ?(?:t|tuoi)? ?[, ] ?(\d{1,2}) ?(?:t|tuoi)(?= )")
# "hồi 16 tuổi", "từ năm 15 tuổi": how old somebody once was
_ONCE = re.compile(
    r"(?:hoi|luc|tu hoi|tu nam|tu luc|khi|nam em|nam toi|nam chau|tuoi)"
    r"(?: (?:em|toi|minh|con|chau|no|moi|con|len|duoc|tui))? $"
)
_UNSPACED_AGE = re.compile(r"(\d{1,2})\s?(?:岁|歲|ขวบ|ปี|ឆ្នាំ|ປີ)")
_UNSPACED_AGE_AFTER = re.compile(r"(?:อายุ|អាយុ|ອາຍຸ)\s?(\d{1,2})")
_YEARS = re.compile(r" (?:nam|in|since|tu) ((?:19|20)\d\d)(?= )")
_DATE = re.compile(
    r" (?:ngay|hom|mung|mong)? ?(\d{1,2})(?:/(\d{1,2})| thang (\d{1,2})| nay(?= )| toi(?= ))"
)
_PHONE = re.compile(r"(?:\+84|0)\d[\d .]{7,10}\d")
_LINK = re.compile(r"https?|www|\.(?:com|vn|net|xyz|top|me)\b|bit\.ly|t\.me")
ADULT = 18
_NEWBORN = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """spans: list name -> (start, end) of `plain`; facts: names of measured facts that hold.

    ages: ("age_minor" | "age_adult", start, end) of the ages in Latin letters, for the reasons.
    """

    spans: tuple[tuple[str, int, int], ...]
    facts: frozenset[str]
    ages: tuple[tuple[str, int, int], ...] = ()


def _value(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word.startswith("muoi"):
        return 10 + _UNITS.get(word[5:], 0)
    return _UNITS.get(word, 99)


def count(plain: str, raw: str, on: date) -> Counted:
    """Find what is counted in a text sent on a day. Linear in its length."""
    spans: list[tuple[str, int, int]] = []
    facts: set[str] = set()
    ages: list[tuple[str, int, int]] = []
    for match in _MONEY.finditer(plain):
        spans.append(("tien", match.start(), match.end()))
        facts.add("money")
    if " lop " in plain or " lp " in plain or " muoi " in plain or _DIGIT.search(plain):
        ages = _figures(plain, on, spans, facts)
        facts.update(name for name, _, _ in ages)
    if max(raw[:400], default="") >= "\u0e00":
        for pattern in (_UNSPACED_AGE, _UNSPACED_AGE_AFTER):
            for match in pattern.finditer(raw):
                facts.add("age_minor" if int(match.group(1)) < ADULT else "age_adult")
    if _LINK.search(raw):
        facts.add("link")
    return Counted(tuple(spans), frozenset(facts), tuple(ages))


def _figures(
    plain: str, on: date, spans: list[tuple[str, int, int]], facts: set[str]
) -> list[tuple[str, int, int]]:
    """Fill spans and facts; give the ages."""
    for match in _NUMBER.finditer(plain):
        end = match.end()
        if plain[end] == " ":
            spans.append(("so", match.start(), end))
    for match in _HOUR.finditer(plain):
        if int(match.group(1)) <= 24:
            spans.append(("gio", match.start(), match.end()))
            facts.add("hour")
    ages: list[tuple[int, int, int]] = []
    for match in _AGE.finditer(plain):
        if _ONCE.search(plain[max(0, match.start() - 22) : match.start() + 1]):
            facts.add("age_once")
            continue
        value = _value(next(group for group in match.groups() if group))
        ages.append((value, match.start(), match.end()))
        spans.append(("tuoi", match.start(), match.end()))
    for match in _RANGE.finditer(plain):
        ages.extend((int(match.group(i)), match.start(), match.end()) for i in (1, 2))
    for match in _CLASS.finditer(plain):
        grade = _value(match.group(1))
        if 1 <= grade <= 12:
            ages.append((min(grade + 5, ADULT - 1), match.start(), match.end()))
            spans.append(("tuoi", match.start(), match.end()))
    for match in _BORN.finditer(plain):
        year = int(match.group(1) or 2000 + int(match.group(2)))
        if year <= on.year:
            ages.append((on.year - year, match.start(), match.end()))
    for match in _YEARS.finditer(plain):
        if int(match.group(1)) < on.year:
            facts.add("time_years_ago")
    for match in _DATE.finditer(plain):
        _dated(match, on, facts)
    return [
        ("age_minor" if age < ADULT else "age_adult", start, plain.find(" ", end))
        for age, start, end in ages
        if _NEWBORN <= age <= 99
    ]


def _dated(match: re.Match[str], on: date, facts: set[str]) -> None:
    day = int(match.group(1))
    month = int(match.group(2) or match.group(3) or on.month)
    try:
        when = date(on.year, month, day)
    except ValueError:
        return
    ahead = (when - on).days
    if 0 <= ahead <= 1:
        facts.add("date_24h")
    elif 1 < ahead <= 14:
        facts.add("date_week")
    elif ahead > 14:
        facts.add("date_later")
