"""What every verb of the desk works with: one frozen object, made once at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from desk.clue_days import read_clue_days
from desk.ladder import Ladder, read_ladders
from store.database import Database
from store.vault import Vault

VIET_NAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk: its database, keys, clock, bell and settings.

    now: milliseconds since 1970 UTC. ring: tells the workers of a lane that rows are due.
    patience: ms that an answer waits for a following piece of the same message.
    lease: ms after which a text that was being sent is taken up again: its worker died.
    link: address of the desk in the browser, shown to staff instead of a sender's words.
    load_cap: how many tickets one person may hold; urgency 1 may always be added.
    clue_days: kind of clue -> ms within which it joins two tips.
    """

    db: Database
    vault: Vault
    now: Callable[[], int]
    ring: Callable[[str], None]
    patience: int = 1000
    lease: int = 30_000
    link: str = ""
    ladders: Mapping[int, Ladder] = field(default_factory=read_ladders)
    load_cap: int = 8
    clue_days: Mapping[str, int] = field(default_factory=read_clue_days)

    def today(self) -> date:
        """The date in Viet Nam, by which "tonight" and "born in 2011" are understood."""
        return local(self.now()).date()


def local(ms: int) -> datetime:
    """A moment in Vietnamese time."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(VIET_NAM)


def iso(ms: int | None) -> str | None:
    """A moment as ISO 8601 with the Vietnamese offset, as the command line prints it."""
    return None if ms is None else local(ms).isoformat(timespec="milliseconds")
