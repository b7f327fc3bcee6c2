"""`advance`: one message, or one timer, in; the next state and what follows from it out. Pure."""

from __future__ import annotations

from dataclasses import replace

from flows.answering import has_code_word, secret
from flows.going_on import go_on
from flows.heard import LANGUAGES, hear, language_of
from flows.interrupts import interrupted
from flows.registry import FLOWS, SIDE, step
from flows.scene import Scene
from flows.turn import (
    CallStaff,
    Effect,
    Expired,
    GaveWord,
    GoneQuiet,
    MarkPhone,
    Remind,
    Reminded,
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
    (`Turn.quiet`); of the timers only `Remind` may say something, and only on a phone that its
    user marked as safe. Raises nothing for any text.
    """
    match resume:
        case Said():
            return _said(state, resume, reading)
        case TimedOut():
            return _timed_out(state) if state is not None else Turn(_blank())
        case GoneQuiet():
            return _gone_quiet(state or _blank())
        case Remind():
            return _remind(state or _blank())
        case Expired():
            return _expired(state or _blank())


def unsilence(state: State) -> State:
    """The state after a person has lifted a silence, for a reason that is logged elsewhere."""
    return _without(state, "silenced")


def lapse(state: State) -> State:
    """The state once "nobody else reads this phone" has grown old: it has to be said anew."""
    safe = None if state.phone_safe else state.phone_safe
    return replace(_without(state, "read", "alone"), phone_safe=safe)


def _without(state: State, *names: str) -> State:
    return replace(state, facts={k: v for k, v in state.facts.items() if k not in names})


def _blank() -> State:
    return State(flow="talk", version=FLOWS["talk"].version)


def _said(state: State | None, said: Said, reading: Reading | None) -> Turn:
    heard = hear(said, reading, state)
    before = state
    kept = _without_unsent(state, said.unsent) if state is not None else _blank()
    scene = Scene(before, kept, heard).rising(heard.reading.urgency)
    if said.silenced is not None:
        scene = scene.having(silenced=said.silenced)
    if said.watched:
        scene = scene.having(watched="yes")
    scene = _style_and_last(_language(scene))
    if has_code_word(scene) and not said.word_rests:
        scene = scene.plus(GaveWord())
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


def unspoken(turn: Turn) -> State:
    """The state after a turn of which nothing is said: its question was not asked either, nor the
    one that an opening holds."""
    open_ask = step(turn.state.flow, turn.state.step)
    said = [e.text for e in turn.effects if isinstance(e, Say) and not e.cover]
    return _without_unsent(turn.state, (*said, *([open_ask.prompt] if open_ask else ())))


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


def _gone_quiet(state: State) -> Turn:
    """Nobody writes to the sender for that: whoever has the ticket decides what to do."""
    effects = (CallStaff("gone_quiet"),) if state.urgency == 1 else ()
    return Turn(state, effects, quiet="gone_quiet")


def _remind(state: State) -> Turn:
    """At most one, neutral, and never on a phone of which nobody said that it is safe."""
    due = state.phone_safe and not state.facts.keys() & {"reminded", "silenced", "watched"}
    if not due:
        return Turn(state, quiet="no_reminder")
    kept = replace(state, facts={**state.facts, "reminded": "yes"})
    return Turn(kept, (Reminded("remind.open"),))


def _expired(state: State) -> Turn:
    """Close what was open. Nothing is lost by it: the next message is heard as ever, and a ticket
    that waits for a person goes on waiting."""
    kept = _without(lapse(state), "next", "under", "by")
    return Turn(replace(kept, step=None), quiet="expired")
