"""The audit says what is weak and never keeps silent about what it did not look at."""

from __future__ import annotations

from typing import Any

import pytest

from tests import audit

GOOD: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
UNKNOWN: dict[str, Any] = {"name": "b", "skip_reason": "Dependency not found"}
WEAK: dict[str, Any] = {
    "name": "c", "version": "1", "vulns": [{"id": "CVE-2026-0001", "fix_versions": ["2"]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "code", "says"),
    [
        ([GOOD], 0, "audited: 1 of 1, 0 weak"),
        ([GOOD, WEAK], 1, "weak: c 1: CVE-2026-0001, mended in 2"),
        ([GOOD, UNKNOWN], 0, "left out of the audit: b"),
        ([UNKNOWN], 0, "left out: the audit of dependencies"),
    ],
)
def test_it_says_what_it_found_and_what_it_did_not_look_at(
    capsys: pytest.CaptureFixture[str], found: list[dict[str, Any]], code: int, says: str
) -> None:
    assert audit.report(found) == code
    assert says in capsys.readouterr().out
