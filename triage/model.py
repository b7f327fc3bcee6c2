"""A small linear model over the facts and words of a text: what many weak signs say together.

Fitted offline (tests/triage/fit.py) on the work set; here only its weights are read. It may raise
an urgency or add a signal that the rules did not find, and it chooses among intents where the rules
leave the choice open; it never lowers or removes anything.

For speed the weights of all outputs of one feature are packed into one integer, a field of
_FIELD bits per output, each raised by _HALF so that it is not negative: a text costs one addition
per feature.
"""

from __future__ import annotations

import itertools
import json
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from triage.grammar import DataError

_FIELD = 32
_SCALE = 1 << 12
_LIMIT = 32  # a weight is smaller, and 8192 of them fit into a field
_HALF = _LIMIT * _SCALE
_MASK = (1 << _FIELD) - 1
MOST_FEATURES = 4000  # of one text; keeps the work linear and the fields from overflowing

Known = tuple[Sequence[str], Sequence[int]]  # features of a text, and the weights of each


@dataclass(frozen=True, slots=True)
class Model:
    """outputs: names in the order of the fields. start, weights: feature -> packed weights.

    thresholds: output -> the log-odds from which it counts.
    """

    outputs: tuple[str, ...]
    start: int
    weights: Mapping[str, int]
    thresholds: Mapping[str, float]

    def known(self, features: Sequence[str]) -> Known:
        """The features that say something, and the weights of each."""
        weights = list(map(self.weights.get, features))
        return list(itertools.compress(features, weights)), list(filter(None, weights))

    def scores(self, known: Known) -> dict[str, float]:
        """The log-odds of every output for a text with these features."""
        count = len(self.outputs)
        total = sum(known[1], self.start)
        fields = struct.unpack(f"<{count}I", total.to_bytes(count * _FIELD // 8, "little"))
        raised = _HALF * (len(known[1]) + 1)
        return {
            name: (field - raised) / _SCALE
            for name, field in zip(self.outputs, fields, strict=True)
        }

    def strongest(self, known: Known, output: str) -> list[str]:
        """The features that speak for an output, the strongest first."""
        place = _FIELD * self.outputs.index(output)
        speaking = [
            (-field, feature)
            for feature, packed in zip(*known, strict=True)
            if (field := packed >> place & _MASK) > _HALF
        ]
        return [feature for _, feature in sorted(speaking)]


def probability(score: float) -> float:
    """Log-odds as a share between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def log_odds(share: float) -> float:
    """The other way round. ValueError if the share is not between 0 and 1."""
    return math.log(share / (1 - share))


def pack(values: Mapping[str, float], outputs: Mapping[str, int]) -> int:
    """One integer that holds a weight for every output (0 where `values` names none).

    outputs: name -> number of its field. ValueError if a weight does not fit into its field.
    """
    fields = [_HALF] * len(outputs)
    for name, value in values.items():
        if not -_LIMIT < value < _LIMIT:
            raise ValueError(f"weights between -{_LIMIT} and {_LIMIT} expected")
        fields[outputs[name]] += round(value * _SCALE)
    return int.from_bytes(struct.pack(f"<{len(fields)}I", *fields), "little")


Plain = tuple[tuple[str, ...], int, dict[str, int], dict[str, float]]  # the fields of a Model


def read_model(file: Traversable) -> Plain:
    """Read weights.json. Raises DataError."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        outputs = tuple(data["outputs"])
        fields = {name: number for number, name in enumerate(outputs)}
        start = pack({name: data["bias"][name] for name in outputs}, fields)
        weights = {name: pack(values, fields) for name, values in data["weights"].items()}
        given = sorted(data["thresholds"].items(), key=lambda pair: fields[pair[0]])
        thresholds = {name: log_odds(value) for name, value in given}
    except (ValueError, ArithmeticError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{file.name}: expected outputs, bias, weights and thresholds as tests/triage/fit.py "
            f"writes them ({error!r})"
        ) from error
    return outputs, start, weights, thresholds


def features_of(plain: str, facts: Iterable[str]) -> list[str]:
    """The features of a text, without marks: its facts, words, pairs of words, how it begins."""
    words = [word for word in plain.split() if word[0].isalpha()][: MOST_FEATURES // 4]
    features = [f"f:{fact}" for fact in facts]
    features.extend(dict.fromkeys(words))
    features.extend(dict.fromkeys(map("_".join, itertools.pairwise(words))))
    features.extend("^" + "_".join(words[:many]) for many in (1, 2, 3) if len(words) >= many)
    return features
