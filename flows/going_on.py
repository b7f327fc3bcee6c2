"""The next thing to say: the next question, the end of them, or a plain acknowledgement."""

from __future__ import annotations

from flows.answering import PLACES, answer, has_code_word, mark_phone, named, note, take
from flows.flow import END, Ask, Then
from flows.registry import SIDE, step
from flows.scene import Scene
from flows.turn import CallStaff, Turn

PAUSE_GUARDED = 600  # seconds
PAUSE = 6 * 3600
SKIPS = 2
MORNING, EVENING = 6, 18  # the hours between which "tonight" would not be true
ASKED = 7
SHORT = 3  # words of an answer to a choice

ACKS = ("ack.kept", "ack.added", "ack.anytime", "ack.also", "ack.free", "ack.more", "ack.here",
        "ack.noted")  # fmt: skip
MEDIA = {
    "photo": "ack.photo",
    "video": "ack.photo",
    "voice": "ack.voice",
    "document": "ack.file",
    "contact": "ack.contact",
    "sticker": "ack.sticker",
    "animation": "ack.sticker",
}


def go_on(scene: Scene) -> Turn:
    """Take the message as an answer where it is one, and say the next thing."""
    scene = note(scene)
    picture = _picture(scene)
    if picture is not None:
        return scene.say(picture)
    scene, ask, value = _take_answer(scene)
    follows = _follows(scene, ask, value)
    scene = scene.at(None).without("next", "under")
    if follows:
        scene = scene.having(next=follows)
    then = ask.then.get(value, Then()) if ask and value else Then()
    if then.call is not None:
        scene = scene.plus(CallStaff(then.call))
    if then.quiet is not None:
        kept = scene.having(quiet="person_writes") if then.quiet == "person_writes" else scene
        return kept.quiet(then.quiet)
    if then.say is not None and not scene.said(then.say):
        return scene.say(then.say)
    if follows and "stopped" not in scene.facts and _paused(scene):
        if not scene.said("ask.continue"):
            return scene.say("ask.continue", opens="side.continue")
        scene = _stop(scene, "pause")
    return ask_next(scene, follows)


def _picture(scene: Scene) -> str | None:
    """What to say to a picture or a voice note without words: the open question stays open."""
    if not scene.heard.wordless or scene.heard.said.has_location:
        return None
    texts = (MEDIA[kind] for kind in scene.heard.said.media if kind in MEDIA)
    return next((text for text in texts if not scene.said(text)), None)


def _take_answer(scene: Scene) -> tuple[Scene, Ask | None, str | None]:
    """Match the message with the open question, then with the one that a side question covers."""
    if _is_repeated(scene):
        return scene, scene.open, None
    ask, value = scene.open, None
    if ask is not None:
        value = answer(ask, scene.heard)
        if value is None and ask.name in SIDE.steps and "under" in scene.facts:
            ask = step(scene.state.flow, scene.facts["under"])
            value = answer(ask, scene.heard) if ask else None
    if not value:
        ask, value = _by_the_way(scene, ask)
    if ask and value:
        return take(scene, ask, value), ask, value
    useful = scene.heard.told or scene.heard.said.media or scene.heard.marks.keys() & PLACES
    if ask and ask.name not in SIDE.steps and not useful:
        scene = scene.with_state(skipped=scene.state.skipped + 1)
    return scene, ask, value


def _by_the_way(scene: Scene, ask: Ask | None) -> tuple[Ask | None, str | None]:
    """The question of the track that a message answers without having been asked."""
    for name in scene.track.anytime:
        other = step(scene.state.flow, name)
        value = named(other, scene.heard.folded) if other else None
        if value is not None:
            return other, value
    return ask, None


def _is_repeated(scene: Scene) -> bool:
    """The same message once more answers nothing and skips nothing; but "1" may answer two
    questions running."""
    if scene.open and scene.open.accept.options and len(scene.heard.folded.split()) <= SHORT:
        return False
    before = scene.before.facts.get("echo") if scene.before else None
    return before == scene.facts.get("echo") and not scene.heard.said.choice


def _follows(scene: Scene, ask: Ask | None, value: str | None) -> str:
    """The name of the step after this one."""
    own = ask.next.get(value or "*", ask.next.get("*", END)) if ask else END
    if ask is None or ask.name in SIDE.steps:
        return own or scene.facts.get("next", END)
    return own


def _paused(scene: Scene) -> bool:
    gap = scene.heard.said.gap_s
    limit = PAUSE_GUARDED if scene.track.guarded else PAUSE
    return gap is not None and gap > limit and not has_code_word(scene)


def ask_next(scene: Scene, name: str) -> Turn:
    """Ask the next question that is still open, from this step on; else end the asking."""
    if "stopped" in scene.facts:
        return acknowledge(scene)
    turn = pressing(scene)
    if turn is not None:
        return turn
    if "candidates" in scene.facts and not scene.said("ask.which_place"):
        noi = scene.facts["candidates"]
        return scene.without("candidates").say("ask.which_place", opens="side.which", noi=noi)
    reason = _ends(scene)
    if reason is None:
        ask = _next_open(scene, name)
        if ask is not None:
            return scene.without("next").say(ask.prompt, opens=ask.name)
        reason = "end"
    return finish(scene, reason)


