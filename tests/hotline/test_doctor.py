"""Every fault that the doctor knows is made, found, and said with how to mend it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from desk import missed, pause, roster, rotating, signs
from desk.missed import Compared
from hotline import demo, settings
from hotline.cli import main
from hotline.doctor import examine, rows
from hotline.doctor import providers as asked
from hotline.doctor.finding import Finding
from hotline.house import House, open_house
from store import keyfile, version
from tests.simulators.stage import NUMBER, SID, TOKEN, Hotline, hotline, world

__all__ = ["hotline", "world"]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path) -> Iterator[House]:
    for name in ("HOTLINE_PUBLIC_URL", "HOTLINE_DATABASE_URL", "HOTLINE_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    opened = open_house(settings.read())
    shutil.copyfile(migrated_file, tmp_path / "data" / "hotline.db")
    yield opened
    opened.desk.db.close()


def about(found: list[Finding], name: str) -> Finding:
    return next(one for one in found if one.about == name)


def test_an_empty_hotline_has_faults_and_each_says_what_to_do(house: House) -> None:
    found = examine()
    faults = [one for one in found if one.state == "fault"]
    assert {one.about for one in faults} >= {"staff", "worker-urgent", "worker-rest"}
    for one in faults:
        assert ":" in one.says or "`" in one.says, one
    json.dumps([one.as_json() for one in found])


def test_workers_that_live_are_of_this_release(house: House) -> None:
    signs.give(house.desk, "worker-urgent", version.NEWEST)
    signs.give(house.desk, "worker-rest", "0001")
    found = list(rows.processes(house))
    assert about(found, "worker-urgent").state == "good"
    assert about(found, "worker-rest").says.startswith("runs another release")


def test_a_database_of_another_release_is_found(house: House) -> None:
    with house.desk.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert about(examine(), "database").state == "fault"


def test_the_key_file_of_another_hotline_is_found(house: House) -> None:
    roster.add(house.desk, "Lan", "an-giang", telegram_id=5)
    assert about(list(rows.keys(house)), "keys").state == "good"
    with house.desk.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE staff SET data_key = ?", (b"m9:" + b"x" * 60,))
    assert "put the right key file back" in about(list(rows.keys(house)), "keys").says


def test_a_key_file_that_others_can_read_is_found(house: House) -> None:
    house.settings.key_file.chmod(0o644)
    (fault,) = [one for one in examine() if one.about == "settings"]
    assert "chmod 600" in fault.says


def test_a_key_file_that_is_gone_is_found(house: House) -> None:
    house.settings.key_file.write_text("{}")
    (fault,) = [one for one in examine() if one.about == "settings"]
    assert "safe copy" in fault.says


def test_bad_settings_are_all_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    monkeypatch.setenv("HOTLINE_REDIS_URL", "http://x")
    assert len([one for one in examine() if one.state == "fault"]) == 3


def test_the_pause_and_provinces_without_a_desk_are_said(house: House) -> None:
    roster.add(house.desk, "Quốc", "quoc-gia", role="national")
    assert about(list(rows.provinces(house)), "provinces").state == "doubt"
    assert list(rows.pause(house)) == []
    pause.begin(house.desk)
    assert "--off" in about(examine(), "pause").says


def _with(monkeypatch: pytest.MonkeyPatch, **values: str) -> House:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return open_house(settings.read())


def test_twilio_is_asked_where_it_posts_and_whether_it_repeats(
    house: House, monkeypatch: pytest.MonkeyPatch, world: str, hotline: Hotline
) -> None:
    here = _with(
        monkeypatch, TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN=TOKEN, TWILIO_FROM=NUMBER,
        TWILIO_API_BASE=world, HOTLINE_PUBLIC_URL=hotline.url,
    )  # fmt: skip
    (found,) = asked.twilio(here)
    assert "does not repeat" in found.says
    from channels import twilio_setup
    from hotline.house import twilio_account

    account = twilio_account(here)
    assert account is not None
    twilio_setup.set_webhook(account, f"{hotline.url}/twilio/sms")
    (found,) = asked.twilio(here)
    assert found.state == "good"
    twilio_setup.set_webhook(account, "https://elsewhere.example/twilio/sms")
    (found,) = asked.twilio(here)
    assert "hotline webhooks set" in found.says


def test_a_wrong_token_is_found(house: House, monkeypatch: pytest.MonkeyPatch, world: str) -> None:
    here = _with(
        monkeypatch, TELEGRAM_BOT_TOKEN="1:wrong", TELEGRAM_API_BASE=world,
        TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN="wrong", TWILIO_FROM=NUMBER,
        TWILIO_API_BASE=world,
    )  # fmt: skip
    assert "TWILIO_AUTH_TOKEN" in about(list(asked.twilio(here)), "twilio").says
    assert "BotFather" in about(list(asked.telegram(here)), "TELEGRAM_BOT_TOKEN").says


def test_a_comparison_that_stopped_is_found(house: House) -> None:
    desk = house.desk
    missed.note(desk, "telegram:senders", desk.now(), Compared())
    assert "0 missing" in about(list(asked.compared(house)), "missed").says
    missed.note(desk, "telegram:staff", desk.now(), Compared(fault="TimedOut"))
    assert [one.state for one in asked.compared(house)] == ["good", "doubt"]


def test_an_audit_without_a_seal_key_is_said(house: House) -> None:
    path = house.settings.key_file
    keys = keyfile.read_keys(path)
    keyfile.write_keys(path, replace(keys, seals={}, seal=""))
    assert "hotline keys rotate" in [one.says for one in rows.keys(house)][-1]
    rotating.rotate(house.desk, path)
    assert [one.state for one in rows.keys(house)] == ["good"]


def test_demo_staff_beside_real_accounts_are_said(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.add_staff(house.desk)
    assert "demo" not in [one.about for one in rows.staff(house)], "it is the demo"
    monkeypatch.setenv("TELEGRAM_STAFF_BOT_TOKEN", "1:x")
    real = open_house(settings.read())
    found = about(list(rows.staff(real)), "demo")
    assert found.state == "fault"
    assert "hotline staff remove lan; hotline staff remove minh" in found.says
    for name, *_ in demo.DEMO_STAFF:
        roster.remove(real.desk, name)
    roster.add(real.desk, "Lan", "an-giang", telegram_id=7001)
    assert "demo" not in [one.about for one in rows.staff(real)], "somebody may have that id"


def test_a_hotline_with_real_accounts_does_not_start_on_the_folder_of_a_demo(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.add_staff(house.desk)
    monkeypatch.setenv("HOTLINE_PUBLIC_URL", "https://hotline.example.org")
    monkeypatch.setenv("TELEGRAM_STAFF_BOT_TOKEN", "1:x")
    done = CliRunner().invoke(main, ["up"])
    assert done.exit_code == 1
    assert "hotline staff remove lan" in done.stderr
    assert "HOTLINE_DATA" in done.stderr
