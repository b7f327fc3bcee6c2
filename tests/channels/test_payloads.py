"""Every recorded payload is read as its table says: a new channel adds a folder and a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.constants import UpdateType

from channels import telegram, twilio

FOLDER = Path(__file__).parent / "payloads"
READERS: dict[str, Callable[[Any], Any]] = {
    "twilio": twilio.parse,
    "telegram": lambda update: telegram.parse(update, "telegram:senders"),
    "telegram_staff": telegram.parse_staff,
}


def cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*/*.json")):
        for case in json.loads(file.read_text()):
            name = f"{file.parent.name}/{file.stem}: {case['about']}"
            found.append(pytest.param(file.parent.name, case, id=name))
    return found


@pytest.mark.parametrize(("channel", "case"), cases())
def test_is_read_as_the_table_says(channel: str, case: dict[str, Any]) -> None:
    read = READERS[channel](case["payload"])
    said = {"type": type(read).__name__, **json.loads(json.dumps(asdict(read)))}
    expect = dict(case["expect"])
    for media, wanted in zip(said.get("media", []), expect.get("media", []), strict=True):
        assert media.items() >= wanted.items()
    said.pop("media", None), expect.pop("media", None)
    assert {key: said.get(key) for key in expect} == expect


def test_every_reader_has_payloads() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(READERS)


def test_every_kind_of_update_is_in_the_table() -> None:
    recorded = [case["payload"] for case in json_of("telegram")]
    kinds = {key for update in recorded if isinstance(update, dict) for key in update}
    assert set(map(str, UpdateType)) <= kinds


def test_the_recorded_updates_are_updates_to_the_real_library() -> None:
    """A table of payloads that Telegram could not have sent would prove nothing."""
    for case in [*json_of("telegram"), *json_of("telegram_staff")]:
        if case["expect"]["type"] in ("Refused",) or case["expect"].get("kind") == "malformed":
            continue
        update = Update.de_json(case["payload"], None)
        assert update.update_id == case["payload"]["update_id"], case["about"]


def json_of(channel: str) -> list[dict[str, Any]]:
    files = sorted((FOLDER / channel).glob("*.json"))
    return [case for file in files for case in json.loads(file.read_text())]
