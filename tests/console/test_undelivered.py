"""The page of what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable

from desk.messages import NotSent
from store.people import Person
from tests.console.conftest import Visit
from tests.stage import Stage, failing

Visitor = Callable[[Person], Visit]


def test_it_says_why_what_to_do_and_sends_again(stage: Stage, visit: Visitor) -> None:
    lan = stage.add("Lan", "an-giang")
    stage.staff.answer = failing(NotSent("chat_not_found", again=False))
    stage.sms.answer = failing(NotSent("21610", again=False, gone=True))
    stage.talk("em bi nhot o an giang, ho thu ho chieu cua em")
    page = visit(lan).get("/undelivered")
    assert page.status_code == 200
    assert "đừng tìm đường khác" in page.text.lower()
    assert "nhot" not in page.text
    assert "<script>" not in page.text
    assert "style=" not in page.text
    failed = page.text.split("/desk/undelivered/")[1].split('"')[0]
    after = visit(lan).post(f"/undelivered/{failed}")
    assert "Sẽ gửi lại ngay." in after.text


def test_nobody_gets_in_without_a_session(stage: Stage, visit: Visitor) -> None:
    stranger = Visit(visit(stage.add("x", "an-giang")).client.application.test_client(), stage)
    assert stranger.get("/undelivered").status_code == 302
