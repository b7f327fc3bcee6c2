"""Notes, history and what else a ticket shows, to whom."""

from __future__ import annotations

import pytest

from desk import claims, closing, history, notes, queue, replies, silence
from desk.messages import NotSent
from desk.notes import Noted, NotNoted
from store.people import Person
from tests.desk.ordered import LANG_SON, arrive, stored
from tests.stage import Stage, failing

PHONE = "+84900000001"
SAID = "chị Hai ở xã bên, gọi sau 19 giờ"


@pytest.fixture
def lan(stage: Stage) -> Person:
    return stage.add("lan", "an-giang")


def test_a_note_is_kept_with_its_author_and_sealed(stage: Stage, lan: Person) -> None:
    ref = arrive(stage)
    assert isinstance(notes.add(stage.desk, lan, ref, f"  {SAID} "), Noted)
    stage.clock.move(60)
    notes.add(stage.desk, None, ref, "từ người vận hành")
    assert [(n["by"], n["text"], n["at"][11:16]) for n in stage.ticket(ref)["notes"]] == [
        ("lan", SAID, "10:00"), ("operator", "từ người vận hành", "10:01"),
    ]  # fmt: skip
    assert "xã bên" not in stored(stage, "notes", "audit", "pages")


def test_what_cannot_be_noted_is_said(stage: Stage, lan: Person) -> None:
    ref = arrive(stage)
    far = stage.add("far", "lang-son")
    assert notes.add(stage.desk, lan, ref, " \n") == NotNoted(ref, "empty")
    assert notes.add(stage.desk, lan, ref, "a" * 4001) == NotNoted(ref, "too_long")
    assert notes.add(stage.desk, far, ref, SAID) == NotNoted(ref, "not_allowed")
    assert notes.add(stage.desk, lan, "1000000", SAID) == NotNoted("1000000", "no_ticket")
    closing.close(stage.desk, None, ref, "not_ours")
    assert notes.add(stage.desk, lan, ref, SAID) == NotNoted(ref, "ended")
    assert stage.ticket(ref)["notes"] == []


def test_the_history_says_who_did_what_when(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, sender=PHONE)
    stage.clock.move(60)
    claims.claim(stage.desk, lan, ref)
    queue.show(stage.desk, lan, ref)
    replies.reply(stage.desk, lan, ref, "Chị là người trực.")
    past = stage.ticket(ref)["history"]
    told = [(e["by"], e["verb"]) for e in past]
    assert told[:2] == [("machine", "opened"), ("machine", "paged")]
    assert told[-4:] == [
        ("lan", "claimed"),
        ("lan", "read"),
        ("lan", "replied"),
        ("operator", "read"),
    ]
    assert past[1]["details"] == {"staff": ["lan"]}, "names, not ids"
    assert [e["at"] for e in past] == sorted(e["at"] for e in past)


def test_the_history_tells_of_a_silence_and_its_end(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    stage.write("found_out", PHONE)
    assert stage.ticket(ref)["silenced"]
    assert silence.lift(stage.desk, lan, ref, "chị ấy gọi từ máy khác") is None
    told = [(e["by"], e["verb"]) for e in stage.ticket(ref)["history"]]
    assert ("sender", "silenced") in told
    assert ("lan", "silence_lifted") in told
    assert "máy khác" not in str(stage.ticket(ref)["history"])


def test_an_auditor_reads_the_history_and_no_words(stage: Stage, lan: Person) -> None:
    dinh = stage.add("dinh", "lang-son", role="auditor")
    ref = arrive(stage)
    notes.add(stage.desk, lan, ref, SAID)
    assert queue.show(stage.desk, dinh, ref) is None
    past = history.history(stage.desk, dinh, ref)
    assert past is not None
    assert ("lan", "noted") in [(e["by"], e["verb"]) for e in past]
    assert "khan 1" not in str(past)
    seen = [(e["by"], e["verb"]) for e in stage.ticket(ref)["history"]]
    assert ("dinh", "denied") in seen
    assert ("dinh", "audit_read") in seen
    assert history.history(stage.desk, stage.add("far", "lang-son"), ref) is None
    assert history.history(stage.desk, dinh, "1000000") is None


def test_everybody_lists_what_is_theirs(stage: Stage, lan: Person) -> None:
    quoc = stage.add("quoc", "quoc-gia", role="national")  # or everybody would have been called
    here, there = arrive(stage), arrive(stage, place=LANG_SON)
    people = {
        "lan": lan,
        "far": stage.add("far", "lang-son"),
        "vung": stage.add("vung", "vung-nam", role="supervisor"),
        "quoc": quoc,
        "dinh": stage.add("dinh", "quoc-gia", role="auditor"),
        "admin": stage.add("admin", "an-giang", role="admin"),
    }
    listed = {n: {t["ref"] for t in queue.listing(stage.desk, p)} for n, p in people.items()}
    assert listed == {
        "lan": {here}, "far": {there}, "vung": {here}, "quoc": {here, there},
        "dinh": {here, there}, "admin": set(),
    }  # fmt: skip
    assert {t["ref"] for t in queue.listing(stage.desk)} == {here, there}


def test_the_delivery_of_each_text_is_shown(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    stage.settle()
    stage.sms.answer = failing(NotSent("503", again=True), NotSent("30006", again=False))
    replies.reply(stage.desk, lan, ref, "Chị là người trực.")
    stage.deliver()
    waiting = stage.ticket(ref)["messages"][-1]
    assert (waiting["state"], waiting["author"], waiting["attempts"], waiting["error"]) == (
        "due", "lan", 1, "503",
    )  # fmt: skip
    assert waiting["due_at"] > waiting["at"]
    stage.settle(60)
    assert stage.ticket(ref)["messages"][-1]["state"] == "failed"
