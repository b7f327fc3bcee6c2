"""Talks with the engine, turn by turn: what is asked, what is skipped, when it stops."""

from __future__ import annotations

import pytest

import flows
from flows.turn import (
    CodeWord,
    Consent,
    CoverWord,
    Expired,
    Fact,
    Lift,
    MarkPhone,
    Said,
    Say,
    Silence,
    TimedOut,
    UseLanguage,
    Window,
    Withdraw,
)
from tests.flows.talking import Talk, abroad, province, read

HELD = read("help_self", 1, ["confinement"])
YES = read(cues=["yes"])
NO = read(cues=["no"])


def held() -> Talk:
    talk = Talk()
    assert talk.write("em bị nhốt, cứu em", HELD) == "first.held_now"
    return talk


def tip() -> Talk:
    talk = Talk()
    assert talk.write("có chuyện lạ ở quán", read("tip", 3)) == "first.tip_past"
    return talk


def test_held_is_asked_in_order_until_place_and_two_facts_are_known() -> None:
    talk = held()
    assert talk.write("đường Nguyễn Trãi") == "ask.held.floor"
    assert talk.write("tầng 3") == "ask.hurt"
    assert talk.write("2") == "done.held"
    assert talk.write("cảm ơn", read(cues=["thanks"])) == "answer.thanks"
    assert talk.write("cảm ơn", read(cues=["thanks"])).startswith("ack.")


def test_two_questions_left_out_end_the_asking() -> None:
    talk = held()
    assert talk.write("ko", NO) == "ask.held.floor"
    assert talk.write("k biết", read(cues=["dont_know"])) == "done.held"


def test_several_answers_in_one_message_are_not_asked_again() -> None:
    talk = held()
    assert talk.write("đường Trần Phú tầng 2 có 5 người, 2 em 15 tuổi") == "done.held"
    assert {"spot", "floor", "people"} <= set(talk.state.facts)  # type: ignore[union-attr]


def test_an_answer_to_the_wrong_question_counts_for_its_own() -> None:
    talk = held()
    assert talk.write("có 5 người ở đây") == "ask.held.floor"
    assert talk.write("toà nhà Hoa Mai") == "ask.hurt"
    assert talk.write("không") == "done.held"  # place, people, hurt


def test_the_same_message_twice_gets_the_next_question_and_answers_nothing() -> None:
    talk = held()
    assert talk.write("em bị nhốt, cứu em", HELD) == "ask.held.floor"
    assert "spot" not in talk.state.facts  # type: ignore[union-attr]


def test_a_pin_answers_where() -> None:
    talk = held()
    assert talk.write(Said("", has_location=True)) == "ask.held.floor"


def test_a_pin_counts_whatever_was_asked() -> None:
    talk = tip()
    talk.write("ở quán gần chợ")
    assert talk.write(Said("", has_location=True)) != ""
    assert talk.state.facts["spot"] == "told"  # type: ignore[union-attr]


@pytest.mark.parametrize("word", ["dung", "đúng", "1", "một", "co", "ừ", "yes"])
def test_yes_in_many_ways(word: str) -> None:
    talk = held()
    talk.write("đường Nguyễn Trãi")
    talk.write("không rõ tầng", read())
    talk.write(word, YES)
    assert talk.state.facts["hurt"] == "yes"  # type: ignore[union-attr]


def test_buttons_answer_their_own_question_only() -> None:
    talk = held()
    talk.write("đường Nguyễn Trãi")
    assert talk.write("tầng 3") == "ask.hurt"
    assert talk.write(Said("", choice="first.support:1")).startswith("ack.")
    assert "hurt" not in talk.state.facts  # type: ignore[union-attr]
    assert talk.state.skipped == 0  # type: ignore[union-attr]
    assert talk.write("XOA HET") == "erase.ask"
    assert talk.write(Said("", choice="ask.hurt:1")).startswith("ack.")
    assert talk.write(Said("", choice="erase.ask:2")) == "erase.kept"
    other = Talk()
    other.write("bị đánh", read("crisis_other", 1, ["violence"]))
    assert other.write(Said("", choice="first.violence_home:2")) == ""
    assert other.quiet == "later"


def test_polite_words_and_a_providers_start_leave_the_question_open() -> None:
    talk = held()
    assert talk.write("alo", read(cues=["greeting"])) == "answer.who"
    assert talk.write("dạ em cảm ơn", read(cues=["thanks"])) == "answer.thanks"
    assert talk.write("START").startswith("ack.")
    assert talk.write("đường Nguyễn Trãi") == "ask.held.floor"


