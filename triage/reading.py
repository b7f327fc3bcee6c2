"""What triage understood from one text, with reasons. Labels: the project's labelling rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from places.place import Place

Intent = Literal[
    "off_topic", "crisis_other", "return_support", "help_self", "help_other", "tip", "info"
]
Language = Literal["vi", "vi-noaccent", "vi-teencode", "en", "zh", "km", "hmn", "lo", "th", "mixed"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the words of the sender that counted and the rule they met.

    rule: id of the phrase or rule (`phrases/held.toml:12`), so that a counsellor can find it.
    effect: what it did ("signal confinement", "urgency 1b", "intent tip", "negated").
    """

    words: str
    rule: str
    effect: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The judgement of one message as if it opened the conversation.

    urgency: 1 immediate .. 4 information. signals: names of the label rules, sorted.
    cues: what the words mean for the *conversation*, not for the label (see `triage.CUES`).
    official_class: class of line 111: "information", "counselling" or "referral".
    confidence: 0..1, how sure; low means a person should look early.
    as_answer: the same text read as an answer in a running conversation, by the rules alone; None
    where that is this reading.
    """

    intent: Intent
    urgency: int
    signals: tuple[str, ...]
    place: Place | None
    language: Language
    reasons: tuple[Reason, ...]
    cues: frozenset[str]
    official_class: str
    confidence: float
    as_answer: Reading | None = None


SIGNALS = frozenset(
    {
        "confinement", "violence", "threat", "minor", "being_moved", "border", "ransom_debt",
        "documents_taken", "forced_labour", "scam_compound", "sexual_exploitation",
        "forced_marriage", "baby_or_organ", "deceptive_job", "online_recruitment",
        "missing_person", "suicide_self_harm", "medical", "unsafe_phone",
    }
)  # fmt: skip
CUES = frozenset(
    {
        # the sender's own safety
        "found_out",  # "bi phat hien roi"
        "stop_writing",  # "dung nhan nua"
        "wrong_number",  # "nham so"
        "no_call",  # "dung goi lai"
        "cannot_talk",  # cannot speak or write freely now
        "borrowed_phone",
        "deleted_it",  # "xoa roi"
        # what the sender asks of us
        "call_me",
        "asks_person",  # wants a human
        "asks_robot",
        "asks_cost",
        "asks_fine",
        "asks_who",  # "ai day?"
        "asks_number",  # asks for 111 or another number to ring
        "asks_status",  # what became of my report
        "old_number",  # mentions 18001567
        "withdraws",  # takes the report back
        # short answers
        "yes",
        "no",
        "dont_know",
        "thanks",
        "greeting",
        # what the first answer depends on
        "alone_child",
        "happening_now",
        "past",
        "no_bed",
        "abroad",
        "job_offer",
        "rescue_word",
        "soft_cry",
        "escape_word",  # bare "thoat"
        "suicide_now",
        "abuse_of_line",  # prank, insult
        "advert",
    }
)
