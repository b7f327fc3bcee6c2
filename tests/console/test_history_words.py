"""The history of a ticket speaks the language of its reader."""

from __future__ import annotations

import re
from pathlib import Path

import locales

DESK = Path(__file__).parents[2] / "desk"
WRITTEN = re.compile(r'audit\.write\(\s*tx,[^"]*"(\w+)",\s*f"(?:contacts|tickets):')


def test_what_is_written_of_a_ticket_or_its_sender_has_a_name_in_every_language() -> None:
    verbs = {
        verb
        for path in DESK.glob("*.py")
        for verb in WRITTEN.findall(path.read_text(encoding="utf-8"))
    }
    assert {"person_exported", "erased"} <= verbs
    for language in ("vi", "en"):
        known = locales.catalogue(language).texts
        assert [verb for verb in sorted(verbs) if f"desk.verb.{verb}" not in known] == []
