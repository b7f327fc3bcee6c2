"""A talk at the level of the engine: what one writes, what triage would read, what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import flows
from flows.turn import CallStaff, Effect, Resume, Said, Say, State, Turn
from places.place import Place
from triage.reading import Reading
from triage.references import references

QUIET_READING = Reading("off_topic", 4, (), None, "vi", (), frozenset(), "information", 1.0)


def read(
    intent: str = "off_topic",
    urgency: int = 4,
    signals: Iterable[str] = (),
    cues: Iterable[str] = (),
    place: Place | None = None,
    language: str = "vi",
) -> Reading:
    """A reading as triage would give it."""
    return replace(
        QUIET_READING,
        intent=intent,
        urgency=urgency,
        signals=tuple(sorted(signals)),
        cues=frozenset(cues),
        place=place,
        language=language,
    )


def province(name: str = "Lạng Sơn", mention: str | None = None) -> Place:
    return Place("VN", name, None, mention or name)


def abroad(country: str = "KH", mention: str = "Campuchia", home: str | None = None) -> Place:
    return Place(country, home, None, mention)


@dataclass
class Talk:
    """A conversation; every state goes through dump and load, as it does between messages."""

    state: State | None = None
    turn: Turn | None = None

    def write(self, text: str | Said, reading: Reading = QUIET_READING, **said: object) -> str:
        """Write a message; return the id of the text that answers it, "" for a named silence."""
        if isinstance(text, str):
            gap = None if self.state is None else 30.0
            text = Said(**{"text": text, "gap_s": gap, **said})  # type: ignore[arg-type]
        return self.resume(text, reading)

    def resume(self, resume: Resume, reading: Reading | None = None) -> str:
        if isinstance(resume, Said):
            resume = replace(resume, codes=references(resume.text))
        self.turn = flows.advance(self.state, resume, reading)
        self.state = flows.load(flows.dump(self.turn.state))
        assert self.state == self.turn.state
        return said(self.turn)

    @property
    def effects(self) -> tuple[Effect, ...]:
        assert self.turn is not None
        return self.turn.effects

    @property
    def calls(self) -> list[str]:
        return [effect.reason for effect in self.effects if isinstance(effect, CallStaff)]

    @property
    def quiet(self) -> str | None:
        assert self.turn is not None
        return self.turn.quiet

    @property
    def urgency(self) -> int:
        assert self.state is not None
        return self.state.urgency


def said(turn: Turn) -> str:
    says = [effect.text for effect in turn.effects if isinstance(effect, Say)]
    assert len(says) <= 1, says
    return says[0] if says else ""
