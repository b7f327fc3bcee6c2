"""Taught words, and the small questions that people ask in between."""

from __future__ import annotations

from collections.abc import Callable

from flows.answering import answer, note
from flows.flow import END
from flows.going_on import acknowledge, go_on
from flows.scene import Scene
from flows.turn import CallStaff, Consent, Erase, Fact, Turn, UseLanguage, Withdraw
from triage.references import is_only_reference

POLITE = 4  # words
POLITENESS = ("thanks", "greeting")


def side_answer(scene: Scene) -> Turn | None:
    """The answer to "delete all?" or "which language?"."""
    ask = scene.open
    if ask is None or ask.name not in ("side.erase", "side.language", "side.tongue"):
        return None
    value = answer(ask, scene.heard)
    if value is None:
        return None
    back = scene.facts.get("under")
    scene = note(scene).at(back).without("under")
    if ask.name == "side.erase":
        return _erase(scene, value)
    if value == "other_language":
        return scene.plus(CallStaff("interpreter")).say("language.which", opens="side.tongue")
    if ask.name == "side.tongue":
        scene = scene.plus(Fact("tongue", scene.heard.said.text[:100]), CallStaff("interpreter"))
        return _once(scene.having(interpreter="yes"), "language.interpreter")
    scene = scene.with_state(language=value).having(language="set").plus(UseLanguage(value))
    return _once(scene, "language.set")


def _erase(scene: Scene, value: str) -> Turn:
    if value == "keep":
        return _once(scene, "erase.kept")
    scene = scene.plus(Erase())
    if scene.state.urgency <= 2:  # never removed without a person
        return _once(scene.plus(CallStaff("erase_asked")), "erase.person")
    return _once(_no_more(scene).plus(Withdraw()), "erase.done")


def taught(scene: Scene) -> Turn | None:
    """NGUOI, XOA HET, NGON NGU, and a provider's START."""
    match scene.heard.command:
        case "person":
            return _person(scene)
        case "erase":
            if scene.said("erase.ask"):
                return _once(scene.plus(CallStaff("erase_asked")), "erase.person")
            return scene.say("erase.ask", opens="side.erase")
        case "language":
            if scene.said("language.ask"):
                return _once(scene.plus(CallStaff("interpreter")), "language.interpreter")
            return scene.say("language.ask", opens="side.language")
        case "reference":
            return _own_reference(scene)
        case "unconsent":
            scene = scene.plus(Consent("all", False, "consent.taken_back"))
            return _once(scene.plus(CallStaff("consent_taken_back")), "consent.taken_back")
        case "begin":
            if scene.state.situation is None:
                scene = scene.with_state(situation="greeting")
            return _once(scene, "answer.who")
    return None


def _own_reference(scene: Scene) -> Turn:
    """The sender's own number: asked for, and only where nobody else reads."""
    if scene.state.situation is None:
        scene = scene.with_state(situation="greeting")
    if scene.state.phone_safe:
        return _once(scene, "answer.reference")
    if scene.state.phone_safe is None and not scene.watched and not scene.said("ask.safety.read"):
        return scene.say("ask.safety.read", opens="side.read")
    return _by_person(scene)


def reference(scene: Scene) -> Turn | None:
    """A number of ours, from whatever phone: that it is known, or not, is never told."""
    said = scene.heard.said
    if not is_only_reference(said.text, said.codes):
        return None
    scene = note(scene)
    if scene.state.situation is None:
        scene = scene.with_state(situation="greeting")
    return _once(scene, "answer.reference_read")


def asked(scene: Scene) -> Turn | None:
    """A small question, answered at once; the question of the flow stays open."""
    for cue, reply in REPLIES.items():
        if cue in scene.heard.cues:
            scene = note(scene)
            if scene.state.situation is None:
                if cue in POLITENESS:
                    return None  # the opening knows what to say
                scene = scene.with_state(situation="greeting")
            return reply(scene)
    return None


