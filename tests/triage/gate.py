"""The figures of the gate sets, held against the recorded ones; run by `make check`.

    python -m tests.triage.gate            compare; exit 1 where a figure fell
    python -m tests.triage.gate --record   write the figures of today to sets/gate.json
    python -m tests.triage.gate --cover    also show what the sets cover

Prints figures and counts of labels, never a message.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from triage.evaluate import INTENTS, evaluate, read_set, readings_of

SETS = Path(__file__).with_name("sets")
RECORD = SETS / "gate.json"
FIGURES = (
    "urgency1_recall", "urgency1_precision", "urgency12_recall", "intent_macro_f1",
    "signals_micro_f1", "province_accuracy",
)  # fmt: skip
FORMS = ("vi", "vi-noaccent", "vi-teencode", "other")


def figures() -> dict[str, float]:
    """The figures of all gate sets together, with urgency-1 recall by Vietnamese form."""
    lines = [line for file in sorted(SETS.glob("gate_*.jsonl")) for line in read_set(file)]
    found = evaluate(readings_of(lines), lines)
    named = {name: getattr(found.all, name) for name in FIGURES}
    for form in FORMS[:3]:
        named[f"urgency1_recall:{form}"] = found.groups[f"language={form}"].urgency1_recall
    return {name: round(value, 4) for name, value in named.items()}


def fallen(now: Mapping[str, float], recorded: Mapping[str, float]) -> list[str]:
    """The figures that are lower than recorded, each with both numbers."""
    return [
        f"{name} {now.get(name, 0.0):.4f}, recorded {least:.4f}"
        for name, least in recorded.items()
        if now.get(name, 0.0) < least
    ]


def coverage() -> str:
    """How many messages of each part have an intent, an urgency and a form of writing."""
    rows = []
    for part in ("work", "train", "gate", "sealed"):
        counts: Counter[tuple[str, int, str]] = Counter()
        for file in sorted(SETS.glob(f"{part}_*.jsonl")):
            for line in read_set(file):
                labels = line["labels"]
                form = labels["language"] if labels["language"] in FORMS else "other"
                counts[labels["intent"], labels["urgency"], form] += 1
        rows.append(f"\n{part}: {sum(counts.values())} messages (each: {' / '.join(FORMS)})")
        rows.append(f"{'':16}" + "".join(f"{f'urgency {level}':>18}" for level in range(1, 5)))
        for intent in INTENTS:
            cells = (
                "/".join(str(counts[intent, level, form]) for form in FORMS)
                for level in range(1, 5)
            )
            rows.append(f"{intent:16}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(rows)


def main() -> None:
    """Print the figures; exit 1 where one fell."""
    now = figures()
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    print("gate: " + ", ".join(f"{name} {value:.3f}" for name, value in now.items()))
    if "--cover" in sys.argv:
        print(coverage())
    worse = fallen(now, json.loads(RECORD.read_text(encoding="utf-8")))
    if worse:
        print("The reading of new messages became worse (tests/triage/sets/gate.json):")
        print("\n".join(f"  {line}" for line in worse))
        print("Mend the cause, or record the new figures and say in the commit why they fell.")
        sys.exit(1)


if __name__ == "__main__":
    main()
