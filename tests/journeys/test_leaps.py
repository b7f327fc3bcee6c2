"""A clock that is set back makes nobody wait; one that goes on makes nothing happen twice."""

from __future__ import annotations

import pytest

from desk import leaps, sealing
from store import audit
from tests.stage import Stage

HELD = "em bi nhot o bavet, ho thu ho chieu, que em o an giang"
HOURS = 2 * 3600


def test_an_answer_made_while_the_clock_was_ahead_leaves_when_it_is_right_again(
    stage: Stage,
) -> None:
    leaps.watch(stage.desk)
    stage.clock.move(HOURS)
    leaps.watch(stage.desk)
    stage.write(HELD)
    stage.clock.move(-HOURS)
    leaps.watch(stage.desk)
    stage.settle()
    assert len(stage.phone()) == 1


def test_the_calls_climb_by_the_time_that_passes(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    region = stage.add("vung", "vung-nam")
    stage.add("quoc", "quoc-gia", role="national")
    stage.talk(HELD)
    leaps.watch(stage.desk)
    stage.clock.move(-HOURS)
    leaps.watch(stage.desk)
    leaps.watch(stage.desk)
    stage.settle(2 * 60 + 1)
    assert stage.pages(region) == []
    stage.settle(3 * 60 + 1)
    assert len(stage.pages(region)) == 1


@pytest.mark.parametrize("seconds", [-30, 0, 5, HOURS])
def test_what_is_no_leap_back_moves_nothing(stage: Stage, seconds: int) -> None:
    leaps.watch(stage.desk)
    stage.clock.move(seconds)
    assert leaps.watch(stage.desk) == 0


def test_of_two_workers_one_moves(stage: Stage) -> None:
    leaps.watch(stage.desk)
    stage.clock.move(-HOURS)
    assert [leaps.watch(stage.desk) > 0 for _ in range(2)] == [True, False]


def test_the_seals_leave_out_nothing_that_a_leap_has_put_into_the_future(stage: Stage) -> None:
    with stage.desk.db.write() as tx:
        audit.write(tx, stage.clock(), "machine", "opened", "tickets:1")
        audit.write(tx, stage.clock() + HOURS * 1000, "machine", "opened", "tickets:2")
        audit.write(tx, stage.clock(), "machine", "opened", "tickets:3")
    stage.clock.move(60)
    sealed = sealing.seal(stage.desk)
    assert sealed is not None
    assert sealed.rows == 3