def test_telegrams_start_is_a_greeting() -> None:
    assert Talk().write("/start leaflet7") == "answer.who"


def test_pictures_and_stickers_are_answered_truthfully_and_leave_the_question_open() -> None:
    talk = held()
    assert talk.write(Said("", media=("photo",))) == "ack.photo"
    assert talk.write(Said("👍", media=("sticker",))) == "ack.sticker"
    assert talk.write("đường Nguyễn Trãi") == "ask.held.floor"


def test_found_out_is_silence_for_good() -> None:
    talk = held()
    assert talk.write("bi phat hien roi", read("help_self", 1, (), ["found_out"])) == ""
    assert Silence("found_out") in talk.effects
    assert talk.calls == ["found_out"]
    assert talk.write("em đây, nhắn lại đi") == ""
    assert talk.quiet == "silenced"
    assert talk.write("NGUOI") == ""
    lifted = flows.unsilence(talk.state)  # type: ignore[arg-type]
    assert Talk(lifted).write("em đây") != ""


def test_found_out_silences_a_first_message_too() -> None:
    talk = Talk()
    assert talk.write("bi phat hien roi", read("help_self", 1, (), ["found_out"])) == ""
    assert Silence("found_out") in talk.effects


def test_danger_after_silence_calls_staff_and_says_nothing() -> None:
    talk = tip()
    talk.write("ngưng")
    assert talk.quiet == "asked_to_stop"
    assert talk.write("họ tới rồi, cứu", HELD) == ""
    assert talk.calls == ["danger_rises"]


def test_wrong_number_in_mid_talk_is_silence_and_first_is_not() -> None:
    talk = tip()
    wrong = read(cues=["wrong_number"])
    assert talk.write("nhầm số", wrong) == ""
    assert Silence("wrong_number") in talk.effects
    first = Talk()
    assert first.write("nhầm số", wrong) == "first.wrong_number"
    assert first.write("ok") == ""
    assert first.quiet == "wrong_number"
    assert first.write("cứu em với", HELD) == "first.held_now"


@pytest.mark.parametrize("word", ["ngưng", "NGUNG", "/ngung", "ngung nhé"])
def test_the_taught_word_stops_at_any_time(word: str) -> None:
    talk = held()
    assert talk.write(word) == ""
    assert Silence("asked_to_stop") in talk.effects


@pytest.mark.parametrize("word", ["STOP", "thôi", "DUNG NHAN"])
def test_everyday_stop_words_are_silence_only_where_no_question_is_open(word: str) -> None:
    talk = held()
    assert talk.write(word) == ""
    assert talk.quiet == "stop_unclear"
    assert talk.calls == ["stop_unclear"]
    assert talk.write("đường Nguyễn Trãi") == "ask.held.floor"
    quiet = Talk()
    quiet.write("alo", read(cues=["greeting"]))
    quiet.write(word)
    assert Silence("asked_to_stop") in quiet.effects


def test_suicide_words_jump_to_the_safety_path_and_then_a_person_writes() -> None:
    talk = tip()
    dying = read("crisis_other", 1, ["suicide_self_harm"], ["suicide_now"])
    assert talk.write("em muốn chết", dying) == "first.suicidal"
    assert talk.calls == ["suicide"]
    assert talk.effects[-1].at_once  # type: ignore[union-attr]
    assert talk.write("1") == ""
    assert talk.quiet == "person_writes"
    assert talk.write("alo") == ""


def test_suicidal_ends_after_two_questions_and_still_hears_that_nobody_is_reached() -> None:
    talk = Talk()
    talk.write("em muốn chết", read("crisis_other", 1, ["suicide_self_harm"], ["suicide_now"]))
    assert talk.write("2") == "ask.suicide.with"
    assert talk.write("một mình") == ""
    assert talk.quiet == "person_writes"
    assert talk.write("có ai không", staff="unreached") == "answer.unreached"
    assert talk.write("có ai không", staff="unreached") == ""


def test_a_tip_that_becomes_the_senders_own_danger() -> None:
    talk = tip()
    assert talk.write("thật ra em cũng bị nhốt", HELD) == "first.held_now"
    assert talk.urgency == 1


