"""Focal persons and support groups: the operator's data, shown on a ticket, never handed one."""

from __future__ import annotations

import pytest

from desk import claims, focal, queue
from desk.focal import NotAdded
from store.focal import FocalPoint
from tests.desk.ordered import arrive, stored
from tests.stage import Stage

PHONE = "0900 000 123"


def test_added_listed_removed(stage: Stage) -> None:
    hai = focal.add(stage.desk, "an-giang", "Châu Đốc", "focal_person", " Chị Hai ", PHONE)
    nhom = focal.add(stage.desk, "an-giang", "An Phú", "support_group", "Nhóm Bông Lúa")
    other = focal.add(stage.desk, "lang-son", "Kỳ Lừa", "focal_person", "Anh Ba")
    assert isinstance(hai, FocalPoint)
    assert isinstance(other, FocalPoint)
    assert focal.listed(stage.desk, "an-giang") == [nhom, hai]
    assert (hai.name, hai.phone) == ("Chị Hai", PHONE)
    assert len(focal.listed(stage.desk)) == 3
    assert focal.remove(stage.desk, hai.id)
    assert not focal.remove(stage.desk, hai.id)
    assert focal.listed(stage.desk, "an-giang") == [nhom]


def test_names_and_phones_are_sealed(stage: Stage) -> None:
    focal.add(stage.desk, "an-giang", "Châu Đốc", "focal_person", "Chị Hai", PHONE)
    for secret in ("Chị Hai", PHONE):
        assert secret not in stored(stage, "focal_points", "audit")


def test_names_are_shown_to_the_holder_of_a_ticket_only(stage: Stage) -> None:
    focal.add(stage.desk, "an-giang", "Châu Đốc", "focal_person", "Chị Hai", PHONE)
    focal.add(stage.desk, "lang-son", "Kỳ Lừa", "focal_person", "Anh Ba")
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    place = {"commune": "Châu Đốc", "kind": "focal_person"}
    for who, shown in (
        (lan, [{**place, "name": "Chị Hai", "phone": PHONE}]), (mai, [place]), (None, [place]),
    ):  # fmt: skip
        ticket = queue.show(stage.desk, who, ref)
        assert ticket is not None
        assert ticket["focal_points"] == shown


def test_nobody_of_them_is_ever_called(stage: Stage) -> None:
    focal.add(stage.desk, "an-giang", "Châu Đốc", "focal_person", "Chị Hai", PHONE)
    arrive(stage)
    for _ in range(5):
        stage.settle(3600)
    assert stage.staff.sent == []
    assert all(PHONE not in o.address for o in stage.sms.sent)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("atlantis", "Châu Đốc", "focal_person", "Chị Hai"), "atlantis is no centre"),
        (("an-giang", " ", "focal_person", "Chị Hai"), "the commune has 1 to 80 characters"),
        (("an-giang", "Châu Đốc", "police", "Chị Hai"), "police is no kind"),
        (("an-giang", "Châu Đốc", "focal_person", ""), "the name has 1 to 120 characters"),
        (("an-giang", "Châu Đốc", "focal_person", "Chị Hai", "gọi sau"), "the phone has digits"),
    ],
)
def test_what_is_wrong_is_said(stage: Stage, values: tuple[str, ...], said: str) -> None:
    outcome = focal.add(stage.desk, *values)
    assert isinstance(outcome, NotAdded)
    assert said in outcome.why
    assert focal.listed(stage.desk) == []
