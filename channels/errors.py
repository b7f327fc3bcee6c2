"""The one table of errors: what a refusal means, and whether trying again can help."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desk.messages import NotSent

TABLE = Path(__file__).with_name("errors.toml")
GATEWAYS = ("twilio", "telegram", "own")
_MAY_SAY = {"again": bool, "after": int, "gone": bool}


class BadTable(Exception):
    """The table of errors cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """name: staff are told `desk.dead.<name>`. after: seconds until the next attempt."""

    name: str
    again: bool = False
    after: int | None = None
    gone: bool = False


@cache
def table(path: Path = TABLE) -> dict[tuple[str, str], Rule]:
    """Rules by (gateway, code). Raises BadTable."""
    text = path.read_text()
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTable(f"{path}: {error}") from error
    rules = {name: _rule(path, text, name, said) for name, said in read.pop("rule", {}).items()}
    found: dict[tuple[str, str], Rule] = {}
    for gateway, codes in read.items():
        if gateway not in GATEWAYS:
            raise BadTable(f"{_place(path, text, f'[{gateway}]')}: there is no such channel")
        for code, name in codes.items():
            if name not in rules:
                raise BadTable(f"{_place(path, text, f'{code} =')}: there is no rule {name!r}")
            found[gateway, code] = rules[name]
    return found


def rule_of(gateway: str, code: str) -> Rule | None:
    """The rule for a code of a gateway or of our own; None if the table does not know it."""
    known = table()
    return known.get((gateway, code)) or known.get(("own", code))


def not_sent(gateway: str, code: str, *, unsure: bool = False) -> NotSent | None:
    """What a code means for a text; None if the table does not know it."""
    rule = rule_of(gateway, code)
    if rule is None:
        return None
    after = None if rule.after is None else float(rule.after)
    return NotSent(code, again=rule.again, after=after, unsure=unsure, gone=rule.gone)


def _rule(path: Path, text: str, name: str, said: dict[str, Any]) -> Rule:
    for key, value in said.items():
        if key not in _MAY_SAY or type(value) is not _MAY_SAY[key]:
            where = _place(path, text, f"[rule.{name}]")
            raise BadTable(f"{where}: {key} = {value!r} cannot be said of a rule")
    return Rule(name, **said)


def _place(path: Path, text: str, start: str) -> str:
    lines = text.splitlines()
    number = next((n for n, line in enumerate(lines, 1) if line.startswith(start)), 0)
    return f"{path}:{number}"