def _next_open(scene: Scene, name: str) -> Ask | None:
    seen = set()
    while name and name not in seen:
        seen.add(name)
        ask = step(scene.state.flow, name)
        if ask is None:
            return None
        if not (scene.said(ask.prompt) or name in scene.state.asked or scene.needless(ask)):
            return ask
        name = ask.next.get(scene.facts.get(ask.fact, "*"), ask.next.get("*", END))
    return None


def _ends(scene: Scene) -> str | None:
    """Why the asking ends here, None if it goes on."""
    track, facts = scene.track, scene.facts
    main = [name for name in scene.state.asked if name not in SIDE.steps]
    if scene.state.skipped >= SKIPS:
        return "skipped"
    if len(main) >= min(track.most, ASKED):
        return "most"
    if track.enough and all(fact in facts for fact in track.enough):
        more = (_facts_of_chain(scene, track.begin) & facts.keys()) - set(track.enough)
        return "enough" if len(more) >= track.more else None
    if scene.state.situation == "job_offer" and scene.state.urgency <= 2:
        return "enough"  # a date within days: a person takes over
    return None


def _facts_of_chain(scene: Scene, name: str) -> frozenset[str]:
    """The facts that the questions of this track ask for."""
    found: dict[str, str] = {}
    while name and name not in found:
        ask = step(scene.state.flow, name)
        if ask is None:
            break
        found[name] = ask.fact
        name = ask.next.get("*", END)
    return frozenset(found.values())


def finish(scene: Scene, reason: str) -> Turn:
    """End the asking: what is put after it, the last line, or an acknowledgement."""
    track = scene.track
    if reason in ("enough", "end", "most") and scene.state.skipped < SKIPS:
        for name in track.closing:
            ask = _next_open(scene, name)
            if ask is not None:
                return scene.without("next").say(ask.prompt, opens=ask.name)
    scene = _stop(scene, reason)
    if track.person:
        return scene.having(quiet="person_writes").quiet("person_writes")
    line = scene.pick(track.done)
    return acknowledge(scene) if line is None else scene.say(line.text, opens=line.opens)


def _stop(scene: Scene, reason: str) -> Scene:
    return scene.at(None).without("next").having(stopped=reason)


def new_style(scene: Scene) -> Turn:
    """Somebody may have taken the phone: no more questions, and it is not safe any more."""
    scene = note(scene).having(watched="yes").plus(CallStaff("new_style"))
    if scene.state.phone_safe is not False:
        scene = mark_phone(scene, safe=False)
    return acknowledge(_stop(scene, "new_style"))


def acknowledge(scene: Scene) -> Turn:
    """Say that the message arrived, neutrally and never in the words of the time before."""
    turn = pressing(scene)
    if turn is not None:
        return turn
    owed = scene.facts.get("owed", "")
    if owed and not scene.said(owed):
        return scene.without("owed").say(owed)
    for text in _fitting(scene):
        if not scene.said(text):
            return scene.say(text)
    count = int(scene.facts.get("acks", "0"))
    scene = scene.having(acks=str(count + 1))
    return scene.say(ACKS[count % len(ACKS)])


def _fitting(scene: Scene) -> tuple[str, ...]:
    media = [MEDIA[kind] for kind in scene.heard.said.media if kind in MEDIA]
    pin = ["ack.pin"] if scene.heard.said.has_location else []
    child = ["ack.child"] if "child" in scene.facts else []
    return (*pin, *media, *child, *ACKS)


def pressing(scene: Scene) -> Turn | None:
    """What must be known before anything else: nobody is reached yet, or when somebody reads."""
    said, state = scene.heard.said, scene.state
    if said.staff == "unreached" and state.urgency <= 2:
        text = _unreached(scene)
        if not scene.said(text):
            return scene.say(text)
    if said.back_at is not None and state.urgency >= 3 and not scene.said("answer.after_hours"):
        return say_when(scene, said.back_at)
    return None


def say_when(scene: Scene, back_at: str) -> Turn:
    """When somebody reads again, and how to reach one before; once in a conversation."""
    hour = scene.heard.said.local_hour
    if hour >= EVENING or hour < MORNING:
        return scene.say("answer.after_hours", opens="side.wake", gio=back_at)
    scene = scene.having_told("answer.after_hours")
    return scene.say("answer.after_hours.day", opens="side.wake", gio=back_at)


def _unreached(scene: Scene) -> str:
    if scene.watched:
        return "answer.unreached.quiet"
    if "abroad" not in scene.facts:
        return "answer.unreached"
    if scene.facts.get("alone") != "yes":
        return "answer.unreached.quiet"
    known = "country" in scene.facts
    return "answer.unreached_abroad.country" if known else "answer.unreached_abroad"
