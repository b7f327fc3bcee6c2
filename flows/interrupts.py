"""What comes before every step: ONE table, looked at from the top; the first row that applies.

Silence, a danger, a person, deletion, language, and what people ask in between. A row that does
not return a turn lets the message go on to the next row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.answering import WORDS_OF_A_SECRET, has_code_word, has_cover_word, note
from flows.entering import covert, danger, open_anything
from flows.going_on import acknowledge, new_style, pressing
from flows.opening import is_weak
from flows.scene import Scene
from flows.small import asked, reference, side_answer, taught
from flows.turn import CallStaff, Lift, Say, Silence, Turn

COVERS = ("survey", "shop", "wrong")


@dataclass(frozen=True, slots=True)
class Interrupt:
    """why: for the reader of the table and of the map."""

    name: str
    why: str
    then: Callable[[Scene], Turn | None]


def silenced(scene: Scene) -> Turn | None:
    if "silenced" not in scene.facts:
        return None
    before = scene.before.urgency if scene.before else 4
    if has_code_word(scene) and scene.heard.said.word_rests:
        return note(scene.plus(CallStaff("code_word_doubted"))).quiet("silenced")
    if has_code_word(scene) and scene.heard.said.answerable:
        scene = note(scene).without("silenced").plus(Lift("code_word"), CallStaff("code_word"))
        return acknowledge(scene)
    if scene.state.urgency < before:
        scene = scene.plus(CallStaff("danger_rises"))
    return note(scene).quiet("silenced")


def silence(scene: Scene) -> Turn | None:
    heard = scene.heard
    if "found_out" in heard.cues:
        return _silence(scene.rising(1), "found_out")
    if heard.command == "stop":
        return _silence(scene, "asked_to_stop")
    if heard.command == "maybe_stop":
        if scene.open is not None:
            return scene.plus(CallStaff("stop_unclear")).quiet("stop_unclear")
        return _silence(scene, "asked_to_stop")
    if "stop_writing" in heard.cues:
        return _silence(scene.rising(1), "stop_writing")
    if "wrong_number" in heard.cues and not heard.first:
        urgent = scene if is_weak(scene.state.situation) else scene.rising(1)
        return _silence(urgent, "wrong_number")
    return None


def cover(scene: Scene) -> Turn | None:
    """The person's own word: the one dull answer, then nothing more."""
    if not has_cover_word(scene) or not scene.heard.said.answerable:
        return None
    answer = scene.facts.get("cover", "wrong")
    turn = _silence(scene.rising(1), "cover")
    say = Say(f"cover.{answer if answer in COVERS else 'wrong'}", at_once=True, cover=True)
    return Turn(turn.state, (say, *turn.effects), quiet="cover")


def unanswerable(scene: Scene) -> Turn | None:
    """An old message changed, or a piece that came late: what it says counts, nothing is said."""
    return None if scene.heard.said.answerable else note(scene).quiet("not_answered")


def code_word(scene: Scene) -> Turn | None:
    """The code word and nothing else: it answers no question, it says who writes."""
    alone = has_code_word(scene) and len(scene.heard.folded.split()) <= WORDS_OF_A_SECRET
    return acknowledge(note(scene).plus(CallStaff("code_word"))) if alone else None


def _silence(scene: Scene, reason: str) -> Turn:
    scene = note(scene).at(None).without("next", "under").having(silenced=reason)
    return scene.plus(Silence(reason), CallStaff(reason)).quiet(reason)


def only_a_person(scene: Scene) -> Turn | None:
    """Where a person writes the machine keeps out of it; but it says when nobody is reached."""
    claimed = scene.heard.said.staff == "reading"
    if not claimed and scene.facts.get("quiet") != "person_writes":
        return None
    scene = note(scene)
    if "withdraws" in scene.heard.cues:  # whoever has the talk in hand decides with the sender
        scene = scene.plus(CallStaff("withdraws"))
    if claimed and not scene.said("answer.reading"):
        return scene.at(None).without("under").say("answer.reading")
    unreached = None if claimed else pressing(scene)
    return unreached or scene.quiet("person_writes")


def style(scene: Scene) -> Turn | None:
    """A new way of writing on a phone that may be watched: somebody else may have it."""
    before = scene.before.facts.get("style") if scene.before else None
    changed = before is not None and before != scene.facts.get("style")
    if not changed or "new_style" in scene.facts:
        return None
    if scene.track.guarded or scene.state.phone_safe:
        return new_style(scene.having(new_style="yes"))
    return None


def old_button(scene: Scene) -> Turn | None:
    """A press below another text than the one that asked last answers nothing."""
    asked_by, colon, _ = (scene.heard.said.choice or "").rpartition(":")
    if not colon or asked_by == scene.facts.get("by"):
        return None
    return acknowledge(note(scene))


INTERRUPTS: tuple[Interrupt, ...] = (
    Interrupt("silenced", "After a silence nothing is said; danger still calls staff.", silenced),
    Interrupt("silence", "Found out, stop, wrong number in mid-talk: silence.", silence),
    Interrupt("cover", "The sender's own word: one dull answer, then silence.", cover),
    Interrupt("late", "A changed or late message: heard, not answered.", unanswerable),
    Interrupt("covert", "No call: one text, calls barred.", covert),
    Interrupt("reference", "A number of ours alone: the same answer to all.", reference),
    Interrupt("danger", "The first message, or a greater danger: its first answer.", danger),
    Interrupt("code_word", "The code word alone: it says who writes.", code_word),
    Interrupt("style", "A new style of writing: no more questions.", style),
    Interrupt("button", "A button of an older question: nothing is answered by it.", old_button),
    Interrupt("side", "The answer to a question about deletion or language.", side_answer),
    Interrupt("taught", "NGUOI, XOA HET, NGON NGU, the own number, consent back.", taught),
    Interrupt("person", "A person writes: the machine says nothing.", only_a_person),
    Interrupt("asked", "Robot, cost, fine, numbers, call me, who is this.", asked),
    Interrupt("opening", "A first message that says little.", open_anything),
)


def interrupted(scene: Scene) -> Turn | None:
    """The turn of the first row that applies, None if the flow goes on."""
    for row in INTERRUPTS:
        turn = row.then(scene)
        if turn is not None:
            return turn
    return None
