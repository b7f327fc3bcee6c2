"""How good the readings of a labelled set are: the figures the project is held to.

A set is JSON lines {"id","author","channel","text","at":"YYYY-MM-DD","labels":{"intent","urgency",
"signals":[...],"place":{...}|null,"language"}}.

Sets named gate_* and sealed_* are kept from whoever writes phrases and rules: of them only figures
are given, never a message (`KEPT`). A set that was looked at says nothing about new messages.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from triage.grammar import DataError
from triage.reader import read, record

Record = Mapping[str, Any]
KEPT = ("gate", "sealed")  # how the names of the sets begin whose messages nobody reads
INTENTS = ("off_topic", "crisis_other", "return_support", "help_self", "help_other", "tip", "info")
GOALS = {
    "urgency1_recall": 0.97, "urgency1_precision": 0.80, "urgency12_recall": 0.98,
    "intent_macro_f1": 0.90, "signals_micro_f1": 0.85, "province_accuracy": 0.95,
    "urgency1_recall:vi-noaccent": 0.96, "urgency1_recall:vi-teencode": 0.96,
}  # fmt: skip


class KeptSet(Exception):
    """The messages of a kept set were asked for; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares between 0 and 1 of one group of messages; None where the group has no such case."""

    messages: int
    urgency1: int
    urgency1_recall: float | None
    urgency1_precision: float | None
    urgency12_recall: float | None
    intent_macro_f1: float | None
    signals_micro_f1: float | None
    province_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of all messages and by group ("language=vi", "intent=tip", "length=<=60").

    confusion: (intent in the labels, intent read) -> messages; urgencies likewise.
    signals: name -> (right, wrongly found, missed).
    """

    all: Figures
    groups: Mapping[str, Figures]
    confusion: Mapping[tuple[str, str], int]
    urgencies: Mapping[tuple[int, int], int]
    signals: Mapping[str, tuple[int, int, int]]

    def missed_goals(self) -> list[str]:
        """The goals of the project that these figures do not reach, each with its figure."""
        missed = []
        for goal, least in GOALS.items():
            name, _, form = goal.partition(":")
            figures = self.groups.get(f"language={form}") if form else self.all
            value = getattr(figures, name) if figures else None
            if value is not None and value < least:
                missed.append(f"{goal} {value:.3f} < {least}")
        return missed

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "all": _plain(self.all),
            "groups": {name: _plain(figures) for name, figures in self.groups.items()},
            "intent_confusion": {f"{a}>{b}": n for (a, b), n in sorted(self.confusion.items())},
            "urgency_confusion": {f"{a}>{b}": n for (a, b), n in sorted(self.urgencies.items())},
            "signals": {
                name: dict(zip(("right", "wrong", "missed"), counts, strict=True))
                for name, counts in self.signals.items()
            },
            "missed_goals": self.missed_goals(),
        }

    def as_text(self) -> str:
        """A table for people."""
        head = f"{'':26}{'n':>6}{'U1':>6}{'U1 rec':>8}{'U1 prec':>8}{'U12 rec':>8}"
        lines = [head + f"{'intent':>8}{'signals':>8}{'place':>8}"]
        for name, figures in (("all", self.all), *self.groups.items()):
            shares = (
                figures.urgency1_recall, figures.urgency1_precision, figures.urgency12_recall,
                figures.intent_macro_f1, figures.signals_micro_f1, figures.province_accuracy,
            )  # fmt: skip
            cells = "".join(f"{'-' if x is None else format(x, '.3f'):>8}" for x in shares)
            lines.append(f"{name:26}{figures.messages:>6}{figures.urgency1:>6}{cells}")
        lines.append("\nintent: label down, reading across")
        lines.append(f"{'':16}" + "".join(f"{name[:11]:>12}" for name in INTENTS))
        for wanted in INTENTS:
            row = "".join(f"{self.confusion.get((wanted, got), 0):>12}" for got in INTENTS)
            lines.append(f"{wanted:16}{row}")
        lines.append("\nurgency: label down, reading across")
        lines.append(f"{'':6}" + "".join(f"{level:>7}" for level in range(1, 5)))
        for level in range(1, 5):
            row = "".join(f"{self.urgencies.get((level, got), 0):>7}" for got in range(1, 5))
            lines.append(f"{level:<6}{row}")
        lines.append(f"\n{'signal':24}{'right':>7}{'wrong':>7}{'missed':>7}")
        for name, counts in sorted(self.signals.items()):
            lines.append(f"{name:24}" + "".join(f"{count:>7}" for count in counts))
        missed = self.missed_goals()
        lines.append("\ngoals: " + ("all met" if not missed else "missed " + "; ".join(missed)))
        return "\n".join(lines)


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name in Figures.__slots__
        if (value := getattr(figures, name)) is not None or True
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(right: int, wrong: int, missed: int) -> float | None:
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else None


def _macro_f1(pairs: Sequence[tuple[Record, Record]]) -> float | None:
    scores = []
    for intent in INTENTS:
        right = sum(a["intent"] == intent == b["intent"] for a, b in pairs)
        wrong = sum(a["intent"] == intent != b["intent"] for a, b in pairs)
        missed = sum(b["intent"] == intent != a["intent"] for a, b in pairs)
        if right + missed:  # an intent that the labels of this group lack says nothing
            scores.append(_f1(right, wrong, missed) or 0.0)
    return sum(scores) / len(scores) if scores else None


