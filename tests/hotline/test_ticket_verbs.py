"""The command line hands over, notes, corrects, closes: what it says, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desk import intake
from desk.messages import Inbound, Location
from hotline.cli import main
from hotline.commands.common import house


@pytest.fixture
def ref(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path) -> str:
    """A ticket at an-giang, with lan and mai of that centre."""
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path))
    shutil.copyfile(migrated_file, tmp_path / "hotline.db")
    run("staff", "add", "lan", "--centre", "an-giang")
    run("staff", "add", "mai", "--centre", "an-giang")
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


def shown(ref: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("ticket", "show", ref, "--json").stdout)
    return found


def test_a_ticket_goes_from_hand_to_hand_to_its_end(ref: str) -> None:
    run("ticket", "claim", ref, "--as", "lan")
    offered = run("ticket", "transfer", ref, "mai", "--as", "lan", "--note", "x").stdout
    assert offered.startswith(f"{ref} is offered to mai until ")
    assert "offered to mai until" in run("ticket", "show", ref).stdout
    run("ticket", "refuse", ref, "--as", "mai", "--why", "bận")
    run("ticket", "transfer", ref, "an-giang", "--as", "lan")
    assert run("ticket", "accept", ref, "--as", "mai").stdout == f"{ref} is mai's.\n"
    run("ticket", "note", ref, "đã gọi lại", "--as", "mai")
    assert "note by mai: đã gọi lại" in run("ticket", "show", ref).stdout
    said = run("ticket", "correct", ref, "--as", "mai", "--urgency", "3", "--intent", "tip",
               "--centre", "kien-giang").stdout  # fmt: skip
    assert said == f"{ref}: urgency 3, tip, kien-giang.\n"
    run("ticket", "release", ref, "--as", "mai")
    assert shown(ref)["status"] == "open"
    run("ticket", "claim", ref, "--as", "lan")
    run("ticket", "correct", ref, "--as", "mai", "--centre", "an-giang", code=1)


def test_a_reply_that_a_script_repeats_is_sent_once(ref: str) -> None:
    run("ticket", "claim", ref, "--as", "lan")
    words = ("ticket", "reply", ref, "Dang o dau?", "--as", "lan")
    assert run(*words, "--once", "job-1").stdout == "On its way.\n"
    assert "already" in run(*words, "--once", "job-1").stdout
    assert "On its way" in run(*words).stdout
    texts = [m["text"] for m in shown(ref)["messages"]]
    assert texts.count("Dang o dau?") == 2


def test_closing_keeps_outcome_and_note(ref: str) -> None:
    run("ticket", "claim", ref, "--as", "lan")
    run("ticket", "close", ref, "--as", "lan", "--outcome", "helped", "--note", "ổn")
    ticket = shown(ref)
    assert (ticket["status"], ticket["outcome"], ticket["notes"][0]["text"]) == (
        "closed", "helped", "ổn",
    )  # fmt: skip
    assert "closed: helped" in run("ticket", "show", ref).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("release", "REF", "--as", "lan"), "is not lan's"),
        (("transfer", "REF", "mai", "--as", "lan"), "is not lan's"),
        (("accept", "REF", "--as", "lan"), "does not wait for an answer of lan"),
        (("refuse", "REF", "--as", "lan"), "is not lan's"),
        (("note", "REF", " ", "--as", "lan"), "There is nothing in it"),
        (("close", "REF", "--as", "lan", "--outcome", "helped"), "is not lan's"),
        (("correct", "REF", "--as", "lan"), "There is nothing in it"),
        (("correct", "REF", "--as", "lan", "--centre", "x"), "no centre"),
        (("note", "1000000", "x", "--as", "lan"), "There is no ticket 1000000"),
        (("release", "REF", "--as", "ai do"), "There is no ai do among the staff"),
    ],
)
def test_what_is_refused_is_said_and_ends_with_1(
    ref: str, words: tuple[str, ...], said: str
) -> None:
    result = run("ticket", *(ref if word == "REF" else word for word in words), code=1)
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("close", "REF", "--as", "lan", "--outcome", "forgotten"),
        ("correct", "REF", "--as", "lan", "--urgency", "5"),
        ("correct", "REF", "--as", "lan", "--intent", "spam"),
        ("transfer", "REF", "--as", "lan"),
    ],
)
def test_wrong_use_ends_with_2(ref: str, words: tuple[str, ...]) -> None:
    run("ticket", *(ref if word == "REF" else word for word in words), code=2)


def test_focal_points_are_added_listed_removed(ref: str) -> None:
    added = run(
        "centre", "focal", "add", "an-giang", "Châu Đốc", "Chị Hai", "--phone", "0900000123"
    )
    (point,) = json.loads(run("centre", "focal", "list", "--json").stdout)
    assert point == {
        "id": added.stdout.strip(), "centre": "an-giang", "commune": "Châu Đốc",
        "kind": "focal_person", "name": "Chị Hai", "phone": "0900000123",
    }  # fmt: skip
    assert "Chị Hai" in run("centre", "focal", "list", "--centre", "an-giang").stdout
    assert run("centre", "focal", "list", "--centre", "lang-son").stdout == ""
    run("centre", "focal", "add", "atlantis", "x", "y", code=1)
    run("centre", "focal", "remove", point["id"])
    run("centre", "focal", "remove", point["id"], code=1)


def test_a_correction_becomes_a_test_case_with_one_command(ref: str, tmp_path: Path) -> None:
    assert "Nobody has corrected" in run("triage", "export", ref, code=1).output
    said = run("triage", "correct", ref, "--urgency", "2", "--signals", "minor,threat").stdout
    assert said == f"{ref}: urgency 2, off_topic, an-giang.\n"
    assert shown(ref)["signals"] == ["minor", "threat"]
    assert "That is no signal" in run("triage", "correct", ref, "--signals", "x", code=1).output
    run("triage", "correct", ref, "--as", "lan", "--intent", "tip")
    file = tmp_path / "cases.jsonl"
    run("triage", "export", ref, "--to", str(file))
    case = json.loads(file.read_text())
    assert (case["text"], case["labels"]["intent"]) == ("xin chao", "tip")
    assert json.loads(run("triage", "export").stdout) == case, "all corrected ones without a name"
    evaluated = json.loads(run("triage", "evaluate", str(file), "--json", code=1).stdout)
    assert evaluated["all"]["messages"] == 1
    file.write_text('{"id": 1}\n')
    assert f"{file}:1: expected" in run("triage", "evaluate", str(file), code=1).stderr


def test_linked_tickets_are_listed(ref: str) -> None:
    line, desk = "twilio:+84280000111", house().desk
    texts = ("xe 51A-123.45 cho 3 em gai bi nhot", "bien so 51A12345 nhot nguoi trong xe")
    first, second = (
        intake.take_in(desk, Inbound("twilio", "sms", line, f"SL{n}", f"+8490000001{n}", text)).ref
        for n, text in enumerate(texts)
    )
    assert first is not None
    said = run("ticket", "linked", first).stdout
    assert said.startswith(f"plate 51A12345: {second}\n")
    found = json.loads(run("ticket", "linked", first, "--json").stdout)
    assert [one["ref"] for one in found["tickets"]] == [second]
    assert "No other ticket" in run("ticket", "linked", ref).stdout


def test_words_of_a_sender_steer_no_terminal_and_forge_no_line(ref: str) -> None:
    words = "cuu em\n10:00:00 -> [sent] x\x1b[2J\x9b31m\u202ea\r\u2028b\tc"
    intake.take_in(
        house().desk,
        Inbound("twilio", "sms", "twilio:+84280000111", "SM2", "+84900000001", words),
    )
    run("ticket", "note", ref, words, "--as", "lan")
    for command in (("ticket", "show", ref), ("ticket", "show", ref, "--json")):
        printed = run(*command).stdout
        assert not [c for c in printed if c in "\x1b\x9b\u202e\r\u2028"]
    lines = run("ticket", "show", ref).stdout.splitlines()
    assert not [line for line in lines if line.startswith("10:00:00 -> ")]
    assert sum("\\x1b[2J\\x9b31m\\u202ea\\r\\u2028b\tc" in line for line in lines) == 2
    texts = [message["text"] for message in shown(ref)["messages"]]
    assert words in texts, "the JSON reads back as it was written"
