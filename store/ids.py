"""Row ids, made by us before the insert so that a body can be sealed to its own row."""

from __future__ import annotations

import itertools
import secrets

from triage.references import check_digit

_turn = itertools.count()


def new_id(now_ms: int) -> str:
    """Return 32 hex digits that sort by time: milliseconds, a running number, 64 random bits.

    The number keeps what one process makes within a millisecond in the order of its making: an
    answer stands after the message that it answers.
    """
    return f"{now_ms & 0xFFFFFFFFFFFF:012x}{next(_turn) & 0xFFFF:04x}{secrets.token_hex(8)}"


def new_reference() -> str:
    """Return a reference of seven digits that says nothing: six random ones and a check digit."""
    digits = f"{secrets.randbelow(900_000) + 100_000}"
    return digits + check_digit(digits)
