"""Row ids, made by us before the insert so that a body can be sealed to its own row."""

from __future__ import annotations

import secrets


def new_id(now_ms: int) -> str:
    """Return 32 hex digits that sort by time: 48 bits of milliseconds, 80 random bits."""
    return f"{now_ms & 0xFFFFFFFFFFFF:012x}{secrets.token_hex(10)}"


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
