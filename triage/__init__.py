"""What a text says: intent, urgency, signals, place, language, with reasons. Pure."""

from triage.evaluate import Evaluation, KeptSet, evaluate, evaluate_file, misses
from triage.explain import explain
from triage.grammar import DataError
from triage.reader import load, read, record
from triage.reading import CUES, Intent, Language, Reading, Reason

__all__ = [
    "CUES", "DataError", "Evaluation", "Intent", "KeptSet", "Language", "Reading", "Reason",
    "evaluate", "evaluate_file", "explain", "load", "misses", "read", "record",
]  # fmt: skip
