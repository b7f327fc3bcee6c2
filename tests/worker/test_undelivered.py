"""What could not be delivered stands where staff see it, and leaves again only when it may."""

from __future__ import annotations

from desk import claims, closing, queue, replies, silence, undelivered
from desk.messages import NotSent
from desk.replies import Queued
from desk.undelivered import Again, NotAgain
from tests.stage import Stage, failing

TEXT = "em bi nhot o an giang, ho thu ho chieu cua em"


def _failed(stage: Stage, code: str = "21614", **more: bool) -> None:
    stage.sms.answer = failing(NotSent(code, again=False, **more))


def test_a_text_that_cannot_arrive_is_shown_without_its_words(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    _failed(stage)
    stage.talk(TEXT)
    (one,) = undelivered.listing(stage.desk, lan)
    assert (one.what, one.ref, one.gateway, one.code, one.by) == (
        "text", stage.ticket()["ref"], "twilio", "21614", None,
    )  # fmt: skip
    assert "nhot" not in repr(one)


def test_only_those_who_may_see_the_ticket_see_it(stage: Stage) -> None:
    stage.add("Lan", "an-giang")
    stage.add("Quốc", "quoc-gia", role="national")  # or everybody would be called in the end
    far = stage.add("Hoa", "ha-giang")
    admin = stage.add("Admin", "quoc-gia", role="admin")
    _failed(stage)
    stage.talk(TEXT)
    assert undelivered.listing(stage.desk, far) == []
    assert undelivered.listing(stage.desk, admin) == []
    (one,) = undelivered.listing(stage.desk)
    assert undelivered.send_again(stage.desk, far, one.id) == NotAgain(one.id, "not_allowed")


def test_the_holder_sends_it_again_and_it_arrives(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    stage.talk(TEXT)
    ref = stage.ticket()["ref"]
    claims.claim(stage.desk, lan, ref)
    _failed(stage)
    assert isinstance(replies.reply(stage.desk, lan, ref, "Chị đang đọc tin của em."), Queued)
    stage.settle()
    (one,) = undelivered.listing(stage.desk, lan)
    assert (one.by, one.again) == ("Lan", True)
    assert undelivered.send_again(stage.desk, lan, one.id) == Again(one.id)
    stage.settle()
    assert stage.phone()[-1] == "Chi dang doc tin cua em."
    assert undelivered.listing(stage.desk, lan) == []
    assert undelivered.send_again(stage.desk, lan, one.id) == NotAgain(one.id, "not_failed")


def test_nothing_reaches_a_phone_that_was_silenced_meanwhile(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    stage.talk(TEXT)
    ref = stage.ticket()["ref"]
    claims.claim(stage.desk, lan, ref)
    _failed(stage)
    replies.reply(stage.desk, lan, ref, "Chào em.")
    stage.settle()
    (one,) = undelivered.listing(stage.desk, lan)
    stage.talk("bi phat hien roi")
    before = len(stage.phone())
    assert undelivered.send_again(stage.desk, lan, one.id) == NotAgain(one.id, "silenced")
    stage.settle()
    assert len(stage.phone()) == before
    assert silence.lift(stage.desk, lan, ref, "em gọi lại, mật khẩu đúng") is None


def test_an_old_answer_of_the_machine_does_not_leave_again(stage: Stage) -> None:
    _failed(stage)
    stage.talk(TEXT)
    stage.clock.move(2 * 3600)
    (one,) = undelivered.listing(stage.desk)
    assert not one.again
    assert undelivered.send_again(stage.desk, None, one.id) == NotAgain(one.id, "stale")


def test_a_page_that_reaches_nobody_is_shown_and_sent_again(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    stage.staff.answer = failing(NotSent("chat_not_found", again=False))
    stage.write(TEXT)
    stage.settle()
    (one,) = [found for found in undelivered.listing(stage.desk, lan) if found.what == "page"]
    assert one.to == "Lan"
    assert undelivered.send_again(stage.desk, lan, one.id) == Again(one.id)
    stage.settle()
    assert len(stage.pages(lan)) == 1


def test_what_ended_is_not_shown(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    _failed(stage)
    stage.talk(TEXT)
    (row,) = queue.listing(stage.desk)
    claims.claim(stage.desk, lan, row["ref"])
    closing.close(stage.desk, lan, row["ref"], "no_contact", "")
    assert undelivered.listing(stage.desk, lan) == []


def test_an_unknown_id_is_nobodys(stage: Stage) -> None:
    assert undelivered.send_again(stage.desk, None, "x" * 32) == NotAgain("x" * 32, "not_there")
