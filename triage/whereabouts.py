"""Where the person at risk is, and what the places named say about the case."""

from __future__ import annotations

from collections.abc import Iterable

from places.place import Mention, Place

NAMED = ("abroad", "abroad_here", "abroad_to", "gate_named", "compound_named", "in_viet_nam")


def named(mentions: Iterable[Mention]) -> set[str]:
    """The facts that the places named in a text give."""
    facts = set()
    for mention in mentions:
        if mention.country == "VN":
            facts.add("in_viet_nam")
        elif mention.country is not None:
            facts.add("abroad")
            if mention.role in ("here", "to"):
                facts.add(f"abroad_{mention.role}")
        if mention.kind == "gate":
            facts.add("gate_named")
        elif mention.kind == "compound":
            facts.add("compound_named")
    return facts


def place_of(place: Place, intent: str, told: bool = False) -> Place | None:
    """The place a message belongs to; None if it names none or has none by the labels.

    told: the message speaks of a film or the news, whose place is not where anybody asks for help.
    """
    if intent == "off_topic" or (told and intent == "info"):
        return None
    if place.country is None and place.vn_province is None and not place.candidates:
        return None
    return place
