"""A person's word: the machine keeps it, and raises urgency only by what is written later."""

from __future__ import annotations

import pytest

from desk import claims, correcting
from desk.correcting import Corrected, NotCorrected
from store.people import Person
from tests.desk.ordered import LANG_SON, arrive, texts, verbs
from tests.stage import Stage

PHONE = "+84900000001"


@pytest.fixture
def lan(stage: Stage) -> Person:
    return stage.add("lan", "an-giang")


def test_what_is_set_is_kept_with_who_and_from_what(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 1)
    outcome = correcting.correct(stage.desk, lan, ref, urgency=3, intent="help_other")
    assert outcome == Corrected(ref, 3, "help_other", "an-giang")
    ticket = stage.ticket(ref)
    assert (ticket["urgency"], ticket["intent"]) == (3, "help_other")
    assert ticket["set_by_hand"] == {"urgency": "lan", "intent": "lan"}
    (entry,) = [e for e in ticket["history"] if e["verb"] == "corrected"]
    assert entry["details"] == {"urgency": [1, 3], "intent": ["tip", "help_other"]}


def test_old_words_do_not_raise_it_again_but_new_ones_do(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 1, sender=PHONE)
    correcting.correct(stage.desk, lan, ref, urgency=3)
    stage.write("khan 4 them mot chut", PHONE)
    assert stage.ticket(ref)["urgency"] == 3, "read without the pieces before"
    stage.write("khan 2", PHONE)
    assert stage.ticket(ref)["urgency"] == 2
    stage.write("khan 4", PHONE)
    assert stage.ticket(ref)["urgency"] == 2, "and the machine never lowers it"


def test_a_raise_by_hand_keeps_the_pieces_together(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 3, sender=PHONE)
    correcting.correct(stage.desk, lan, ref, urgency=2)
    stage.write("khan 1", PHONE)
    assert stage.ticket(ref)["urgency"] == 1


def test_intent_and_place_set_by_hand_stay(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 3, sender=PHONE, intent="info")
    correcting.correct(stage.desk, lan, ref, intent="off_topic", place_centre="kien-giang")
    stage.write("khan 3 help_self", PHONE, location=LANG_SON)
    ticket = stage.ticket(ref)
    assert (ticket["intent"], ticket["centre"]) == ("off_topic", "kien-giang")
    assert ticket["vn_province"] == "An Giang"
    stage.write("khan 1 help_self", PHONE, location=LANG_SON)
    assert stage.ticket(ref)["intent"] == "help_self", "a new cry says more than an old judgement"


def test_a_machine_keeps_reading_what_nobody_set(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 3, sender=PHONE)
    correcting.correct(stage.desk, lan, ref, urgency=2)
    stage.write("khan 3", PHONE, location=LANG_SON)
    assert stage.ticket(ref)["centre"] == "lang-son"


def test_who_waits_is_called_for_anew_where_it_rises(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 3)
    count = len(stage.pages(lan))
    correcting.correct(stage.desk, None, ref, urgency=1)
    stage.deliver()
    calls = stage.pages(lan)[count:]
    assert len(calls) == 1
    assert "Khẩn 1" in calls[0].text
    stage.settle(2 * 60)
    assert len(stage.pages(lan)) == count + 2, "on the clocks of urgency 1"


def test_lowering_wakes_nobody_and_slows_the_ladder(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 1)
    count = len(stage.pages(lan))
    correcting.correct(stage.desk, lan, ref, urgency=3)
    for _ in range(10):
        stage.settle(60)
    assert len(stage.pages(lan)) == count
    stage.settle(231 * 60)
    assert len(stage.pages(lan)) == count + 1


def test_lowering_leaves_the_right_of_those_who_were_called(stage: Stage, lan: Person) -> None:
    region = stage.add("vung", "vung-nam")
    ref = arrive(stage, 1)
    stage.settle(2 * 60)
    stage.settle(3 * 60)
    assert stage.pages(region)
    correcting.correct(stage.desk, lan, ref, urgency=2)
    assert claims.claim(stage.desk, region, ref) == claims.Claimed(ref)


def test_what_is_off_topic_stops_calling_and_may_start_again(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 2)
    correcting.correct(stage.desk, lan, ref, urgency=4, intent="off_topic")
    count = len(stage.pages(lan))
    for _ in range(4):
        stage.settle(24 * 3600)
    assert len(stage.pages(lan)) == count
    correcting.correct(stage.desk, lan, ref, intent="info")
    stage.deliver()
    assert len(stage.pages(lan)) == count + 1


def test_another_centre_is_called_when_the_place_is_corrected(stage: Stage, lan: Person) -> None:
    minh = stage.add("minh", "lang-son")
    ref = arrive(stage, 2)
    correcting.correct(stage.desk, lan, ref, place_centre="lang-son")
    stage.deliver()
    ticket = stage.ticket(ref)
    assert (ticket["centre"], ticket["desk"], ticket["vn_province"]) == (
        "lang-son", "lang-son", "Lạng Sơn",
    )  # fmt: skip
    assert len(stage.pages(minh)) == 1
    assert claims.claim(stage.desk, minh, ref) == claims.Claimed(ref)


def test_the_holder_keeps_it_and_is_told_when_another_corrects(stage: Stage, lan: Person) -> None:
    chief = stage.add("chi", "an-giang", role="supervisor")
    ref = arrive(stage, 3)
    claims.claim(stage.desk, lan, ref)
    correcting.correct(stage.desk, chief, ref, urgency=1, place_centre="lang-son")
    stage.deliver()
    assert stage.ticket(ref)["claimed_by"] == "lan"
    assert any("đã được sửa lại" in text for text in texts(stage, lan))
    stage.settle(10 * 60)
    assert stage.ticket(ref)["claimed_by"] is None, "the lease is that of urgency 1 now"


def test_the_holder_who_lowers_gets_the_longer_lease(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 1)
    claims.claim(stage.desk, lan, ref)
    correcting.correct(stage.desk, lan, ref, urgency=3)
    stage.settle(8 * 3600 - 1)
    assert stage.ticket(ref)["claimed_by"] == "lan"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "empty"),
        ({"urgency": 0}, "no_urgency"),
        ({"urgency": 5}, "no_urgency"),
        ({"intent": "spam"}, "no_intent"),
        ({"place_centre": "atlantis"}, "no_centre"),
    ],
)
def test_what_cannot_be_set_is_said(
    stage: Stage, lan: Person, values: dict[str, object], why: str
) -> None:
    ref = arrive(stage)
    before = stage.ticket(ref)["urgency"]
    outcome = correcting.correct(stage.desk, lan, ref, **values)  # type: ignore[arg-type]
    assert outcome == NotCorrected(ref, why)
    assert (stage.ticket(ref)["urgency"], stage.ticket(ref)["set_by_hand"]) == (before, {})


def test_who_may_correct(stage: Stage, lan: Person) -> None:
    mai, far = stage.add("mai", "an-giang"), stage.add("far", "lang-son")
    ref = arrive(stage)
    assert correcting.correct(stage.desk, far, ref, urgency=2) == NotCorrected(ref, "not_allowed")
    claims.claim(stage.desk, lan, ref)
    assert correcting.correct(stage.desk, mai, ref, urgency=2) == NotCorrected(ref, "not_yours")
    assert isinstance(correcting.correct(stage.desk, lan, ref, urgency=2), Corrected)
    assert ("lan", "corrected") in verbs(stage, ref)
