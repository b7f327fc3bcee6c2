"""A running conversation outlives a deployment: stored states of every version still go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import flows
from flows import keeping
from flows.flow import Flow
from flows.turn import Said, State
from tests.flows.talking import read, said

STORED = sorted((Path(__file__).parent / "states").glob("*.json"))


def test_each_version_of_each_flow_has_a_stored_state() -> None:
    kept = {(s["flow"], s["version"]) for s in (json.loads(f.read_text()) for f in STORED)}
    wanted = {(f.id, v) for f in flows.FLOWS.values() for v in range(1, f.version + 1)}
    assert wanted <= kept


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_stored_state_goes_on(file: Path) -> None:
    state = flows.load(file.read_text())
    assert state.version == flows.FLOWS[state.flow].version
    turn = flows.advance(state, Said("Đường Nguyễn Trãi", gap_s=20.0), read())
    assert said(turn) not in state.told


def test_an_older_version_moves_one_step_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    report = flows.FLOWS["report"]
    newer = Flow(report.id, 3, report.start, report.steps)
    monkeypatch.setitem(keeping.FLOWS, "report", newer)
    upgrades = {
        ("report", 1): lambda s: State("report", 2, step="tip.middle"),
        ("report", 2): lambda s: State("report", 3, step="tip.where", told=(str(s.step),)),
    }
    monkeypatch.setattr(keeping, "UPGRADES", upgrades)
    moved = flows.load(flows.dump(State("report", 1, step="tip.old")))
    assert (moved.version, moved.step, moved.told) == (3, "tip.where", ("tip.middle",))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"flow": "nowhere", "version": 1}', "nonsense"])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        flows.load(text)


def test_a_step_that_is_gone_ends_nothing() -> None:
    state = State("report", 1, step="tip.removed", situation="tip_past", told=("first.tip_past",))
    turn = flows.advance(state, Said("xã Tân Thanh"), read())
    assert said(turn) != ""