def test_a_tip_that_is_happening_now() -> None:
    talk = Talk()
    talk.write("có chuyện lạ ở Lạng Sơn", read("tip", 3, (), (), province()))
    now = read("tip", 1, ["being_moved"], ["happening_now"])
    assert talk.write("họ đang đưa lên xe", now) == "first.tip_now.province"


def test_violence_at_home_later_means_nothing_until_the_sender_writes() -> None:
    talk = Talk()
    talk.write("chồng đánh", read("crisis_other", 1, ["violence"]))
    assert talk.write("2") == ""
    assert talk.quiet == "later"
    assert talk.write("giờ viết được") == "ask.hurt"


def test_after_a_pause_the_open_question_is_not_shown() -> None:
    talk = held()
    assert talk.write("đường Nguyễn Trãi", gap_s=1200.0) == "ask.continue"
    assert talk.write("1") == "ask.held.floor"


def test_after_a_pause_later_is_heard() -> None:
    talk = held()
    talk.write("đường Nguyễn Trãi", gap_s=1200.0)
    assert talk.write("để sau") == ""
    assert talk.quiet == "later"


def test_the_code_word_begins_again_without_the_question_in_between() -> None:
    talk = Talk()
    talk.write("tôi mới về, cần giúp", read("return_support", 3))
    talk.write("1")
    talk.write("xã Tân Thanh, Lạng Sơn", read(place=province("Lạng Sơn", "Tân Thanh")))
    assert talk.write("2") == "ask.support.hour"
    assert MarkPhone(True) in talk.effects
    assert talk.write("7 giờ sáng") == "ask.safety.word"
    assert talk.write("hoa mai") == "ask.support.mustnot"
    assert CodeWord("hoa mai") in talk.effects
    assert not [e for e in talk.effects if isinstance(e, Fact)], "no page shows the word"
    assert talk.write("Hoa mai. Không muốn họ hàng biết", gap_s=90000.0) == "ask.bed.baby"
    assert talk.write("không") == "consent.keep"
    assert talk.write("1") == "consent.commune"
    assert Consent("keep", True, "consent.keep") in talk.effects
    assert talk.write("2") == "consent.no"
    assert Consent("share:commune", False, "consent.commune") in talk.effects
    assert talk.write("vâng") == "consent.contact"
    assert talk.write("2") == "ask.cover"
    assert Consent("contact", False, "consent.contact") in talk.effects
    assert talk.write("4") == "done.support"


def test_the_dull_answer_is_chosen_beforehand_and_then_nothing() -> None:
    talk = Talk()
    for text in ("tôi mới về, cần giúp", "1", "xã Tân Thanh, Lạng Sơn", "2", "20h-21h", "hoa mai"):
        place = province("Lạng Sơn", "Tân Thanh") if "xã" in text else None
        reading = read("return_support", 3) if "mới về" in text else read(place=place)
        talk.write(text, reading)
        if text == "20h-21h":
            assert Window(20 * 60, 21 * 60) in talk.effects
    for text in ("không", "không", "1", "1", "1"):
        asked = talk.write(text)
    assert asked == "ask.cover"
    assert talk.write("2") == "ask.cover_word"
    assert talk.write("sen trắng") == "done.support"
    assert CoverWord("sen trang", "shop") in talk.effects
    assert talk.write("Sen trắng") == "cover.shop"
    assert talk.effects[0] == Say("cover.shop", at_once=True, cover=True)
    assert Silence("cover") in talk.effects
    assert talk.urgency == 1
    assert talk.write("alo, ai đó") == ""
    assert talk.quiet == "silenced"
    assert talk.write("Hoa mai, em đây") != ""
    assert Lift("code_word") in talk.effects


def test_a_watched_phone_is_never_marked_safe() -> None:
    talk = Talk()
    watched = read("return_support", 3, ["unsafe_phone"])
    talk.write("tôi mới về, máy mượn", watched)
    talk.write("giấy tờ", watched)
    talk.write("xã Tân Thanh, Lạng Sơn", read(place=province("Lạng Sơn", "Tân Thanh")))
    talk.write("2")
    assert MarkPhone(False) in talk.effects


def test_no_answer_to_who_reads_means_unsafe() -> None:
    talk = Talk()
    talk.write("tôi mới về, cần giúp", read("return_support", 3))
    talk.write("1")
    assert talk.write("xã Tân Thanh", read(place=province("Lạng Sơn", "Tân Thanh"))) == (
        "ask.safety.read"
    )
    assert talk.resume(TimedOut()) == ""
    assert talk.state.phone_safe is False  # type: ignore[union-attr]
    assert talk.write("tôi đây") == "ask.support.mustnot"


