"""Plus codes (Open Location Code), full, or short beside the name of a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ALPHABET = "23456789CFGHJMPQRVWX"
_CODE = re.compile(
    rf"(?<![0-9A-Za-z+])([{_ALPHABET}]{{4,8}})\+([{_ALPHABET}]{{2,3}})(?![0-9A-Za-z])"
)
_STEPS = (20.0, 1.0, 0.05, 0.0025, 0.000125)  # degrees of one digit pair, from the left
_MISSING_OF_SHORT = {4: 2, 6: 1}  # length before the "+" -> digit pairs left out


def plus_code(text: str) -> tuple[float, float] | None:
    """The middle of the first full plus code in a text, in degrees; None without one."""
    for found in _codes(text):
        if len(found[1]) == 8:
            middle = _middle(found[1] + found[2])
            if -90 <= middle[0] <= 90 and -180 <= middle[1] <= 180:
                return middle
    return None


def _codes(text: str) -> Iterator[re.Match[str]]:
    return _CODE.finditer(text.upper()) if "+" in text else iter(())


def short_plus_code(text: str, near: tuple[float, float]) -> tuple[float, float] | None:
    """The middle of the first short plus code, of all it can mean the one closest to near."""
    for found in _codes(text):
        missing = _MISSING_OF_SHORT.get(len(found[1]))
        if missing is None:
            continue
        step = _STEPS[missing - 1]
        lat, lon = _middle(_pairs(near)[: 2 * missing] + found[1] + found[2])
        return _nearest_turn(lat, near[0], step), _nearest_turn(lon, near[1], step)
    return None


def _nearest_turn(value: float, near: float, step: float) -> float:
    return min((value - step, value, value + step), key=lambda v: abs(v - near))


def _pairs(point: tuple[float, float]) -> str:
    """The first four digits of the code of a point."""
    lat, lon = point[0] + 90, point[1] + 180
    return "".join(_ALPHABET[int(value / step) % 20] for step in _STEPS[:2] for value in (lat, lon))


def _middle(digits: str) -> tuple[float, float]:
    """The middle of the cell of a code of ten or eleven digits."""
    lat, lon = -90.0, -180.0
    for step, north, east in zip(_STEPS, digits[0:10:2], digits[1:10:2], strict=False):
        lat += _ALPHABET.index(north) * step
        lon += _ALPHABET.index(east) * step
    return lat + _STEPS[-1] / 2, lon + _STEPS[-1] / 2
