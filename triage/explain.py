"""A reason in a sentence for a layman, in Vietnamese or English."""

from __future__ import annotations

from triage.lexicon import lexicon
from triage.reading import Reason
from triage.rules import rules

_WORDS = {"vi": "vì có chữ", "en": "because of the words"}


def explain(reason: Reason, language: str) -> str:
    """`reason` as a sentence with the words that counted. language: "vi", anything else English."""
    tongue = "vi" if language.startswith("vi") else "en"
    kind, _, name = reason.effect.partition(" ")
    everything = rules()
    table = {
        "signal": everything.signals,
        "urgency": everything.urgency,
        "intent": everything.intent,
    }
    sentence = next(
        (getattr(rule, tongue) for rule in table.get(kind, ()) if rule.name == name), ""
    )
    if not sentence:
        tag = lexicon().tags.get(name)
        sentence = getattr(tag, tongue) if tag is not None else name
    return f"{sentence} ({_WORDS[tongue]}: {reason.words})" if reason.words else str(sentence)
