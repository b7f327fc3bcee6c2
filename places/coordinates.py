"""Coordinates in a text: decimal, in degrees and minutes, or inside a map link."""

from __future__ import annotations

import re

_NUMBER = r"([-+]?\d{1,3}\.\d{2,12})"
_HEMISPHERE = r"\s?°?\s?[NSEWnsew]?"
_PAIR = re.compile(
    rf"(?<![\d.])[NS]?\s?{_NUMBER}{_HEMISPHERE}\s{{0,2}}[,;/ ]\s{{0,2}}[EW]?\s?{_NUMBER}(?![\d.])"
)
_DECIMALS = re.compile(r"\d\.\d\d")
_IN_LINK = re.compile(rf"(?:[@=/:!]|%40|3d){_NUMBER}(?:,|%2C|!4d|\+|/|%20){{1,2}}{_NUMBER}", re.I)
_DEGREES = re.compile(
    r"(\d{1,2})\s?°\s?(\d{1,2}(?:\.\d+)?)\s?['′’]\s?(?:(\d{1,2}(?:\.\d+)?)\s?[\"″”]\s?)?[NB]"
    r"[\s,;]{0,3}(\d{2,3})\s?°\s?(\d{1,2}(?:\.\d+)?)\s?['′’]\s?(?:(\d{1,2}(?:\.\d+)?)\s?[\"″”]\s?)?[EĐ]",
    re.I,
)


def coordinates(text: str) -> tuple[float, float] | None:
    """The first pair of latitude and longitude in a text, in degrees; None without one.

    A pair that only makes sense the other way round (105.78,10.03) is turned.
    """
    if "°" in text:
        found = _DEGREES.search(text)
        if found is not None:
            parts = [float(part or 0) for part in found.groups()]
            return _sane(_degrees(parts[:3]), _degrees(parts[3:]))
    if text.count(".") < 2 or len(_DECIMALS.findall(text)) < 2:
        return None
    for pattern in (_IN_LINK, _PAIR):
        for found in pattern.finditer(text):
            pair = _sane(float(found[1]), float(found[2]))
            if pair is not None:
                return pair
    return None


def _degrees(parts: list[float]) -> float:
    return parts[0] + parts[1] / 60 + parts[2] / 3600


def _sane(first: float, second: float) -> tuple[float, float] | None:
    for lat, lon in ((first, second), (second, first)):
        if -90 <= lat <= 90 and -180 <= lon <= 180:
            return lat, lon
    return None
