"""The register of breaches: its clock, who must be told, who may write in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desk import backing, breaching, restoring, retaining, rotating
from desk.breach_rules import FILE, BadRules, read_rules
from desk.breaching import Refused, Running
from desk.house import Desk
from store import keyring
from store.database import Database
from store.people import Person
from tests.desk.ordered import stored
from tests.stage import Stage

TITLE = "máy tính của một trung tâm bị lấy mất"
HOURS = 3600
BACKUP_KEY = "mot dong rat rieng tu"


def test_from_found_to_closed(stage: Stage) -> None:
    boss = stage.add("quoc", "quoc-gia", role="national")
    number = breaching.open_(stage.desk, boss, TITLE, stage.clock() - 2 * HOURS * 1000)
    assert number == 1
    assert breaching.running(stage.desk) == [
        Running(1, 70.0, ("authority", "people", "leadership"))
    ]
    stage.clock.move(30 * HOURS)
    assert breaching.note(stage.desk, boss, 1, "ổ đĩa có mã hoá") is None
    assert breaching.tell(stage.desk, boss, 1, "authority", "gửi văn bản số 1") is None
    assert breaching.close(stage.desk, boss, 1, "xong") == Refused(
        "untold", ("people", "leadership")
    )
    for whom in ("people", "leadership"):
        breaching.tell(stage.desk, boss, 1, whom, "đã báo")
    assert breaching.running(stage.desk) == [Running(1, 40.0, ())]
    assert breaching.close(stage.desk, boss, 1, "xong") is None
    assert breaching.running(stage.desk) == []
    assert breaching.tell(stage.desk, boss, 1, "provider", "muộn") == Refused("closed")
    listed = breaching.listing(stage.desk, boss)
    assert isinstance(listed, list)
    (entry,) = listed
    assert entry["title"] == TITLE
    assert [(e["kind"], e["told"]) for e in entry["entries"]] == [
        ("note", None), ("told", "authority"), ("told", "people"), ("told", "leadership"),
        ("closed", None),
    ]  # fmt: skip
    assert breaching.open_(stage.desk, boss, "một việc khác") == 2


CHANGES = ("UPDATE breach_entries SET at = 0", "DELETE FROM breach_entries",
           "TRUNCATE breach_entries", "TRUNCATE breaches CASCADE")  # fmt: skip


def _entered(desk: Desk, boss: Person) -> list[str]:
    listed = breaching.listing(desk, boss)
    assert isinstance(listed, list)
    return [entry["text"] for entry in listed[0]["entries"]]


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_entered_is_changed_by_nobody(stage: Stage, change: str) -> None:
    boss = stage.add("quoc", "quoc-gia", role="national")
    breaching.open_(stage.desk, boss, TITLE)
    breaching.note(stage.desk, boss, 1, "ổ đĩa không có mã hoá")
    db = stage.desk.db
    if db.dialect == "sqlite" and "TRUNCATE" in change:
        return  # it has none
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert _entered(stage.desk, boss) == ["ổ đĩa không có mã hoá"]


def test_keys_retention_and_a_restored_backup_leave_the_register_as_it_is(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    boss = stage.add("quoc", "quoc-gia", role="national")
    breaching.open_(stage.desk, boss, TITLE)
    breaching.note(stage.desk, boss, 1, "ổ đĩa không có mã hoá")
    rotating.rotate(stage.desk, tmp_path / "keys")
    stage.clock.move(4000 * 24 * HOURS)
    retaining.purge(stage.desk)
    backing.backup(stage.desk, tmp_path / "one", BACKUP_KEY)
    vault = stage.desk.vault
    ring = tmp_path / keyring.name_of(vault)
    restoring.restore(elsewhere, vault, tmp_path / "one", ring, BACKUP_KEY, stage.clock())
    for desk in (stage.desk, replace(stage.desk, db=Database(elsewhere))):
        assert breaching.note(desk, boss, 1, "và nữa") is None
        assert _entered(desk, boss) == ["ổ đĩa không có mã hoá", "và nữa"]
        with pytest.raises(Exception, match="append-only"), desk.db.engine.begin() as connection:
            connection.exec_driver_sql(CHANGES[0])
        desk.db.close()


def test_a_clock_that_has_run_out_is_said(stage: Stage) -> None:
    boss = stage.add("quoc", "quoc-gia", role="national")
    breaching.open_(stage.desk, boss, TITLE)
    stage.clock.move(80 * HOURS)
    (running,) = breaching.running(stage.desk)
    assert running.hours_left == -8.0
    listed = breaching.listing(stage.desk)
    assert isinstance(listed, list)
    assert listed[0]["hours_left"] == -8.0


def test_its_words_are_sealed_and_every_step_is_audited(stage: Stage) -> None:
    boss = stage.add("quoc", "quoc-gia", role="national")
    breaching.open_(stage.desk, boss, TITLE)
    breaching.note(stage.desk, boss, 1, "lời rất riêng")
    breaching.listing(stage.desk, boss)
    everything = stored(stage, "breaches", "breach_entries", "audit")
    assert TITLE not in everything
    assert "lời rất riêng" not in everything
    for verb in ("breach_opened", "breach_note", "breaches_read"):
        assert verb in everything


def test_who_may_and_what_is_refused(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    auditor = stage.add("ke", "an-giang", role="auditor")
    boss = stage.add("binh", "an-giang", role="supervisor")
    assert breaching.open_(stage.desk, lan, TITLE) == Refused("not_allowed")
    assert breaching.listing(stage.desk, lan) == Refused("not_allowed")
    assert breaching.listing(stage.desk, auditor) == []
    assert breaching.open_(stage.desk, boss, " ") == Refused("empty")
    assert breaching.open_(stage.desk, boss, "x" * 4001) == Refused("too_long")
    assert breaching.open_(stage.desk, boss, TITLE, stage.clock() + 1000) == Refused("future")
    assert breaching.note(stage.desk, boss, 9, "x") == Refused("no_breach")
    breaching.open_(stage.desk, boss, TITLE)
    assert breaching.tell(stage.desk, boss, 1, "somebody", "x") == Refused("nobody_such")


@pytest.mark.parametrize(("old", "new", "said"), [
    ("hours = 72", "hours = 0", "hours is 0"),
    ("must = true", "must = false", "nobody must be told"),
    ('id = "people"', "", "number 2 needs id"),
    ("must = false", "must = 1", "number 4"),
    ("[clock]", "[clock", "breaches.toml: "),
])  # fmt: skip
def test_a_broken_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "breaches.toml"
    path.write_text(FILE.read_text().replace(old, new))
    with pytest.raises(BadRules) as told:
        read_rules(path)
    assert said in str(told.value)
