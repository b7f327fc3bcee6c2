"""From any reachable state, any inputs keep the promises made to the person who writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

import flows
import locales
from flows.flow import END
from flows.going_on import ACKS
from flows.registry import SIDE, step
from flows.turn import (
    CallStaff,
    Expired,
    GaveWord,
    GoneQuiet,
    Lift,
    MarkPhone,
    Remind,
    Reminded,
    Resume,
    Said,
    Say,
    Silence,
    State,
    TimedOut,
    Turn,
    Window,
)
from tests.flows.talking import abroad, province, read
from triage.reading import CUES, Reading

INTENTS = ("off_topic", "crisis_other", "return_support", "help_self", "help_other", "tip", "info")
SIGNALS = (
    "confinement", "violence", "threat", "minor", "being_moved", "border", "ransom_debt",
    "documents_taken", "forced_labour", "scam_compound", "sexual_exploitation", "forced_marriage",
    "baby_or_organ", "deceptive_job", "online_recruitment", "missing_person", "suicide_self_harm",
    "medical", "unsafe_phone",
)  # fmt: skip
WORDS = (
    "", "1", "2", "3", "9", "một", "có", "không", "dung", "ko biet", "được", "để sau", "ngưng",
    "NGUOI", "XOA HET", "NGON NGU", "stop", "thôi", "help", "YES", "START", "alo", "cảm ơn",
    "đường Nguyễn Trãi", "tầng 3", "em 14 tuổi", "xe 51A-12345 màu trắng", "hôm qua ở Lạng Sơn",
    "cứu em với", "có 5 người", "2 triệu", "con gái tôi mất tích", "toa nha Hoa Mai tang 2",
    "I need help please now", "我被关起来了", "👍", "\x00", "\ud83d",
    "a\u0300\u0301" * 9, "x" * 3000,
    "hoa mai", "Hoa Mai, em đây", "sen trang", "8h-17h", "buổi tối", "lúc nào cũng được",
    "ma so", "48 29 157", "đừng cho chị Lan biết", "rút đồng ý",
    "em ở đây với chị và mọi người", "em o day voi chi va moi nguoi",
)  # fmt: skip

# The one exception to "no text twice": acknowledgements come round again when all are used up.
ROTATING = frozenset(ACKS)
# Questions that end with no sign of a question: they ask for a number or for words.
OFFERS = ("first.support", "first.info", "first.soft_cry", "ask.support.need", "erase.ask")

DESKS = {"so": "48 29 157", "so_doc": "bốn tám"}  # what the desk puts in: only it knows the number

PLACES = (
    None, None, province(), province("Lạng Sơn", "Đồng Đăng"), abroad(), abroad("KH", "Bavet"),
    abroad(home="An Giang"), replace(province(), vn_province=None, candidates=("Huế", "Cà Mau")),
)  # fmt: skip
LANGUAGES = ("vi", "vi", "vi", "vi-noaccent", "vi-teencode", "en", "zh", "mixed")


def some_reading(rng: Random, cue: float) -> Reading | None:
    """What triage may say of a message; with the chance `cue` that it holds one or two cues."""
    if rng.random() < 0.01:
        return None
    return read(
        rng.choice(INTENTS),
        rng.randint(1, 4),
        rng.sample(SIGNALS, rng.choice((0, 0, 1, 1, 2, 3))),
        rng.sample(sorted(CUES), rng.choice((1, 1, 2))) if rng.random() < cue else (),
        rng.choice(PLACES),
        rng.choice(LANGUAGES),
    )


def some_message(rng: Random) -> Said:
    return Said(
        text=rng.choice(WORDS),
        choice=rng.choice((None,) * 6 + ("1", "2", "choice.no", "99")),
        has_location=rng.random() < 0.05,
        media=rng.choice(((),) * 8 + (("photo",), ("sticker",), ("voice", "other"))),
        gap_s=rng.choice((5.0, 5.0, 60.0, 60.0, 700.0, 90000.0)),
        back_at=rng.choice((None,) * 5 + ("7 giờ sáng",)),
        staff=rng.choice(("called",) * 8 + ("reading", "unreached")),
        answerable=rng.random() > 0.05,
        watched=rng.random() < 0.05,
    )


def some_play(rng: Random) -> Iterator[tuple[Resume, Reading | None]]:
    """A talk: something is said first, then mostly answers, sometimes anything at all."""
    yield some_message(rng), some_reading(rng, 0.4)
    for _ in range(rng.randint(0, 16)):
        if rng.random() < 0.05:
            yield rng.choice((TimedOut(), GoneQuiet(), Remind(), Expired())), None
        elif rng.random() < 0.65:
            yield some_message(rng), read()
        else:
            yield some_message(rng), some_reading(rng, 0.3)


@cache
def rendered(text: str, language: str, params: tuple[tuple[str, str], ...]) -> str:
    return locales.render(text, language, plain=True, params={**DESKS, **dict(params)})


@dataclass
class Watch:
    """What has happened in one play, and what must not happen after it."""

    state: State | None = None
    told: list[str] = field(default_factory=list)
    silenced: bool = False
    reminded: bool = False

    def see(self, resume: Resume, reading: Reading | None) -> None:
        turn = flows.advance(self.state, resume, reading)
        self.check_marks(resume, turn)
        covers = [effect for effect in turn.effects if isinstance(effect, Say) and effect.cover]
        says = [effect for effect in turn.effects if isinstance(effect, Say) and not effect.cover]
        if isinstance(resume, Said) and resume.answerable:
            assert len(says) == 1 or (not says and turn.quiet), "an answer or a named silence"
        elif isinstance(resume, Said):
            assert not says, "what comes late or is changed is not answered"
            assert turn.quiet
        else:
            assert not says, "a timer says nothing"
        if covers:
            assert len(covers) == 1, "one, then nothing"
            assert Silence("cover") in turn.effects
            assert not self.silenced
        if any(isinstance(effect, Lift) for effect in turn.effects):
            assert self.silenced
            assert self.word_given(turn), "only the code word opens the line"
            self.silenced = False
        for effect in turn.effects:
            if isinstance(effect, CallStaff):
                assert rendered(f"call.{effect.reason}", "vi", ())
        for say in says:
            self.check_text(say, turn)
            self.check_question(say, turn)
        if self.silenced:
            assert not says, "nothing is said after a silence"
        if any(isinstance(effect, Silence) for effect in turn.effects):
            assert not says, "a silence is not confirmed"
            self.silenced = True
        if self.state is not None:
            assert turn.state.urgency <= self.state.urgency, "urgency is never lowered"
        if reading is not None and isinstance(resume, Said):
            assert turn.state.urgency <= reading.urgency
        assert flows.load(flows.dump(turn.state)) == turn.state
        self.state = turn.state

    def check_marks(self, resume: Resume, turn: Turn) -> None:
        reminders = [effect for effect in turn.effects if isinstance(effect, Reminded)]
        if reminders:
            assert isinstance(resume, Remind)
            assert not self.reminded
            assert not self.silenced
            assert self.state is not None
            assert self.state.phone_safe, "only on a safe phone"
            self.reminded = True
        for effect in turn.effects:
            if isinstance(effect, MarkPhone) and effect.safe:
                assert "watched" not in turn.state.facts
            if isinstance(effect, Window):
                assert 0 <= effect.first <= 1440
                assert 0 <= effect.last <= 1440
        timer = flows.next_timer(turn.state)
        seen = set()
        while timer is not None:  # the timers of a state come to an end
            assert timer.kind not in seen
            seen.add(timer.kind)
            timer = flows.next_timer(turn.state, timer.kind)

    def word_given(self, turn: Turn) -> bool:
        return any(isinstance(effect, GaveWord) for effect in turn.effects)

    def check_text(self, say: Say, turn: Turn) -> None:
        assert say.text in ROTATING or say.text not in self.told, f"{say.text} is sent twice"
        self.told.append(say.text)
        text = rendered(say.text, turn.state.language, tuple(say.params.items()))
        assert text.count("?") <= 1, "at most one question"
        assert "{" not in text
        needs = locales.exceptions().get(say.text)
        watched = "watched" in turn.state.facts or turn.state.phone_safe is False
        assert not (needs and watched), f"{say.text} goes to a phone that others may read"
        assert needs != "safe" or turn.state.phone_safe, f"{say.text} before the phone is safe"
        for choice in say.choices:
            assert rendered(choice, turn.state.language, ())

    def check_question(self, say: Say, turn: Turn) -> None:
        """No question about an answer that was known before this message."""
        opened = turn.state.step
        before = self.state
        if before is None or not opened or opened == before.step or opened in SIDE.steps:
            return
        ask = step(turn.state.flow, opened)
        assert ask is not None
        if say.text.startswith(("ask.", "consent.")) and ask.prompt == say.text:
            known = set(ask.needless) & set(before.facts)
            assert not known, f"{say.text} asks what is known: {known}"


@settings(max_examples=700, deadline=None)
@given(st.integers(0, 2**32))
def test_any_talk_keeps_the_promises(seed: int) -> None:
    watch = Watch()
    for resume, reading in some_play(Random(seed)):
        watch.see(resume, reading)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.integers(0, 2**32))
def test_any_text_at_all_keeps_them_too(text: str, seed: int) -> None:
    watch = Watch()
    for resume, reading in some_play(Random(seed)):
        watch.see(resume, reading)
        watch.see(Said(text), read())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["found_out", "stop_writing"]))
def test_a_silence_holds_whatever_follows(seed: int, cue: str) -> None:
    watch = Watch()
    for number, (resume, reading) in enumerate(some_play(Random(seed))):
        watch.see(resume, reading)
        if number == 3:
            watch.see(Said("thôi rồi"), read("help_self", 1, (), [cue]))
            assert watch.silenced


def test_no_dead_end() -> None:
    """Every step of every flow leads on to steps that exist, and every situation has an answer."""
    for flow in [*flows.FLOWS.values(), SIDE]:
        for name, ask in flow.steps.items():
            assert ask.name == name
            assert set(ask.next) <= {"*", *ask.accept.options}
            for following in ask.next.values():
                assert following == END or step(flow.id if flow is not SIDE else "talk", following)
            for option in ask.accept.options:
                assert locales.render(f"choice.{option}", "vi")
            texts = [ask.prompt, *(then.say for then in ask.then.values() if then.say)]
            for text in texts:
                assert text in locales.catalogue("vi").texts
        for situation, track in flow.start.items():
            assert track.first, situation
            needs = {line.needs for line in track.first}
            both = {("child",), ("!child",)}  # a child and everybody else
            assert () in needs or both <= needs, f"{situation}: no last line"
            for line in (*track.first, *track.done):
                assert line.text in locales.catalogue("vi").texts
                assert line.opens is None or line.opens in flow.steps


def test_two_hundred_messages_are_all_answered() -> None:
    watch = Watch()
    watch.see(Said("có chuyện lạ ở quán"), read("tip", 3))
    for number in range(200):
        watch.see(Said(f"thêm điều {number}"), read())
        assert watch.told
    assert len(watch.told) == 201


def test_a_text_made_to_be_slow_is_not() -> None:
    for piece in ("1/", "a ", "so 1", "mat lien lac ", "12a 123 ", "em 1 ", "\u0301"):
        before = process_time()
        flows.advance(None, Said(piece * 5000), read())
        assert process_time() - before < 0.5, piece
