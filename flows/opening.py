"""Which situation a message opens: one table, looked at from the top; the first row that fits."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flows import noticed
from flows.heard import Heard

FEW = 8  # words of a question about the line itself
SELF = frozenset({"help_self"})
SELF_OR_CRISIS = frozenset({"help_self", "crisis_other"})


@dataclass(frozen=True, slots=True)
class When:
    """All that is stated must hold.

    intents: one of them (`opening` sees to that). signals, cues: one of them; no_*: none of them.
    marks: facts that must be known of the talk ("abroad"), `!name` must not. urgency: at most.
    short: few words. somebody: it is somebody else's. pin, picture: came with one and no words.
    """

    intents: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    no_signals: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()
    no_cues: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()
    urgency: int = 4
    least: int = 1
    somebody: Literal["life", "harm"] | None = None
    pin: bool = False
    picture: bool = False
    short: bool = False

    def fits(self, heard: Heard, known: Mapping[str, str]) -> bool:
        reading = heard.reading
        signals = frozenset(reading.signals)
        return (
            (not self.signals or bool(self.signals & signals))
            and not self.no_signals & signals
            and (not self.cues or bool(self.cues & reading.cues))
            and not self.no_cues & reading.cues
            and all(_holds(mark, known) for mark in self.marks)
            and self.least <= reading.urgency <= self.urgency
            and (not self.pin or (heard.wordless and heard.said.has_location))
            and (not self.short or len(heard.folded.split()) <= FEW)
            and (not self.picture or (heard.wordless and bool(heard.said.media)))
            and (
                self.somebody is None or noticed.about_somebody_else(heard.folded, self.somebody)
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    flow: str
    situation: str
    when: When = field(default_factory=When)
    weak: bool = False  # says so little that anything else replaces it
    call: str | None = None  # reason to call staff where the urgency of the words would not


def _of(*names: str) -> frozenset[str]:
    return frozenset(names)


NO_SUBJECT = _of(
    "confinement", "violence", "threat", "being_moved", "ransom_debt", "documents_taken",
    "forced_labour", "scam_compound", "sexual_exploitation", "forced_marriage", "baby_or_organ",
    "missing_person", "suicide_self_harm", "medical",
)  # fmt: skip

HARM = NO_SUBJECT - {"being_moved", "missing_person"}

OF_THE_LINE = _of(
    "asks_robot", "asks_cost", "asks_who", "asks_person", "asks_number", "asks_status",
    "old_number", "call_me",
)  # fmt: skip
CONTROL = _of(
    "confinement", "ransom_debt", "scam_compound", "forced_labour", "documents_taken",
    "sexual_exploitation", "forced_marriage",
)  # fmt: skip

OPENINGS: tuple[Opening, ...] = (
    # Life first, in every state.
    Opening("help_other", "suicidal_other",
            When(cues=_of("suicide_now"), somebody="life",
                 intents=_of("crisis_other", "help_other"))),
    Opening("help_now", "suicidal", When(cues=_of("suicide_now"))),
    Opening("help_other", "suicidal_other",
            When(signals=_of("suicide_self_harm"), somebody="life", urgency=2,
                 intents=_of("crisis_other", "help_other"))),
    Opening("help_now", "suicidal",
            When(signals=_of("suicide_self_harm"), urgency=2,
                 intents=_of("help_self", "crisis_other", "return_support"))),
    Opening("report", "tip_now",
            When(intents=_of("crisis_other"), somebody="harm", urgency=2, marks=("!child",))),
    Opening("help_now", "violence_home",
            When(intents=_of("crisis_other"), signals=_of("violence", "threat"), urgency=2)),
    # The sender is the one in danger.
    Opening("help_now", "child_held",
            When(intents=SELF_OR_CRISIS, signals=_of("confinement"), marks=("child", "!abroad"))),
    Opening("help_now", "child_alone", When(cues=_of("alone_child"))),
    Opening("help_now", "child_alone", When(marks=("lost",), no_signals=HARM), call="child_alone"),
    # No more than a question about the line, whatever else the words are like.
    Opening("talk", "greeting",
            When(cues=OF_THE_LINE, no_signals=NO_SUBJECT - {"missing_person"}, short=True,
                 no_cues=_of("rescue_word", "soft_cry", "escape_word", "no_call", "cannot_talk")),
            weak=True),
    # Who says "I want to report" or "I saw" tells of others, unless it is the own plight.
    Opening("report", "tip_now",
            When(intents=SELF, marks=("reports", "!past"), urgency=2,
                 no_cues=_of("past", "rescue_word", "soft_cry", "no_call"))),
    Opening("report", "tip_past",
            When(intents=SELF, marks=("reports",),
                 no_cues=_of("rescue_word", "soft_cry", "no_call"))),
    Opening("return_support", "support",
            When(intents=_of("return_support"), cues=_of("soft_cry"), least=3)),
    Opening("help_now", "moved_now",
            When(intents=SELF, signals=_of("being_moved"), urgency=1, no_cues=_of("job_offer"))),
    Opening("help_now", "marriage_abroad",
            When(intents=SELF, signals=_of("forced_marriage"), marks=("!province",))),
    Opening("help_now", "child_held",
            When(intents=SELF, marks=("child",), urgency=1)),
    Opening("information", "job_offer",  # not there yet, however ill-famed the place
            When(intents=SELF, cues=_of("job_offer"), signals=_of("being_moved"),
                 no_signals=HARM - {"scam_compound"})),
    Opening("help_now", "compound_abroad",
            When(intents=SELF, signals=_of("scam_compound"))),
    Opening("information", "job_offer",
            When(intents=SELF, cues=_of("job_offer"), no_signals=HARM)),
    Opening("help_now", "soft_cry",
            When(cues=_of("soft_cry", "escape_word"), no_signals=NO_SUBJECT,
                 no_cues=_of("rescue_word", "no_bed"), least=2)),
    Opening("return_support", "bed_tonight",
            When(intents=_of("help_self", "return_support"), cues=_of("no_bed"),
                 no_signals=_of("confinement"))),
    Opening("help_now", "violence_home",
            When(intents=_of("help_self", "return_support"), signals=_of("violence", "threat"),
                 no_signals=_of("confinement", "scam_compound", "being_moved", "forced_labour",
                                "sexual_exploitation", "forced_marriage", "ransom_debt",
                                "documents_taken"),
                 urgency=2, marks=("!abroad",))),
    Opening("help_now", "held_now", When(intents=SELF, urgency=1)),
    Opening("help_now", "held_now", When(intents=SELF, signals=_of("confinement"), urgency=2)),
    Opening("help_now", "exploited", When(intents=SELF, signals=NO_SUBJECT, urgency=2)),
    Opening("help_now", "soft_cry", When(intents=SELF, urgency=2)),
    Opening("help_now", "self_calm", When(intents=SELF)),
    # Somebody the sender knows.
    Opening("help_now", "moved_now",
            When(intents=_of("help_other"), signals=_of("being_moved"), urgency=1,
                 no_signals=_of("missing_person"), no_cues=_of("job_offer"), marks=("!abroad",))),
    Opening("report", "tip_now",
            When(intents=_of("help_other"), signals=_of("confinement", "violence"), urgency=1,
                 no_signals=_of("missing_person", "ransom_debt"), marks=("!abroad",))),
    Opening("information", "job_offer",
            When(intents=_of("help_other"), signals=_of("deceptive_job"), cues=_of("job_offer"),
                 no_signals=_of("missing_person", "confinement", "violence", "ransom_debt"))),
    Opening("help_other", "family_held",
            When(intents=_of("help_other"), signals=CONTROL, urgency=2,
                 no_signals=_of("missing_person"))),
    Opening("help_other", "family_missing", When(intents=_of("help_other"), urgency=2)),
    Opening("help_other", "family_past", When(intents=_of("help_other"))),
    # Reports.
    Opening("report", "tip_now", When(intents=_of("tip"), urgency=1)),
    Opening("report", "tip_now",
            When(intents=_of("tip"), urgency=2, no_cues=_of("past"), marks=("!past",))),
    Opening("report", "tip_past", When(intents=_of("tip"))),
    # A pin or a picture without words is more often a cry than a mistake.
    Opening("help_now", "soft_cry", When(pin=True), call="pin_only"),
    Opening("talk", "media", When(picture=True), weak=True),
    # Services, distress, questions.
    Opening("information", "info", When(intents=_of("info"), marks=("asks_tricks",)), weak=True),
    Opening("return_support", "support", When(intents=_of("return_support"))),
    Opening("help_now", "distress_near", When(intents=_of("crisis_other"), urgency=2)),
    Opening("help_now", "distress", When(intents=_of("crisis_other"))),
    Opening("information", "job_offer", When(intents=_of("info"), cues=_of("job_offer"))),
    Opening("information", "job_offer",
            When(intents=_of("info"), signals=_of("deceptive_job"), urgency=3)),
    Opening("information", "info", When(intents=_of("info")), weak=True),
    Opening("talk", "wrong_number", When(cues=_of("wrong_number")), weak=True),
    Opening("talk", "abuse", When(cues=_of("abuse_of_line", "advert")), weak=True),
    Opening("talk", "thanks", When(cues=_of("thanks")), weak=True),
    Opening("talk", "greeting", weak=True),
)  # fmt: skip


def opening(heard: Heard, known: Mapping[str, str]) -> Opening:
    """The situation that a message opens. Total: the last row always fits."""
    return next(row for row in _of_intent(heard.reading.intent) if row.when.fits(heard, known))


@functools.cache
def _of_intent(intent: str) -> tuple[Opening, ...]:
    """The rows that this intent can meet, in their order."""
    return tuple(row for row in OPENINGS if not row.when.intents or intent in row.when.intents)


def is_weak(situation: str | None) -> bool:
    """Whether a conversation has said nothing yet that must not be replaced."""
    if situation in (None, "unread"):
        return True
    return any(row.weak for row in OPENINGS if row.situation == situation)


def _holds(need: str, known: Mapping[str, str]) -> bool:
    return need[1:] not in known if need.startswith("!") else need in known
