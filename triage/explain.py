"""A reason in a sentence for a layman, in Vietnamese or English."""

from __future__ import annotations

from triage.lexicon import lexicon
from triage.reading import Reason
from triage.rules import Rule, rules

_WORDS = {"vi": "vì có chữ", "en": "because of the words"}


_WEIGHED = {
    "1": ("Nhiều dấu hiệu cùng lúc cho thấy việc rất khẩn", "Many signs together say: at once"),
    "2": ("Nhiều dấu hiệu cho thấy cần xem trong ngày", "Many signs together say: the same day"),
    "3": ("Có dấu hiệu cần một người xem", "Some signs say that a person should look"),
}
_SEEMS = {"vi": "Cả tin nhắn cho thấy", "en": "The message as a whole says"}


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
    named = [rule for rule in table.get(kind, ()) if rule.name == name]
    weighed = reason.rule == "weights.json"
    if weighed and kind == "urgency" and name in _WEIGHED:
        sentence = _WEIGHED[name][tongue == "en"]
    elif named:
        # An intent may have several rules; the last is the one that says no more than its name.
        rule = next((one for one in named if _stands_in(one, reason.rule)), named[-1])
        sentence = rule.vi if tongue == "vi" else rule.en
        if weighed:
            sentence = f"{_SEEMS[tongue]}: {sentence[0].lower()}{sentence[1:]}"
    else:
        tag = lexicon().tags.get(name)
        sentence = (tag.vi if tongue == "vi" else tag.en) if tag is not None else name
    return f"{sentence} ({_WORDS[tongue]}: {reason.words})" if reason.words else sentence


def _stands_in(rule: Rule, where: str) -> bool:
    return any(case.rule == where for case in rule.cases)
