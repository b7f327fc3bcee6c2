"""A reply or a note that is asked for twice is one: a double click, a replay, a lost answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from bot import staff as staff_bot
from desk import claims, notes, replies, roster
from desk.messages import Outbound
from desk.notes import Noted
from desk.replies import NotSent, Queued
from store.database import Database, Unavailable
from store.people import Person
from store.sql import Tx
from tests.desk.ordered import arrive
from tests.stage import Stage

PHONE = "+84900000001"
SAID = "Dang o dau?"


@pytest.fixture
def lan(stage: Stage) -> Person:
    return stage.add("lan", "an-giang")


@pytest.fixture
def ref(stage: Stage, lan: Person) -> str:
    made = arrive(stage, sender=PHONE)
    claims.claim(stage.desk, lan, made)
    return made


def sent(stage: Stage) -> int:
    stage.settle()
    return stage.phone(PHONE).count(SAID)


def test_the_second_attempt_shows_the_result_of_the_first(
    stage: Stage, lan: Person, ref: str
) -> None:
    first = replies.reply(stage.desk, lan, ref, SAID, given="form-1")
    assert isinstance(first, Queued)
    assert replies.reply(stage.desk, lan, ref, f" {SAID} ", given="form-1") == Queued(
        ref, first.message_id, again=True
    )
    assert sent(stage) == 1
    replied = [e for e in stage.ticket(ref)["history"] if e["verb"] == "replied"]
    assert len(replied) == 1


def test_other_words_another_form_another_person_or_none_are_another_text(
    stage: Stage, lan: Person, ref: str
) -> None:
    for text, given in ((SAID, "a"), (SAID, "b"), (SAID + "?", "a"), (SAID, ""), (SAID, "")):
        outcome = replies.reply(stage.desk, lan, ref, text, given=given)
        assert isinstance(outcome, Queued)
        assert not outcome.again
    claims.release(stage.desk, lan, ref)
    mai = stage.add("mai", "an-giang")
    claims.claim(stage.desk, mai, ref)
    outcome = replies.reply(stage.desk, mai, ref, SAID, given="a")
    assert isinstance(outcome, Queued)
    assert not outcome.again


def test_of_eight_at_the_same_moment_one_is_kept(stage: Stage, lan: Person, ref: str) -> None:
    together = threading.Barrier(8)

    def ask(_: int) -> replies.Queued | replies.NotSent:
        together.wait()
        return replies.reply(stage.desk, lan, ref, SAID, given="form-1")

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(ask, range(8)))
    ids = {outcome.message_id for outcome in outcomes if isinstance(outcome, Queued)}
    assert len(ids) == 1
    assert sum(not o.again for o in outcomes if isinstance(o, Queued)) == 1
    assert sent(stage) == 1


def test_what_was_refused_may_be_asked_for_again_with_a_reason(
    stage: Stage, lan: Person, ref: str
) -> None:
    stage.clock.move(3 * 3600)
    claims.claim(stage.desk, lan, ref)
    assert replies.reply(stage.desk, lan, ref, SAID, given="f") == NotSent(ref, "unsafe_phone")
    outcome = replies.reply(stage.desk, lan, ref, SAID, given="f", override="called first")
    assert isinstance(outcome, Queued)
    assert not outcome.again
    assert sent(stage) == 1


def test_the_first_result_is_told_after_the_ticket_was_given_away(
    stage: Stage, lan: Person, ref: str
) -> None:
    first = replies.reply(stage.desk, lan, ref, SAID, given="f")
    claims.release(stage.desk, lan, ref)
    assert isinstance(first, Queued)
    assert replies.reply(stage.desk, lan, ref, SAID, given="f") == Queued(
        ref, first.message_id, again=True
    )
    assert replies.reply(stage.desk, lan, ref, SAID, given="g") == NotSent(ref, "not_yours")


def test_a_staff_update_that_comes_twice_leaves_one_text(
    stage: Stage, lan: Person, ref: str
) -> None:
    page = _page(stage, lan)
    update = _update(stage, lan, page)
    for _ in range(2):
        staff_bot.take(stage.desk, lambda *_: None, update)
    assert sent(stage) == 1
    assert sum("đã xếp tin để gửi" in o.text for o in stage.pages(lan)) >= 1, "and says so"


def test_a_commit_whose_outcome_is_unknown_leaves_one_text(
    stage: Stage, lan: Person, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept, but its caller is told that the database is away, and the update comes again."""
    update = _update(stage, lan, _page(stage, lan))
    write = Database.write

    @contextmanager
    def lost(database: Database) -> Iterator[Tx]:
        with write(database) as tx:
            yield tx
        raise Unavailable("OperationalError")

    monkeypatch.setattr(Database, "write", lost)
    with pytest.raises(Unavailable):
        staff_bot.take(stage.desk, lambda *_: None, update)
    monkeypatch.setattr(Database, "write", write)
    staff_bot.take(stage.desk, lambda *_: None, update)
    assert sent(stage) == 1


def test_a_note_is_kept_once(stage: Stage, lan: Person, ref: str) -> None:
    first = notes.add(stage.desk, lan, ref, "gọi lại sau", given="f")
    assert isinstance(first, Noted)
    assert notes.add(stage.desk, lan, ref, "gọi lại sau", given="f") == first
    notes.add(stage.desk, lan, ref, "gọi lại sau", given="g")
    notes.add(stage.desk, lan, ref, "gọi lại sau")
    assert len(stage.ticket(ref)["notes"]) == 3


def _page(stage: Stage, lan: Person) -> Outbound:
    stage.settle()
    return stage.pages(lan)[0]


def _update(stage: Stage, lan: Person, page: Outbound) -> dict[str, Any]:
    chat = {"id": roster.telegram_id_of(stage.desk, lan), "type": "private"}
    return {
        "update_id": 7,
        "message": {
            "message_id": 4711,
            "from": {"id": chat["id"], "is_bot": False, "first_name": "x"},
            "chat": chat,
            "text": SAID,
            "reply_to_message": {
                "message_id": stage.staff.sent.index(page) + 1, "text": page.text, "chat": chat,
            },
        },
    }  # fmt: skip
