"""Returnee support. The family may not know: every text fits any social office.

Needs follow the items of Article 37 of Law 53/2024/QH15 in five plain words. Consent is asked
after the questions, one purpose at a time; the place it is passed to is named by a person.
"""

from __future__ import annotations

from flows.flow import (
    YES_NO_UNKNOWN,
    Flow,
    Line,
    Then,
    Track,
    chain,
    options,
    place,
    whether,
    words,
)

NEEDS = ("papers", "stay", "health", "work", "other")
READ = {"yes": Then(safe=False), "no": Then(safe=True), "unknown": Then(safe=False)}

FLOW = Flow(
    id="return_support",
    version=1,
    start={
        "bed_tonight": Track(
            first=(
                Line("first.bed_tonight.spot", ("place",)),
                Line("first.bed_tonight.province", ("province",), "bed.place"),
                Line("first.bed_tonight", (), "bed.place"),
            ),
            begin="bed.place",
            enough=("place",),
            guarded=True,
            done=(Line("done.support"),),
        ),
        "support": Track(
            first=(
                Line("first.support.need_place", ("need", "place"), "support.read"),
                Line("first.support.need", ("need",), "support.place"),
                Line("first.support", (), "support.need"),
            ),
            begin="support.need",
            enough=("need", "place", "read", "mustnot"),
            closing=("consent.keep", "consent.contact"),
            listen=("support.need",),
            guarded=True,
            done=(Line("done.support"),),
        ),
    },
    steps={
        **chain(
            place("bed.place", "ask.place", "place"),
            whether("bed.baby", "ask.bed.baby", "minor"),
            whether("bed.threat", "ask.bed.threat", "threat"),
            whether("bed.call", "ask.bed.call", "call_hour"),
        ),
        **chain(
            options("support.need", "ask.support.need", "need", NEEDS),
            place("support.place", "ask.place", "place"),
            options("support.read", "ask.safety.read", "read", YES_NO_UNKNOWN,
                    next={"no": "support.hour"}, then=READ),
            whether("support.mustnot", "ask.support.mustnot", "mustnot"),
            whether("support.papers", "ask.support.papers", "papers"),
        ),
        # Only on a phone that nobody else reads: hour and a word of one's own.
        **chain(
            words("support.hour", "ask.safety.hour", "hour"),
            words("support.word", "ask.safety.word", "word", after="support.mustnot"),
        ),
        **chain(
            options("consent.keep", "consent.keep", "keep", then={
                "yes": Then(consent=("keep", True)),
                "no": Then(consent=("keep", False), say="consent.no"),
            }),
            options("consent.contact", "consent.contact", "more", then={
                "yes": Then(consent=("contact", True)),
                "no": Then(consent=("contact", False), say="consent.no"),
            }),
        ),
    },
)  # fmt: skip
