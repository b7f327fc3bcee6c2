"""What the phone page is furnished with: stories to play, places to pin, its own words.

The files are `stories.toml` and `words.toml`; each is checked as a whole when it is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = ("vi", "en")
PHONES = ("sms", "telegram")


class BadPage(ValueError):
    """A data file of the page is wrong; the message names it, the entry and what is expected."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the sender does. Exactly one is set: words by language, a pin's id, a file."""

    say: Mapping[str, str] | None = None
    pin: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """phone: `sms` or `telegram`. staff: whose phone to look at. after: what to see or do then."""

    id: str
    phone: str
    staff: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    after: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """A place to send. lat, lon: degrees (WGS 84), near enough for a demonstration."""

    id: str
    name: Mapping[str, str]
    lat: float
    lon: float


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words of the page by key, each in every language. Raises BadPage."""
    read = _toml(HERE / "words.toml")
    return {key: _both(value, f"words.toml: {key}") for key, value in read.items()}


@cache
def pins() -> tuple[Pin, ...]:
    """Places to pin, in the order of the menu. Raises BadPage."""
    found = []
    for entry in _toml(HERE / "stories.toml").get("pin", []):
        where = f"stories.toml: pin {entry.get('id', '?')}"
        lat, lon = entry.get("lat"), entry.get("lon")
        if not (isinstance(lat, float) and isinstance(lon, float)):
            raise BadPage(f"{where}: lat and lon expected, in degrees")
        found.append(Pin(_id(entry, where), _both(entry.get("name"), where), lat, lon))
    return tuple(found)


@cache
def stories() -> tuple[Story, ...]:
    """The stories, in the order of the page. Raises BadPage."""
    found = []
    for entry in _toml(HERE / "stories.toml").get("story", []):
        where = f"stories.toml: story {entry.get('id', '?')}"
        if entry.get("phone") not in PHONES:
            raise BadPage(f"{where}: phone expected, one of {', '.join(PHONES)}")
        if not entry.get("staff") or not entry.get("step"):
            raise BadPage(f"{where}: staff and at least one step expected")
        title, about, after = (
            _both(entry.get(key), f"{where}: {key}") for key in ("title", "about", "after")
        )
        steps = tuple(_step(one, where, entry["phone"]) for one in entry["step"])
        found.append(
            Story(_id(entry, where), entry["phone"], entry["staff"], title, about, after, steps)
        )
    return tuple(found)


def _step(entry: Mapping[str, Any], where: str, phone: str) -> Step:
    """A step; an old phone sends words only, and none with accents."""
    if len(set(entry) & {"say", "pin", "file"}) != 1 or len(entry) != 1:
        raise BadPage(f"{where}: a step is one of say, pin, file")
    if "say" in entry:
        say = _both(entry["say"], f"{where}: say")
        if phone == "sms" and not all(text.isascii() for text in say.values()):
            raise BadPage(f"{where}: an SMS phone writes without accents")
        return Step(say=say)
    if phone == "sms":
        raise BadPage(f"{where}: an SMS phone sends words only")
    if "pin" in entry:
        if entry["pin"] not in {pin.id for pin in pins()}:
            raise BadPage(f"{where}: no pin {entry['pin']!r}")
        return Step(pin=entry["pin"])
    if entry["file"] != "photo":
        raise BadPage(f"{where}: file: photo expected")
    return Step(file=entry["file"])


def _id(entry: Mapping[str, Any], where: str) -> str:
    if not isinstance(entry.get("id"), str) or not entry["id"]:
        raise BadPage(f"{where}: id expected")
    return str(entry["id"])


def _both(value: object, where: str) -> Mapping[str, str]:
    complete = isinstance(value, dict) and set(value) == set(LANGUAGES)
    if not complete or not all(isinstance(v, str) and v for v in value.values()):  # type: ignore[attr-defined]
        raise BadPage(f"{where}: a text in each of {', '.join(LANGUAGES)} expected")
    return dict(value)  # type: ignore[call-overload, no-any-return]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadPage(f"{path.name}: {error}") from error
