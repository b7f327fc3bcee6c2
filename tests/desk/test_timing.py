"""Time runs in rows: timers of talks, resumed by the sweep, on a clock that is moved."""

from __future__ import annotations

import pytest

import flows
from desk import safety, timing
from flows.turn import MarkPhone, State, Window
from store import contacts
from tests.desk.ordered import arrive
from tests.stage import Stage

PHONE = "+84900000001"
HOUR = 3600


def state_of(stage: Stage, phone: str = PHONE) -> State:
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", phone, stage.clock())
        talk = contacts.conversation(tx, contact)
    assert talk is not None
    assert talk.state is not None
    return flows.load(talk.state)


def mark_safe(stage: Stage, window: tuple[int, int] = (0, 24 * 60)) -> None:
    """As if the sender had said so: on the contact and in the talk."""
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        safety.mark(tx, stage.desk, contact.id, MarkPhone(True), stage.clock())
        safety.mark(tx, stage.desk, contact.id, Window(*window), stage.clock())
        talk = contacts.conversation(tx, contact)
        assert talk is not None
        assert talk.state is not None
        state = flows.load(talk.state)
        safe = State(**{**{n: getattr(state, n) for n in State.__slots__}, "phone_safe": True})
        kept = timing.scheduled(_with(talk, flows.dump(safe)), safe)
        contacts.keep(tx, contact, kept, new=False)


def _with(talk: contacts.Conversation, state: str) -> contacts.Conversation:
    from dataclasses import replace

    return replace(talk, state=state)


def test_an_open_question_is_closed_by_time_and_nothing_is_said(stage: Stage) -> None:
    arrive(stage, 1, sender=PHONE, intent="help_self")
    stage.settle()
    heard = stage.phone()
    assert state_of(stage).step is not None
    stage.settle(9 * 60)
    assert state_of(stage).step is not None
    stage.settle(2 * 60)
    assert state_of(stage).step is None
    assert stage.phone() == heard


def test_who_is_in_danger_and_goes_quiet_is_a_persons_matter(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    arrive(stage, 1, sender=PHONE, intent="help_self")
    stage.settle()
    stage.press(lan)
    stage.settle(14 * 60)
    assert not [p for p in stage.pages(lan) if "im 15 phút" in p.text]
    stage.settle(2 * 60)
    stage.settle(60)
    told = [p for p in stage.pages(lan) if "im 15 phút" in p.text]
    assert len(told) == 1, "once, not at every sweep"


def test_whoever_writes_again_is_not_called_quiet(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    arrive(stage, 1, sender=PHONE, intent="help_self")
    stage.settle()
    stage.press(lan)
    stage.settle(10 * 60)
    stage.write("khan 4 help_self nua", PHONE)
    stage.settle(10 * 60)
    assert not [p for p in stage.pages(lan) if "im 15 phút" in p.text]


def test_one_reminder_on_a_safe_phone_by_day_inside_its_hours(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    arrive(stage, 3, sender=PHONE, intent="return_support")  # 10:00
    stage.settle()
    mark_safe(stage, window=(8 * 60, 9 * 60))
    heard = stage.phone()
    for _ in range(20):  # until 06:00 the next day
        stage.settle(HOUR)
    assert stage.phone() == heard
    for _ in range(4 * 24):
        stage.settle(15 * 60)
    assert len(stage.phone()) == len(heard) + 1
    assert stage.phone()[-1] == "Luc nao ranh thi viet tiep. Khong viet cung khong sao."
    for _ in range(3 * 24):
        stage.settle(HOUR)
    assert len(stage.phone()) == len(heard) + 1, "one, and no second"


def test_no_reminder_where_nobody_said_that_the_phone_is_safe(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE, intent="return_support")
    stage.settle()
    heard = stage.phone()
    for _ in range(4 * 24):
        stage.settle(HOUR)
    assert stage.phone() == heard


def test_days_of_silence_close_nothing_that_a_person_is_needed_for(stage: Stage) -> None:
    ref = arrive(stage, 2, sender=PHONE, intent="help_self")
    stage.settle()
    for _ in range(5):
        stage.settle(24 * HOUR)
    assert stage.ticket(ref)["status"] == "open"
    (answer,) = stage.talk("khan 4 help_self", PHONE)
    assert answer
    assert stage.tickets()[0]["ref"] == ref, "the same report goes on"
    assert len(stage.tickets()) == 1


def test_safe_lapses_in_the_talk_too(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE, intent="return_support")
    stage.settle()
    mark_safe(stage)
    stage.clock.move(73 * HOUR)
    stage.write("khan 3 return_support", PHONE)
    assert state_of(stage).phone_safe is None


def test_a_timer_that_fails_keeps_no_other_from_its_time(stage: Stage) -> None:
    arrive(stage, 1, sender="+84900000001", intent="help_self")
    arrive(stage, 1, sender="+84900000002", intent="help_self")
    stage.settle()
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        talk = contacts.conversation(tx, contact)
        assert talk is not None
        contacts.keep(tx, contact, _with(talk, "no state"), new=False)
    stage.clock.move(11 * 60)
    with pytest.raises(ValueError, match=r"."):  # the sweep logs it and tries again
        timing.run_due(stage.desk)
    assert state_of(stage, "+84900000002").step is None
