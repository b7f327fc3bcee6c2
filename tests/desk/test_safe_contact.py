"""What may reach a sender, and when: the outbox refuses, whoever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk import claims, closing, outbox, replies, silence
from desk.messages import Receipt
from desk.outbox import Leased
from flows.turn import MarkPhone, Window
from store import contacts, messages, reach, tickets
from store import safety as store_safety
from store.contacts import Contact
from store.ids import new_id
from store.messages import Outgoing
from store.people import Person
from tests.desk.ordered import arrive
from tests.stage import Stage
from worker.delivery import limits_of

PHONE = "+84900000001"
HOUR = 3600


def contact_of(stage: Stage, phone: str = PHONE) -> Contact:
    with stage.desk.db.write() as tx:
        return contacts.lock(tx, stage.desk.vault, "sms", phone, stage.clock())


def mark(stage: Stage, *effects: MarkPhone | Window) -> None:
    from desk import safety

    contact = contact_of(stage)
    with stage.desk.db.write() as tx:
        for effect in effects:
            safety.mark(tx, stage.desk, contact.id, effect, stage.clock())


def claimed(stage: Stage, urgency: int = 2) -> tuple[Person, str]:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, urgency, sender=PHONE)
    stage.settle()
    stage.press(lan)
    return lan, ref


def why(outcome: object) -> str | None:
    return getattr(outcome, "why", None)


def push(stage: Stage, **more: object) -> str | None:
    """A text that nobody asked for, by whatever caller; why it was refused."""
    contact = contact_of(stage)
    with stage.desk.db.write() as tx:
        ticket = tickets.live_of_contact(tx, contact.id)
        assert ticket is not None
        out = Outgoing(new_id(stage.clock()), ticket["id"], "twilio", "twilio:+84280000111", "x",
                       stage.clock(), stage.clock(), "rest", purpose="push", **more)  # type: ignore[arg-type]  # fmt: skip
        return messages.add_out(tx, contact, out)


def test_staff_answer_at_once_on_any_phone(stage: Stage) -> None:
    lan, ref = claimed(stage)
    stage.clock.move(HOUR)
    assert why(replies.reply(stage.desk, lan, ref, "Chị là người trực.")) is None
    stage.settle()
    assert stage.phone()[-1] == "Chi la nguoi truc."


def test_hours_later_a_text_is_no_answer_and_needs_a_person_with_a_reason(stage: Stage) -> None:
    lan, ref = claimed(stage, urgency=3)
    stage.clock.move(3 * HOUR)
    heard = stage.phone()
    assert why(replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")) == "unsafe_phone"
    stage.settle()
    assert stage.phone() == heard
    assert stage.ticket(ref)["messages"][-1]["error"] == "unsafe_phone"

    sent = replies.reply(stage.desk, lan, ref, "Bạn ở đâu?", override="đã gọi, em cầm máy")
    assert why(sent) is None
    stage.settle()
    assert stage.phone() == [*heard, "Ban o dau?"]
    shown = stage.ticket(ref)
    assert ("lan", "overridden") in [(e["by"], e["verb"]) for e in shown["history"]]
    assert [f["value"] for f in shown["facts"] if f["name"] == "override"] == [
        "lan: đã gọi, em cầm máy"
    ]


def test_a_new_message_makes_it_an_answer_again(stage: Stage) -> None:
    lan, ref = claimed(stage, urgency=3)
    stage.clock.move(3 * HOUR)
    stage.write("khan 3 tip nua", PHONE)
    assert why(replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")) is None


def test_on_a_watched_phone_an_answer_is_an_answer_for_a_quarter_of_an_hour(stage: Stage) -> None:
    lan, ref = claimed(stage)
    mark(stage, MarkPhone(False))
    stage.clock.move(14 * 60)
    assert why(replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")) is None
    stage.clock.move(2 * 60)
    assert why(replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")) == "unsafe_phone"


def test_on_a_safe_phone_its_hours_count(stage: Stage) -> None:
    lan, ref = claimed(stage, urgency=3)  # 10:00 in Viet Nam
    mark(stage, MarkPhone(True))
    stage.clock.move(3 * HOUR)
    assert why(replies.reply(stage.desk, lan, ref, "a")) == "no_window"
    mark(stage, Window(15 * 60, 17 * 60))
    assert why(replies.reply(stage.desk, lan, ref, "a")) == "outside_window"
    stage.clock.move(2 * HOUR + 60)
    assert why(replies.reply(stage.desk, lan, ref, "a")) is None
    assert push(stage) is None


def test_safe_grows_old_after_three_days(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE)
    mark(stage, MarkPhone(True), Window(0, 24 * 60))
    assert push(stage) is None
    stage.clock.move(72 * HOUR)
    assert push(stage) == "unsafe_phone"


def test_nothing_unasked_at_night_where_the_sender_is(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE)
    mark(stage, MarkPhone(True), Window(0, 24 * 60))
    stage.clock.move(10.5 * HOUR)  # 20:30 in Viet Nam, 21:30 in China, 13:30 in Britain
    assert push(stage) is None
    assert push(stage, country="CN") == "night"
    assert push(stage, country="GB") is None
    assert push(stage, country="XX") == "outside_window", "where no hour is known nothing goes"
    stage.clock.move(0.5 * HOUR)
    assert push(stage) == "night"


def test_unasked_never_reaches_a_phone_that_nobody_called_safe(stage: Stage) -> None:
    arrive(stage, 1, sender=PHONE)
    assert push(stage) == "unsafe_phone"
    mark(stage, Window(0, 24 * 60))
    assert push(stage) == "unsafe_phone"


@pytest.mark.parametrize("override", ["", "vì gấp"])
def test_silence_is_not_gone_around_by_any_reason(stage: Stage, override: str) -> None:
    lan, ref = claimed(stage)
    stage.write("khan 1 help_self found_out", PHONE)
    outcome = replies.reply(stage.desk, lan, ref, "Em sao rồi?", override=override)
    assert why(outcome) == "silenced"
    heard = stage.phone()
    stage.settle(60)
    assert stage.phone() == heard


def test_what_waits_is_judged_again_when_it_is_to_leave(stage: Stage) -> None:
    lan, ref = claimed(stage, urgency=3)
    heard = stage.phone()
    assert why(replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")) is None
    stage.clock.move(3 * HOUR)  # the worker was away
    stage.settle()
    assert stage.phone() == heard
    assert stage.ticket(ref)["messages"][-1]["error"] == "unsafe_phone"
    assert any("không được gửi" in page.text for page in stage.pages(lan)), "who wrote it is told"


def test_found_out_between_the_lease_and_the_sending(stage: Stage) -> None:
    lan, ref = claimed(stage)
    replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")
    leased = outbox.take(stage.desk, "urgent", "twilio", limits_of(stage.wires))
    assert isinstance(leased, Leased)
    assert outbox.still_open(stage.desk, leased)
    stage.write("khan 1 help_self found_out", PHONE)
    assert not outbox.still_open(stage.desk, leased)


def test_a_slow_worker_sends_nothing_that_another_may_have_taken(stage: Stage) -> None:
    lan, ref = claimed(stage)
    replies.reply(stage.desk, lan, ref, "Bạn ở đâu?")
    slow = outbox.take(stage.desk, "urgent", "twilio", limits_of(stage.wires))
    assert isinstance(slow, Leased)
    stage.clock.move(stage.desk.lease / 1000 + 1)
    assert not outbox.still_open(stage.desk, slow), "its lease has run out"
    quick = outbox.take(stage.desk, "urgent", "twilio", limits_of(stage.wires))
    assert isinstance(quick, Leased)
    assert outbox.still_open(stage.desk, quick)
    assert not outbox.still_open(stage.desk, slow), "somebody else holds it"


def test_words_that_betray_need_a_second_look_by_every_way(stage: Stage) -> None:
    lan, ref = claimed(stage)
    assert why(replies.reply(stage.desk, lan, ref, "Gọi công an nhé")) == "betrays"
    assert why(replies.reply(stage.desk, lan, ref, "Gọi công an nhé", looked=True)) is None
    stage.answer(lan, "Gọi công an nhé", next(p for p in stage.pages(lan) if ref in p.text))
    assert any("làm lộ việc" in page.text for page in stage.pages(lan))


def test_an_override_of_the_second_look_leaves_its_reason(stage: Stage) -> None:
    lan, ref = claimed(stage)
    said = replies.reply(stage.desk, lan, ref, "Gọi công an nhé", override="em ấy hỏi số")
    assert why(said) is None
    ticket = stage.ticket(ref)
    assert [f["value"] for f in ticket["facts"] if f["name"] == "override"] == ["lan: em ấy hỏi số"]
    assert "overridden" in [entry["verb"] for entry in ticket["history"]]


def test_who_held_a_report_that_is_over_lifts_no_silence(stage: Stage) -> None:
    lan, ref = claimed(stage)
    closing.close(stage.desk, lan, ref, "helped")
    stage.write("khan 1 help_self", PHONE)
    stage.write("khan 1 help_self found_out", PHONE)
    assert contact_of(stage).silenced_at is not None
    assert silence.lift(stage.desk, lan, ref, "tôi nghĩ là được") == "ended"
    assert contact_of(stage).silenced_at is not None
    newer = next(t["ref"] for t in stage.tickets() if t["ref"] != ref)
    claims.claim(stage.desk, lan, newer)
    assert silence.lift(stage.desk, lan, newer, "đã gặp") is None


def test_joined_phones_fall_silent_together_and_are_lifted_together(stage: Stage) -> None:
    from desk import joining

    lan, ref = claimed(stage)
    other = arrive(stage, 2, sender="+84900000002")
    assert joining.join(stage.desk, lan, ref, other, "cùng một người, đã hỏi chữ riêng") is None
    stage.write("khan 1 help_self found_out", "+84900000002")
    assert contact_of(stage).silenced_at is not None
    heard = stage.phone()
    stage.write("khan 2 help_self", PHONE)
    stage.settle()
    assert stage.phone() == heard
    assert why(replies.reply(stage.desk, lan, ref, "Em sao rồi?")) == "silenced"
    assert silence.lift(stage.desk, lan, ref, "đã gặp") is None
    assert contact_of(stage, "+84900000002").silenced_at is None
    assert len(stage.talk("khan 2 help_self nua", "+84900000002")) == 1


def test_whose_phone_is_joined_later_is_silent_too(stage: Stage) -> None:
    from desk import joining

    lan, ref = claimed(stage)
    other = arrive(stage, 2, sender="+84900000002")
    stage.write("khan 1 help_self found_out", "+84900000002")
    joining.join(stage.desk, lan, ref, other, "cùng một người")
    assert contact_of(stage).silence_reason == "found_out"


def test_a_number_stands_in_an_answer_only_while_it_is_one(stage: Stage) -> None:
    stage.write("khan 1 tip", PHONE)
    stage.clock.move(3 * 60)  # the provider, or we, were away
    stage.settle()
    (late,) = stage.phone()
    assert "113" not in late
    assert late.startswith("Da nhan duoc")
    (in_time,) = stage.talk("khan 1 tip", "+84900000002")
    assert "113" in in_time


def test_words_of_ones_own_are_sealed(stage: Stage) -> None:
    from desk import safety
    from flows.turn import CodeWord, CoverWord

    contact = contact_of(stage)
    arrive(stage, 2, sender=PHONE)
    with stage.desk.db.write() as tx:
        for effect in (CodeWord("hoa mai"), CoverWord("sen trang", "shop")):
            safety.mark(tx, stage.desk, contact.id, effect, stage.clock())
    kept = contact_of(stage)
    assert kept.cover == "shop"
    assert b"sen" not in (kept.cover_word_sealed or b"sen")
    assert b"hoa" not in (kept.word_sealed or b"hoa")


def test_a_receipt_that_comes_twice_closes_no_line_that_was_opened_again(stage: Stage) -> None:
    claimed(stage)
    contact = contact_of(stage)
    with stage.desk.db.read() as tx:
        provider_id = next(iter(messages.provider_ids(tx, contact.id, 0)))
    refused = Receipt("twilio", provider_id, "failed", "21610")
    outbox.receipt(stage.desk, refused)
    assert contact_of(stage).opted_out_at is not None
    with stage.desk.db.write() as tx:
        store_safety.opt(tx, contact.id, None)  # the sender wrote START
    assert outbox.receipt(stage.desk, refused)
    assert contact_of(stage).opted_out_at is None


def test_the_dull_answer_comes_at_once_or_never(stage: Stage) -> None:
    claimed(stage)
    now = stage.clock()
    found = replace(contact_of(stage), silenced_at=now, silence_reason="cover", unsafe_at=now)
    asked = reach.Asked("cover", now)
    assert reach.why_not(found, asked, now) is None
    assert reach.why_not(found, asked, now + reach.ANSWER_WATCHED + 1) == "late"
