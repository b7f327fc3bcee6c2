"""What people really send: each keeps the report whole and says or does the sensible thing."""

from __future__ import annotations

import pytest

from desk import replies
from tests.stage import Media, Stage

HELD = "em bi nhot o bavet, ho thu ho chieu, que em o an giang"
TIP = "toi thay co nguoi nhot may em gai trong nha nghi Hoa Mai o Lang Son"
PHONE = "+84900000001"


def _only(stage: Stage) -> str:
    (ticket,) = stage.tickets()
    return str(ticket["ref"])


def test_a_tip_in_three_pieces_is_one_report_and_one_answer_more(stage: Stage) -> None:
    stage.write("toi muon bao tin")
    stage.write("thang truoc, o huyen Cao Loc")
    stage.write("co nguoi ru di lam viec nhe")
    stage.settle()
    assert len(stage.tickets()) == 1
    assert 1 <= len(stage.phone()) <= 2, "the first at once, the pieces together"


def test_a_message_in_the_middle_of_our_own_answer_replaces_it(stage: Stage) -> None:
    stage.talk(TIP)
    before = len(stage.phone())
    stage.write("o duong Le Loi")
    stage.write("so nha 12")
    stage.settle()
    assert len(stage.phone()) == before + 1
    states = [m["error"] for m in stage.ticket()["messages"] if m.get("error")]
    assert "replaced" in states


def test_several_answers_in_one_message_are_all_taken(stage: Stage) -> None:
    stage.talk(HELD)
    asked = stage.talk("toa nha Golden tang 3 phong 12, co 5 nguoi, khong ai dau")
    for known in ("tang so may", "bao nhieu nguoi"):
        assert known not in " ".join(asked).lower()
    names = {fact["name"] for fact in stage.ticket()["facts"]}
    assert {"spot", "floor", "people"} <= names


def test_the_answer_to_another_question_is_no_dead_end(stage: Stage) -> None:
    stage.talk(HELD)
    (answer,) = stage.talk("co 5 nguoi o cung")
    assert answer
    assert "people" in {fact["name"] for fact in stage.ticket()["facts"]}


@pytest.mark.parametrize("text", ["hai", "so 2", "2", "Số hai"])
def test_a_number_in_words_chooses_and_says_nothing_else(stage: Stage, text: str) -> None:
    stage.talk("em moi tu trung quoc ve, can ho tro")
    urgency = stage.ticket()["urgency"]
    stage.talk(text)
    assert [f["value"] for f in stage.ticket()["facts"] if f["name"] == "need"] == ["stay"]
    assert stage.ticket()["urgency"] == urgency, "without marks it is also a word for harm"


def test_a_sticker_leaves_the_question_open(stage: Stage) -> None:
    stage.talk("em bị nhốt ở Bavet, họ thu hộ chiếu", "5001")
    (said,) = stage.talk("", "5001", media=(Media("sticker", "S1"),))
    assert said
    (more,) = stage.talk("tòa nhà Golden", "5001")
    assert more != said
    assert "spot" in {fact["name"] for fact in stage.ticket()["facts"]}


def test_a_forwarded_advert_costs_the_report_nothing(stage: Stage) -> None:
    stage.talk(HELD)
    urgency = stage.ticket()["urgency"]
    stage.talk("KHUYEN MAI 50% vay tien nhanh lai suat thap lien he 0900000123 http://vay.example")
    assert len(stage.tickets()) == 1
    assert stage.ticket()["urgency"] == urgency
    assert len(stage.talk("toa nha Golden")) == 1


def test_dung_is_yes_and_no_silence(stage: Stage) -> None:
    stage.talk("toi moi ve nuoc, can giup giay to, dang o xa Tan Thanh Lang Son")
    for answer in stage.talk("dung"):
        assert answer
    assert stage.ticket()["silenced"] is False


def test_a_bare_thoat_is_a_cry(stage: Stage) -> None:
    (answer,) = stage.talk("thoat")
    assert "Gui mot so: 1 can ngay" in answer
    assert stage.ticket()["urgency"] <= 2


