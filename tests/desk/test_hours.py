"""When a desk reads: by centre, weekday and holiday, in words that are true."""

from __future__ import annotations

from datetime import datetime

import pytest

from desk import hours
from desk.house import VIET_NAM
from store import people
from tests.desk.ordered import AN_GIANG
from tests.stage import Stage

OFFICE = hours.parse("mon-fri 07:00-17:00; sat 07:00-11:00; holidays closed")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=VIET_NAM).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23 09:00", None),  # a Monday
        ("2026-11-23 06:59", "2026-11-23 07:00"),
        ("2026-11-23 17:00", "2026-11-24 07:00"),
        ("2026-11-21 11:00", "2026-11-23 07:00"),  # a Saturday
        ("2026-11-22 10:00", "2026-11-23 07:00"),
        ("2026-09-01 18:00", "2026-09-03 07:00"),  # the National Day between
        ("2027-02-03 18:00", "2027-02-11 07:00"),  # the whole of Tết
        ("2027-02-06 09:00", "2027-02-11 07:00"),
        ("2026-04-24 20:00", "2026-04-25 07:00"),
        ("2026-04-25 12:00", "2026-04-27 07:00"),  # the Hùng kings on a Sunday
    ],
)
def test_when_it_opens_again(now: str, opens: str | None) -> None:
    assert hours.opens_again(OFFICE, at(now)) == (opens and at(opens))


def test_a_centre_may_have_hours_on_holidays() -> None:
    some = hours.parse("mon-sun 07:00-21:00; holidays 08:00-11:00")
    assert hours.opens_again(some, at("2027-02-06 07:30")) == at("2027-02-06 08:00")
    assert hours.opens_again(some, at("2027-02-06 10:00")) is None


@pytest.mark.parametrize(
    ("then", "now", "vi", "en"),
    [
        ("2026-11-23 07:00", "2026-11-22 22:00", "7 giờ sáng mai", "7 am tomorrow"),
        ("2026-11-22 13:00", "2026-11-22 10:00", "1 giờ chiều nay", "1 pm today"),
        ("2026-11-23 07:00", "2026-11-21 12:00", "7 giờ sáng thứ hai", "7 am Monday"),
        ("2026-11-29 07:30", "2026-11-24 12:00", "8 giờ sáng chủ nhật", "8 am Sunday"),
        ("2027-02-11 07:00", "2027-02-03 18:00", "7 giờ sáng 11/2", "7 am 11/2"),
        ("2026-11-23 12:00", "2026-11-23 06:00", "12 giờ trưa nay", "12 midday today"),
    ],
)
def test_the_hour_in_words(then: str, now: str, vi: str, en: str) -> None:
    of, to = datetime.fromisoformat(then), datetime.fromisoformat(now)
    assert hours.in_words(of, to, "vi") == vi
    assert hours.in_words(of, to, "en") == en
    assert len(vi) <= 20


@pytest.mark.parametrize(
    "setting",
    ["", "monday 07:00-17:00", "mon 17:00-07:00", "mon 7-17", "fri-mon 07:00-08:00", "mon closed"],
)
def test_a_setting_that_cannot_be_used_is_said(setting: str) -> None:
    with pytest.raises(hours.BadHours, match=r"."):
        hours.parse(setting)


def _set(stage: Stage, code: str, setting: str) -> None:
    with stage.desk.db.write() as tx:
        people.set_hours(tx, code, setting)


def test_at_night_and_at_tet_the_sender_is_told_when_somebody_reads(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    _set(stage, "an-giang", "mon-fri 07:00-17:00; holidays closed")
    stage.clock.at = at("2026-11-22 22:00")  # a Sunday
    (night,) = stage.talk("khan 3 return_support", "+84900000001", location=AN_GIANG)
    assert "luc 7 gio sang mai" in night
    stage.clock.at = at("2027-02-05 09:00")  # a Friday, the day before the moon's new year
    (tet,) = stage.talk("khan 3 return_support", "+84900000002", location=AN_GIANG)
    assert "luc 7 gio sang thu nam" in tet


def test_by_day_and_where_no_hours_are_set_nothing_is_said_of_them(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    (answer,) = stage.talk("khan 3 return_support", "+84900000001", location=AN_GIANG)
    assert "doc lai luc" not in answer
    _set(stage, "an-giang", "mon-sun 07:00-17:00")
    (answer,) = stage.talk("khan 3 return_support", "+84900000002", location=AN_GIANG)
    assert "doc lai luc" not in answer


def test_what_is_urgent_is_called_for_at_any_hour(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    _set(stage, "an-giang", "mon-fri 07:00-17:00")
    stage.clock.at = at("2026-11-22 23:00")
    (answer,) = stage.talk("khan 1 help_self", "+84900000001", location=AN_GIANG)
    assert "doc lai luc" not in answer
    assert [page for page in stage.pages(lan) if page.choices]
