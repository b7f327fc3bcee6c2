"""How long what is kept: `retention.toml`, a lawyer's file, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from triage.reading import Intent

FILE = Path(__file__).parent / "retention.toml"
MOST = 36_500  # days


class BadRetention(Exception):
    """The file cannot be used; the message names everything that is wrong in it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days after the end a kind of data is kept. intents: empty for what is no talk."""

    intents: tuple[str, ...]
    days: int
    vi: str
    en: str
    basis: str
    confirmed: str


@dataclass(frozen=True, slots=True)
class Retention:
    talk: tuple[Rule, ...]
    pages: Rule

    def days_of(self) -> dict[str, int]:
        """Intent -> days."""
        return {intent: rule.days for rule in self.talk for intent in rule.intents}


def read_retention(path: Path = FILE) -> Retention:
    """Read and check the file. Raises BadRetention."""
    try:
        data = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BadRetention(f"{path.name}: {error}") from error
    faults: list[str] = []
    talk = tuple(
        _rule(f"{path.name}: [[talk]] number {number}", entry, faults, talk=True)
        for number, entry in enumerate(data.get("talk", []), 1)
    )
    pages = _rule(f"{path.name}: [pages]", data.get("pages", {}), faults, talk=False)
    named = [intent for rule in talk for intent in rule.intents]
    for intent in get_args(Intent):
        if named.count(intent) != 1:
            faults.append(f"{path.name}: {intent} stands in {named.count(intent)} [[talk]], "
                          "expected in exactly one")  # fmt: skip
    faults += [f"{path.name}: {one} is no intent" for one in named if one not in get_args(Intent)]
    if faults:
        raise BadRetention("\n".join(faults))
    return Retention(talk, pages)


def _rule(where: str, entry: dict[str, Any], faults: list[str], *, talk: bool) -> Rule:
    days = entry.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST:
        faults.append(f"{where}: days is {days!r}, expected a whole number from 1 to {MOST}")
        days = 1
    texts = {name: entry.get(name) for name in ("vi", "en", "basis", "confirmed")}
    for name, value in texts.items():
        if not isinstance(value, str) or (name != "confirmed" and not value.strip()):
            faults.append(f"{where}: {name} is {value!r}, expected a text")
    intents = entry.get("intents", [])
    if talk and (not isinstance(intents, list) or not intents):
        faults.append(f"{where}: intents is {intents!r}, expected a list of intents")
        intents = []
    return Rule(tuple(map(str, intents)), days, *(str(value) for value in texts.values()))
