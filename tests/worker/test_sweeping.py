"""How often a worker sweeps, counted by a clock that is moved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from channels.memory import MemoryAccount, MemoryChannel
from desk import outbox
from desk.house import Desk
from desk.messages import NotSent, Outbound
from desk.outbox import Leased
from tests.conftest import Moved
from tests.worker.test_limits import LINE, put
from worker import jobs
from worker.delivery import deliver_texts, limits_of
from worker.hands import Hands
from worker.jobs import SWEEP, Equipment

SECONDS = 10.0


@dataclass
class Bench(Hands):
    """A worker's hands, bell and clock in one: to wait moves the clock, to stir delivers."""

    clock: Moved = field(default_factory=Moved)
    rings: Callable[[], bool] = lambda: False
    sweeps: int = 0
    stirs: int = 0
    looks: int = 0

    def stir(self, lane: str) -> None:
        self.stirs += 1
        deliver_texts(self.desk, self.wires, lane)

    def wait(self, seconds: float) -> bool:
        self.looks += 1
        heard = self.rings()
        self.clock.move(0.004 if heard else seconds)
        if self.clock.at > self.until:
            self.stopped.set()
        return heard

    def clear(self) -> None:
        pass

    def refresh(self) -> None:
        self.sweeps += 1

    def sweep_for(self, seconds: float) -> None:
        self.until = self.clock.at + int(seconds * 1000)
        jobs.keep_sweeping("urgent", self.stopped, lambda: self.clock.at / 1000)


@pytest.fixture
def bench(desk: Desk, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> Bench:
    wire = MemoryChannel(MemoryAccount(LINE))
    made = Bench(desk, {LINE: wire}, threading.Event(), clock=clock)
    monkeypatch.setattr(jobs, "_equipment", None)
    jobs.equip(Equipment(desk, made, lambda _: None, made.refresh, made))  # type: ignore[arg-type]
    return made


def _sent(bench: Bench) -> list[Outbound]:
    wire = bench.wires[LINE]
    assert isinstance(wire, MemoryChannel)
    return wire.sent


def test_a_text_behind_one_that_nobody_sends_is_not_looked_at_fifty_times_a_second(
    bench: Bench,
) -> None:
    """The worker of the other lane is away, or its provider hangs, while the earlier one is due."""
    put(bench.desk, "1", "first", lane="rest")
    leased = outbox.take(bench.desk, "rest", "telegram", limits_of(bench.wires))
    assert isinstance(leased, Leased)
    outbox.mark(bench.desk, leased, NotSent("503", again=True))
    bench.clock.move(outbox.BACKOFF[0] + 1)
    put(bench.desk, "1", "second", lane="urgent")
    bench.sweep_for(SECONDS)
    assert _sent(bench) == []
    assert bench.looks <= SECONDS * 1000 / outbox.ON_THE_WIRE + 2 * SECONDS / SWEEP
    deliver_texts(bench.desk, bench.wires, "rest")
    bench.clock.move(1)
    deliver_texts(bench.desk, bench.wires, "urgent")
    assert [one.text for one in _sent(bench)] == ["first", "second"], "and the order is kept"


def test_chores_are_done_every_two_seconds_whatever_falls_due(bench: Bench) -> None:
    for number in range(300):
        put(bench.desk, str(number), lane="urgent")
        bench.clock.at += 7
    with bench.desk.db.write() as tx:  # each falls due in a moment of its own
        tx._cursor.execute("UPDATE messages SET due_at = due_at + 3000")
    bench.sweep_for(SECONDS)
    assert len(_sent(bench)) == 300
    assert SECONDS / SWEEP - 1 <= bench.sweeps <= SECONDS / SWEEP + 1


def test_a_bell_without_end_costs_no_chores(bench: Bench) -> None:
    bench.rings = lambda: True
    bench.sweep_for(SECONDS)
    assert SECONDS / SWEEP - 1 <= bench.sweeps <= SECONDS / SWEEP + 1
    assert bench.stirs == bench.sweeps, "who heard the bell has stirred"


def test_a_clock_that_is_set_back_stops_no_sweep(bench: Bench) -> None:
    """It is the sweep that notices it."""
    ticks = iter(range(0, 10_000, 2))
    looks = []

    def tick() -> float:
        looks.append(1)
        if len(looks) == 3:
            bench.clock.move(-7200)
        if len(looks) > 20:
            bench.stopped.set()
        return float(next(ticks))

    bench.until = 2**53
    jobs.keep_sweeping("urgent", bench.stopped, tick)
    assert bench.sweeps >= 6