def test_new_style_on_a_guarded_talk_ends_the_asking() -> None:
    talk = Talk()
    talk.write("em bị nhốt ở trong nhà, cứu em với", HELD)
    assert talk.write("em o tang hai cua nha mau xanh").startswith("ack.")
    assert talk.calls == ["new_style"]
    assert talk.write("Đường Nguyễn Trãi").startswith("ack.")


def test_a_tip_ends_with_the_consent_to_be_asked_again() -> None:
    talk = tip()
    there = read("tip", 3, (), (), province("Lạng Sơn", "Tân Thanh"))
    assert talk.write("xã Tân Thanh, Lạng Sơn", there) == "ask.tip.now"
    assert talk.write("hôm qua") == "ask.tip.seen"
    assert talk.write("nhiều cô gái vào ra buổi đêm") == "ask.tip.more"
    assert talk.write("được", YES) == "done.tip"
    assert Consent("contact", True, "ask.tip.more") in talk.effects


def test_an_ambiguous_place_is_asked_once_with_the_options() -> None:
    talk = held()
    place = province()
    place = type(place)("VN", None, None, "Châu Thành", ("Tây Ninh", "Cần Thơ"))
    assert talk.write("đường Lê Lợi châu thành", read(place=place)) == "ask.which_place"
    assert talk.effects[-1].params == {"noi": "Tây Ninh, Cần Thơ"}  # type: ignore[union-attr]
    assert talk.write("Tây Ninh", read(place=province("Tây Ninh"))) == "ask.held.floor"


def test_a_small_question_is_answered_and_the_flow_goes_on() -> None:
    talk = tip()
    assert talk.write("mất tiền không", read("info", 4, (), ["asks_cost"])) == "answer.cost"
    there = read("tip", 3, (), (), province("Lạng Sơn", "Tân Thanh"))
    assert talk.write("xã Tân Thanh, Lạng Sơn", there) == "ask.tip.now"


def test_a_small_question_inside_a_report_is_answered_later() -> None:
    talk = Talk()
    mixed = read("help_self", 1, ["confinement"], ["asks_cost"])
    assert talk.write("em bị nhốt, có mất tiền không", mixed) == "first.held_now"
    said = {talk.write(text) for text in ("đường Lê Lợi", "tầng 3", "không", "vâng")}
    assert "answer.cost" in said


def test_asking_for_a_person_calls_one_each_time() -> None:
    talk = tip()
    assert talk.write("NGUOI") == "answer.person"
    assert talk.calls == ["asks_person"]
    assert talk.write("người").startswith("ack.")
    assert talk.calls == ["asks_person"]


def test_a_lawyer_is_asked_for_with_one_key() -> None:
    talk = tip()
    talk.write("có bị phạt không", read("info", 4, (), ["asks_fine"]))
    assert talk.write("1") == "answer.lawyer"
    assert talk.calls == ["asks_lawyer"]


def test_erase_asks_a_second_yes_and_keeps_an_urgent_report_for_a_person() -> None:
    talk = held()
    assert talk.write("xoá hết") == "erase.ask"
    assert talk.write("1") == "erase.person"
    assert talk.calls == ["erase_asked"]
    assert Withdraw() not in talk.effects
    assert talk.write("đường Lê Lợi") == "ask.held.floor"


def test_erase_of_a_calm_report_withdraws_it() -> None:
    talk = tip()
    talk.write("XOA HET")
    assert talk.write("có") == "erase.done"
    assert Withdraw() in talk.effects


@pytest.mark.parametrize("answer", ["2", "không", "thôi đừng"])
def test_erase_without_a_yes_deletes_nothing(answer: str) -> None:
    talk = tip()
    talk.write("XOA HET")
    talk.write(answer)
    assert Withdraw() not in talk.effects


def test_i_deleted_it_deletes_nothing() -> None:
    talk = held()
    assert talk.write("xoa roi", read(cues=["deleted_it"])) == "answer.deleted"
    assert Withdraw() not in talk.effects


def test_taking_a_report_back() -> None:
    talk = tip()
    assert talk.write("thôi không báo nữa", read(cues=["withdraws"])) == "answer.withdrawn"
    assert Withdraw() in talk.effects
    assert talk.write("vâng").startswith("ack.")


