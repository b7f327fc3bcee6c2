"""The command line of keys, backups, the audit, privacy and breaches: what it says, how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desk import intake
from desk.messages import Inbound, Location
from hotline.cli import main
from hotline.commands.common import house


@pytest.fixture
def ref(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ticket at an-giang, with its supervisor."""
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("HOTLINE_SECRET_KEY_FILE", raising=False)
    run("staff", "add", "binh", "--centre", "an-giang", "--role", "supervisor")
    run("staff", "add", "lan", "--centre", "an-giang")
    received = intake.take_in(
        house().desk,
        Inbound("twilio", "sms", "twilio:+84280000111", "SM1", "+84900000001", "xin chao",
                location=Location(10.38, 105.43)),
    )  # fmt: skip
    assert received.ref is not None
    return received.ref


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_the_folder_that_a_first_command_makes_is_closed_to_others(
    ref: str, tmp_path: Path
) -> None:
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_backup_without_any_setting_and_back(
    ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("backup", str(tmp_path / "one")).stdout
    assert "A backup key was made in" in said
    assert "read back and whole" in said
    assert "exists" in run("backup", str(tmp_path / "one"), code=1).stderr
    fresh = tmp_path / "fresh"
    monkeypatch.setenv("HOTLINE_DATA", str(fresh))
    assert "bring it" in run("restore", str(tmp_path / "one"), code=1).stderr
    fresh.mkdir(exist_ok=True)
    for name in ("keys", "backup-key"):
        (fresh / name).write_bytes((tmp_path / "data" / name).read_bytes())
        (fresh / name).chmod(0o600)
    (ring,) = tmp_path.glob("*.keyring")
    ring.rename(tmp_path / "elsewhere")
    assert "no key ring" in run("restore", str(tmp_path / "one"), code=1).stderr
    said = run("restore", str(tmp_path / "one"), "--keyring", str(tmp_path / "elsewhere")).stdout
    assert said.startswith("Restored: ")
    assert json.loads(run("ticket", "show", ref, "--json").stdout)["messages"] != []
    again = run("restore", str(tmp_path / "one"), "--keyring", str(tmp_path / "elsewhere"), code=1)
    assert "--replace" in again.stderr


def test_keys_are_changed_shown_and_dropped(ref: str) -> None:
    assert "m2 is prepared: copy" in run("keys", "rotate", "--prepare").stdout
    assert "m2 is in use; 3 rows were changed" in run("keys", "rotate").stdout
    assert re.search(r"m1 +master +old .*needed by nothing", run("keys", "list").stdout)
    assert "m2 is in use" in run("keys", "drop", "m2", code=1).stderr
    assert "m1 is gone" in run("keys", "drop", "m1").stdout
    assert "h2 is in use; 1 rows" in run("keys", "rotate", "--lookup").stdout
    assert [k["id"] for k in json.loads(run("keys", "status", "--json").stdout)] == [
        "m2", "h1", "h2", "s1", "s2", "a1", "a2"
    ]  # fmt: skip
    assert run("ticket", "show", ref).stdout


def test_the_audit_is_verified_and_exported(ref: str, tmp_path: Path) -> None:
    target = tmp_path / "audit.jsonl"
    said = run("audit", "verify", "--export", str(target)).stdout
    assert "not sealed yet" in said
    assert "rows are in" in said
    assert run("audit", "verify", "--file", str(target)).stdout
    assert "MISSING" in run("audit", "verify", "--known", "0" * 64, code=1).stdout
    assert "cannot be written" in run("audit", "verify", "--export", str(target), code=1).stderr
    assert json.loads(run("audit", "verify", "--json").stdout)["sound"] is True
    run("audit", "verify", "--file", str(target), "--export", "x", code=2)


def test_one_person_is_exported_and_erased(ref: str, tmp_path: Path) -> None:
    asked = ("person", "export", ref, "--as")
    assert "no right" in run(*asked, "lan", "--reason", "x", code=1).stderr
    given = json.loads(run(*asked, "binh", "--reason", "hỏi").stdout)
    assert given["contacts"][0]["contacts"][0]["address"] == "+84900000001"
    out = tmp_path / "person.json"
    assert "not sealed" in run(*asked, "binh", "--reason", "hỏi", "--out", str(out)).stdout
    assert out.stat().st_mode & 0o077 == 0
    run("person", "export", "--as", "binh", "--reason", "hỏi", code=2)
    run("ticket", "correct", ref, "--as", "binh", "--urgency", "4")
    said = run("person", "erase", ref, "--as", "binh", "--yes").stdout
    assert "What cannot be erased" in said
    assert run("ticket", "list", "--json").stdout.strip() == "[]"
    assert "nobody" in run("person", "erase", ref, "--as", "binh", "--yes", code=1).stderr


def test_what_is_due_is_said_before_it_goes(ref: str) -> None:
    said = run("retain", "--dry-run").stdout
    assert "0 due  after 180 days" in said
    assert "not confirmed by a lawyer yet" in said
    assert "Nothing was touched" in said
    assert "0 people were forgotten" in run("retain").stdout


def test_a_breach_is_entered_told_and_closed(ref: str) -> None:
    said = run("breach", "open", "máy tính bị lấy mất", "--as", "binh").stdout
    assert "Breach 1 is open. Within 72 hours" in said
    assert "no right" in run("breach", "note", "1", "x", "--as", "lan", code=1).stderr
    assert "72 h left to tell authority, people" in run("breach", "list").stdout
    assert any(
        finding["about"] == "breach" and "72 hours are left" in finding["says"]
        for finding in json.loads(run("doctor", "--json", code=1).stdout)
    )
    run("breach", "note", "1", "ổ đĩa có mã hoá", "--as", "binh")
    assert "told first: authority" in run("breach", "close", "1", "xong", "--as", "binh",
                                          code=1).stderr  # fmt: skip
    assert "use one of authority" in run("breach", "report", "1", "ai", "x", "--as", "binh",
                                         code=1).stderr  # fmt: skip
    for whom in ("authority", "people", "leadership"):
        run("breach", "report", "1", whom, "đã báo", "--as", "binh")
    assert "is closed" in run("breach", "close", "1", "xong", "--as", "binh").stdout
    assert json.loads(run("breach", "list", "--json").stdout)[0]["closed_at"] is not None
    run("breach", "open", "x", "--as", "binh", "--found", "hôm qua", code=2)
