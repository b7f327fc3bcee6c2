"""`advance`: one message, or one timer, in; the next state and what follows from it out. Pure."""

from __future__ import annotations

from dataclasses import replace

from flows.answering import secret
from flows.going_on import go_on
from flows.heard import LANGUAGES, hear, language_of
from flows.interrupts import interrupted
from flows.registry import FLOWS, SIDE, step
from flows.scene import Scene
from flows.turn import (
    CallStaff,
    Effect,
    Expired,
    MarkPhone,
    Resume,
    Said,
    Say,
    State,
    TimedOut,
    Turn,
    UseLanguage,
)
from triage.reading import Reading

SAFETY_PATH_ONLY = frozenset(LANGUAGES) - {"vi", "en"}
WORDS_OF_A_STYLE = 6


def advance(state: State | None, resume: Resume, reading: Reading | None) -> Turn:
    """What follows from a message or a timer.

    state: what `Turn.state` was before, None if no conversation is open. reading: triage's, of a
    message; None says that there is none. Every message gets a `Say` or a named silence
    (`Turn.quiet`); a timer says nothing. Raises nothing for any text.
    """
    match resume:
        case Said():
            return _said(state, resume, reading)
        case TimedOut():
            return _timed_out(state) if state is not None else Turn(_blank())
        case Expired():
            kept = state or _blank()
            return Turn(replace(kept, step=None), quiet="expired")


def unsilence(state: State) -> State:
    """The state after a person has lifted a silence, for a reason that is logged elsewhere."""
    lifted = {name: value for name, value in state.facts.items() if name != "silenced"}
    return replace(state, facts=lifted)


def _blank() -> State:
    return State(flow="talk", version=FLOWS["talk"].version)


def _said(state: State | None, said: Said, reading: Reading | None) -> Turn:
    heard = hear(said, reading, state)
    before = state
    kept = _without_unsent(state, said.unsent) if state is not None else _blank()
    scene = Scene(before, kept, heard).rising(heard.reading.urgency)
    scene = _style_and_last(_language(scene))
    if reading is None and heard.folded:
        scene = scene.plus(CallStaff("unread"))
    turn = interrupted(scene) or go_on(scene)
    return _at_once(turn, before)


def _language(scene: Scene) -> Scene:
    language = language_of(scene.heard, scene.before)
    if language != scene.state.language:
        scene = scene.with_state(language=language).plus(UseLanguage(language))
    if language in SAFETY_PATH_ONLY and "interpreter" not in scene.facts:
        scene = scene.having(interpreter="yes").plus(CallStaff("interpreter"))
    return scene


def _style_and_last(scene: Scene) -> Scene:
    """How the sender writes, and the message itself as far as to know it again."""
    heard = scene.heard
    scene = scene.having(echo=secret(heard.folded))
    if len(heard.folded.split()) < WORDS_OF_A_STYLE or scene.state.language != "vi":
        return scene
    return scene.having(style="bare" if heard.said.text.isascii() else "marks")


def _without_unsent(state: State, unsent: tuple[str, ...]) -> State:
    """Answers that never left count as never said, their questions as never asked."""
    if not unsent:
        return state
    asked = tuple(n for n in state.asked if (a := step(state.flow, n)) and a.prompt not in unsent)
    open_ask = step(state.flow, state.step)
    facts = dict(state.facts)
    name = state.step
    if open_ask is not None and name not in asked:
        if name not in SIDE.steps:
            facts["next"] = str(name)
        name = facts.pop("under", None)
    told = tuple(text for text in state.told if text not in unsent)
    return replace(state, step=name, asked=asked, told=told, facts=facts)


def _at_once(turn: Turn, before: State | None) -> Turn:
    """The first answer, and one to a message that raised urgency to 1, wait for no piece more."""
    if before is not None and not turn.state.urgency == 1 < before.urgency:
        return turn
    effects: tuple[Effect, ...] = tuple(
        replace(effect, at_once=True) if isinstance(effect, Say) else effect
        for effect in turn.effects
    )
    return replace(turn, effects=effects)


def _timed_out(state: State) -> Turn:
    """The open question is closed and not repeated; an unanswered "who reads?" means unsafe."""
    ask = step(state.flow, state.step)
    if ask is None:
        return Turn(state, quiet="timed_out")
    facts = dict(state.facts)
    follows = ask.next.get("*", "")
    if follows and ask.name not in SIDE.steps:
        facts["next"] = follows
    facts.pop("under", None)
    effects: tuple[Effect, ...] = ()
    safe = state.phone_safe
    if ask.fact == "read" and safe is None:
        safe, effects = False, (MarkPhone(False),)
    skipped = state.skipped + (ask.name not in SIDE.steps)
    kept = replace(state, step=None, facts=facts, skipped=skipped, phone_safe=safe)
    return Turn(kept, effects, quiet="timed_out")
