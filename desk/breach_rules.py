"""The clock of a breach and who must be told: `breaches.toml`, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "breaches.toml"


class BadRules(Exception):
    """The file cannot be used; the message names everything that is wrong in it."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is to hear of a breach; `must`: it cannot be closed before."""

    id: str
    must: bool
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Rules:
    hours: int
    basis: str
    tell: tuple[Told, ...]


def read_rules(path: Path = FILE) -> Rules:
    """Read and check the file. Raises BadRules."""
    try:
        data = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BadRules(f"{path.name}: {error}") from error
    faults: list[str] = []
    clock = data.get("clock", {})
    hours = clock.get("hours")
    if not isinstance(hours, int) or isinstance(hours, bool) or not 1 <= hours <= 720:
        faults.append(f"{path.name}: [clock] hours is {hours!r}, expected 1 to 720")
    tell = []
    for number, entry in enumerate(data.get("tell", []), 1):
        texts = [entry.get(name) for name in ("id", "vi", "en")]
        if not all(isinstance(text, str) and text for text in texts):
            faults.append(f"{path.name}: [[tell]] number {number} needs id, vi and en")
        elif len(texts[0]) > 16 or not isinstance(entry.get("must"), bool):
            faults.append(f"{path.name}: [[tell]] number {number}: id has at most 16 letters, "
                          "must is true or false")  # fmt: skip
        else:
            tell.append(Told(texts[0], entry["must"], texts[1], texts[2]))
    if not any(one.must for one in tell):
        faults.append(f"{path.name}: nobody must be told; at least one [[tell]] has must = true")
    if faults:
        raise BadRules("\n".join(faults))
    return Rules(hours, str(clock.get("basis", "")), tuple(tell))
