"""What the linear model adds to the judgement of the rules."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from places.kept import kept
from triage.context import Facts
from triage.judge import Judgement
from triage.model import Model, features_of, log_odds, probability, read_model
from triage.reading import Reason
from triage.text import Text

_LEVELS = (("u1", 1), ("u2", 2), ("u3", 3))
_MOST_NAMED = 3
# Words: of so few alone the weights know only who mostly writes, not what is meant. By the urgency
# that the rules gave: where they found nothing at all, more words are needed.
_FEW = {3: 3, 4: 7}
_OF_FEW = 3  # the urgency to which the weights may raise them
# What sounds urgent is chatter ("tổng đài cứu acc giùm đi") only where that is likely, and the
# urgency is not.
_CHATTER = 0.5  # log-odds
_DOUBTED = log_odds(0.3)
_SERIOUS = frozenset({"grave", "abroad_here"})
RULE = "weights.json"


@functools.cache
def model() -> Model:
    """The shipped weights, read once. Raises DataError."""
    folder = Path(__file__).parent
    return Model(*kept(folder, "weights", lambda: read_model(folder / RULE)))


def weigh(text: Text, judged: Judgement, facts: Facts, weights: Model) -> Judgement:
    """The judgement with what many weak signs together add to it."""
    known = weights.known(features_of(text.plain, judged.facts))
    scores = weights.scores(known)
    reasons = list(judged.reasons)

    def because(output: str, effect: str) -> bool:
        """Give the reason; False if no word speaks for it, so that nobody could follow it."""
        named = _named(text, weights.strongest(known, output), facts)
        if named or effect.startswith("intent"):
            reasons.append(Reason(named, RULE, effect, round(probability(scores[output]), 2)))
            return True
        return False

    intent, urgency = judged.intent, judged.urgency
    most = _OF_FEW if _says_little(text, urgency) else 1
    for output, level in _LEVELS:
        likely = most <= level < urgency and scores[output] >= weights.thresholds[output]
        if likely and because(output, f"urgency {level}"):
            urgency = level
            break
    # What sounds urgent is not lightly shrugged off as chatter: not by the weights, nor by a rule.
    if not judged.sure or (intent == "off_topic" and urgency <= 2):
        best = best_intent(judged, urgency, scores)
        kept = best[2:] == intent
        if best == "i:off_topic":
            # Nor is what a rule has understood, if it is not likely, nor what we mostly do not
            # know: that a person reads.
            understood = any(reason.effect.startswith("intent") for reason in judged.reasons)
            kept = kept or (understood and scores[best] < 0.0)
            if not _mostly_known(text, weights):
                kept, urgency = True, min(urgency, _OF_FEW)
        if not kept:
            intent = best[2:]
            because(best, f"intent {intent}")
    signals = set(judged.signals)
    for output, threshold in weights.thresholds.items():
        if scores[output] < threshold or output[:2] != "s:" or (name := output[2:]) in signals:
            continue
        ruled = next((one for one in judged.signs if one.effect == f"signal {name}"), None)
        if ruled is not None:
            reasons.append(ruled)
            signals.add(name)
        elif name not in judged.denied and because(output, f"signal {name}"):
            signals.add(name)
    if intent == "off_topic":
        urgency, signals = 4, set()
    return replace(
        judged, intent=intent, urgency=urgency, signals=tuple(sorted(signals)),
        reasons=tuple(reasons), confidence=probability(max(scores[f"i:{intent}"], -4.0)),
    )  # fmt: skip


def best_intent(judged: Judgement, urgency: int, scores: Mapping[str, float]) -> str:
    """The output of the likeliest intent; urgency: as the rules and weights have it by now.

    What sounds urgent, or comes from abroad, is not lightly shrugged off as chatter.
    """
    pressing = urgency <= 2 or not _SERIOUS.isdisjoint(judged.facts)
    chatter = scores["i:off_topic"] >= _CHATTER and scores["u1"] < _DOUBTED
    return max(
        (
            name
            for name in scores
            if name[:2] == "i:" and (name != "i:off_topic" or chatter or not pressing)
        ),
        key=scores.__getitem__,
    )


def _mostly_known(text: Text, weights: Model) -> bool:
    """Whether at least half of the words are known; scripts without spaces are not looked at."""
    words = [word for word in text.plain.split() if word[0].isalpha()]
    return text.unspaced != "" or 2 * sum(word in weights.weights for word in words) >= len(words)


def _says_little(text: Text, urgency: int) -> bool:
    """Whether it is a few everyday words, such as "không" or "mẹ em": a cry the rules had found."""
    return text.plain.isascii() and len(text.plain.split()) <= _FEW.get(urgency, 0)


def _named(text: Text, features: Iterable[str], facts: Facts) -> str:
    """The words behind the first of these features."""
    named: list[str] = []
    for feature in features:
        if len(named) == _MOST_NAMED:
            break
        if feature.startswith("f:"):
            found = facts.get(feature[2:])
            if not found:
                continue
            one = found[0]
            whole = text.unspaced if one.unspaced else ""
            words = whole[one.start : one.end] or text.words(one.start, one.end)
        else:
            words = feature.lstrip("^").replace("_", " ")
        if words and words not in named:
            named.append(words)
    return "; ".join(named)
