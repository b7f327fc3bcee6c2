"""A corrected ticket becomes a test case in one step, and says nothing of the person."""

from __future__ import annotations

from desk import cases, closing, correcting, queue
from desk.cases import Case, NotExported
from desk.correcting import Corrected, NotCorrected
from tests.desk.ordered import arrive
from tests.stage import Stage

PHONE = "+84900000001"


def test_the_labels_are_the_persons_and_the_text_points_at_nobody(stage: Stage) -> None:
    stage.write("khan 3 tip con bé tên Hoàng Thị Mai", PHONE)
    ref = stage.write("goi 0900000123 giup", PHONE).ref
    assert ref is not None
    assert cases.corrected(stage.desk) == []
    assert cases.export(stage.desk, None, ref) == NotExported(ref, "not_corrected")
    correcting.correct(
        stage.desk, None, ref, urgency=1, intent="help_other", signals=("minor", "confinement")
    )
    assert cases.corrected(stage.desk) == [ref]
    case = cases.export(stage.desk, None, ref, ("giup",))
    assert isinstance(case, Case)
    assert case.line["text"] == "khan 3 tip con bé tên Hoa. goi 0900000000 Hoa"
    labels = case.line["labels"]
    assert (labels["urgency"], labels["intent"]) == (1, "help_other")
    assert labels["signals"] == ["confinement", "minor"]
    assert dict(case.taken) == {"name": 1, "phone": 1}
    assert "exported" in {entry["verb"] for entry in stage.ticket(ref)["history"]}


def test_only_who_may_correct_may_export(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "lang-son")
    ref = arrive(stage, 2)
    correcting.correct(stage.desk, lan, ref, urgency=3)
    assert isinstance(cases.export(stage.desk, lan, ref), Case)
    assert cases.export(stage.desk, mai, ref) == NotExported(ref, "not_allowed")
    assert cases.export(stage.desk, None, "0000000") == NotExported("0000000", "no_ticket")


def test_signals_set_by_hand_come_back_only_by_new_words(stage: Stage) -> None:
    ref = arrive(stage, 2, sender=PHONE)
    set_ = correcting.correct(stage.desk, None, ref, signals=("minor",))
    assert isinstance(set_, Corrected)
    assert set_.signals == ("minor",)
    assert stage.ticket(ref)["signals"] == ["minor"]
    stage.write("khan 3 tip", PHONE)
    assert stage.ticket(ref)["signals"] == ["minor"]
    refused = correcting.correct(stage.desk, None, ref, signals=("sadness",))
    assert refused == NotCorrected(ref, "no_signal")


def test_who_was_called_for_a_ticket_that_has_ended_exports_no_words(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    mai = stage.add("mai", "kien-giang")
    ref = arrive(stage, 2)
    for _ in range(6):
        stage.settle(20 * 60)
    assert queue.show(stage.desk, mai, ref) is not None, "she was called"
    correcting.correct(stage.desk, None, ref, urgency=3)
    closing.close(stage.desk, None, ref, "helped")
    assert cases.export(stage.desk, mai, ref) == NotExported(ref, "not_allowed")
