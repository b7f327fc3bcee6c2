"""Messages that the webhook never saw: what the provider lists is compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desk import intake
from desk.house import Desk
from desk.messages import Inbound
from store import erasure, messages, standing

PREFIX = "compared:"
EVERY = 300_000  # ms between two comparisons of one line, by whichever process comes first
YOUNG = 60_000  # ms: what is younger may still be on its way to the webhook
LOOK_BACK = 3_600_000  # ms that each comparison looks back
LOOK_BACK_DAY = 48 * 3_600_000  # once a day, and after we were away
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Compared:
    """looked_at: how many the provider listed. missing: how many of them were not stored; they
    are now. waiting: how many the provider still holds for us. fault: why it could not be asked."""

    looked_at: int = 0
    missing: int = 0
    waiting: int = 0
    fault: str | None = None


def my_turn(desk: Desk, line: str) -> bool:
    """Whether this process is the one that compares a line now."""
    with desk.db.read() as tx:
        last = standing.get(tx, f"turn:{line}")
    if last is not None and desk.now() - last[0] < EVERY:
        return False
    with desk.db.write() as tx:
        return standing.take_turn(tx, f"turn:{line}", desk.now(), EVERY)


def since(desk: Desk, line: str) -> int:
    """From when on (ms) the next comparison of a line looks; never long before the first one: what
    came to a number before it was ours is not for us."""
    now = desk.now()
    with desk.db.read() as tx:
        last = standing.get(tx, PREFIX + line)
    if last is None or not last[0]:
        return now - LOOK_BACK
    at, said = last
    first = int(said.get("first_at", at))
    if now - int(said.get("whole_at", at)) >= DAY:
        return max(now - LOOK_BACK_DAY, first - LOOK_BACK)
    return max(min(at, now), first) - LOOK_BACK


def take_in_missing(desk: Desk, listed: Iterable[Inbound]) -> Compared:
    """Take in whatever is not stored. A message that comes twice has no second effect."""
    looked_at = missing = 0
    before = desk.now() - YOUNG
    for inbound in sorted(listed, key=lambda one: one.at or 0):
        if inbound.at is not None and inbound.at > before:
            continue
        looked_at += 1
        with desk.db.read() as tx:
            if messages.is_known(tx, inbound.line, inbound.external_id):
                continue
            if erasure.was_erased(tx, inbound.external_id):
                continue  # its sender asked us to forget it; the provider has not
        if not intake.take_in(desk, inbound).duplicate:
            missing += 1
    return Compared(looked_at, missing)


def note(desk: Desk, line: str, began: int, compared: Compared) -> None:
    """Keep what a comparison found, and the sum of the last day."""
    now = desk.now()
    with desk.db.write() as tx:
        erasure.forget_gone(tx, now)
        last = standing.get(tx, PREFIX + line)
        said = last[1] if last else {}
        first_at, whole_at = int(said.get("first_at", now)), int(said.get("whole_at", now))
        day_from, day_missing = int(said.get("day_from", now)), int(said.get("day_missing", 0))
        if compared.fault is not None:
            failed = int(said.get("failed", 0)) + 1
            at = last[0] if last else 0
            standing.put(tx, PREFIX + line, at, **{**said, "fault": compared.fault,
                                                   "failed": failed})  # fmt: skip
            return
        if now - day_from >= DAY:
            day_from, day_missing = now, 0
        if now - whole_at >= DAY and began < now - LOOK_BACK:
            whole_at = now
        standing.put(
            tx, PREFIX + line, now, looked_at=compared.looked_at, missing=compared.missing,
            waiting=compared.waiting, first_at=first_at, whole_at=whole_at, day_from=day_from,
            day_missing=day_missing + compared.missing,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Last:
    """The last comparison of a line. age: ms since it worked; None if it never did."""

    line: str
    age: int | None
    missing: int
    day_missing: int
    waiting: int
    fault: str | None


def last(desk: Desk) -> list[Last]:
    now = desk.now()
    with desk.db.read() as tx:
        found = standing.everything(tx)
    return [
        Last(
            name.removeprefix(PREFIX), now - at if at else None, int(said.get("missing", 0)),
            int(said.get("day_missing", 0)), int(said.get("waiting", 0)), said.get("fault"),
        )
        for name, (at, said) in found.items()
        if name.startswith(PREFIX)
    ]  # fmt: skip
