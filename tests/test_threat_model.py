"""Every test that the threat model names exists, and every threat names what does not hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/threat-model.md").read_text()
NAMED = re.findall(r"`([\w/]+\.py)::(\w*)`", TEXT)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_exists(file: str, name: str) -> None:
    path = ROOT / "tests" / file
    assert path.exists(), f"docs/threat-model.md names {file}"
    functions = {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert functions if not name else name in functions, f"{file} has no {name}"


def test_every_claim_has_a_test_and_every_threat_its_limits() -> None:
    parts = TEXT.split("\n## ")[1:]
    assert len(parts) >= 7
    for part in parts:
        title = part.splitlines()[0]
        rows = re.findall(r"^\| (.+) \| (.+) \|$", part, re.MULTILINE)
        claims = [row for row in rows if row[0] not in ("holds",) and set(row[0]) != {"-"}]
        assert claims, f"{title}: nothing holds?"
        assert all("::" in test for _, test in claims), title
        assert "Does not hold:" in part, title
