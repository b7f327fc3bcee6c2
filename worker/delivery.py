"""Deliver what is due: pages to staff, texts to senders, one at a time for each hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

import structlog

import channels
from channels.channel import Channel
from desk import outbox, paging
from desk.house import Desk
from desk.messages import Limits, NotSent, Outbound, Result, Sent
from desk.outbox import Leased, LimitsOf, Wait
from desk.paging import Page

log = structlog.get_logger()
ASKED_ENOUGH = 3  # then it is sent again: a repeated answer is safer than silence
AHEAD = 1500  # ms that a hand waits for the moment at which the far side lets its text leave
LONGEST_WAIT = 1.0  # seconds until a hand looks again whether something else may leave

Wires = Mapping[str, Channel]


@runtime_checkable
class Finds(Protocol):
    """A channel that can look up whether a text whose fate is unknown was taken."""

    def lookup(
        self, outbound: Outbound, since: int, taken: frozenset[str]
    ) -> Sent | NotSent | None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How a hand waits for a far side's limits: not at all, or until it is told to stop."""

    ahead: int = 0
    stopped: threading.Event | None = None

    def until(self, now: int, moment: int) -> bool:
        """Wait for a moment (ms); False if we were told to stop, or may not wait."""
        if moment <= now:
            return True
        return self.wait((moment - now) / 1000)

    def wait(self, seconds: float) -> bool:
        return self.stopped is not None and not self.stopped.wait(min(seconds, AHEAD / 1000))


AT_ONCE = Patience()


def deliver_pages(desk: Desk, wires: Wires, patience: Patience = AT_ONCE) -> int:
    """Send every page that may leave; return how many were tried."""
    channel = wires.get(paging.STAFF_LINE)
    limits = Limits() if channel is None else channel.can.limits
    tried = 0
    while (page := paging.take(desk, limits, patience.ahead)) is not None:
        if isinstance(page, int):
            if not patience.wait(min(page / 1000, LONGEST_WAIT)):
                return tried
            continue
        if not patience.until(desk.now(), page.start):
            return tried  # its lease runs out, and it is taken up again
        tried += 1
        _send_page(desk, channel, page)
    return tried


def deliver_texts(
    desk: Desk, wires: Wires, lane: str, gateway: str | None = None, patience: Patience = AT_ONCE
) -> int:
    """Send every text of a lane that may leave; return how many were tried.

    gateway: only those by it; None for all, one gateway after the other.
    """
    if gateway is None:
        return sum(
            deliver_texts(desk, wires, lane, each, patience) for each in outbox.waiting(desk, lane)
        )
    tried = 0
    of = limits_of(wires)
    while (leased := outbox.take(desk, lane, gateway, of, patience.ahead)) is not None:
        if isinstance(leased, Wait):
            if not patience.wait(min(leased.ms / 1000, LONGEST_WAIT)):
                return tried
            continue
        if not patience.until(desk.now(), leased.start):
            return tried
        tried += 1
        _deliver_text(desk, wires, leased)
    return tried


def limits_of(wires: Wires) -> LimitsOf:
    """By which line a text leaves, and how fast that line may be used."""

    def of(gateway: str, line: str) -> tuple[str, Limits]:
        channel = channels.pick(wires, gateway, line)
        if channel is None:
            return line, Limits()
        serving = next(name for name, one in wires.items() if one is channel)
        return serving, channel.can.limits

    return of


def _deliver_text(desk: Desk, wires: Wires, leased: Leased) -> None:
    if not outbox.still_open(desk, leased):
        return
    result = _tried(partial(_send_text, wires, leased))
    outbox.mark(desk, leased, result)
    _note("text", leased.outbound, result)


def _tried(send: Callable[[], Result]) -> Result:
    """A channel that breaks its promise not to raise costs one text a retry, not the lane."""
    try:
        return send()
    except Exception as error:  # by the channel's own words this does not happen
        log.error("channel_raised", exc_info=error)
        return NotSent(f"raised_{type(error).__name__}", again=True, unsure=True)


def _send_text(wires: Wires, leased: Leased) -> Result:
    outbound = leased.outbound
    channel = channels.pick(wires, outbound.gateway, outbound.line)
    if channel is None:
        return NotSent("no_channel", again=True)
    if leased.again and isinstance(channel, Finds):
        found = channel.lookup(outbound, leased.first_tried_at, leased.sent_before)
        if isinstance(found, Sent):
            return found
        if found is not None and leased.attempts < ASKED_ENOUGH:
            return found  # could not be asked now: a little later, perhaps
    return channel.send(outbound)


def _send_page(desk: Desk, channel: Channel | None, page: Page) -> None:
    if page.outbound is None or channel is None:
        paging.mark(desk, page, None)
        return
    result = _tried(partial(channel.send, page.outbound))
    paging.mark(desk, page, result)
    _note("page", page.outbound, result)


def _note(what: str, outbound: Outbound, result: Result) -> None:
    if isinstance(result, NotSent):
        log.warning("not_sent", what=what, id=outbound.id, gateway=outbound.gateway,
                    code=result.code, again=result.again)  # fmt: skip
    else:
        log.info("sent", what=what, id=outbound.id, gateway=outbound.gateway)
