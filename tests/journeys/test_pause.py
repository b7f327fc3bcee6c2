"""The pause takes in everything, calls people, and says one neutral line to each sender."""

from __future__ import annotations

import locales
from desk import claims, pause, replies
from desk.replies import Queued
from tests.stage import Stage

SPOT = locales.render("ask.held.place", "vi", plain=True)
TEXT = "em bi nhot o an giang, ho thu ho chieu cua em"


def test_while_paused_a_sender_gets_one_neutral_line_and_people_are_called(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    assert pause.begin(stage.desk)
    assert not pause.begin(stage.desk)
    assert stage.talk(TEXT) == [locales.render(pause.LINE, "vi", plain=True)]
    assert stage.talk("ho danh em") == []
    assert (stage.ticket()["urgency"], len(stage.ticket()["messages"])) == (1, 3)
    assert stage.pages(lan)


def test_staff_write_on_and_the_end_is_the_end(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    pause.begin(stage.desk)
    stage.talk(TEXT)
    ref = stage.ticket()["ref"]
    claims.claim(stage.desk, lan, ref)
    assert isinstance(replies.reply(stage.desk, lan, ref, "Chào em"), Queued)
    stage.settle()
    assert stage.phone()[-1] == "Chao em"
    assert pause.end(stage.desk)
    assert not pause.end(stage.desk)
    assert stage.talk("toi muon hoi ve viec lam o campuchia", "+84900000077")[0] != (
        locales.render(pause.LINE, "vi", plain=True)
    )


def test_a_silence_holds_in_the_pause(stage: Stage) -> None:
    stage.talk(TEXT)
    pause.begin(stage.desk)
    assert stage.talk("bi phat hien roi") == []
    assert stage.talk("alo") == []
    assert stage.ticket()["silenced"] is True


def test_a_question_that_was_not_sent_was_not_asked(stage: Stage) -> None:
    """Or the first text after the pause would be taken for the answer to it."""
    other = "+84900000055"
    stage.talk(TEXT, other)
    assert stage.talk("alo", other) != [SPOT], "it was asked, so this is taken for the answer"
    pause.begin(stage.desk)
    ref = stage.write(TEXT).ref
    stage.settle()
    pause.end(stage.desk)
    assert stage.talk("alo") == [SPOT]
    assert stage.ticket(ref)["facts"] == [], "it answers nothing that anybody has seen"
    stage.talk("12 duong Le Loi")
    assert [(f["name"], f["value"]) for f in stage.ticket(ref)["facts"]] == [
        ("spot", "12 duong Le Loi")
    ]


def test_what_was_understood_in_the_pause_stands_after_it(stage: Stage) -> None:
    pause.begin(stage.desk)
    ref = stage.write(TEXT).ref
    stage.settle()
    assert stage.talk("bi phat hien roi") == []
    pause.end(stage.desk)
    assert stage.talk("alo") == []
    assert (stage.ticket(ref)["urgency"], stage.ticket(ref)["silenced"]) == (1, True)