def test_xoa_roi_answers_our_own_reminder_and_deletes_nothing(stage: Stage) -> None:
    stage.talk(HELD)
    stage.talk("xoa roi")
    assert stage.ticket()["status"] == "open"
    assert len(stage.ticket()["messages"]) >= 3


def test_found_out_in_a_changed_message_silences(stage: Stage) -> None:
    stage.talk("em bị nhốt ở Bavet", "5001")
    heard = stage.phone("5001")
    stage.write("bị phát hiện rồi", "5001", event="edited")
    stage.settle()
    assert stage.ticket()["silenced"] is True
    assert stage.phone("5001") == heard


def test_a_changed_message_is_kept_beside_the_first_and_not_answered(stage: Stage) -> None:
    stage.talk("em cần hỏi việc làm", "5001")
    heard = stage.phone("5001")
    lan = stage.add("lan", "quoc-gia", role="national")
    stage.write("em bị nhốt ở Bavet, họ đánh", "5001", event="edited")
    stage.settle()
    assert stage.phone("5001") == heard
    ticket = stage.ticket()
    assert ticket["urgency"] <= 2, "what it says counts"
    assert [m["text"] for m in ticket["messages"] if m["direction"] == "in"] == [
        "em cần hỏi việc làm", "em bị nhốt ở Bavet, họ đánh",
    ]  # fmt: skip
    assert [page for page in stage.pages(lan) if page.choices], "and people are called for it"


def test_a_blocked_bot_is_a_sign_for_staff_and_letting_it_in_goes_on(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    stage.talk("em bị nhốt ở Bavet, quê An Giang", "5001")
    stage.press(lan)
    ref = _only(stage)
    stage.write("", "5001", event="blocked")
    stage.settle()
    assert any("nhận tin" in p.text or "chặn" in p.text for p in stage.pages(lan))
    assert getattr(replies.reply(stage.desk, lan, ref, "Em sao rồi?"), "why", "") == "opted_out"
    stage.write("", "5001", event="opted_in")
    assert getattr(replies.reply(stage.desk, lan, ref, "Em sao rồi?"), "why", None) is None
    assert len(stage.tickets()) == 1


def test_stop_and_start_of_the_provider_go_on_with_the_same_report(stage: Stage) -> None:
    stage.talk(HELD)
    ref = _only(stage)
    heard = stage.phone()
    stage.write("STOP", event="opted_out")
    stage.talk("toa nha Golden")
    assert stage.phone() == heard, "the provider takes nothing, and nothing is tried"
    assert "opted_out" in [entry["verb"] for entry in stage.ticket()["history"]]
    stage.write("START", event="opted_in")
    stage.settle()
    assert stage.phone() == heard, "the word itself is not answered"
    assert len(stage.talk("tang 3")) == 1
    assert _only(stage) == ref


def test_yes_opens_the_line_again_and_is_an_answer(stage: Stage) -> None:
    stage.talk(HELD)
    stage.write("STOP", event="opted_out")
    (said,) = stage.talk("YES", frees=True)
    assert said
    assert stage.ticket()["opted_out"] is False


def test_em_day_nhan_lai_di_opens_nothing(stage: Stage) -> None:
    stage.talk(HELD)
    stage.write("bi phat hien roi")
    heard = stage.phone()
    for text in ("em day, nhan lai di", "an toan roi, nhan di", "START", "1", "NGUOI", "alo"):
        stage.talk(text)
        stage.settle(700)
    assert stage.phone() == heard
    assert stage.ticket()["silenced"] is True


def test_delete_everything_with_an_urgent_ticket_waits_for_a_person(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    stage.talk(HELD)
    (asked,) = stage.talk("XOA HET")
    assert "?" in asked or "gui" in asked.lower()
    stage.talk("xoa")
    stage.settle(60)
    ticket = stage.ticket()
    assert ticket["status"] in ("open", "claimed")
    assert [m for m in ticket["messages"] if m["text"] == HELD], "nothing is gone"
    assert any("xóa" in page.text for page in stage.pages(lan))
