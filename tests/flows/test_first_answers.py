"""Which first answer a first message gets."""

from __future__ import annotations

import pytest

from flows.turn import BarCalls, Said
from tests.flows.talking import Talk, abroad, province, read
from triage.reading import Reading

CASES: list[tuple[str, Reading, str]] = [
    ("Em bị nhốt rồi", read("help_self", 1, ["confinement"]), "first.held_now"),
    ("cứu em với", read("help_self", 1, (), ["rescue_word"]), "first.held_now"),
    ("em bị nhốt ở toà nhà Sông Đà", read("help_self", 1, ["confinement"]), "first.held_now.spot"),
    ("họ chở em đi", read("help_self", 1, ["being_moved"]), "first.moved_now"),
    ("xe 51A-12345 chở em đi", read("help_self", 1, ["being_moved"]), "first.moved_now.vehicle"),
    ("em lạc", read("help_self", 2, ["minor"], ["alone_child"]), "first.child_alone"),
    ("em lac o ben xe my dinh", read("help_self", 2, ["minor"], ["alone_child"]),
     "first.child_alone.spot"),
    ("em lạc", read("help_self", 2, ["minor"], ["alone_child"], abroad()),
     "first.child_alone.quiet"),
    ("em 14t, bị nhốt", read("help_self", 1, ["confinement", "minor"]), "first.child_held"),
    ("em phải ở với ông ấy",
     read("help_self", 2, ["forced_marriage"], (), abroad("CN", "Trung Quốc")),
     "first.marriage_abroad.country"),
    ("em phải ở với ông ấy", read("help_self", 2, ["forced_marriage"], ["abroad"]),
     "first.marriage_abroad"),
    ("bị bắt gõ máy", read("help_self", 1, ["scam_compound", "confinement"], (), abroad()),
     "first.compound_abroad"),
    ("bị bắt gõ máy ở Bavet",
     read("help_self", 1, ["scam_compound", "confinement"], (), abroad("KH", "Bavet")),
     "first.compound_abroad.town"),
    ("con tôi mất tích", read("help_other", 2, ["missing_person"]), "first.family_missing"),
    ("mất liên lạc với con tôi được 3 ngày", read("help_other", 2, ["missing_person"]),
     "first.family_missing.last"),
    ("bà tôi mất tích năm 1990", read("help_other", 3, ["missing_person"]), "first.family_past"),
    ("họ đang bắt người", read("tip", 1, ["being_moved"]), "first.tip_now"),
    ("họ đang bắt người ở Lạng Sơn", read("tip", 1, ["being_moved"], (), province()),
     "first.tip_now.province"),
    ("họ đang bắt người", read("tip", 1, ["being_moved", "unsafe_phone"]), "first.tip_now.quiet"),
    ("có chuyện lạ ở quán", read("tip", 3), "first.tip_past"),
    ("có chuyện lạ ở Lạng Sơn", read("tip", 3, (), (), province()), "first.tip_past.province"),
    ("có chuyện lạ hôm qua", read("tip", 3), "first.tip_past.when"),
    ("có chuyện lạ hôm qua ở xã Đồng Đăng",
     read("tip", 3, (), (), province("Lạng Sơn", "Đồng Đăng")), "first.tip_past.spot_when"),
    ("đêm nay không có chỗ ở", read("help_self", 2, (), ["no_bed"]), "first.bed_tonight"),
    ("đêm nay không có chỗ ở", read("return_support", 2, (), ["no_bed"], province()),
     "first.bed_tonight.province"),
    ("tôi mới về, cần giúp", read("return_support", 3), "first.support"),
    ("tuần sau qua Tam Giác Vàng làm, họ hứa lương cao",
     read("help_self", 2, ["being_moved", "deceptive_job", "scam_compound"], ["job_offer"]),
     "first.job_offer"),
    ("có người rủ đi làm", read("info", 3, ["deceptive_job"], ["job_offer"]), "first.job_offer"),
    ("muốn chết", read("crisis_other", 1, ["suicide_self_harm"], ["suicide_now"]),
     "first.suicidal"),
    ("muốn chết", read("help_self", 1, ["suicide_self_harm", "unsafe_phone"], ["suicide_now"]),
     "first.suicidal.quiet"),
    ("muốn chết", read("help_self", 1, ["suicide_self_harm"], ["suicide_now"], abroad()),
     "first.suicidal.quiet"),
    ("em 15 tuổi muốn chết",
     read("crisis_other", 1, ["suicide_self_harm", "minor"], ["suicide_now"]),
     "first.suicidal.child"),
    ("em 15 tuổi muốn chết",
     read("crisis_other", 1, ["suicide_self_harm", "minor", "unsafe_phone"], ["suicide_now"]),
     "first.suicidal.quiet_child"),
    ("em 15 tuổi muốn chết",
     read("crisis_other", 1, ["suicide_self_harm", "minor"], ["suicide_now"], abroad()),
     "first.suicidal.quiet_child"),
    ("con gái tôi đòi chết", read("crisis_other", 1, ["suicide_self_harm"], ["suicide_now"]),
     "first.suicidal_other"),
    ("bị đánh", read("crisis_other", 1, ["violence"]), "first.violence_home"),
    ("chồng em đang đánh em", read("crisis_other", 1, ["violence"]), "first.violence_home"),
    ("con gái tôi đang bị chồng đánh", read("crisis_other", 1, ["violence"]), "first.tip_now"),
    ("rủ em đi làm, mai đi", read("help_self", 1, ["being_moved", "deceptive_job"], ["job_offer"]),
     "first.job_offer.date"),
    ("mai đi làm ở casino", read("info", 2, ["deceptive_job"], ["job_offer"]),
     "first.job_offer.date"),
    ("bị đánh", read("crisis_other", 1, ["violence", "unsafe_phone"]), "first.soft_cry"),
    ("em 13 tuổi bị đánh", read("crisis_other", 1, ["violence", "minor"]),
     "first.violence_home.child"),
    ("hàng xóm đánh con", read("crisis_other", 1, ["violence", "minor"]), "first.tip_now"),
    ("giúp em với", read("help_self", 2, (), ["soft_cry"]), "first.soft_cry"),
    ("thoat", read("help_self", 2, (), ["escape_word"]), "first.soft_cry"),
    ("dung goi lai", read("help_self", 1, ["unsafe_phone"], ["no_call"]), "first.covert"),
    ("có phải robot không", read("info", 4, (), ["asks_robot"]), "answer.robot"),
    ("mất tiền không", read("info", 4, (), ["asks_cost"]), "answer.cost"),
    ("có bị phạt không", read("info", 4, (), ["asks_fine"]), "answer.fine"),
    ("có bị phạt không", read("info", 4, ["unsafe_phone"], ["asks_fine"]), "answer.by_person"),
    ("đồ điên", read("off_topic", 4, (), ["abuse_of_line"]), "first.abuse"),
    ("nhầm số", read("off_topic", 4, (), ["wrong_number"]), "first.wrong_number"),
    ("ai đấy", read("off_topic", 4, (), ["asks_who"]), "answer.who"),
    ("alo", read("off_topic", 4, (), ["greeting"]), "answer.who"),
    ("gọi 18001567 được không", read("info", 4, (), ["old_number"]), "answer.old_number"),
    ("gọi cho tôi", read("info", 4, (), ["call_me"]), "answer.call_me"),
    ("gọi cho tôi", read("info", 4, ["unsafe_phone"], ["call_me"]), "answer.call_me.quiet"),
    ("cho số", read("info", 4, (), ["asks_number"]), "answer.number"),
    ("cho số", read("info", 4, (), ["asks_number"], abroad("TH", "Thái Lan")),
     "answer.abroad_number.country"),
    ("cho gặp người", read("info", 4, (), ["asks_person"]), "answer.person"),
    ("cho em hỏi", read("info", 4), "first.info"),
    ("luật thế nào", read("info", 4), "ask.safety.read"),
    ("thủ đoạn rủ người đi là gì", read("info", 4), "info.tricks.work"),
    ("về nhà rồi thì được hỗ trợ gì", read("info", 4), "info.support.who"),
    ("nộp đơn ở đâu", read("info", 4), "info.apply"),
    ("ở Đài Loan gọi số nào", read("off_topic", 4, (), ["asks_number"]),
     "answer.abroad_number.country"),
    ("con tôi bị giữ ở Bavet đòi chuộc 50 triệu",
     read("help_other", 1, ["confinement", "ransom_debt"], (), abroad("KH", "Bavet")),
     "first.family_held.town"),
    ("con tôi bị giữ bên đó, chưa ai đòi tiền", read("help_other", 2, ["confinement"]),
     "first.family_held"),
    ("hôm qua thấy xe chở mấy em", read("tip", 2, ["being_moved"]), "first.tip_past.when"),
    ("bị nhốt ở Bavet, quê An Giang",
     read("help_self", 1, ["scam_compound"], (), abroad("KH", "An Giang", "An Giang")),
     "first.compound_abroad.town"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reading", "expected"), CASES)
def test_the_first_message_chooses_the_first_answer(
    text: str, reading: Reading, expected: str
) -> None:
    talk = Talk()
    assert talk.write(text, reading) == expected
    assert all(effect.at_once for effect in talk.effects if hasattr(effect, "at_once"))
    assert talk.urgency <= reading.urgency


def test_no_call_bars_calls_for_good_and_is_urgent() -> None:
    talk = Talk()
    talk.write("dung goi lai", read("help_self", 1, ["unsafe_phone"], ["no_call"]))
    assert BarCalls() in talk.effects
    assert talk.urgency == 1
    assert talk.write("gọi đi", read("info", 4, (), ["call_me"])) == "answer.by_person"
    for text in ("tầng 3 nhà số 5 đường Nguyễn Trãi", "có 4 người", "vâng"):
        assert talk.write(text).startswith("ack.")  # nothing is asked, no button is shown


def test_after_hours_says_when_for_what_can_wait_only() -> None:
    calm = Talk()
    said = Said("có chuyện lạ ở quán", back_at="7 giờ sáng")
    assert calm.write(said, read("tip", 3)) == "answer.after_hours.place"
    assert calm.write("xã Tân Thanh, Lạng Sơn", read("tip", 3, (), (), province())) == "ask.tip.now"
    pressing = Talk()
    said = Said("em bị nhốt", back_at="7 giờ sáng")
    assert pressing.write(said, read("help_self", 1, ["confinement"])) == "first.held_now"


def test_after_hours_one_key_wakes_somebody() -> None:
    talk = Talk()
    talk.write(Said("tôi cần giấy tờ", back_at="7 giờ sáng"), read("return_support", 3))
    assert talk.write("1", back_at="7 giờ sáng") == "answer.after_hours.called"
    assert talk.calls == ["needs_tonight"]
    assert talk.urgency == 2


def test_a_pin_or_a_picture_alone_is_not_a_mistake() -> None:
    talk = Talk()
    assert talk.write(Said("", has_location=True)) == "first.soft_cry"
    assert talk.calls == ["pin_only"]  # the text says that somebody is called
    assert talk.urgency == 2
    assert Talk().write(Said("", media=("photo",))) == "first.media"


def test_a_message_without_reading_is_kept_for_a_person() -> None:
    talk = Talk()
    assert talk.resume(Said("???a")) != ""
    assert talk.calls == ["unread"]
