"""What was kept long enough goes by itself; what is open, or newer, does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk import claims, closing, retaining
from desk.retention import FILE, BadRetention, read_retention
from tests.desk.ordered import arrive, stored
from tests.stage import Stage

DAY = 24 * 3600


def _ended(stage: Stage, intent: str, phone: str) -> str:
    ref = arrive(stage, 4, sender=phone, intent=intent)
    stage.settle()
    closing.close(stage.desk, None, ref, "helped")
    return ref


def test_each_kind_goes_after_its_days_and_the_longest_of_a_person_counts(stage: Stage) -> None:
    days = read_retention().days_of()
    _ended(stage, "info", "+84900000041")
    tip = _ended(stage, "tip", "+84900000042")
    both = _ended(stage, "tip", "+84900000043")
    again = _ended(stage, "info", "+84900000043")
    stage.clock.move((days["info"] - 1) * DAY)
    assert retaining.purge(stage.desk) == 0
    stage.clock.move(2 * DAY)
    assert retaining.purge(stage.desk) == 1
    assert {t["ref"] for t in stage.tickets()} == {tip, both, again}
    stage.clock.move((days["tip"] - days["info"]) * DAY)
    assert retaining.purge(stage.desk) == 2
    assert stage.tickets() == []
    everything = stored(stage, "contacts", "tickets", "audit", "erasures")
    for number in (1, 2, 3):
        assert f"8490000004{number}" not in everything
    assert everything.count("retention") >= 3


def test_an_open_ticket_is_never_touched_however_old(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    _ended(stage, "info", "+84900000044")
    ref = arrive(stage, 4, sender="+84900000044", intent="info")
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(20_000 * DAY)
    assert retaining.purge(stage.desk) == 0
    assert [due.rows for due in retaining.due(stage.desk)][:4] == [0, 0, 0, 0]
    assert len(stage.tickets()) == 2


def test_a_dry_run_says_what_would_go_and_touches_nothing(stage: Stage) -> None:
    _ended(stage, "info", "+84900000045")
    _ended(stage, "off_topic", "+84900000046")
    stage.clock.move(181 * DAY)
    rows = {due.rule.intents: due.rows for due in retaining.due(stage.desk)}
    assert rows[("info",)] == rows[("off_topic",)] == 1
    assert rows[("tip",)] == 0
    assert len(stage.tickets()) == 2
    assert retaining.purge(stage.desk) == 2


def test_the_sweep_does_it_once_an_hour_whoever_is_first(stage: Stage) -> None:
    _ended(stage, "off_topic", "+84900000047")
    assert retaining.run_due(stage.desk) == 0
    stage.clock.move(100 * DAY)
    assert retaining.run_due(stage.desk) == 1
    _ended(stage, "off_topic", "+84900000048")
    assert retaining.run_due(stage.desk) == 0
    stage.clock.move(3601)
    assert retaining.run_due(stage.desk) == 0, "its turn, and nobody is due yet"


def test_more_people_than_one_round_takes_all_go(stage: Stage, monkeypatch: object) -> None:
    for number in range(5):
        _ended(stage, "off_topic", f"+8490000003{number}")
    stage.clock.move(100 * DAY)
    assert isinstance(monkeypatch, pytest.MonkeyPatch)
    monkeypatch.setattr(retaining, "AT_ONCE", 2)
    assert retaining.purge(stage.desk) == 5


def test_old_pages_go_and_those_of_open_tickets_stay(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    open_ref = arrive(stage, 4, sender="+84900000049", intent="help_self")
    _ended(stage, "help_self", "+84900000050")
    stage.deliver()  # a page that is still to be replaced on a phone is kept until it is
    stage.clock.move(366 * DAY)
    before = retaining.due(stage.desk)[-1].rows
    assert before > 0
    retaining.purge(stage.desk)
    assert retaining.due(stage.desk)[-1].rows == 0
    assert stage.ticket(open_ref)["pages"] != []


@pytest.mark.parametrize(("old", "new", "said"), [
    ("days = 180", "days = 0", "number 3: days is 0"),
    ("days = 180", 'days = "180"', "number 3: days is '180'"),
    ('intents = ["tip"]', 'intents = ["tips"]', "tips is no intent"),
    ('intents = ["tip"]', 'intents = ["info"]', "tip stands in 0"),
    ('intents = ["tip"]', "intents = 1", "intents is 1"),
    ('en = "People who reported something"', "", "number 2: en is None"),
    ("[pages]", "[page]", "[pages]: days is None"),
    ("[pages]", "[pages", "retention.toml: "),
])  # fmt: skip
def test_a_broken_file_is_named_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "retention.toml"
    path.write_text(FILE.read_text().replace(old, new, 1))
    with pytest.raises(BadRetention) as told:
        read_retention(path)
    assert said in str(told.value)
