"""A clock that is set back makes nobody wait; one that goes on makes nothing happen twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.telegram_send import CAN as TELEGRAM
from channels.twilio import TwilioAccount
from channels.twilio_send import limits as twilio_limits
from desk import claims, leaps, outbox, sealing
from desk.messages import NotSent
from store import audit, messages
from tests.stage import Stage, failing

HELD = "em bi nhot o bavet, ho thu ho chieu, que em o an giang"
HOURS = 2 * 3600
ACCOUNTS = [TwilioAccount("AC", "t", sender) for sender in ("+15550100001", "+84280000111")]


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


@pytest.fixture
def paced(stage: Stage) -> Stage:
    """A stage whose wires have the limits of Telegram."""
    for wire in (stage.sms, stage.telegram, stage.staff):
        can = replace(wire.can, limits=TELEGRAM.limits)
        wire.account = replace(wire.account, can=can)
    return stage


def test_a_leap_between_two_sweeps_holds_no_line_and_no_chat(paced: Stage) -> None:
    """What left in it counts as of two hours from now: nothing else would leave until then."""
    lan = paced.add("lan", "an-giang")
    paced.talk(HELD, "5001")
    leaps.watch(paced.desk)
    paced.clock.move(HOURS)
    paced.talk("em o tang 3", "5001")  # answered and paged within the leap
    paced.write(HELD, "5002")  # and this one waits in it
    paced.clock.move(-HOURS)
    seen, shown = len(paced.phone("5001")), len(paced.pages(lan))
    paced.write(HELD, "5003")
    paced.settle()
    assert paced.phone("5003") == [], "or there is nothing to mend"
    assert leaps.watch(paced.desk) >= HOURS * 1000
    for _ in range(4):
        paced.settle()
    assert paced.phone("5003")
    assert paced.phone("5002")
    assert len(paced.pages(lan)) > shown
    paced.talk("em o tang 3, phong 5", "5001")
    assert len(paced.phone("5001")) > seen
    assert leaps.watch(paced.desk) == 0, "mended once"


def test_mending_such_a_leap_ends_no_claim_and_climbs_no_ladder(paced: Stage) -> None:
    lan = paced.add("lan", "an-giang")
    region = paced.add("vung", "vung-nam")
    ref = paced.write(HELD, "5001").ref
    assert ref
    paced.settle()
    claims.claim(paced.desk, lan, ref)
    paced.talk(HELD, "5002")
    leaps.watch(paced.desk)
    paced.clock.move(HOURS)
    paced.write("em o tang 3", "5001")
    paced.deliver()
    paced.clock.move(-HOURS)
    assert leaps.watch(paced.desk) > 0
    paced.settle()
    assert paced.ticket(ref)["claimed_by"] == "lan"
    assert paced.pages(region) == []


def test_what_waits_by_right_is_no_leap(paced: Stage) -> None:
    """The longest that an attempt, a talk or a chat waits; and every line has such limits."""
    paced.sms.answer = failing(*[NotSent("503", again=True)] * outbox.MOST_ATTEMPTS)
    paced.staff.answer = failing(*[NotSent("503", again=True)] * 50)
    paced.add("lan", "an-giang")
    paced.write(HELD)
    for _ in range(30):
        paced.write("alo", "5001")
    for wait in (0, *outbox.BACKOFF, *outbox.BACKOFF[-1:] * 6):
        paced.settle(wait + 1)
        assert leaps.watch(paced.desk) == 0
    with paced.desk.db.read() as tx:
        assert max(row["attempts"] for row in messages.due(tx, "urgent", "twilio", 2**53, 9)) > 6
    for limits in (TELEGRAM.limits, outbox.ANSWERS, *map(twilio_limits, ACCOUNTS)):
        for pace in filter(None, (limits.line, limits.chat, limits.group)):
            assert pace.every * (pace.burst + 11) < leaps.SLACK, "and the parts of a long text"


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
