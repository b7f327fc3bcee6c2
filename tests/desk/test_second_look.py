"""What somebody who leads does alone is told to somebody else who leads."""

from __future__ import annotations

import pytest

from desk import closing, correcting, personal, roster
from desk.correcting import Corrected, NotCorrected
from desk.personal import Forgotten
from store.people import Person
from tests.desk.ordered import AN_GIANG, arrive, stored, texts
from tests.stage import Stage

PHONE = "+84900000091"
REASON = "đã gọi lại, người nhắn ở nhà"


@pytest.fixture
def chief(stage: Stage) -> Person:
    return stage.add("dung", "an-giang", role="supervisor")


def _leads(stage: Stage) -> dict[str, Person]:
    return {
        "chi": stage.add("chi", "kien-giang", role="supervisor"),
        "far": stage.add("bac", "lang-son", role="supervisor"),
        "quoc": stage.add("quoc", "quoc-gia", role="national"),
        "an": stage.add("an", "quoc-gia", role="admin"),
        "lan": stage.add("lan", "an-giang"),
    }


def _told(stage: Stage, leads: dict[str, Person], words: str) -> set[str]:
    stage.deliver()
    return {name for name, person in leads.items()
            if any(words in text for text in texts(stage, person))}  # fmt: skip


def _lower(stage: Stage, who: Person | None, ref: str, urgency: int = 3) -> None:
    done = correcting.correct(stage.desk, who, ref, urgency=urgency, reason=REASON)
    assert isinstance(done, Corrected)


def _erase(stage: Stage, who: Person, ref: str) -> None:
    closing.close(stage.desk, who, ref, "helped")
    assert isinstance(personal.forget(stage.desk, who, "mistake", ref=ref), Forgotten)


def test_lowering_the_most_urgent_is_told_to_the_other_supervisor_of_that_place(
    stage: Stage, chief: Person
) -> None:
    leads = _leads(stage)
    ref = arrive(stage, 1)
    _lower(stage, chief, ref)
    assert _told(stage, leads, "vừa hạ") == {"chi"}
    (text,) = [text for text in texts(stage, leads["chi"]) if "vừa hạ" in text]
    assert text.startswith(f"dung vừa hạ phiếu {ref} từ khẩn 1 xuống khẩn 3.")


@pytest.mark.parametrize(
    ("gone", "told"),
    [(("chi",), {"quoc"}), (("chi", "quoc"), {"an"}), (("chi", "quoc", "an"), set())],
)
def test_where_nobody_else_leads_there_the_nation_hears_of_it_then_the_administrators(
    stage: Stage, chief: Person, gone: tuple[str, ...], told: set[str]
) -> None:
    leads = _leads(stage)
    for name in gone:
        roster.remove(stage.desk, leads[name].name)
    ref = arrive(stage, 1)
    _lower(stage, chief, ref)
    assert _told(stage, leads, "vừa hạ") == told
    _erase(stage, chief, ref)
    assert _told(stage, leads, "vừa xóa") == told


def test_who_cannot_be_reached_is_no_second_pair_of_eyes(stage: Stage, chief: Person) -> None:
    stage.add("giay", "an-giang", role="supervisor", telegram_id=None)
    quoc = stage.add("quoc", "quoc-gia", role="national")
    _lower(stage, chief, arrive(stage, 1))
    assert _told(stage, {"quoc": quoc}, "vừa hạ") == {"quoc"}


@pytest.mark.parametrize("by", ["chief", "operator"])
def test_who_leads_says_why_and_it_is_kept_as_a_note(stage: Stage, chief: Person, by: str) -> None:
    leads = _leads(stage)
    who = chief if by == "chief" else None
    ref = arrive(stage, 1)
    for reason in ("", "  "):
        refused = correcting.correct(stage.desk, who, ref, urgency=2, reason=reason)
        assert refused == NotCorrected(ref, "no_reason")
    long = correcting.correct(stage.desk, who, ref, urgency=2, reason="x" * 4001)
    assert long == NotCorrected(ref, "too_long")
    assert stage.ticket(ref)["urgency"] == 1
    assert _told(stage, leads, "vừa hạ") == set()
    _lower(stage, who, ref)
    assert [note["text"] for note in stage.ticket(ref)["notes"]] == [REASON]
    assert _told(stage, leads, "Lý do nằm trong ghi chú") == {"chi"}
    _lower(stage, who, ref, 4)
    assert len(stage.ticket(ref)["notes"]) == 1, "of a ticket that is not of urgency 1 none is kept"


def test_staff_may_say_why_and_need_not(stage: Stage, chief: Person) -> None:
    leads = _leads(stage)
    first, second = arrive(stage, 1), arrive(stage, 1)
    assert isinstance(correcting.correct(stage.desk, leads["lan"], first, urgency=2), Corrected)
    _lower(stage, leads["lan"], second)
    assert stage.ticket(first)["notes"] == []
    assert [note["text"] for note in stage.ticket(second)["notes"]] == [REASON]
    assert _told(stage, {**leads, "dung": chief}, "vừa hạ") == set()


def test_the_operator_is_seen_too_and_everyday_work_is_not_told(
    stage: Stage, chief: Person
) -> None:
    leads = {**_leads(stage), "dung": chief}
    less, most = arrive(stage, 2), arrive(stage, 1)
    _lower(stage, chief, less)
    _lower(stage, chief, most, 1)
    _lower(stage, leads["lan"], most)
    assert _told(stage, leads, "vừa hạ") == set()
    _lower(stage, None, arrive(stage, 1))
    assert _told(stage, leads, "hotline ticket correct vừa hạ") == {"chi", "dung"}


def test_whom_the_sender_does_not_want_to_know_is_not_told(stage: Stage, chief: Person) -> None:
    leads = _leads(stage)
    ref = arrive(stage, 1)
    with stage.desk.db.write() as tx:
        tx._cursor.execute("UPDATE tickets SET closed_to = '|kien-giang|'")
    _lower(stage, chief, ref)
    assert _told(stage, leads, "vừa hạ") == {"quoc"}
    _erase(stage, chief, ref)
    assert _told(stage, leads, "vừa xóa") == {"quoc"}


def test_an_erasure_is_told_with_its_reason_and_names_nobody(stage: Stage, chief: Person) -> None:
    leads = _leads(stage)
    ref = arrive(stage, 1, sender=PHONE, place=AN_GIANG)
    _erase(stage, chief, ref)
    assert _told(stage, leads, "vừa xóa") == {"chi"}
    (text,) = [text for text in texts(stage, leads["chi"]) if "vừa xóa" in text]
    assert text.startswith("dung vừa xóa")
    assert "Lý do: ghi nhầm" in text
    assert ref not in text
    held = stored(stage, "pages").rpartition("erased.mistake")[2]
    assert ref not in held


def test_what_is_refused_is_told_to_nobody(stage: Stage, chief: Person) -> None:
    leads = _leads(stage)
    ref = arrive(stage, 1, sender=PHONE)
    assert not isinstance(personal.forget(stage.desk, chief, "asked", ref=ref), Forgotten)
    assert _told(stage, leads, "vừa xóa") == set()
