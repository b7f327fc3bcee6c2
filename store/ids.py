"""Row ids, made by us before the insert so that a body can be sealed to its own row."""

from __future__ import annotations

import itertools
import secrets

_turn = itertools.count()


def new_id(now_ms: int) -> str:
    """Return 32 hex digits that sort by time: milliseconds, a running number, 64 random bits.

    The number keeps what one process makes within a millisecond in the order of its making: an
    answer stands after the message that it answers.
    """
    return f"{now_ms & 0xFFFFFFFFFFFF:012x}{next(_turn) & 0xFFFF:04x}{secrets.token_hex(8)}"


_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def check_digit(digits: str) -> str:
    """Return Damm's check digit: it finds every single slip and every swap of neighbours."""
    row = 0
    for digit in digits:
        row = int(_DAMM[row][int(digit)])
    return str(row)


def new_reference() -> str:
    """Return a reference of seven digits that says nothing: six random ones and a check digit."""
    digits = f"{secrets.randbelow(900_000) + 100_000}"
    return digits + check_digit(digits)


def is_reference(text: str) -> bool:
    """Tell whether `text` is seven digits with a right check digit."""
    return len(text) == 7 and text.isascii() and text.isdigit() and check_digit(text) == "0"