def test_the_language_can_be_chosen_and_is_followed() -> None:
    talk = tip()
    assert talk.write("NGON NGU") == "language.ask"
    assert talk.write("2") == "language.set"
    assert UseLanguage("en") in talk.effects
    assert talk.state.language == "en"  # type: ignore[union-attr]


def test_the_language_follows_the_sender_but_not_for_a_word() -> None:
    talk = tip()
    talk.write("ok", read(language="en"))
    assert talk.state.language == "vi"  # type: ignore[union-attr]
    talk.write("it is in Lang Son province", read("tip", 3, language="en"))
    assert talk.state.language == "en"  # type: ignore[union-attr]


def test_another_language_calls_an_interpreter_once() -> None:
    talk = Talk()
    talk.write("救我", read("help_self", 1, (), ["rescue_word"], language="zh"))
    assert talk.state.language == "zh"  # type: ignore[union-attr]
    assert talk.calls == ["interpreter"]
    talk.write("我在芒街", read(language="zh"))
    assert talk.calls == []


def test_a_soft_cry_answered_with_a_number() -> None:
    talk = Talk()
    talk.write("giúp em với", read("help_self", 2, (), ["soft_cry"]))
    assert talk.write("3") == ""
    assert talk.quiet == "cannot_write"
    assert talk.urgency == 1
    assert talk.write("giờ được rồi") == "ask.held.place"


def test_a_soft_cry_that_is_needed_at_once_goes_on_as_held() -> None:
    talk = Talk()
    talk.write("giúp em với", read("help_self", 2, (), ["soft_cry"]))
    assert talk.write("1") == "ask.held.place"
    assert talk.calls == ["needs_now"]
    assert talk.urgency == 1
    assert talk.write("chợ Cầu Giấy") == "ask.held.floor"
    assert talk.write("tầng 3") == "ask.hurt"
    assert talk.write("2") == "done.held"


def test_a_child_held_gets_three_questions_at_most() -> None:
    talk = Talk()
    talk.write("em 14t bị nhốt", read("help_self", 1, ["confinement", "minor"]))
    asked = [talk.write(text) for text in ("đường Lê Lợi", "tối", "vâng", "ok")]
    assert [text for text in asked if text.startswith("ask.")] == ["ask.child.hour"]


def test_a_child_alone_who_says_where_is_asked_no_more() -> None:
    talk = Talk()
    talk.write("em lạc", read("help_self", 2, ["minor"], ["alone_child"]))
    assert talk.write("bến xe Mỹ Đình") == "done.child"


def test_a_wife_abroad_whose_phone_is_read_is_not_asked_for_the_floor() -> None:
    talk = Talk()
    talk.write("em phải ở với ông ấy", read("help_self", 2, ["forced_marriage"], ["abroad"]))
    talk.write("Trung Quốc", read(place=abroad("CN", "Trung Quốc")))
    answer = talk.write("máy này ông ấy hay xem", read("help_self", 1, ["unsafe_phone"]))
    assert answer == "ask.marriage.out"
    assert talk.state is not None
    assert (talk.state.urgency, talk.state.situation) == (1, "marriage_abroad")


def test_marriage_abroad_gets_the_number_only_when_she_reads_alone() -> None:
    for answer, expected in (("1", "done.marriage"), ("2", "done.held")):
        talk = Talk()
        talk.write("em phải ở với ông ấy", read("help_self", 2, ["forced_marriage"], ["abroad"]))
        assert talk.write("Trung Quốc", read(place=abroad("CN", "Trung Quốc"))) == (
            "ask.marriage.alone"
        )
        assert talk.write(answer) == expected


def test_family_is_told_to_say_nothing_of_it() -> None:
    talk = Talk()
    talk.write("con tôi mất tích", read("help_other", 2, ["missing_person"]))
    texts = ["hôm qua ở bến xe", "17 tuổi", "đi với người lạ", "không ai đòi", "không", "có"]
    assert "done.family" in [talk.write(text) for text in texts]


def test_a_job_offer_with_a_near_date_is_for_a_person() -> None:
    talk = Talk()
    talk.write("có người rủ đi làm", read("info", 3, ["deceptive_job"], ["job_offer"]))
    near = read("info", 2, ["deceptive_job"], ["job_offer"])
    assert talk.write("làm ở casino, mai đi", near) == "done.job"


