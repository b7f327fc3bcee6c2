"""Reading an answer, and noting what a message tells whatever was asked."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from flows import noticed
from flows.flow import Ask
from flows.heard import Heard
from flows.hours import window
from flows.registry import step
from flows.scene import Scene
from flows.turn import (
    Borrowed,
    CallStaff,
    CodeWord,
    Consent,
    CoverWord,
    Fact,
    MarkPhone,
    MustNotKnow,
    State,
    Window,
)
from flows.wording import by_words, fold, is_number, is_only, option

PLACES = frozenset({"province", "place", "town", "country", "home"})
WORDS_OF_A_PLACE = 10
WORDS_OF_A_CHOICE = 2
WORDS_OF_A_SECRET = 4
SECRETS = frozenset({"word", "cover_word"})  # facts that nobody is shown
LONGEST_NUMBER = 60  # characters of a message that is nothing but a number, with its signs
LONGEST = 500  # characters of an answer that go into a fact; the message itself is kept whole


def answer(ask: Ask, heard: Heard) -> str | None:
    """What the message answers to this question: an option's value, "told", or None for nothing.

    Free words are welcome at every question: those that fit no option count as told elsewhere.
    """
    accept = ask.accept
    if heard.said.choice is not None:
        return _pressed(heard.said.choice.rpartition(":")[2], accept.options)
    if accept.kind == "options":
        return option(heard.folded, accept.options) or _by_cue(heard, accept.options)
    if accept.kind == "place":
        return _place(ask, heard)
    if accept.kind == "whether" and any(is_only(heard.folded, v) for v in ("yes", "no")):
        return "told"
    if heard.wordless or _says_nothing(heard):
        return None
    if accept.kind == "age":
        return "told" if "age" in heard.told or _is_number(heard.folded) else None
    if ask.fact in heard.told or not _about_others(ask, heard):
        return "told"
    return None


def is_bare_choice(state: State | None, text: str) -> bool:
    """Whether a message is nothing but the number of an option of the open question. Such a word
    says nothing by itself: without marks "hai" is two, and also harm."""
    ask = step(state.flow, state.step) if state is not None else None
    if ask is None or not ask.accept.options or len(text) > LONGEST_NUMBER:
        return False
    number = is_number(fold(text))
    return number is not None and number <= len(ask.accept.options)


def _pressed(value: str, options: tuple[str, ...]) -> str | None:
    """A button gives the option's value or its number, from 1."""
    if value.isdecimal() and value.isascii() and 0 < int(value[:4]) <= len(options):
        return options[int(value[:4]) - 1]
    return value if value in options else None


def _by_cue(heard: Heard, options: tuple[str, ...]) -> str | None:
    if len(heard.folded.split()) > 4:
        return None
    for cue, values in (("dont_know", ("unknown",)), ("no", ("no", "later", "keep")),
                        ("yes", ("yes", "ok"))):  # fmt: skip
        if cue in heard.cues:
            return next((value for value in values if value in options), None)
    return None


def _place(ask: Ask, heard: Heard) -> str | None:
    if heard.said.has_location or "spot" in heard.told or heard.marks.keys() & PLACES:
        return "told"
    if heard.wordless or _says_nothing(heard) or _about_others(ask, heard):
        return None
    # A landmark, a sign copied letter by letter, a name we do not know; but not a cry or a story.
    cry = heard.cues & {"rescue_word", "soft_cry", "escape_word"}
    named = sum(char.isalnum() for char in heard.folded) > 2
    return "told" if named and not cry and len(heard.folded.split()) <= WORDS_OF_A_PLACE else None


def named(ask: Ask, folded: str) -> str | None:
    """Which of its options a message names in words, whatever else it says; "other" is none."""
    return by_words(folded, tuple(option for option in ask.accept.options if option != "other"))


def _says_nothing(heard: Heard) -> bool:
    """Politeness, or "I do not know": no answer to an open question."""
    short = len(heard.folded.split()) <= 3
    return any(is_only(heard.folded, value) for value in ("unknown", "no", "yes")) or (
        short and bool(heard.cues & {"dont_know", "thanks", "greeting"})
    )


def _about_others(ask: Ask, heard: Heard) -> bool:
    """An answer to another question than this one."""
    others = heard.told.keys() - {ask.fact, *ask.sets, "seen", "when", "hour", "trace"}
    return bool(others) and ask.fact not in heard.told


def _is_number(folded: str) -> bool:
    return any(word.isdigit() for word in folded.split()[:4])