def _province(answer: Record) -> tuple[str | None, tuple[str, ...]]:
    place = answer.get("place") or {}
    return place.get("vn_province"), tuple(sorted(place.get("candidates") or ()))


def _figures(pairs: Sequence[tuple[Record, Record]]) -> Figures:
    """pairs: (reading, labels)."""
    ones = [(a, b) for a, b in pairs if b["urgency"] == 1]
    said = [(a, b) for a, b in pairs if a["urgency"] == 1]
    pressing = [(a, b) for a, b in pairs if b["urgency"] <= 2]
    right = wrong = missed = 0
    for a, b in pairs:
        found, wanted = set(a["signals"]), set(b["signals"])
        right += len(found & wanted)
        wrong += len(found - wanted)
        missed += len(wanted - found)
    return Figures(
        messages=len(pairs),
        urgency1=len(ones),
        urgency1_recall=_share(sum(a["urgency"] == 1 for a, _ in ones), len(ones)),
        urgency1_precision=_share(sum(b["urgency"] == 1 for _, b in said), len(said)),
        urgency12_recall=_share(sum(a["urgency"] <= 2 for a, _ in pressing), len(pressing)),
        intent_macro_f1=_macro_f1(pairs),
        signals_micro_f1=_f1(right, wrong, missed),
        province_accuracy=_share(sum(_province(a) == _province(b) for a, b in pairs), len(pairs)),
    )


def _length(text: str) -> str:
    return next((f"<={limit}" for limit in (20, 60, 120, 200) if len(text) <= limit), ">200")


def evaluate(records: Sequence[Record], labels: Sequence[Record]) -> Evaluation:
    """Compare readings (as `record` gives them) with lines of a set, in the same order."""
    pairs = [(a, line["labels"]) for a, line in zip(records, labels, strict=True)]
    keys: tuple[tuple[str, Callable[[Record], str]], ...] = (
        ("language", lambda line: str(line["labels"]["language"])),
        ("intent", lambda line: str(line["labels"]["intent"])),
        ("length", lambda line: _length(line["text"])),
    )
    groups: dict[str, Figures] = {}
    for name, key in keys:
        values = sorted({key(line) for line in labels})
        for value in values:
            members = [pair for pair, line in zip(pairs, labels, strict=True) if key(line) == value]
            groups[f"{name}={value}"] = _figures(members)
    signals: dict[str, list[int]] = {}
    for a, b in pairs:
        found, wanted = set(a["signals"]), set(b["signals"])
        for place, names in enumerate((found & wanted, found - wanted, wanted - found)):
            for name in names:
                signals.setdefault(name, [0, 0, 0])[place] += 1
    return Evaluation(
        all=_figures(pairs),
        groups=groups,
        confusion=Counter((b["intent"], a["intent"]) for a, b in pairs),
        urgencies=Counter((b["urgency"], a["urgency"]) for a, b in pairs),
        signals={name: (n[0], n[1], n[2]) for name, n in signals.items()},
    )


def read_set(path: Path) -> list[dict[str, Any]]:
    """The lines of a set file; labels may stand beside the text. Raises DataError with the line."""
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            date.fromisoformat(entry["at"])
            text, wanted = entry["text"], entry.get("labels", entry)
            missing = {"intent", "urgency", "signals", "place", "language"} - set(wanted)
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path}:{number}: expected a JSON object with id, text, at and labels ({error})"
            ) from error
        if missing or not isinstance(text, str):
            raise DataError(f"{path}:{number}: expected text and labels {sorted(missing)}")
        lines.append({**entry, "labels": wanted})
    if not lines:
        raise DataError(f"{path}: expected at least one line")
    return lines


def readings_of(lines: Iterable[Record]) -> list[dict[str, Any]]:
    """What triage reads in each line of a set, as records."""
    return [
        record(line.get("id"), read(line["text"], on=date.fromisoformat(line["at"])))
        for line in lines
    ]


def evaluate_file(path: str | Path) -> Evaluation:
    """Read a set file and judge the readings of all its messages. Raises DataError, OSError."""
    lines = read_set(Path(path))
    return evaluate(readings_of(lines), lines)


def open_set(path: Path) -> list[dict[str, Any]]:
    """The lines of a set whose messages may be looked at. Raises KeptSet, DataError, OSError."""
    if path.resolve().name.startswith(KEPT) or path.name.startswith(KEPT):
        raise KeptSet(
            f"{path.name}: its messages are kept from whoever tunes the reading; ask for its "
            "figures, and look at the work sets"
        )
    return read_set(path)


def misses(path: str | Path) -> list[dict[str, Any]]:
    """The messages of an open set that are read otherwise than labelled, with what differs.

    Raises KeptSet for gate_* and sealed_*, DataError, OSError.
    """
    lines = open_set(Path(path))
    found = []
    for answer, line in zip(readings_of(lines), lines, strict=True):
        labels = line["labels"]
        differs: dict[str, Any] = {
            name: {"label": labels[name], "read": answer[name]}
            for name in ("intent", "urgency")
            if labels[name] != answer[name]
        }
        if set(labels["signals"]) != set(answer["signals"]):
            differs["signals"] = {
                "missed": sorted(set(labels["signals"]) - set(answer["signals"])),
                "wrong": sorted(set(answer["signals"]) - set(labels["signals"])),
            }
        if _province(labels) != _province(answer):
            differs["place"] = {"label": labels["place"], "read": answer["place"]}
        if differs:
            found.append({"id": line.get("id"), "text": line["text"], **differs})
    return found
