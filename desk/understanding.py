"""From the reading of one message to what is understood of the conversation it stands in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import places
import triage
from desk.messages import Inbound, Location
from places.place import Place
from store.contacts import Conversation
from triage.reading import Reading

PIECES = 10 * 60_000  # ms in which pieces are read together: people send one report in fragments
PIECE = 200  # characters: what is longer is no piece, it says what it says by itself
KEPT = 600  # characters of earlier pieces


def merge(
    alone: Reading,
    inbound: Inbound,
    talk: Conversation | None,
    at: int,
    on: date,
    *,
    answering: bool = False,
) -> Reading:
    """Read a message in the light of the pieces just before it, and of a pin it may carry.

    Urgency and signals only rise by it; cues are those of the message alone, because they say what
    these very words mean for the talk. answering: the talk is about something already, so the
    message is read as an answer.
    """
    if answering and alone.as_answer is not None:
        alone = alone.as_answer
    reading = alone
    earlier = _earlier(talk, at)
    if earlier and inbound.text.strip() and len(inbound.text) <= PIECE:
        whole = triage.read(f"{earlier}. {inbound.text}", on=on, answering=answering)
        reading = replace(
            alone,
            intent=alone.intent if _says_more(alone, whole) else whole.intent,
            urgency=min(alone.urgency, whole.urgency),
            signals=tuple(sorted({*alone.signals, *whole.signals})),
            place=_better(alone.place, whole.place),
        )
    if inbound.location is not None:
        return replace(reading, place=of_location(inbound.location, on))
    if talk is not None and reading.place is None and inbound.text.strip():
        found = places.find(inbound.text, on=on)  # a bare name answers "where?"
        if found.country is not None or found.candidates:
            return replace(reading, place=found)
    return reading


def bare(alone: Reading) -> Reading:
    """The reading of a message that is nothing but the number of an answer: it says no more."""
    kept = alone.cues & {"yes", "no", "dont_know"}
    return replace(
        alone, intent="off_topic", urgency=4, signals=(), place=None, cues=kept, reasons=(),
        official_class="information",
    )  # fmt: skip


def of_location(location: Location, on: date) -> Place:
    return places.nearest(location.lat, location.lon, on=on)


def remember(talk: Conversation | None, text: str, at: int) -> str:
    """Return the pieces to keep for the reading of the next one, as JSON."""
    pieces = [p for p in _pieces(talk) if p[0] >= at - PIECES]
    if len(text) <= PIECE:
        pieces.append([at, text])
    while len(pieces) > 1 and sum(len(p[1]) for p in pieces) > KEPT:
        pieces.pop(0)
    return json.dumps(pieces)


def record(reading: Reading) -> dict[str, Any]:
    """The reading as it is kept (sealed) beside its message: labels and reasons."""
    return triage.record("", reading)


def _earlier(talk: Conversation | None, at: int) -> str:
    return ". ".join(p[1] for p in _pieces(talk) if p[0] >= at - PIECES)


def _pieces(talk: Conversation | None) -> list[list[Any]]:
    return list(json.loads(talk.recent)) if talk and talk.recent else []


def _says_more(alone: Reading, whole: Reading) -> bool:
    return alone.intent != "off_topic" and alone.urgency <= whole.urgency


def _better(alone: Place | None, whole: Place | None) -> Place | None:
    if whole is not None and whole.vn_province is not None:
        return whole
    if alone is not None and (alone.vn_province is not None or whole is None):
        return alone
    return whole
