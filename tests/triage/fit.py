"""Fits triage/weights.json on the work set. Not a test; run by hand after phrases or rules change:

    python tests/triage/fit.py [SETS]   (needs scikit-learn, which the hotline itself does not)

With --check it also prints figures of five-fold cross-validation, the folds cut at random.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

import numpy as np  # noqa: E402
from sklearn.feature_extraction import DictVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import KFold, cross_val_predict  # noqa: E402

from triage.evaluate import INTENTS, read_set  # noqa: E402
from triage.model import features_of  # noqa: E402
from triage.reader import facts_of  # noqa: E402

STRENGTH = {"u": 0.3, "i": 0.3, "s": 0.3}  # inverse of the regularisation
LEAST_WEIGHT = 0.02
LEAST_SEEN = 2
SIGNALS = [
    "confinement",
    "violence",
    "threat",
    "minor",
    "being_moved",
    "border",
    "ransom_debt",
    "documents_taken",
    "forced_labour",
    "scam_compound",
    "sexual_exploitation",
    "forced_marriage",
    "baby_or_organ",
    "deceptive_job",
    "online_recruitment",
    "missing_person",
    "suicide_self_harm",
    "medical",
    "unsafe_phone",
]


def main() -> None:
    """Fit and write."""
    patterns = [one for one in sys.argv[1:] if not one.startswith("-")] or ["work*", "train*"]
    folder = ROOT / "tests" / "triage" / "sets"
    files = [file for pattern in patterns for file in sorted(folder.glob(f"{pattern}.jsonl"))]
    lines = [line for file in files for line in read_set(file)]
    counts: dict[str, int] = {}
    rows = []
    for line in lines:
        text, facts = facts_of(line["text"], on=date.fromisoformat(line["at"]))
        row = set(features_of(text.plain, facts))
        rows.append(row)
        for feature in row:
            counts[feature] = counts.get(feature, 0) + 1
    kept = {feature for feature, count in counts.items() if count >= LEAST_SEEN}
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([dict.fromkeys(row & kept, 1.0) for row in rows])
    names = vectors.get_feature_names_out()
    labels = [line["labels"] for line in lines]
    wanted: dict[str, np.ndarray] = {
        "u1": np.array([b["urgency"] == 1 for b in labels]),
        "u2": np.array([b["urgency"] <= 2 for b in labels]),
        "u3": np.array([b["urgency"] <= 3 for b in labels]),
        **{f"i:{name}": np.array([b["intent"] == name for b in labels]) for name in INTENTS},
        **{f"s:{name}": np.array([name in b["signals"] for b in labels]) for name in SIGNALS},
    }
    bias, weights = {}, {str(name): {} for name in names}
    folds = KFold(5, shuffle=True, random_state=7)
    guesses = {}
    for output, truth in wanted.items():
        fit = LogisticRegression(C=STRENGTH[output[0]], max_iter=3000)
        if "--check" in sys.argv:
            p = cross_val_predict(fit, matrix, truth, cv=folds, method="predict_proba")[:, 1]
            guesses[output] = p
            order = np.argsort(-p)
            right = np.cumsum(truth[order])
            share = right / np.arange(1, len(order) + 1)
            f1 = 2 * right / (np.arange(1, len(order) + 1) + truth.sum())
            best = int(f1.argmax())
            at = p[order[best]]
            print(f"{output:24} best F1 {f1[best]:.3f} at p {at:.2f}, precision {share[best]:.2f}")
        fit.fit(matrix, truth)
        bias[output] = round(float(fit.intercept_[0]), 4)
        for name, value in zip(names, fit.coef_[0], strict=True):
            if abs(value) >= LEAST_WEIGHT:
                weights[str(name)][output] = round(float(value), 3)
    if guesses:
        from sklearn.metrics import f1_score

        best = np.argmax([guesses[f"i:{name}"] for name in INTENTS], axis=0)
        truth = [b["intent"] for b in labels]
        print("intent macro F1", f1_score(truth, [INTENTS[i] for i in best], average="macro"))
    thresholds = {"u1": 0.35, "u2": 0.4, "u3": 0.5, **{f"s:{name}": 0.4 for name in SIGNALS}}
    data = {
        "outputs": list(wanted),
        "bias": bias,
        "thresholds": thresholds,
        "weights": {name: row for name, row in sorted(weights.items()) if row},
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("},", "},\n")
    (ROOT / "triage" / "weights.json").write_text(text + "\n", encoding="utf-8")
    print(len(data["weights"]), "features,", len(text) // 1024, "KiB")


if __name__ == "__main__":
    main()
