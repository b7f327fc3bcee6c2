"""Deliver what is due: pages to staff, texts to senders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, runtime_checkable

import structlog

import channels
from channels.channel import Channel
from desk import outbox, paging
from desk.house import Desk
from desk.messages import NotSent, Outbound, Result, Sent
from desk.outbox import Leased

log = structlog.get_logger()
MOST = 20  # texts leased at a time: few enough that no lease runs out while they wait their turn
ASKED_ENOUGH = 3  # then it is sent again: a repeated answer is safer than silence


@runtime_checkable
class Finds(Protocol):
    """A channel that can look up whether a text whose fate is unknown was taken."""

    def lookup(self, outbound: Outbound, since: int) -> Sent | NotSent | None: ...


def deliver_pages(desk: Desk, wires: Mapping[str, Channel]) -> int:
    """Send every page that is due; return how many were tried."""
    tried = 0
    while pages := paging.lease(desk, MOST):
        tried += len(pages)
        _send_pages(desk, wires, pages)
    return tried


def deliver_texts(desk: Desk, wires: Mapping[str, Channel], lane: str) -> int:
    """Send every text that is due in a lane, each provider in a thread of its own."""
    tried = 0
    while texts := outbox.lease(desk, lane, MOST):
        tried += len(texts)
        groups = _by_gateway(texts)
        if len(groups) == 1:
            _send_texts(desk, wires, groups[0])
            continue
        with ThreadPoolExecutor(len(groups)) as threads:
            for done in [threads.submit(_send_texts, desk, wires, group) for group in groups]:
                done.result()
    return tried


def _by_gateway(texts: Iterable[Leased]) -> list[list[Leased]]:
    groups: dict[str, list[Leased]] = {}
    for leased in texts:
        groups.setdefault(leased.outbound.gateway, []).append(leased)
    return list(groups.values())


def _send_texts(desk: Desk, wires: Mapping[str, Channel], texts: Sequence[Leased]) -> None:
    for leased in texts:
        if not outbox.still_open(desk, leased):
            continue
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


def _send_text(wires: Mapping[str, Channel], leased: Leased) -> Result:
    outbound = leased.outbound
    channel = channels.pick(wires, outbound)
    if channel is None:
        return NotSent("no_channel", again=True)
    if leased.again and isinstance(channel, Finds):
        found = channel.lookup(outbound, leased.first_tried_at)
        if isinstance(found, Sent):
            return found
        if found is not None and leased.attempts < ASKED_ENOUGH:
            return found  # could not be asked now: a little later, perhaps
    return channel.send(outbound)


def _send_pages(desk: Desk, wires: Mapping[str, Channel], pages: Sequence[paging.Page]) -> None:
    channel = wires.get(paging.STAFF_LINE)
    for page in pages:
        if page.outbound is None or channel is None:
            paging.mark(desk, page, None)
            continue
        result = _tried(partial(channel.send, page.outbound))
        paging.mark(desk, page, result)
        _note("page", page.outbound, result)


def _note(what: str, outbound: Outbound, result: Result) -> None:
    if isinstance(result, NotSent):
        log.warning("not_sent", what=what, id=outbound.id, gateway=outbound.gateway,
                    code=result.code, again=result.again)  # fmt: skip
    else:
        log.info("sent", what=what, id=outbound.id, gateway=outbound.gateway)
