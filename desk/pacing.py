"""How fast far sides are written to: limits kept in rows, so every process and host keeps them.

A row holds when everything that left no longer counts (the "theoretical arrival time" of GCRA,
the generic cell rate algorithm of ITU-T I.371). What may leave is decided in the transaction that
leases it, so a limit costs no commit of its own and needs no Valkey.
"""

from __future__ import annotations

from dataclasses import dataclass

from desk.house import Desk
from desk.messages import Limits, NotSent, Pace
from store import paces
from store.sql import Tx

KEPT = 600_000  # ms that a row is kept after it limits nothing
# Seconds that we rest at most when the far side asks for it; what it asks for is obeyed, or it
# asks for more. After an hour one text tries again, and if it still asks, we rest again: a line to
# people in danger is not given up for a day for a number.
LONGEST_REST = 3600


@dataclass(frozen=True, slots=True)
class Far:
    """A far side: the line that is written from, the address that is written to, its limits."""

    limits: Limits
    line: str
    address: str


def line_free(tx: Tx, desk: Desk, limits: Limits, line: str, *, yielding: bool = False) -> int:
    """From when on (ms) a line may write again.

    yielding: what is not urgent leaves most of a burst to what is.
    """
    if limits.line is None:
        return 0
    burst = max(1, limits.line.burst // 4) if yielding else limits.line.burst
    return paces.full_at(tx, _key(desk, line)) - (burst - 1) * limits.line.every


def chat_free(tx: Tx, desk: Desk, far: Far) -> int:
    """From when on (ms) an address may be written to again."""
    return max(
        (
            paces.full_at(tx, key) - (pace.burst - 1) * pace.every
            for key, pace in _of_chat(desk, far)
        ),
        default=0,
    )


def use(tx: Tx, desk: Desk, far: Far, at: int, units: int = 1) -> None:
    """Count something that leaves at `at`. units: how many it counts for on its line."""
    if far.limits.line is not None:
        _count(tx, _key(desk, far.line), at, far.limits.line.every * units)
    for key, pace in _of_chat(desk, far):
        _count(tx, key, at, pace.every)


def came_back(tx: Tx, desk: Desk, far: Far, now: int, result: object) -> None:
    """Note how a sending ended: the next one to this chat keeps its distance from the end of it.

    After "too many requests" the chat, or the whole line, rests as long as the far side said.
    """
    if far.limits.chat is not None:
        paces.keep(tx, _key(desk, far.line, far.address), now + far.limits.chat.every)
    if isinstance(result, NotSent) and result.throttled:
        whole = far.limits.throttled == "line"
        pace = far.limits.line if whole else far.limits.chat
        if pace is not None:
            key = _key(desk, far.line) if whole else _key(desk, far.line, far.address)
            rest = now + int((rest_s(result) or 1.0) * 1000)
            paces.keep(tx, key, rest + (pace.burst - 1) * pace.every)


def rest_s(result: NotSent) -> float | None:
    """Seconds until the next attempt, if the far side or the table of errors names them."""
    if result.after is None or not result.throttled:
        return result.after
    return min(result.after, LONGEST_REST)


def forget(desk: Desk) -> int:
    """Remove rows that limit nothing any more; return how many."""
    oldest = desk.now() - KEPT
    with desk.db.read() as tx:
        if not paces.any_old(tx, oldest):
            return 0
    with desk.db.write() as tx:
        return paces.forget(tx, oldest)


def _count(tx: Tx, key: str, at: int, cost: int) -> None:
    paces.keep(tx, key, max(paces.full_at(tx, key), at) + cost)


def _of_chat(desk: Desk, far: Far) -> list[tuple[str, Pace]]:
    found = []
    if far.limits.chat is not None:
        found.append((_key(desk, far.line, far.address), far.limits.chat))
    if far.limits.group is not None and far.address.startswith("-"):  # Telegram's ids of groups
        found.append((_key(desk, far.line, f"group {far.address}"), far.limits.group))
    return found


def _key(desk: Desk, line: str, address: str = "") -> str:
    return desk.vault.hash("pace", f"{line}|{address}")
