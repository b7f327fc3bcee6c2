"""Which timer of a conversation runs next, counted from the sender's newest message. Pure.

A timer is a row with a due time; whoever runs it gives its resume to `flows.advance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.registry import SIDE, step, track
from flows.turn import Expired, GoneQuiet, Remind, Resume, State, TimedOut

Kind = Literal["timed_out", "gone_quiet", "remind", "expired"]

MINUTE, HOUR = 60, 3600  # seconds
OPEN_GUARDED = 10 * MINUTE  # a question waits so long where the sender may be watched
OPEN = 6 * HOUR
QUIET = 15 * MINUTE  # after which a person decides about one in immediate danger
REMIND = 20 * HOUR
EXPIRE = 72 * HOUR

RESUMES: dict[Kind, Resume] = {
    "timed_out": TimedOut(),
    "gone_quiet": GoneQuiet(),
    "remind": Remind(),
    "expired": Expired(),
}


@dataclass(frozen=True, slots=True)
class Timer:
    """after_s: seconds from the sender's newest message."""

    kind: Kind
    after_s: int


def next_timer(state: State, ran: str | None = None) -> Timer | None:
    """The first timer of this state after the one that ran last; None if no more is to run."""
    timers = sorted(_timers(state), key=lambda timer: timer.after_s)
    if ran is None:
        return timers[0]
    done = next((timer.after_s for timer in _timers(state, every=True) if timer.kind == ran), -1)
    return next((timer for timer in timers if timer.after_s > done), None)


def _timers(state: State, *, every: bool = False) -> list[Timer]:
    guarded = track(state.flow, state.situation).guarded
    found = []
    if every or step(state.flow, state.step) is not None:
        found.append(Timer("timed_out", OPEN_GUARDED if guarded else OPEN))
    if every or state.urgency == 1:
        found.append(Timer("gone_quiet", QUIET))
    if every or _reminds(state):
        found.append(Timer("remind", REMIND))
    return [*found, Timer("expired", EXPIRE)]


def _reminds(state: State) -> bool:
    """Whether a question of the flow was left without an answer, where a reminder is allowed."""
    left = state.step is not None and state.step not in SIDE.steps
    unanswered = left or "next" in state.facts
    never = state.facts.keys() & {"reminded", "silenced", "watched", "stopped"}
    return bool(state.phone_safe) and unanswered and not never
