"""Whatever a phone sends is stored and answered, or a person is called; nothing is lost."""

from __future__ import annotations

import pytest

import triage
from desk import leaps
from desk.messages import Location, Media
from tests.stage import Stage

ODD = {
    "empty": "",
    "one letter": "a",
    "emoji": "😭😭😭",
    "long": "em xin cuu " * 900,
    "nul": "cuu\x00em",
    "surrogate": "cuu \ud83d em",
    "right to left": "\u202eمساعدة",
    "zalgo": "c\u0316\u0317\u0318\u0319ứu" + "\u0300" * 200,
    "blank": " \n\t ",
    "form": "=cmd|' /C calc'!A0",
    "html": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("sender", ["+84900000001", "5001"])
def test_odd_texts_are_kept_whole_and_answered(stage: Stage, name: str, sender: str) -> None:
    stage.add("quoc", "quoc-gia", role="national")
    answers = stage.talk(ODD[name], sender)
    kept = [m["text"] for m in stage.ticket()["messages"] if m["direction"] == "in"]
    assert kept == [ODD[name]]
    assert len(answers) == 1


def test_a_poisoned_message_becomes_a_ticket_with_its_raw_text(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoc = stage.add("quoc", "quoc-gia", role="national")
    read = triage.read

    def poisoned(text: str, **more: object) -> object:
        if "thuoc doc" in text:
            raise ZeroDivisionError
        return read(text, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(triage, "read", poisoned)
    received = stage.write("cuu em thuoc doc")
    assert received.unread
    stage.settle()
    ticket = stage.ticket()
    assert ticket["unread_by_machine"] is True
    assert ticket["messages"][0]["text"] == "cuu em thuoc doc"
    assert stage.pages(quoc), "a person is called to read it"
    assert stage.phone(), "and the sender is told that it arrived"
    assert stage.write("cuu em thuoc doc", external_id="again").unread
    assert stage.write("xin chao", "+84900000002").unread is False, "others are not held up"


def test_the_same_poisoned_delivery_is_one_ticket(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(text: str, **more: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(triage, "read", poisoned)
    stage.write("x", external_id="P1")
    assert stage.write("x", external_id="P1").duplicate
    assert len(stage.tickets()) == 1


def test_media_without_words_are_kept_and_answered_truthfully(stage: Stage) -> None:
    photos = tuple(Media("photo", f"https://example.org/{n}", "image/jpeg") for n in range(10))
    (answer,) = stage.talk("", media=photos)
    assert len(stage.ticket()["messages"][0]["media"]) == 10
    assert answer


def test_a_pin_is_a_place(stage: Stage) -> None:
    stage.talk("cuu em", "5001")
    stage.talk("", "5001", location=Location(21.85, 106.76))
    assert stage.ticket()["centre"] == "lang-son"


def test_an_edited_message_is_kept_and_read_but_not_answered(stage: Stage) -> None:
    stage.talk("cho em hoi ve hop dong lao dong", "5001")
    answers = stage.talk("cuu em, em bi nhot", "5001", event="edited")
    assert answers == []
    assert stage.ticket()["urgency"] == 1


def test_a_piece_that_comes_late_is_kept_in_its_place(stage: Stage) -> None:
    now = stage.clock()
    stage.talk("toi thay co nguoi bi nhot o lang son", at=now)
    stage.talk("hom qua", at=now + 1000)
    stage.clock.move(60)
    answers = stage.talk("cuu voi", at=now - 30_000)
    assert answers == []
    texts = [m["text"] for m in stage.ticket()["messages"] if m["direction"] == "in"]
    assert texts[0] == "cuu voi"


def test_stop_by_the_providers_word_is_obeyed_and_start_takes_it_back(stage: Stage) -> None:
    stage.talk("cuu em, em bi nhot o bavet")
    assert stage.talk("STOP", event="opted_out") == []
    assert stage.ticket()["opted_out"] is True
    stage.talk("START", event="opted_in")
    assert stage.ticket()["opted_out"] is False
    assert len(stage.tickets()) == 1, "the same report goes on"
    assert stage.talk("em o tang 3")


def test_a_clock_that_leaps_back_turns_no_order_round(stage: Stage) -> None:
    stage.write("mot")
    stage.clock.move(-7200)
    stage.write("hai")
    stage.clock.move(10_000)
    stage.write("ba")
    assert [m["text"] for m in stage.ticket()["messages"] if m["direction"] == "in"] == [
        "mot", "hai", "ba",
    ]  # fmt: skip


def test_what_waited_in_the_spool_while_the_clock_leapt_back_keeps_its_place(stage: Stage) -> None:
    stage.talk("mot", at=stage.clock())
    stage.clock.move(-7200)
    stage.talk("hai", at=stage.clock())
    stage.clock.move(60)
    stage.talk("ba", at=stage.clock() - 30_000)
    assert [m["text"] for m in stage.ticket()["messages"] if m["direction"] == "in"] == [
        "mot", "hai", "ba",
    ]  # fmt: skip


def test_a_message_from_after_our_clock_leapt_back_is_answered(stage: Stage) -> None:
    real = stage.clock.at
    assert stage.talk("em bị nhốt ở Bavet", "5001", at=real)
    leaps.watch(stage.desk)
    stage.clock.move(-7200)
    leaps.watch(stage.desk)
    assert stage.talk("quê em ở An Giang", "5001", at=real + 60_000), "it is not late"
    assert [m["text"] for m in stage.ticket()["messages"] if m["direction"] == "in"] == [
        "em bị nhốt ở Bavet", "quê em ở An Giang",
    ]  # fmt: skip
