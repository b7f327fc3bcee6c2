"""Going into a situation: the first answer, the covert one, and a danger that comes up later."""

from __future__ import annotations

from flows.answering import named, note
from flows.flow import Then
from flows.going_on import ask_next, say_when
from flows.opening import Opening, is_weak, opening
from flows.registry import step
from flows.scene import Scene
from flows.small import owe
from flows.turn import BarCalls, CallStaff, Turn

SAFETY = frozenset({"suicidal", "suicidal_other"})  # entered in every state
MOVING = frozenset({"happening_now", "rescue_word", "soft_cry", "escape_word"})
OWN = frozenset({"help_now", "help_other", "return_support"})  # who writes needs help
# Held in a way that has its own questions: that the phone is watched, or the door locked, is news
# to staff, and no reason to ask a wife in a village abroad for the floor.
HELD = frozenset({"child_held", "marriage_abroad", "compound_abroad"})
AFTER_HOURS = frozenset({"tip_past", "family_past", "self_calm", "support", "distress", "info"})


def covert(scene: Scene) -> Turn | None:
    if "no_call" not in scene.heard.cues or scene.said("first.covert"):
        return None
    scene = note(scene).rising(1).having(no_call="yes", watched="yes").plus(BarCalls())
    if is_weak(scene.state.situation):
        row = opening(scene.heard, scene.known())
        if row.flow == "talk" or row.weak:
            row = Opening("help_now", "covert")
        scene = _go_into(scene, row)
    # Whoever writes so is asked nothing, shown no button and told nothing more.
    return scene.at(None).without("next", "under").having(stopped="covert").say("first.covert")


def danger(scene: Scene) -> Turn | None:
    """A first message, or one that says more than what the conversation was about."""
    if scene.heard.command is not None:
        return None
    scene = note(scene)
    row = opening(scene.heard, scene.known())
    if row.weak or _been(scene, row) or not _opens(scene, row):
        return None
    return enter(scene, row)


def _opens(scene: Scene, row: Opening) -> bool:
    if scene.heard.first or is_weak(scene.state.situation):
        return True
    before = scene.before.urgency if scene.before else 4
    rises = scene.heard.reading.urgency < before
    if row.flow == "report" and scene.state.flow in OWN:
        return False  # what they tell of others is noted; they are not sent to another desk
    if row.situation == "held_now" and scene.state.situation in HELD and scene.open:
        return False
    if row.situation in SAFETY and scene.state.situation in SAFETY:
        return "suicide_now" in scene.heard.cues  # else only the talk so far says so
    if row.situation == "moved_now" and scene.open and scene.open.accept.kind == "place":
        return bool(scene.heard.cues & MOVING)  # "at the bus station" answers where
    return row.situation in SAFETY or (rises and row.situation != scene.state.situation)


def _been(scene: Scene, row: Opening) -> bool:
    return row.situation in scene.facts.get("been", "").split(",")


def _go_into(scene: Scene, row: Opening) -> Scene:
    been = [name for name in scene.facts.get("been", "").split(",") if name]
    scene = scene.with_state(flow=row.flow, situation=row.situation).at(None)
    scene = scene.without("stopped", "next", "under", "quiet")
    begin = scene.track.begin
    if begin:
        scene = scene.having(next=begin)
    return scene.having(been=",".join([*been, row.situation]))


def open_anything(scene: Scene) -> Turn | None:
    """The first message opens something, however little it says; so does a later one that says
    more than the nothing before it."""
    scene = note(scene)
    row = opening(scene.heard, scene.known())
    if scene.state.situation is None:
        return enter(scene, row)
    says_more = row.flow != "talk" and len(scene.heard.folded.split()) > 3
    if is_weak(scene.state.situation) and says_more and not _been(scene, row):
        return enter(scene, row)
    if scene.state.situation == "wrong_number":
        return scene.quiet("wrong_number")  # "nothing more will be sent" was our word
    return None


def enter(scene: Scene, row: Opening) -> Turn:
    """Give the first answer of a situation."""
    weak = is_weak(scene.state.situation)
    scene = _go_into(scene, row)
    if not weak:
        scene = scene.with_state(skipped=0)
    if row.situation in ("suicidal", "suicidal_other") and not scene.heard.first:
        scene = scene.plus(CallStaff("suicide"))
    if row.call is not None:
        scene = scene.rising(2).plus(CallStaff(row.call))
    scene = _listen(owe(scene))
    after_hours = _after_hours(scene, row)
    if after_hours is not None:
        return after_hours
    line = scene.pick(scene.track.first)
    if line is None:
        return _known_already(scene)
    if line.opens:
        scene = scene.without("next")
    return scene.say(line.text, opens=line.opens)


def _listen(scene: Scene) -> Scene:
    """Take from the first message what it says of questions with options ("cần làm giấy tờ")."""
    for name in scene.track.listen:
        ask = step(scene.state.flow, name)
        if ask is None or scene.needless(ask):
            continue
        value = named(ask, scene.heard.folded)
        if value is not None:
            scene = scene.having(**{ask.fact: value, **dict.fromkeys(ask.sets, "told")})
            goes = ask.then.get(value, Then()).goes
            scene = scene if goes is None else scene.with_state(situation=goes)
    return scene


def _known_already(scene: Scene) -> Turn:
    """Everything that the first answer would ask was told."""
    child, urgent = "child" in scene.facts, scene.state.urgency <= 2
    text = "first.known.child" if child else "first.known" if urgent else "first.known.calm"
    return ask_next(scene, scene.track.begin) if scene.said(text) else scene.say(text)


def _after_hours(scene: Scene, row: Opening) -> Turn | None:
    """Nobody on shift and nothing pressing: say when, and ask where in the same text."""
    back_at = scene.heard.said.back_at
    if back_at is None or scene.state.urgency < 3 or row.situation not in AFTER_HOURS:
        return None
    if scene.said("answer.after_hours"):
        return None
    if row.situation == "tip_past" and not scene.facts.keys() & {"place", "province"}:
        scene = scene.at("tip.commune").having_told("answer.after_hours")
        return scene.say("answer.after_hours.place", opens="side.wake", gio=back_at)
    return say_when(scene, back_at)
