"""Sets that are kept from whoever tunes the reading stay closed; the gate notices a fall."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import triage
from hotline.commands.reading import evaluate
from tests.triage import gate, ten
from triage.evaluate import KeptSet, misses, open_set

LINE = {
    "id": "x1",
    "author": "x",
    "channel": "sms",
    "text": "em bi nhot o bavet",
    "at": "2026-11-22",
    "labels": {
        "intent": "info", "urgency": 4, "signals": [], "place": None, "language": "vi-noaccent",
    },
}  # fmt: skip


@pytest.fixture(params=["gate_x.jsonl", "sealed_x.jsonl"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / request.param
    file.write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    return file


def test_a_kept_set_gives_figures_and_no_message(kept: Path) -> None:
    figures = CliRunner().invoke(evaluate, [str(kept)])
    assert "intent: label down" in figures.output
    assert LINE["text"] not in figures.output
    refused = CliRunner().invoke(evaluate, [str(kept), "--misses"])
    assert refused.exit_code == 1
    assert LINE["text"] not in refused.output
    assert kept.name in refused.output
    with pytest.raises(KeptSet):
        open_set(kept)


def test_a_kept_set_stays_closed_under_another_name(kept: Path, tmp_path: Path) -> None:
    other = tmp_path / "work_y.jsonl"
    other.symlink_to(kept)
    with pytest.raises(KeptSet):
        misses(other)


def test_misses_of_an_open_set_say_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "work_x.jsonl"
    file.write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    (miss,) = misses(file)
    assert miss["text"] == LINE["text"]
    assert miss["urgency"] == {"label": 4, "read": 1}
    assert "confinement" in miss["signals"]["wrong"]
    shown = CliRunner().invoke(evaluate, [str(file), "--misses"])
    assert "x1" in shown.output


def test_a_fallen_figure_is_named_with_both_numbers() -> None:
    recorded = {"urgency1_recall": 0.97, "province_accuracy": 0.9}
    assert gate.fallen({"urgency1_recall": 0.97, "province_accuracy": 0.95}, recorded) == []
    (line,) = gate.fallen({"urgency1_recall": 0.96, "province_accuracy": 0.95}, recorded)
    assert "0.9600" in line
    assert "0.9700" in line


def test_coverage_counts_every_line_of_every_part() -> None:
    shown = gate.coverage()
    for part in ("work", "gate", "sealed"):
        lines = sum(
            1 for file in gate.SETS.glob(f"{part}_*.jsonl") for _ in file.open(encoding="utf-8")
        )
        assert f"{part}: {lines} messages" in shown


def test_the_ten_readings_of_the_document_are_what_the_code_says() -> None:
    text = ten.DOC.read_text(encoding="utf-8")
    assert text.split(ten.BEGIN)[1].split(ten.END)[0] == ten.readings()
    assert {triage.read(text, on=ten.ON).urgency for text in ten.TEXTS} >= {1, 2, 3, 4}
