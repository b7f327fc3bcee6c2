"""Every talk in this folder is played, on both databases. The format is told in README.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from desk.messages import Outbound
from simulators import transcript
from store.people import Person
from tests.stage import Location, Stage

FOLDER = Path(__file__).parent
TALKS = sorted(path.name for path in FOLDER.glob("*.talk"))


@dataclass
class SenderPhone:
    """The phone of one who writes. What the workers would do happens before it is heard."""

    stage: Stage
    address: str
    heard: int = 0

    def _sent(self) -> list[Outbound]:
        both = (*self.stage.sms.sent, *self.stage.telegram.sent)
        return [one for one in both if one.address == self.address]

    def say(self, text: str) -> None:
        self.stage.write(text, self.address)

    def press(self, label: str) -> None:
        choices = [choice for one in self._sent() for choice in one.choices]
        value = next(choice.value for choice in reversed(choices) if choice.label == label)
        self.stage.write(label, self.address, choice=value)

    def pin(self, lat: float, lon: float) -> None:
        self.stage.write("", self.address, location=Location(lat, lon))

    def hear(self) -> str | None:
        self.stage.settle()
        new = self._sent()[self.heard :]
        self.heard += bool(new)
        return new[0].text if new else None


@dataclass
class StaffPhone:
    """The staff bot of one person on call."""

    stage: Stage
    person: Person
    heard: int = 0

    def say(self, text: str) -> None:
        pages = [one for one in self.stage.pages(self.person) if one.toast is None]
        shown = [one for one in pages if one.choices] or pages
        self.stage.answer(self.person, text, shown[-1])

    def press(self, label: str) -> None:
        shown = self.stage.pages(self.person)
        under = [one for one in shown if any(c.label == label for c in one.choices)]
        value = next(c.value for c in under[-1].choices if c.label == label)
        self.stage.press(self.person, under[-1], value)

    def pin(self, lat: float, lon: float) -> None:
        raise AssertionError("staff send no places")

    def hear(self) -> str | None:
        self.stage.deliver()
        new = self.stage.pages(self.person)[self.heard :]
        self.heard += bool(new)
        return new[0].text if new else None


@pytest.mark.parametrize("name", TALKS)
def test_the_talk_goes_as_it_is_written(stage: Stage, name: str) -> None:
    talk = transcript.parse((FOLDER / name).read_text(encoding="utf-8"))
    lan = stage.add("lan", talk.headers.get("centre", "quoc-gia"))
    sender = SenderPhone(stage, talk.headers.get("from", "+84912000001"))
    assert transcript.play(talk, {"sender": sender, "staff": StaffPhone(stage, lan)}) == []
