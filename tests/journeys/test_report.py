"""Journeys: two people texting, with the hotline between them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from desk import claims, closing, replies, silence
from desk.claims import Claimed, Lost
from desk.messages import NotSent, Sent
from tests.stage import Stage, failing

HELD = "em bi nhot o bavet, ho thu ho chieu, que em o an giang"


def test_one_text_becomes_one_claimed_ticket_and_an_answer(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    (answer,) = stage.talk(HELD)
    assert answer.startswith("Da nhan duoc tin. Dang goi nguoi truc.")
    assert len(answer) <= 160
    ticket = stage.ticket()
    assert (ticket["urgency"], ticket["centre"], ticket["desk"]) == (1, "an-giang", "an-giang")
    assert ticket["messages"][0]["reading"]["reasons"], "every reading shows its reasons"

    (page,) = stage.pages(lan)
    assert ticket["ref"] in page.text
    for word in ("nhot", "bavet", "ho chieu", "+84900000001", "900000001"):
        assert word not in page.text.lower(), "a page never carries the sender's words or number"

    stage.press(lan)
    assert stage.ticket()["claimed_by"] == "lan"
    stage.answer(lan, "Chị là người trực. Lúc nào rảnh thì viết.", page)
    assert stage.phone()[-1] == "Chi la nguoi truc. Luc nao ranh thi viet."
    assert stage.ticket()["messages"][-1]["state"] == "sent"


def test_the_same_by_telegram_with_accents(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    (answer,) = stage.talk("em bị nhốt ở Bavet, họ thu hộ chiếu, quê em ở An Giang", "5001")
    assert answer.startswith("Đã nhận được tin. Đang gọi người trực.")
    stage.press(lan)
    stage.answer(lan, "Chị là người trực.", stage.pages(lan)[0])
    assert stage.phone("5001")[-1] == "Chị là người trực."


def test_the_same_delivery_three_times_is_one_message_one_ticket_one_answer(stage: Stage) -> None:
    first = stage.write(HELD, external_id="SM1")
    second = stage.write(HELD, external_id="SM1")
    third = stage.write(HELD, external_id="SM1")
    stage.settle()
    assert (first.duplicate, second.duplicate, third.duplicate) == (False, True, True)
    assert len(stage.phone()) == 1
    assert len([m for m in stage.ticket()["messages"] if m["direction"] == "in"]) == 1


def test_of_two_who_claim_at_once_one_wins_and_the_other_learns_who(stage: Stage) -> None:
    people = [stage.add(f"p{n}", "an-giang") for n in range(6)]
    stage.talk(HELD)
    ref = stage.ticket()["ref"]
    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(lambda who: claims.claim(stage.desk, who, ref), people))
    won = [o for o in outcomes if isinstance(o, Claimed)]
    lost = [o for o in outcomes if isinstance(o, Lost)]
    assert (len(won), len(lost)) == (1, 5)
    assert {o.by for o in lost} == {stage.ticket()["claimed_by"]}


def test_the_loser_of_a_press_is_told_who_has_it_and_since_when(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    stage.talk(HELD)
    before = stage.pages(mai)[0]
    stage.press(lan)
    stage.press(mai, before)
    told = [o.text for o in stage.pages(mai)]
    assert any("lan" in text and "10:00" in text for text in told)
    assert stage.ticket()["claimed_by"] == "lan"


def test_calling_stops_everywhere_once_somebody_has_it(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    stage.add("quoc", "quoc-gia", role="national")
    stage.talk(HELD)
    stage.press(lan)
    ended = stage.pages(mai)[-1]
    assert ended.edits is not None, "the call on the other's phone is replaced, button and all"
    assert not ended.choices
    count = len(stage.staff.sent)
    for _ in range(9):  # past every rung of the ladder, within the lease of the claim
        stage.settle(60)
    assert len(stage.staff.sent) == count


def test_nobody_claims_and_the_calls_climb_to_the_nation(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    region = stage.add("vung", "vung-nam")
    nation = stage.add("quoc", "quoc-gia", role="national")
    stage.talk(HELD)
    called = [len(stage.pages(who)) for who in (lan, region, nation)]
    assert called == [1, 0, 0]
    stage.settle(2 * 60)
    assert len(stage.pages(lan)) == 2, "the whole centre"
    stage.settle(3 * 60)
    assert len(stage.pages(region)) == 1
    stage.settle(3 * 60)
    assert len(stage.pages(nation)) == 1
    stage.settle(5 * 60)
    stage.settle(5 * 60)
    assert len(stage.pages(nation)) == 3, "it goes on until a person says yes"


def test_an_unmanned_centre_stays_responsible_and_the_next_desk_is_called(stage: Stage) -> None:
    stage.add("kien", "kien-giang")
    stage.talk(HELD)
    ticket = stage.ticket()
    assert (ticket["centre"], ticket["desk"]) == ("an-giang", "kien-giang")


def test_with_nobody_at_all_the_ticket_waits_for_the_first_who_comes(stage: Stage) -> None:
    stage.talk(HELD)
    assert stage.ticket()["desk"] == "quoc-gia"
    quoc = stage.add("quoc", "quoc-gia", role="national")
    stage.settle(8 * 60)
    assert len(stage.pages(quoc)) >= 1


@pytest.mark.parametrize("found_out", ["bi phat hien roi", "bị phát hiện rồi", "dung nhan nua"])
def test_found_out_nothing_is_sent_any_more(stage: Stage, found_out: str) -> None:
    lan = stage.add("lan", "an-giang")
    stage.talk(HELD)
    stage.press(lan)
    replies.reply(stage.desk, lan, stage.ticket()["ref"], "Đang ở tầng số mấy?")
    heard = stage.phone()
    stage.write(found_out)
    stage.settle()
    assert stage.phone() == heard, "not one byte, and the queued text is refused"
    states = [m["state"] for m in stage.ticket()["messages"] if m["direction"] == "out"]
    assert states[-1] == "refused"
    assert stage.ticket()["silenced"] is True
    stage.talk("em day, nhan lai di")
    outcome = replies.reply(stage.desk, lan, stage.ticket()["ref"], "Em sao rồi?")
    assert isinstance(outcome, replies.NotSent)
    assert outcome.why == "silenced"
    stage.settle(3600)
    assert stage.phone() == heard
    assert any("phat hien" in o.text.lower() or "phát hiện" in o.text.lower()
               for o in stage.pages(lan)) or found_out == "dung nhan nua"  # fmt: skip


def test_silence_holds_on_every_line_of_the_same_phone(stage: Stage) -> None:
    stage.talk(HELD)
    stage.talk("bi phat hien roi")
    count = len(stage.phone())
    stage.talk("alo", line="twilio:+84280000222")
    assert len(stage.phone()) == count


def test_dung_answers_yes_to_a_question_and_stops_nothing(stage: Stage) -> None:
    stage.talk(HELD)
    after = stage.talk("dung")
    assert stage.ticket()["silenced"] is False
    assert after, "an answer comes"


def test_pieces_of_one_message_are_one_report_with_one_held_back_answer(stage: Stage) -> None:
    stage.write("toi muon bao")
    stage.deliver()
    first = len(stage.phone())
    stage.write("co may em nho")
    stage.clock.move(0.3)
    stage.write("bi ep di xin an o lang son")
    stage.settle()
    assert len(stage.tickets()) == 1
    assert len(stage.phone()) == first + 1
    assert stage.ticket()["centre"] == "lang-son"


def test_urgency_rises_in_the_talk_and_the_desk_is_called_for_it(stage: Stage) -> None:
    stage.add("quoc", "quoc-gia", role="national")
    stage.talk("cho toi hoi luat ve mua ban nguoi")
    low = stage.ticket()
    (answer,) = stage.talk("cuu em voi, no dang nhot em")
    high = stage.ticket()
    assert low["ref"] == high["ref"]
    assert high["urgency"] == 1 < low["urgency"]
    assert answer
    stage.talk("khong co gi dau")
    assert stage.ticket()["urgency"] == 1, "the machine never lowers it"


def test_a_place_told_later_moves_the_ticket_to_its_centre(stage: Stage) -> None:
    minh = stage.add("minh", "lang-son")
    stage.add("quoc", "quoc-gia", role="national")
    stage.talk("cuu em voi")
    assert stage.ticket()["centre"] == "quoc-gia"
    stage.talk("em dang o lang son")
    assert (stage.ticket()["centre"], stage.ticket()["desk"]) == ("lang-son", "lang-son")
    assert stage.pages(minh), "the new desk is called at once"


def test_a_provider_that_fails_is_tried_again_and_the_text_arrives_once(stage: Stage) -> None:
    stage.sms.answer = failing(NotSent("503", again=True), NotSent("429", again=True, after=7))
    stage.talk(HELD)
    assert stage.phone() == []
    stage.settle(20)
    stage.settle(20)
    assert len(stage.phone()) == 1


def test_a_phone_that_refuses_texts_is_a_sign_that_staff_see(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    stage.talk(HELD)
    stage.press(lan)
    stage.sms.answer = failing(NotSent("21610", again=False, gone=True))
    replies.reply(stage.desk, lan, stage.ticket()["ref"], "Em viết được không?")
    stage.settle()
    assert stage.ticket()["opted_out"] is True
    assert stage.ticket()["messages"][-1]["state"] == "failed"
    outcome = replies.reply(stage.desk, lan, stage.ticket()["ref"], "Alo")
    assert isinstance(outcome, replies.NotSent)
    assert outcome.why == "opted_out"


def test_a_worker_that_died_while_sending_loses_nothing(stage: Stage) -> None:
    class Died(BaseException):  # as SIGKILL: nothing of ours can catch it
        pass

    def die(_outbound: object) -> Sent:
        raise Died

    stage.sms.answer = die
    stage.write(HELD)
    with pytest.raises(Died):
        stage.deliver()
    stage.sms.answer = None
    stage.settle(31)
    assert len(stage.phone()) == 1


def test_after_a_stop_of_ours_the_overdue_calls_follow_at_once(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    nation = stage.add("quoc", "quoc-gia", role="national")
    stage.talk(HELD)
    stage.clock.move(3600)
    for _ in range(3):
        stage.settle(2)
    assert len(stage.pages(nation)) == 1, "called, and not stormed"


def test_one_text_that_cannot_be_opened_holds_up_nobody(stage: Stage) -> None:
    stage.write("cuu em", "+84900000001")
    stage.write("cuu em", "+84900000002")
    with stage.desk.db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE messages SET body_sealed = extra_sealed WHERE id = "
            "(SELECT min(id) FROM messages WHERE direction = 'out')"
        )
    stage.settle()
    assert (len(stage.phone("+84900000001")), len(stage.phone("+84900000002"))) == (0, 1)
    states = {m["state"] for t in stage.tickets() for m in stage.ticket(t["ref"])["messages"]
              if m["direction"] == "out"}  # fmt: skip
    assert states == {"failed", "sent"}


def test_a_channel_that_raises_costs_a_retry_and_not_the_lane(stage: Stage) -> None:
    def broken(_outbound: object) -> Sent:
        stage.sms.answer = None
        raise RuntimeError

    stage.sms.answer = broken
    stage.talk("cuu em")
    stage.settle(20)
    assert len(stage.phone()) == 1


def test_only_a_person_with_a_reason_lifts_a_silence(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    stage.talk(HELD)
    stage.talk("bi phat hien roi")
    ref = stage.ticket()["ref"]
    assert silence.lift(stage.desk, lan, ref, "") is not None
    stage.press(lan)
    assert silence.lift(stage.desk, lan, ref, " ") == "empty"
    assert silence.lift(stage.desk, lan, ref, "Gọi được, đúng chữ riêng.") is None
    assert isinstance(replies.reply(stage.desk, lan, ref, "Viết được thì viết."), replies.Queued)
    stage.settle()
    assert stage.phone()[-1] == "Viet duoc thi viet."


def test_an_answer_that_says_at_once_raises_a_soft_cry(stage: Stage) -> None:
    stage.add("quoc", "quoc-gia", role="national")
    stage.talk("giup em voi")
    assert stage.ticket()["urgency"] == 2
    stage.talk("3")
    assert stage.ticket()["urgency"] == 1


def test_one_message_is_one_call(stage: Stage) -> None:
    quoc = stage.add("quoc", "quoc-gia", role="national")
    stage.talk("bi phat hien roi")
    assert len(stage.pages(quoc)) == 1


def test_after_the_end_of_a_report_a_new_cry_is_a_first_message_again(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    first = stage.talk(HELD)
    stage.press(lan)
    assert closing.close(stage.desk, lan, stage.ticket()["ref"], "helped") is not None
    assert stage.talk(HELD) == first
    assert {t["status"] for t in stage.tickets()} == {"open", "closed"}


def test_where_the_national_desk_is_empty_everybody_on_call_is_called(stage: Stage) -> None:
    minh = stage.add("minh", "lang-son")
    stage.talk("cuu em voi")
    assert stage.ticket()["desk"] == "quoc-gia"
    assert len(stage.pages(minh)) == 1
    stage.press(minh)
    assert stage.ticket()["claimed_by"] == "minh"
