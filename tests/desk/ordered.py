"""Tickets to order: a text says how it is to be read, so that no phrase of triage matters."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import get_args

from desk.messages import Location
from store.people import Person
from tests.stage import Stage
from triage.reading import CUES, Intent, Reading

AN_GIANG = Location(10.38, 105.43)
KIEN_GIANG = Location(10.01, 105.08)
LANG_SON = Location(21.85, 106.76)
_phones = itertools.count(1)


def read(text: str, *, on: date, answering: bool = False) -> Reading:
    """Read "khan 2 tip withdraws": urgency 2 (the most urgent counts), an intent, cues; the same
    whether it answers or opens."""
    urgencies = [int(number) for number in re.findall(r"khan (\d)", text)]
    named: list[Intent] = [intent for intent in get_args(Intent) if intent in text]
    intent: Intent = named[0] if named else "help_self"
    cues = CUES & set(text.split())
    urgency = min(urgencies, default=4)
    return Reading(intent, urgency, (), None, "vi", (), cues, "referral", 1.0)


def arrive(
    stage: Stage, urgency: int = 1, place: Location = AN_GIANG, sender: str | None = None,
    intent: str = "tip",
) -> str:  # fmt: skip
    """A text comes from a phone (a new one unless given); the reference of its ticket."""
    phone = sender or f"+849000{next(_phones):05d}"
    received = stage.write(f"khan {urgency} {intent}", phone, location=place)
    assert received.ref is not None
    stage.deliver()
    return received.ref


def texts(stage: Stage, person: Person) -> list[str]:
    return [page.text for page in stage.pages(person)]


def verbs(stage: Stage, ref: str) -> list[tuple[str, str]]:
    """Who did what with a ticket, without the reads of the tests themselves."""
    entries = stage.ticket(ref)["history"]
    return [(e["by"], e["verb"]) for e in entries if (e["by"], e["verb"]) != ("operator", "read")]


def stored(stage: Stage, *names: str) -> str:
    """Everything that lies in these tables, as it lies there."""
    found = []
    with stage.desk.db.engine.connect() as connection:
        for name in names:
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}"):
                found += [
                    bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
                ]
    assert found, "there is something to look at"
    return b" ".join(found).decode(errors="replace")
