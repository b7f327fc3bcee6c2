"""Every talk in this folder is played, on both databases. The format is told in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import flows
from channels.twilio import BLOCKING_WORDS, FREEING_WORDS
from desk.messages import Outbound
from flows.turn import Consent, Resume, Say, Silence, State, Turn
from simulators import transcript
from store import people
from store.people import Person
from tests.journeys import coverage
from tests.stage import Location, Media, Stage
from triage.reading import Reading

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
        word = text.strip().upper() if self.address.startswith("+") else ""
        event = "opted_out" if word in BLOCKING_WORDS else "message"
        event = "opted_in" if word in FREEING_WORDS else event
        self.stage.write(text, self.address, event=event)

    def press(self, label: str) -> None:
        choices = [choice for one in self._sent() for choice in one.choices]
        value = next(choice.value for choice in reversed(choices) if choice.label == label)
        self.stage.write(label, self.address, choice=value)

    def pin(self, lat: float, lon: float) -> None:
        self.stage.write("", self.address, location=Location(lat, lon))

    def send(self, kind: str) -> None:
        self.stage.write("", self.address, media=(Media(kind, f"https://example.org/{kind}"),))  # type: ignore[arg-type]

    def edit(self, text: str) -> None:
        self.stage.write(text, self.address, event="edited")

    def hear(self) -> str | None:
        self.stage.settle()
        new = self._sent()[self.heard :]
        self.heard += bool(new)
        return new[0].text if new else None


@dataclass
class StaffPhone:
    """The staff bot of one person on call."""

    stage: Stage
    person: Person | None
    heard: int = 0

    def _who(self) -> Person:
        assert self.person is not None, "nobody is on call in this talk"
        return self.person

    def say(self, text: str) -> None:
        pages = [one for one in self.stage.pages(self._who()) if one.toast is None]
        shown = [one for one in pages if one.choices] or pages
        self.stage.answer(self._who(), text, shown[-1])

    def press(self, label: str) -> None:
        shown = self.stage.pages(self._who())
        under = [one for one in shown if any(c.label == label for c in one.choices)]
        value = next(c.value for c in under[-1].choices if c.label == label)
        self.stage.press(self._who(), under[-1], value)

    def pin(self, lat: float, lon: float) -> None:
        raise AssertionError("staff send no places")

    def send(self, kind: str) -> None:
        raise AssertionError("staff send no media")

    def edit(self, text: str) -> None:
        raise AssertionError("staff edit nothing")

    def hear(self) -> str | None:
        self.stage.deliver()
        new = self.stage.pages(self._who())[self.heard :]
        self.heard += bool(new)
        return new[0].text if new else None


@dataclass
class House:
    """The clock, and the ticket as `ticket:` names it."""

    stage: Stage

    def wait(self, seconds: int) -> None:
        self.stage.deliver()
        self.stage.settle(seconds)

    def ticket(self) -> Mapping[str, str]:
        rows = self.stage.tickets()
        newest = self.stage.ticket(max(rows, key=lambda row: str(row["opened_at"]))["ref"])
        words = {True: "yes", False: "no", None: "none"}
        shown = {
            name: words[value] if value is None or isinstance(value, bool) else str(value)
            for name, value in newest.items()
            if value is None or isinstance(value, (bool, str, int))
        }
        return {**shown, "count": str(len(rows))}


@dataclass
class Seen:
    """What the engine did while a talk was played: compared with what the talk says it shows."""

    flows: set[str] = field(default_factory=set)
    situations: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    consents: int = 0
    silences: int = 0

    def note(self, turn: Turn) -> None:
        self.flows.add(turn.state.flow)
        self.situations.add(turn.state.situation or "")
        self.facts |= turn.state.facts.keys()
        says = [effect for effect in turn.effects if isinstance(effect, Say)]
        self.texts |= {say.text for say in says}
        self.languages |= {turn.state.language} if says else set()
        self.consents += any(isinstance(effect, Consent) for effect in turn.effects)
        self.silences += any(isinstance(effect, Silence) for effect in turn.effects)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    noted, advance = Seen(), flows.advance

    def watched(state: State | None, resume: Resume, reading: Reading | None) -> Turn:
        turn = advance(state, resume, reading)
        noted.note(turn)
        return turn

    monkeypatch.setattr(flows, "advance", watched)
    return noted


@pytest.mark.parametrize("name", TALKS)
def test_the_talk_goes_as_it_is_written(stage: Stage, seen: Seen, name: str) -> None:
    talk = transcript.parse((FOLDER / name).read_text(encoding="utf-8"))
    centre = talk.headers.get("centre", "quoc-gia")
    lan = None if centre == "nobody" else stage.add("lan", centre)
    if "hours" in talk.headers:
        with stage.desk.db.write() as tx:
            people.set_hours(tx, centre, talk.headers["hours"])
    phones: dict[str, transcript.Phone] = {
        "sender": SenderPhone(stage, talk.headers.get("from", "+84912000001")),
        "other": SenderPhone(stage, talk.headers.get("other from", "+84912000002")),
        "staff": StaffPhone(stage, lan),
    }
    assert transcript.play(talk, phones, House(stage)) == []
    wrong = coverage.contradicted(talk.headers, seen)
    assert wrong == []


def test_the_page_of_journeys_is_up_to_date_and_has_no_empty_row() -> None:
    page = FOLDER.parents[1] / "docs" / "journeys.md"
    assert page.read_text(encoding="utf-8") == coverage.page()
    assert coverage.empty(coverage.shown()) == []


def test_an_empty_row_and_a_false_claim_are_noticed() -> None:
    sms_only = [one for one in coverage.shown() if one.channel == "sms"]
    assert "report by telegram" in coverage.empty(sms_only)
    nothing = Seen(flows={"report"}, languages={"vi"})
    headers = {"flows": "report status", "rules": "C2 C6", "languages": "vi en"}
    wrong = coverage.contradicted(headers, nothing)
    assert [one.split(":")[0] for one in wrong] == ["languages", "C2", "C6", "status"]