def test_information_menu_takes_numbers_and_words() -> None:
    for answer, expected in (
        ("2", "info.tricks.work"),
        ("giúp được gì", "info.support.who"),
        ("luật", "ask.safety.read"),
        ("số để gọi", "info.numbers"),
        ("năm", "info.more"),
        ("1", "ask.job.what"),  # goes on as a job offer
    ):
        talk = Talk()
        talk.write("cho em hỏi", read("info", 4))
        assert talk.write(answer) == expected


def test_a_need_that_was_told_is_not_asked() -> None:
    talk = Talk()
    there = read("return_support", 3, (), (), province("Lào Cai", "Bản Lầu"))
    assert talk.write("tôi mới về, cần làm giấy tờ", there) == "first.support.need_place"
    assert talk.write("2") == "ask.support.hour"


def test_yes_and_no_answer_a_question_for_yes_or_no() -> None:
    talk = Talk()
    talk.write("con tôi mất tích", read("help_other", 2, ["missing_person"]))
    talk.write("hôm qua ở bến xe")
    talk.write("17 tuổi", read("info", 4, ["minor"]))
    assert "child" not in talk.state.facts  # type: ignore[union-attr]
    assert talk.write("bạn nó rủ") == "ask.family.money"
    for answer in ("không", "không", "có"):
        last = talk.write(answer, read(cues=["no"] if answer == "không" else ["yes"]))
    assert last == "done.family"
    assert talk.state.skipped == 0  # type: ignore[union-attr]


def test_the_law_only_where_nobody_else_reads() -> None:
    for answer, expected in (("2", "info.law"), ("1", "answer.by_person")):
        talk = Talk()
        talk.write("cho em hỏi", read("info", 4))
        assert talk.write("5") == "info.more"
        assert talk.write("1") == "ask.safety.read"
        assert talk.write(answer) == expected


def test_the_rest_of_the_topics_is_one_menu_further() -> None:
    for answer, expected, calls in (
        ("2", "info.apply", []),
        ("tin đã gửi", "answer.status", ["asks_status"]),
        ("4", "answer.person", ["asks_person"]),
        ("viết ra", "info.other", []),
    ):
        talk = Talk()
        talk.write("cho em hỏi", read("info", 4))
        talk.write("5")
        assert talk.write(answer) == expected
        assert talk.calls == calls


def test_how_people_are_lured_is_read_step_by_step() -> None:
    talk = Talk()
    assert talk.write("thủ đoạn rủ rê là gì", read("info", 4)) == "info.tricks.work"
    assert talk.write("1") == "info.tricks.love"
    assert talk.write("tiếp") == "info.tricks.debt"
    assert talk.write("1") == "info.tricks.before"


def test_another_topic_may_be_named_at_any_time() -> None:
    talk = Talk()
    assert talk.write("thủ đoạn rủ rê là gì", read("info", 4)) == "info.tricks.work"
    assert talk.write("thế về rồi được hỗ trợ gì", read("info", 4)) == "info.support.who"
    assert talk.write("người ở nước ngoài") == "info.support.away"
    assert talk.write("1") == "info.numbers"
    assert talk.write("còn luật thì sao", read("info", 4)) == "ask.safety.read"
    assert talk.write("2") == "info.law"
    assert talk.write("1") == "info.law.rights"


def test_who_is_entitled_to_what_and_where_to_ask() -> None:
    for answer, text in (("1", "home"), ("3", "child"), ("4", "foreign")):
        talk = Talk()
        talk.write("được hỗ trợ gì", read("info", 4))
        assert talk.write(answer) == f"info.support.{text}"
        assert talk.write("1") == "info.apply"


def test_numbers_never_go_to_a_watched_phone() -> None:
    talk = Talk()
    talk.write("số nào gọi được", read("info", 4, ["unsafe_phone"]))
    assert talk.write("số để gọi") in ("answer.by_person", "")
    assert talk.calls == ["asks_person"]


def test_a_job_offer_is_judged_by_its_signs() -> None:
    for contract, fee, expected in (
        ("có", "không", "done.job"),
        ("không", "2", "done.job.contract"),
        ("1", "có, 5 triệu", "done.job.fee"),
    ):
        talk = Talk()
        talk.write("có người rủ đi làm", read("info", 3, ["deceptive_job"], ["job_offer"]))
        talk.write("phụ bếp ở Đà Nẵng, tháng sau đi")
        talk.write("trên mạng")
        assert talk.write(contract) == "ask.job.fee"
        talk.write(fee)
        assert talk.write("không có ai") == expected