def owe(scene: Scene) -> Scene:
    """Remember a small question that came with something greater: its answer follows."""
    for cue, text in OWED.items():
        if cue in scene.heard.cues and not (scene.watched and cue == "asks_fine"):
            return scene.having(owed=text)
    return scene


def _once(scene: Scene, text: str, opens: str | None = None) -> Turn:
    return acknowledge(scene) if scene.said(text) else scene.say(text, opens=opens)


def _or_go_on(scene: Scene, text: str, opens: str | None = None) -> Turn:
    return go_on(scene) if scene.said(text) else scene.say(text, opens=opens)


def _no_more(scene: Scene) -> Scene:
    return scene.at(END).without("next", "under").having(stopped="withdrawn")


def _person(scene: Scene) -> Turn:
    return _once(note(scene).plus(CallStaff("asks_person")), "answer.person")


def _withdraws(scene: Scene) -> Turn:
    return _once(_no_more(scene).plus(Withdraw()), "answer.withdrawn")


def _call_me(scene: Scene) -> Turn:
    scene = scene.plus(CallStaff("call_me"))
    if "no_call" in scene.facts:  # barred for good: a person looks
        return _once(scene, "answer.by_person")
    text = "answer.call_me.quiet" if scene.watched else "answer.call_me"
    return _once(scene, text, "side.call_hour")


def _status(scene: Scene) -> Turn:
    return _once(scene.plus(CallStaff("asks_status")), "answer.status")


def _fine(scene: Scene) -> Turn:
    if scene.watched:
        return _by_person(scene)
    return _or_go_on(scene, "answer.fine", "side.lawyer")


def _number(scene: Scene) -> Turn:
    if scene.watched:
        return _by_person(scene)
    if "abroad" in scene.facts:
        calling = "unreached_abroad" if scene.state.urgency <= 2 else "abroad_number"
        if "country" in scene.facts:
            return _or_go_on(scene, f"answer.{calling}.country")
        return _or_go_on(scene, f"answer.{calling}", "side.country")
    return _or_go_on(scene, "answer.number")


def _old_number(scene: Scene) -> Turn:
    if scene.watched or "abroad" in scene.facts:
        return _number(scene)
    return _or_go_on(scene, "answer.old_number")


def _polite(text: str) -> Callable[[Scene], Turn]:
    """To a few polite words: the question stays open. In a longer message they mean nothing."""

    def reply(scene: Scene) -> Turn:
        if len(scene.heard.folded.split()) > POLITE or scene.heard.told:
            return go_on(scene)
        return _once(scene, text)

    return reply


def _by_person(scene: Scene) -> Turn:
    return _once(scene.plus(CallStaff("asks_person")), "answer.by_person")


def _abuse(scene: Scene) -> Turn:
    """Answered once; the next real cry from the number counts in full."""
    if scene.heard.reading.intent != "off_topic" or "been" in scene.facts:
        return go_on(scene)
    if scene.said("first.abuse"):
        return scene.quiet("abuse")
    return scene.say("first.abuse")


# In this order: the first cue that is found is answered.
REPLIES: dict[str, Callable[[Scene], Turn]] = {
    "withdraws": _withdraws,
    "call_me": _call_me,
    "asks_person": _person,
    "asks_robot": lambda scene: _or_go_on(scene, "answer.robot"),
    "asks_cost": lambda scene: _or_go_on(scene, "answer.cost"),
    "asks_fine": _fine,
    "old_number": _old_number,
    "asks_number": _number,
    "asks_who": lambda scene: _or_go_on(scene, "answer.who"),
    "asks_status": _status,
    "deleted_it": lambda scene: _or_go_on(scene, "answer.deleted"),
    "abuse_of_line": _abuse,
    "advert": _abuse,
    "thanks": _polite("answer.thanks"),
    "greeting": _polite("answer.who"),
}
OWED = {
    "asks_robot": "answer.robot",
    "asks_cost": "answer.cost",
    "asks_status": "answer.status",
    "asks_who": "answer.who",
}
