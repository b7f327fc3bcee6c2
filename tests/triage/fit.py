"""Fits triage/weights.json on the sets anyone may read. Not a test; run after phrases change:

    python tests/triage/fit.py            (needs scikit-learn, which the hotline itself does not)
    python tests/triage/fit.py --across   figures only: every author read by a fit without them

How. A logistic regression for every output over the facts and words of a text, each feature first
scaled by how differently it occurs with and without the output (naive Bayes; Wang and Manning 2012,
"Baselines and Bigrams"), which folds into the weights. Every message is learnt four times, thrice
with some of the phrases that were found in it forgotten: phrases fit the authors they were
written for, and weights that lean on them alone fail on the next author. Thresholds are chosen on
authors that the weights have not seen.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import scipy.sparse as sp  # noqa: E402
from sklearn.feature_extraction import DictVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from triage.about import about  # noqa: E402
from triage.context import stated  # noqa: E402
from triage.evaluate import INTENTS, evaluate, open_set  # noqa: E402
from triage.judge import Judgement, judge  # noqa: E402
from triage.lexicon import lexicon  # noqa: E402
from triage.model import features_of, log_odds  # noqa: E402
from triage.reader import found_in  # noqa: E402
from triage.rules import rules  # noqa: E402
from triage.weigh import best_intent  # noqa: E402

SETS = ROOT / "tests" / "triage" / "sets"
STRENGTH = 0.2  # inverse of the regularisation
CONTRAST = 0.7  # how strongly features are scaled
FORGOTTEN = (0.25, 0.4, 0.4)  # share of the phrases forgotten in each further copy of a message
LEAST_WEIGHT = 0.035
LEAST_AUTHORS = 3  # that have a feature
PARTS = 6  # into which the authors are divided: each part is read by a fit of the others
LEAST_LIKELY = 0.16  # of a signal: what is less likely nobody would believe, whatever it adds to F1
LEAST_PRECISION = {1: 0.84, 2: 0.9}  # of urgency on authors not seen, where thresholds are set
SIGNALS = tuple(dict.fromkeys(rule.name for rule in rules().signals))
LEVELS = ("u1", "u2", "u3")


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the rules read it, whole or with phrases forgotten."""

    author: str
    id: str
    labels: dict[str, object]
    features: tuple[str, ...]
    judged: Judgement


def rows_of(file: Path, copies: Sequence[float]) -> list[list[Row]]:
    """For each message its rows: whole, then one for each share of phrases forgotten."""
    chance = random.Random(5)
    words, every = lexicon(), rules()
    found_rows = []
    for line in open_set(file):
        text, found, given, _ = found_in(line["text"], on=date.fromisoformat(line["at"]))
        phrases = sorted({one.rule for one in found})
        rows = []
        for share in (0.0, *copies):
            gone = {rule for rule in phrases if chance.random() < share}
            facts = stated(text, [one for one in found if one.rule not in gone], words.hides)
            judged = judge(text, facts, given | about(facts), every)
            features = tuple(sorted(set(features_of(text.plain, judged.facts))))
            rows.append(Row(file.stem, str(line["id"]), line["labels"], features, judged))
        found_rows.append(rows)
    return found_rows


