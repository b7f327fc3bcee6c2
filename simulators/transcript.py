"""Talks written down: read, written and played. The format is told in tests/journeys/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

# What a line begins with, and whose phone it is about.
HEARD = {"hotline": "sender", "desk": "staff", "hotline to other": "other"}
SAID = {"sender": "sender", "staff": "staff", "other": "other"}
DONE = {
    "sender presses": "sender",
    "staff presses": "staff",
    "sender pins": "sender",
    "sender sends": "sender",
    "sender edits": "sender",
}
STAGED = ("later", "ticket")  # for tests: the clock is moved, the ticket is looked at
HEADERS = (
    "hours",
    "channel",
    "from",
    "other from",
    "staff id",
    "centre",
    "flows",
    "rules",
    "languages",
)
NOTHING = "(nothing)"
_LINE = re.compile(r"([a-z]+(?: [a-z]+){0,2}):(?: (.*))?")
_SPAN = re.compile(r"(\d+) (second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class BadTranscript(ValueError):
    """A line that is none; the message names its number."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the talk. what: its first words ("sender", "hotline", "staff presses" ...)."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A talk. headers: those of `HEADERS` that were given."""

    headers: Mapping[str, str] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()


class Phone(Protocol):
    """What a talk is played on: `Live` for simulated phones, or a test's own."""

    def say(self, text: str) -> None: ...
    def press(self, label: str) -> None: ...
    def pin(self, lat: float, lon: float) -> None: ...
    def send(self, kind: str) -> None:
        """Send a picture, a voice note ... without words."""

    def edit(self, text: str) -> None:
        """Change the last message to these words."""

    def hear(self) -> str | None:
        """The next text that came, None if nothing comes any more."""


class House(Protocol):
    """What only a test can do: let time pass, and look at the ticket."""

    def wait(self, seconds: int) -> None: ...
    def ticket(self) -> Mapping[str, str]: ...


def parse(text: str) -> Transcript:
    """Read a transcript. Raises BadTranscript."""
    headers: dict[str, str] = {}
    turns: list[Turn] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.startswith("    ") and turns:
            turns[-1] = Turn(turns[-1].what, f"{turns[-1].text}\n{line[4:]}")
            continue
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        what = found[1] if found else ""
        value = (found[2] or "") if found else ""
        if what in HEADERS and not turns:
            headers[what] = value.strip()
        elif what == "later" and not _SPAN.fullmatch(value):
            raise BadTranscript(f"line {number}: expected `later: 3 days`, got {value[:40]!r}")
        elif what in HEARD or what in SAID or what in DONE or what in STAGED:
            turns.append(Turn(what, value))
        else:
            raise BadTranscript(f"line {number}: expected one of {_known()}, got {line[:40]!r}")
    return Transcript(headers, tuple(turns))


def write(transcript: Transcript) -> str:
    """The text of a transcript; `parse` reads it back unchanged."""
    lines = [f"{name}: {value}" for name, value in transcript.headers.items()]
    if lines:
        lines.append("")
    for turn in transcript.turns:
        first, *more = turn.text.split("\n")
        lines.append(f"{turn.what}: {first}" if first else f"{turn.what}:")
        lines += [f"    {line}" for line in more]
    return "\n".join(lines) + "\n"


def play(
    transcript: Transcript, phones: Mapping[str, Phone], house: House | None = None
) -> list[str]:
    """Play a talk on phones by name ("sender", "staff", "other"); return what differed, in order.

    An expected text may leave parts open with `…`; `(nothing)` expects silence. A text that the
    talk does not mention, heard before one that it does, is a difference too. house: for the lines
    `later:` and `ticket:`, and for `{ref}` in what is said, the number of the newest ticket. Raises
    BadTranscript for those lines where there is none.
    """
    differences = []
    for number, turn in enumerate(transcript.turns, 1):
        if turn.what in STAGED:
            if house is None:
                raise BadTranscript(f"turn {number}: `{turn.what}:` can be played in tests only")
            differences += [f"turn {number}: {what}" for what in _staged(turn, house)]
            continue
        who = {**HEARD, **SAID, **DONE}[turn.what]
        phone = phones[who]
        said = turn.text
        if house is not None and "{ref}" in said:
            said = said.replace("{ref}", house.ticket()["ref"])
        if turn.what in HEARD:
            heard = phone.hear()
            if not matches(turn.text, heard):
                got = NOTHING if heard is None else heard
                differences.append(f"turn {number}: {turn.what}: {turn.text!r}, heard {got!r}")
        elif turn.what in SAID:
            phone.say(said)
        elif turn.what.endswith("presses"):
            phone.press(turn.text)
        elif turn.what.endswith("sends"):
            phone.send(turn.text)
        elif turn.what.endswith("edits"):
            phone.edit(turn.text)
        else:
            lat, _, lon = turn.text.partition(",")
            phone.pin(float(lat), float(lon))
    return differences


def _staged(turn: Turn, house: House) -> list[str]:
    """Let time pass, or compare `name value, name value` with the ticket; return what differs."""
    span = _SPAN.fullmatch(turn.text)
    if turn.what == "later" and span:
        house.wait(int(span[1]) * _SECONDS[span[2]])
        return []
    is_now = house.ticket()
    found = []
    for stated in turn.text.split(","):
        name, _, value = stated.strip().partition(" ")
        if is_now.get(name) != value:
            found.append(f"ticket: {name} {value!r}, is {is_now.get(name)!r}")
    return found


def matches(expected: str, heard: str | None) -> bool:
    """Whether a heard text is as expected; `…` stands for any words or none."""
    if heard is None or expected == NOTHING:
        return heard is None and expected == NOTHING
    parts = [re.escape(part) for part in expected.replace("...", "…").split("…")]
    return re.fullmatch(".*".join(parts), heard, re.DOTALL) is not None


def saved(headers: Mapping[str, str], turns: Iterable[Turn]) -> str:
    """A talk as the start of a journey test: what was said, and what was heard, word for word."""
    title = "# Say here in one line what this talk is about, then leave open with … what may vary."
    return f"{title}\n{write(Transcript(headers, tuple(turns)))}"


def _known() -> str:
    return ", ".join(f"`{what}:`" for what in (*HEADERS, *HEARD, *SAID, *DONE, *STAGED))
