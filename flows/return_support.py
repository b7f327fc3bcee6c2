"""Returnee support. The family may not know: every text fits any social office.

Needs follow the items of Article 37 of Law 53/2024/QH15 in two short menus of plain words. Consent
is asked after the questions, one purpose at a time; any other place than the commune, and the
police, is named and asked by a person.
"""

from __future__ import annotations

from flows.flow import (
    END,
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
MORE_NEEDS = ("talk", "lawyer", "money", "travel", "write")
READ = {"yes": Then(safe=False), "no": Then(safe=True), "unknown": Then(safe=False)}

COVER = ("side.cover", "side.cover_word")

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
            enough=("need", "place", "read", "mustnot", "minor", "papers"),
            closing=("consent.keep", "consent.commune", "consent.contact", *COVER),
            listen=("support.need", "support.more"),
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
            options("support.need", "ask.support.need", "need", NEEDS,
                    next={"other": "support.more", "*": "support.place"}),
            options("support.more", "ask.support.more", "need_more", MORE_NEEDS,
                    sets=("need",)),
            place("support.place", "ask.place", "place"),
            options("support.read", "ask.safety.read", "read", YES_NO_UNKNOWN,
                    next={"no": "support.hour"}, then=READ),
            whether("support.mustnot", "ask.support.mustnot", "mustnot"),
            whether("support.minor", "ask.bed.baby", "minor"),
            whether("support.papers", "ask.support.papers", "papers", needs=("need=papers",)),
        ),
        # Only on a phone that nobody else reads: hour, way and a word of one's own.
        **chain(
            words("support.hour", "ask.support.hour", "hour"),
            words("support.word", "ask.safety.word", "word", after="support.mustnot"),
        ),
        # Each purpose alone. The commune is the first door by law and the neighbours' too: asked
        # only where it was not named among those who must not know.
        **chain(
            options("consent.keep", "consent.keep", "keep", next={"no": END}, then={
                "yes": Then(consent=("keep", True)),
                "no": Then(consent=("keep", False), say="consent.no"),
            }),
            options("consent.commune", "consent.commune", "share",
                    needs=("keep=yes", "!no_commune"), then={
                "yes": Then(consent=("share:commune", True)),
                "no": Then(consent=("share:commune", False), say="consent.no"),
            }),
            options("consent.contact", "consent.contact", "more", needs=("!watched",), then={
                "yes": Then(consent=("contact", True)),
                "no": Then(consent=("contact", False), say="consent.no"),
            }),
        ),
    },
)  # fmt: skip
