"""The printed map is in step with the code."""

from __future__ import annotations

from pathlib import Path

from flows import map as flow_map

DOCS = Path(__file__).parents[2] / "docs" / "flows"


def test_the_map_in_the_docs_is_up_to_date() -> None:
    assert flow_map.outdated(DOCS) == []


def test_a_changed_or_left_over_page_is_noticed(tmp_path: Path) -> None:
    flow_map.write(tmp_path)
    assert flow_map.outdated(tmp_path) == []
    (tmp_path / "report.md").write_text("old")
    (tmp_path / "gone.md").write_text("old")
    assert flow_map.outdated(tmp_path) == ["gone.md", "report.md"]
