"""The state while one message is worked on, and the few ways to change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import locales
from flows.flow import Ask, Line, Track
from flows.heard import Heard
from flows.registry import FLOWS, SIDE, step, track
from flows.turn import CallStaff, Effect, Say, State, Turn


@dataclass(frozen=True, slots=True)
class Scene:
    """before: the state that was kept, None if no conversation was open. state: as it is now."""

    before: State | None
    state: State
    heard: Heard
    effects: tuple[Effect, ...] = ()

    @property
    def facts(self) -> Mapping[str, str]:
        return self.state.facts

    @property
    def track(self) -> Track:
        return track(self.state.flow, self.state.situation)

    @property
    def open(self) -> Ask | None:
        """The question that waits for an answer."""
        return step(self.state.flow, self.state.step)

    @property
    def watched(self) -> bool:
        """Whether there is a sign that somebody else reads this phone."""
        return "watched" in self.facts or self.state.phone_safe is False

    def known(self) -> Mapping[str, str]:
        """Facts as lines and openings ask for them."""
        if self.watched:
            return {**self.facts, "watched": "yes"}
        return {**self.facts, "safe": "yes"} if self.state.phone_safe else self.facts

    def plus(self, *effects: Effect) -> Scene:
        return Scene(self.before, self.state, self.heard, (*self.effects, *effects))

    def having(self, **facts: str) -> Scene:
        """With these facts known besides."""
        return self.with_state(facts={**self.facts, **facts})

    def without(self, *names: str) -> Scene:
        if not any(name in self.facts for name in names):
            return self
        kept = {name: value for name, value in self.facts.items() if name not in names}
        return self.with_state(facts=kept)

    def rising(self, urgency: int) -> Scene:
        """Urgency only rises here; only a person lowers it."""
        return self if urgency >= self.state.urgency else self.with_state(urgency=urgency)

    def with_state(
        self,
        *,
        flow: str | None = None,
        situation: str | None = None,
        facts: Mapping[str, str] | None = None,
        urgency: int | None = None,
        phone_safe: bool | None = None,
        skipped: int | None = None,
        language: str | None = None,
        told: tuple[str, ...] | None = None,
    ) -> Scene:
        # Written out: `replace` costs ten times as much, and this runs dozens of times a message.
        old = self.state
        flow = flow or old.flow
        state = State(
            flow=flow,
            version=FLOWS[flow].version,
            step=old.step,
            situation=situation or old.situation,
            language=language or old.language,
            facts=old.facts if facts is None else facts,
            asked=old.asked,
            told=old.told if told is None else told,
            skipped=old.skipped if skipped is None else skipped,
            urgency=urgency or old.urgency,
            phone_safe=old.phone_safe if phone_safe is None else phone_safe,
        )
        return Scene(self.before, state, self.heard, self.effects)

    def at(self, name: str | None) -> Scene:
        """With this question open, None for none."""
        asked = self.state.asked
        if name and name not in asked:
            asked = (*asked, name)
        state = replace(self.state, step=name or None, asked=asked)
        return Scene(self.before, state, self.heard, self.effects)

    def said(self, text: str) -> bool:
        """Whether the text was sent in this conversation."""
        return text in self.state.told

    def having_told(self, text: str) -> Scene:
        """As if the text had been sent: another one says the same."""
        return self.with_state(told=(*self.state.told, text))

    def say(self, text: str, opens: str | None = None, **params: str) -> Turn:
        """Answer with a text; opens is the question that it asks. A question beside the flow
        leaves the flow's own, if one is open, underneath: it can still be answered."""
        scene = self
        if not self.may_go(text):
            if self.said("answer.by_person"):
                return self.plus(CallStaff("asks_person")).quiet("watched")
            scene, text, opens = self.plus(CallStaff("asks_person")), "answer.by_person", None
        if opens is not None:
            if opens in SIDE.steps and self.open and self.open.name not in SIDE.steps:
                follows = self.open.next.get("*", "")
                scene = self.having(under=self.open.name, next=follows)
            scene = scene.at(opens).having(by=text)
        ask = None if opens is None else step(self.state.flow, opens)
        choices = () if ask is None else tuple(f"choice.{o}" for o in ask.accept.options)
        told = self.state.told if self.said(text) else (*self.state.told, text)
        return Turn(scene.with_state(told=told).state, (*scene.effects, Say(text, params, choices)))

    def may_go(self, text: str) -> bool:
        """Whether a text may go to this phone: some name the subject, for life or because asked."""
        needs = locales.exceptions().get(text)
        if needs is None:
            return True
        return not self.watched and (needs == "unwatched" or bool(self.state.phone_safe))

    def quiet(self, reason: str) -> Turn:
        """Say nothing, for a reason that has a name."""
        return Turn(self.state, self.effects, quiet=reason)

    def pick(self, lines: Iterable[Line]) -> Line | None:
        """The first line whose needs are met, that was not sent before and asks nothing known."""
        known = self.known()
        for line in lines:
            if self.said(line.text) or not all(_holds(need, known) for need in line.needs):
                continue
            ask = step(self.state.flow, line.opens)
            if ask is None or not self.needless(ask):
                return line
        return None

    def needless(self, ask: Ask) -> bool:
        """Whether its answer is known, or it does not fit what is known."""
        known = self.known()
        if not all(_holds(need, known) for need in ask.needs):
            return True
        return any(fact in known for fact in ask.needless)


def _holds(need: str, known: Mapping[str, str]) -> bool:
    if need.startswith("!"):
        return need[1:] not in known
    name, _, value = need.partition("=")
    return name in known and value in ("", known[name])
