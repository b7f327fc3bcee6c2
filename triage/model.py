"""A small linear model over the facts and words of a text: what many weak signs say together.

Fitted offline (tests/triage/fit.py) on the work set; here only its weights are read. It may raise
an urgency or add a signal that the rules did not find, and it chooses among intents where the rules
leave the choice open; it never lowers or removes anything.

For speed the weights of all outputs of one feature are packed into one integer, a field of
FIELD bits per output, so that a text costs one addition per feature.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from triage.grammar import DataError

FIELD = 40
_SCALE = 1 << 12
_HALF = 1 << (FIELD - 1)
MOST_FEATURES = 4000  # of one text; keeps the work linear and the fields from overflowing


@dataclass(frozen=True, slots=True)
class Model:
    """outputs: names in the order of the fields. weights: feature -> packed weights.

    thresholds: output -> the probability from which it counts.
    """

    outputs: tuple[str, ...]
    start: int
    weights: Mapping[str, int]
    thresholds: Mapping[str, float]

    def scores(self, features: Iterable[str]) -> dict[str, float]:
        """The log-odds of every output for a text with these features."""
        weights = self.weights
        total = self.start
        for feature in features:
            weight = weights.get(feature)
            if weight is not None:
                total += weight
        # Every field was shifted by _HALF once, so that no field borrows from its neighbour.
        scores = {}
        for name in self.outputs:
            scores[name] = ((total & ((1 << FIELD) - 1)) - _HALF) / _SCALE
            total >>= FIELD
        return scores

    def weight(self, feature: str, output: str) -> float:
        """The log-odds that one feature adds to one output."""
        packed = self.weights.get(feature)
        if packed is None:
            return 0.0
        place = self.outputs.index(output)
        # undo the borrowing of negative fields below this one
        whole = packed + _lift(len(self.outputs))
        return (((whole >> (FIELD * place)) & ((1 << FIELD) - 1)) - _HALF) / _SCALE


@cache
def _lift(outputs: int) -> int:
    """What raises every field above nought."""
    return sum(_HALF << (FIELD * place) for place in range(outputs))


def probability(score: float) -> float:
    """Log-odds as a share between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def pack(values: Mapping[str, float], outputs: tuple[str, ...]) -> int:
    """One integer that holds a weight for every output (0 where `values` names none)."""
    return sum(
        round(values[name] * _SCALE) << (FIELD * place)
        for place, name in enumerate(outputs)
        if name in values
    )


def load_model(file: Traversable) -> Model:
    """Read weights.json. Raises DataError."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        outputs = tuple(data["outputs"])
        start = sum(
            (round(data["bias"][name] * _SCALE) + _HALF) << (FIELD * place)
            for place, name in enumerate(outputs)
        )
        weights = {name: pack(values, outputs) for name, values in data["weights"].items()}
        thresholds = {str(name): float(value) for name, value in data["thresholds"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{file.name}: expected outputs, bias, weights and thresholds as tests/triage/fit.py "
            f"writes them ({error!r})"
        ) from error
    return Model(outputs, start, weights, thresholds)


def features_of(plain: str, facts: Iterable[str]) -> list[str]:
    """The features of a text: its facts, its words and pairs of words (without marks)."""
    words = [word for word in plain.split() if word[0].isalpha()][: MOST_FEATURES // 4]
    features = [f"f:{fact}" for fact in facts]
    features.extend(dict.fromkeys(words))
    features.extend(dict.fromkeys(map("_".join, itertools.pairwise(words))))
    return features
