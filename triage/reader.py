"""Reading one text: prepare, find, judge."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import places
from places.place import Place
from triage import identifiers
from triage.about import about
from triage.context import stated
from triage.count import count
from triage.judge import Judgement, judge
from triage.language import common_words, language_of
from triage.lexicon import lexicon
from triage.match import Found, find
from triage.measure import measured
from triage.reading import Intent, Language, Reading
from triage.rules import rules
from triage.text import MAX_LENGTH, Text, prepare
from triage.weigh import model, weigh
from triage.whereabouts import named, place_of

_OFFICIAL = {
    "off_topic": "information", "info": "information", "tip": "counselling",
    "crisis_other": "counselling", "return_support": "referral",
    "help_self": "referral", "help_other": "referral",
}  # fmt: skip


def load() -> None:
    """Read and check all data files of triage once.

    Raises DataError naming the file, the line and what is expected.
    """
    lexicon()
    rules()
    model()
    common_words()
    identifiers.words()


def found_in(text: str, *, on: date) -> tuple[Text, list[Found], set[str], Place]:
    """The text made ready, the phrases in it, what is counted and named in it, and its place."""
    words = lexicon()
    prepared = prepare(text, words.spelling)
    counted = count(prepared.plain, text[:MAX_LENGTH], on)
    found = find(prepared, words, counted.spans)
    found.extend(Found(tag, start, end, "count") for tag, start, end in counted.ages)
    place, mentions = places.read(text[:MAX_LENGTH], on=on)
    return prepared, found, measured(prepared, counted) | named(mentions), place


def read(text: str, *, on: date, answering: bool = False) -> Reading:
    """Understand one message as if it opened the conversation, or as an answer in a running one.

    on: the day it was sent, for ages and dates. answering: only what the rules find counts. The
    weights were fitted to messages that open a conversation: to them a bare "không" or "trên
    facebook" is most like a cry; `Reading.as_answer` holds that reading too. Pure and
    deterministic; any Unicode string gives a reading; the work is linear in its length.
    """
    prepared, found, given, place = found_in(text, on=on)
    facts = stated(prepared, found, lexicon().hides)
    judged = judge(prepared, facts, given | about(facts), rules())
    given_by = lexicon().cues
    cues = frozenset(map(given_by.__getitem__, given_by.keys() & facts.keys()))
    if {"age_minor.me", "alone"} <= judged.facts and not {"generic", "joke"} & judged.facts:
        cues |= {"alone_child"}
    language = language_of(prepared)
    ruled = _reading(judged, place, language, cues)
    if answering:
        return ruled
    return _reading(weigh(prepared, judged, facts, model()), place, language, cues, ruled)


def _reading(
    judged: Judgement,
    place: Place,
    language: Language,
    cues: frozenset[str],
    as_answer: Reading | None = None,
) -> Reading:
    intent = cast(Intent, judged.intent)
    return Reading(
        intent=intent,
        urgency=judged.urgency,
        signals=judged.signals,
        place=place_of(place, intent, "film_news" in judged.facts and judged.urgency == 4),
        language=language,
        reasons=judged.reasons,
        cues=cues,
        official_class=_OFFICIAL[intent],
        confidence=judged.confidence,
        as_answer=as_answer,
    )


def record(id: object, reading: Reading) -> dict[str, Any]:
    """The reading as `hotline triage` prints it: the shape of the labelling rules, with reasons."""
    place: dict[str, Any] | None = None
    if reading.place is not None:
        place = {
            "country": reading.place.country,
            "vn_province": reading.place.vn_province,
            "mention": reading.place.mention,
        }
        if reading.place.candidates:
            place["candidates"] = list(reading.place.candidates)
    return {
        "id": id,
        "intent": reading.intent,
        "urgency": reading.urgency,
        "signals": list(reading.signals),
        "place": place,
        "language": reading.language,
        "reasons": [
            {"words": reason.words, "rule": reason.rule, "effect": reason.effect}
            for reason in reading.reasons
        ],
        "cues": sorted(reading.cues),
        "official_class": reading.official_class,
        "confidence": round(reading.confidence, 2),
    }