def note(scene: Scene) -> Scene:
    """Note all facts that the message tells, whatever was asked. Values here are short marks; the
    sender's words go to the ticket as `Fact`, never into the state."""
    known, heard = scene.facts.keys(), scene.heard
    new = {name: "told" for name in heard.told if name not in known}
    facts = [Fact(name, heard.told[name]) for name in new if heard.told[name] not in ("yes", "pin")]
    new |= {name: value for name, value in heard.marks.items() if name not in known | new.keys()}
    if heard.age is not None and heard.age < 18 and "minor" not in known:
        new.setdefault("minor", "yes")
    if new:
        scene = scene.having(**new).plus(*facts)
    if "candidates" in scene.facts and "province" in scene.facts:
        scene = scene.without("candidates")
    if "borrowed_phone" in heard.cues and "borrowed" not in known:
        scene = scene.having(borrowed="yes").plus(Borrowed(), CallStaff("borrowed_phone"))
    if "mustnot" in new:
        scene = scene.plus(MustNotKnow(heard.said.text.strip()[:LONGEST]))
    return scene


def take(scene: Scene, ask: Ask, value: str) -> Scene:
    """Keep the answer to the open question."""
    words = scene.heard.said.text.strip()[:LONGEST]
    scene = scene.having(**{ask.fact: value, **dict.fromkeys(ask.sets, "told")})
    if ask.accept.options and len(words.split()) <= WORDS_OF_A_CHOICE:
        words = value  # "1" says nothing to whoever reads it on the ticket
    if ask.fact in SECRETS:
        scene = _take_secret(scene, ask)
    elif words:
        others = [e for e in scene.effects if not (isinstance(e, Fact) and e.name == ask.fact)]
        scene = replace(scene, effects=(*others, Fact(ask.fact, words)))
    for fact, pattern in noticed.noticing().answer.get(ask.fact, {}).items():
        if pattern.search(scene.heard.folded):
            scene = scene.having(**{fact: "yes"})
    if ask.fact == "cover" and value == "none":
        scene = scene.having(cover_word="none")
    if ask.fact == "hour" and (found := window(scene.heard.said.text)) is not None:
        scene = scene.plus(Window(*found))
    if ask.fact == "mustnot" and words and not is_only(scene.heard.folded, "no"):
        scene = scene.plus(MustNotKnow(words))
    then = ask.then.get(value)
    if then is None:
        return scene
    if then.urgency is not None:
        scene = scene.rising(then.urgency)
    if then.goes is not None:
        scene = scene.with_state(situation=then.goes)
    if then.safe is not None:
        scene = mark_phone(scene, then.safe)
    if then.consent is not None:
        purpose, given = then.consent
        scene = scene.plus(Consent(purpose, given, ask.prompt))
    return scene


def _take_secret(scene: Scene, ask: Ask) -> Scene:
    """A word of one's own: the state keeps enough to know it again, the ticket does not show it."""
    word = " ".join(scene.heard.folded.split()[:WORDS_OF_A_SECRET])
    if not word:
        return scene.without(ask.fact)
    scene = scene.having(**{ask.fact: secret(word)})
    if ask.fact == "word":
        return scene.plus(CodeWord(word))
    return scene.plus(CoverWord(word, scene.facts.get("cover", "wrong")))


def mark_phone(scene: Scene, safe: bool) -> Scene:
    """Mark the phone as the sender says. One who showed signs of being watched is not believed."""
    safe = safe and "watched" not in scene.facts
    return scene.with_state(phone_safe=safe).plus(MarkPhone(safe))


def secret(folded: str) -> str:
    """A code word as it is kept: enough to know it again, not to read it."""
    return hashlib.blake2b(folded.encode(errors="replace"), digest_size=8).hexdigest()


def has_code_word(scene: Scene) -> bool:
    """Whether the message begins with the word that the sender chose before."""
    return _begins_with(scene, "word")


def has_cover_word(scene: Scene) -> bool:
    """Whether the message is the word that calls for the dull answer, and nothing else."""
    kept = scene.before.facts.get("cover_word") if scene.before else None
    return bool(kept) and secret(scene.heard.folded) == kept


def _begins_with(scene: Scene, name: str) -> bool:
    kept = scene.before.facts.get(name) if scene.before else None
    words = scene.heard.folded.split()
    most = min(len(words), WORDS_OF_A_SECRET)
    return bool(kept) and any(secret(" ".join(words[: n + 1])) == kept for n in range(most))
