"""Reading values that came over a wire: nothing is trusted to have its type."""

from __future__ import annotations

from typing import Any

MAX_ID = 128  # characters; what a provider's id is stored in
_MAX_INT = 2**53  # what every JSON reader and every 64-bit column can hold


def clean(value: object) -> str:
    """A text as it can be kept: NUL and lone surrogates become U+FFFD, anything but text "".

    A database refuses NUL and UTF-8 has no lone surrogates, but the words around them are a
    person's and must not be lost.
    """
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value.replace("\x00", "\ufffd")
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\x00", "\ufffd")


def token(value: object, limit: int = MAX_ID) -> str | None:
    """An identifier: printable ASCII of at most `limit` characters, else None."""
    if isinstance(value, str) and 0 < len(value) <= limit and value.isascii():
        return value if value.isprintable() else None
    return None


def whole(value: object) -> int | None:
    """A whole number that fits where we keep it, else None. JSON's true is not a number."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MAX_INT:
        return value
    return None


def number(value: object, low: float, high: float) -> float | None:
    """A number between low and high, else None; NaN is between nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    return None


def struct(value: object) -> dict[str, Any]:
    """A JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}