def test_the_second_menu_of_needs() -> None:
    talk = Talk()
    talk.write("tôi mới về, cần giúp", read("return_support", 3))
    assert talk.write("5") == "ask.support.more"
    assert talk.write("luật sư") == "ask.place"
    other = Talk()
    assert other.write("tôi mới về, cần luật sư", read("return_support", 3)) == "first.support.need"


def test_the_commune_is_not_asked_for_where_it_must_not_know() -> None:
    talk = Talk()
    there = read("return_support", 3, (), (), province("Lào Cai", "Bản Lầu"))
    talk.write("tôi mới về, cần khám bệnh", there)
    assert talk.write("3") == "ask.support.mustnot"
    assert talk.write("ủy ban xã") == "ask.bed.baby"
    assert talk.write("có, 3 tuổi") == "consent.keep"
    assert talk.write("được") == "done.support"  # not the commune; not again on a watched phone


def test_a_relative_who_is_held_is_asked_for_by_place_demand_and_hour() -> None:
    talk = Talk()
    held_kin = read("help_other", 1, ["confinement", "ransom_debt"], (), abroad("KH", "Bavet"))
    assert talk.write("em tôi bị giữ ở Bavet, đòi chuộc 80 triệu", held_kin) == (
        "first.family_held.town"
    )
    assert talk.write("casino Hoa Mai") == "ask.family.back"
    assert talk.write("tối 9h") == "ask.family.age"


def test_the_same_digit_answers_two_questions_running() -> None:
    talk = Talk()
    there = read("return_support", 3, (), (), province("Lào Cai", "Bản Lầu"))
    talk.write("tôi mới về, cần khám bệnh", there)
    for text in ("2", "8 giờ", "hoa sen", "họ hàng", "không"):
        talk.write(text)
    assert talk.write("1") == "consent.commune"
    assert talk.write("1") == "consent.contact"
    assert Consent("share:commune", True, "consent.commune") in talk.effects


def test_help_is_not_turned_into_a_report() -> None:
    talk = Talk()
    talk.write("tôi mới về, cần giấy tờ", read("return_support", 3))
    assert talk.write("có con nhỏ 3 tuổi", read("tip", 2, ["minor"])) == "ask.safety.read"
    assert talk.urgency == 2


def test_when_a_person_reads_the_machine_keeps_out() -> None:
    talk = held()
    assert talk.write("đường Lê Lợi", staff="reading") == "answer.reading"
    assert talk.write("tầng 3", staff="reading") == ""
    assert talk.quiet == "person_writes"


def test_nobody_reached_is_said_once_and_the_question_comes_after() -> None:
    talk = held()
    assert talk.write("đường Lê Lợi", staff="unreached") == "answer.unreached"
    assert talk.write("vẫn chưa có ai à", staff="unreached") == "ask.held.floor"


def test_an_answer_that_never_left_is_asked_again() -> None:
    talk = held()
    assert talk.write("đường Lê Lợi") == "ask.held.floor"
    assert talk.write("gần chợ", unsent=("ask.held.floor",)) == "ask.held.floor"
    assert talk.write("tầng 3") == "ask.hurt"


def test_abuse_is_answered_once_and_a_real_cry_counts_in_full() -> None:
    talk = Talk()
    abuse = read(cues=["abuse_of_line"])
    assert talk.write("đồ điên", abuse) == "first.abuse"
    assert talk.write("lũ ngu", abuse) == ""
    assert talk.quiet == "abuse"
    assert talk.write("cứu em với", read("help_self", 1, (), ["rescue_word"])) == "first.held_now"


def test_greeting_then_report() -> None:
    talk = Talk()
    talk.write("alo", read(cues=["greeting"]))
    assert talk.write("có chuyện lạ ở quán", read("tip", 3)) == "first.tip_past"


def test_timers_say_nothing() -> None:
    talk = held()
    assert talk.resume(TimedOut()) == ""
    assert talk.resume(Expired()) == ""
    assert talk.state.step is None  # type: ignore[union-attr]
    assert talk.write("đường Lê Lợi") != ""


def test_the_state_holds_no_words_of_the_sender() -> None:
    talk = held()
    talk.write("đường Nguyễn Trãi, cạnh tiệm vàng Kim Ngân")
    kept = flows.dump(talk.state).lower()  # type: ignore[arg-type]
    assert "nguy" not in kept
    assert "kim" not in kept