def truths(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Output -> whether it holds, by the labels."""
    labels = [row.labels for row in rows]
    return {
        **{name: np.array([b["urgency"] <= i for b in labels]) for i, name in enumerate(LEVELS, 1)},
        **{f"i:{name}": np.array([b["intent"] == name for b in labels]) for name in INTENTS},
        **{f"s:{name}": np.array([name in b["signals"] for b in labels]) for name in SIGNALS},
    }


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and their features as a matrix of 0 and 1; names: the feature of each column."""

    rows: list[Row]
    matrix: sp.csr_matrix
    names: np.ndarray

    def without(self, authors: Collection[str]) -> Table:
        """What the others wrote."""
        kept = [number for number, row in enumerate(self.rows) if row.author not in authors]
        return Table([self.rows[number] for number in kept], self.matrix[kept], self.names)


def table(rows: list[Row]) -> Table:
    """The features of rows, each once."""
    vectors = DictVectorizer(dtype=np.float64)
    matrix = vectors.fit_transform([dict.fromkeys(row.features, 1.0) for row in rows])
    return Table(rows, matrix, np.array(vectors.get_feature_names_out()))


def fit(learnt: Table) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """(bias of every output, feature -> weights)."""
    authors = np.array([row.author for row in learnt.rows])
    seen = [learnt.matrix[authors == one].getnnz(axis=0) > 0 for one in sorted(set(authors))]
    kept = np.sum(seen, axis=0) >= LEAST_AUTHORS
    matrix = _narrow(learnt.matrix[:, kept].tocsr())
    names = [str(name) for name in learnt.names[kept]]
    bias: dict[str, float] = {}
    weights: dict[str, dict[str, float]] = {name: {} for name in names}
    for output, truth in truths(learnt.rows).items():
        with_it = 1 + np.asarray(matrix[truth].sum(0)).ravel()
        without = 1 + np.asarray(matrix[~truth].sum(0)).ravel()
        contrast = np.abs(np.log((with_it / with_it.sum()) / (without / without.sum())))
        contrast **= CONTRAST
        scaled = _narrow((matrix @ sp.diags(contrast)).tocsr())
        # The dual problem: ten times faster here, the same weights to three decimals.
        fitted = LogisticRegression(C=STRENGTH, solver="liblinear", dual=True, tol=0.1)
        model = fitted.fit(scaled, truth)
        bias[output] = round(float(model.intercept_[0]), 4)
        for name, value in zip(names, model.coef_[0] * contrast, strict=True):
            if abs(value) >= LEAST_WEIGHT:
                weights[name][output] = round(float(value), 3)
    return bias, {name: row for name, row in sorted(weights.items()) if row}


def _narrow(matrix: sp.csr_matrix) -> sp.csr_matrix:
    matrix.indices = matrix.indices.astype(np.int32)
    matrix.indptr = matrix.indptr.astype(np.int32)
    return matrix


def scores(
    rows: Sequence[Row], bias: dict[str, float], weights: dict[str, dict[str, float]]
) -> dict[str, np.ndarray]:
    """Output -> its probability for each row."""
    found = {output: np.full(len(rows), value) for output, value in bias.items()}
    for number, row in enumerate(rows):
        for feature in row.features:
            for output, value in weights.get(feature, {}).items():
                found[output][number] += value
    return {output: 1 / (1 + np.exp(-value)) for output, value in found.items()}


def readings(
    rows: Sequence[Row], p: dict[str, np.ndarray], thresholds: dict[str, float]
) -> list[dict[str, object]]:
    """What `triage.weigh` makes of the rows, without places."""
    found = []
    for number, row in enumerate(rows):
        judged, intent = row.judged, row.judged.intent
        urgency = min(
            judged.urgency,
            *(i for i, name in enumerate(LEVELS, 1) if p[name][number] >= thresholds[name]),
            4,
        )
        if not judged.sure or (intent == "off_topic" and urgency <= 2):
            here = {
                name: log_odds(min(max(float(values[number]), 1e-9), 1 - 1e-9))
                for name, values in p.items()
            }
            intent = best_intent(judged, urgency, here)[2:]
        signals = set(judged.signals) | {
            name for name in SIGNALS if p[f"s:{name}"][number] >= thresholds[f"s:{name}"]
        }
        if intent == "off_topic":
            urgency, signals = 4, set()
        found.append({"intent": intent, "urgency": urgency, "signals": sorted(signals)})
    return found


def chosen(rows: Sequence[Row], p: dict[str, np.ndarray]) -> dict[str, float]:
    """Thresholds from the probabilities of rows that the weights have not seen.

    Urgency 1 and 2: the lowest that keep the precision; signals: the best F1 of all of them.
    """
    thresholds = {"u3": 0.5}
    wanted = truths(rows)
    for level, output in ((1, "u1"), (2, "u2")):
        ruled = np.array([row.judged.urgency <= level for row in rows])
        thresholds[output] = 0.9
        for value in np.arange(0.9, 0.04, -0.01):
            said = ruled | (p[output] >= value)
            if wanted[output][said].mean() < LEAST_PRECISION[level]:
                break
            thresholds[output] = round(float(value), 2)
    return thresholds | _for_signals(rows, p, wanted)


def _for_signals(
    rows: Sequence[Row], p: dict[str, np.ndarray], wanted: dict[str, np.ndarray]
) -> dict[str, float]:
    """The thresholds that together give the best F1 over all signals.

    Each for itself would be too low for the signals that are hard to hear: a guess that helps a bad
    F1 harms a good one.
    """
    steps = np.arange(LEAST_LIKELY, 0.8, 0.02)
    counts = {}
    for name in SIGNALS:
        ruled = np.array([name in row.judged.signals for row in rows])
        truth = wanted[f"s:{name}"]
        said = [ruled | (p[f"s:{name}"] >= value) for value in steps]
        counts[name] = np.array([((one & truth).sum(), one.sum() + truth.sum()) for one in said])
    at = dict.fromkeys(SIGNALS, len(steps) // 2)
    for name in SIGNALS * 4:
        right, both = sum(counts[other][at[other]] for other in SIGNALS if other != name)
        at[name] = int(np.argmax(2 * (right + counts[name][:, 0]) / (both + counts[name][:, 1])))
    return {f"s:{name}": round(float(steps[step]), 2) for name, step in at.items()}


def main() -> None:
    """Fit and write, or compare across authors."""
    files = sorted((*SETS.glob("work_*.jsonl"), *SETS.glob("train_*.jsonl")))
    sets = {file.stem: rows_of(file, FORGOTTEN) for file in files}
    # Unseen: each author by a fit of others, with a quarter of the phrases forgotten.
    authors = [author for author in sets if not author.startswith("train")]
    parts = [authors[number::PARTS] for number in range(PARTS)]
    whole = table([row for rows in sets.values() for rs in rows for row in rs])
    others = [whole.without(part) for part in parts]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        fitted = dict(zip(map(tuple, parts), pool.map(fit, others), strict=True))
    held, p_held = [], []
    for part, (bias, weights) in fitted.items():
        for author in part:
            held.append([rs[1] for rs in sets[author]])
            p_held.append(scores(held[-1], bias, weights))
    every = [row for rows in held for row in rows]
    p_every = {name: np.concatenate([p[name] for p in p_held]) for name in p_held[0]}
    thresholds = chosen(every, p_every)
    for rows, p in (*zip(held, p_held, strict=True), (every, p_every)):
        answers = [{**a, "place": None} for a in readings(rows, p, thresholds)]
        figures = evaluate(
            answers, [{"text": "", "labels": {**row.labels, "place": None}} for row in rows]
        ).all
        print(
            f"{rows[0].author if rows is not every else 'all':10} urgency 1 recall "
            f"{figures.urgency1_recall:.3f} precision {figures.urgency1_precision:.3f}, 1-2 recall "
            f"{figures.urgency12_recall:.3f}, intent {figures.intent_macro_f1:.3f}, "
            f"signals {figures.signals_micro_f1:.3f}"
        )
    print({name: value for name, value in thresholds.items() if name[0] == "u"})
    if "--across" in sys.argv:
        return
    bias, weights = fit(whole)
    data = {"outputs": list(bias), "bias": bias, "thresholds": thresholds, "weights": weights}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("},", "},\n")
    (ROOT / "triage" / "weights.json").write_text(text + "\n", encoding="utf-8")
    print(len(weights), "features,", len(text) // 1024, "KiB")


if __name__ == "__main__":
    main()
