"""From facts to the judgement, by the rules in rules/*.toml, keeping the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from triage.context import Facts
from triage.match import Found
from triage.reading import Reason
from triage.rules import Case, Rule, Rules
from triage.text import Text

_MOST_WORDS = 4  # phrases quoted in one reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """intent and urgency with the rules that decided; signals by name.

    sure: the rule of the intent leaves no room for another one. confidence: 0..1.
    signs: the reasons of weak rules; whether they count the weights say, with all other words.
    denied: signals that the message denies.
    """

    intent: str
    urgency: int
    signals: tuple[str, ...]
    reasons: tuple[Reason, ...]
    facts: frozenset[str]
    sure: bool = False
    confidence: float = 0.5
    signs: tuple[Reason, ...] = ()
    denied: frozenset[str] = frozenset()


def judge(text: Text, stated: Facts, measured: set[str], rules: Rules) -> Judgement:
    """Apply all rules. What no rule gives is "info" at urgency 4 (3 if letters remain)."""
    facts = set(stated) | measured
    because: dict[str, Case] = {}
    for rule in rules.facts:
        case = rule.case(facts)
        if case is not None:
            facts.add(rule.name)
            because.setdefault(rule.name, case)
    reasons: list[Reason] = []
    signs: list[Reason] = []

    def conclude(rule: Rule, case: Case, effect: str) -> None:
        facts.add(rule.name)
        words = "; ".join(_words(text, case, stated, because))
        (signs if rule.weak else reasons).append(Reason(words, case.rule, effect))

    signals = []
    for rule in rules.signals:
        case = rule.case(facts)
        if case is not None:
            conclude(rule, case, f"signal {rule.name}")
            if not rule.weak:
                signals.append(rule.name)
    urgency = 5
    for rule in rules.urgency:
        if rule.level > urgency:
            continue
        case = rule.case(facts)
        if case is not None and rule.level < urgency:
            urgency = rule.level
            conclude(rule, case, f"urgency {rule.name}")
    intent, sure = "", False
    for rule in rules.intent:
        case = rule.case(facts)
        if case is not None:
            intent, sure = rule.name, rule.sure
            conclude(rule, case, f"intent {rule.name}")
            break
    if not intent:
        intent = "info"
    if urgency > 4:
        urgency = 4
    if intent == "off_topic":
        urgency, signals, signs = 4, [], []
        reasons = [reason for reason in reasons if reason.effect.startswith("intent")]
    return Judgement(
        intent, urgency, tuple(sorted(signals)), tuple(reasons), frozenset(facts), sure,
        signs=tuple(signs),
        denied=frozenset(rule.name for rule in rules.signals if not rule.denied.isdisjoint(facts)),
    )  # fmt: skip


def _words(text: Text, case: Case, stated: Facts, because: dict[str, Case]) -> list[str]:
    """The sender's words behind a case, each once, in the order of the text."""
    spans: set[tuple[bool, int, int]] = set()
    todo, done = list(case.need), set()
    while todo:
        fact = todo.pop()
        if fact in done:
            continue
        done.add(fact)
        found: list[Found] = stated.get(fact, [])
        if found:
            spans.add((found[0].unspaced, found[0].start, found[0].end))
        elif fact in because:
            todo.extend(because[fact].need)
    quoted: list[str] = []
    for unspaced, start, end in sorted(spans):
        words = text.unspaced[start:end] if unspaced else text.words(start, end)
        if words and words not in quoted:
            quoted.append(words)
    return quoted[:_MOST_WORDS]
