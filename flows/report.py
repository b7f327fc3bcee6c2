"""Report: a tip from somebody with no tie to the people in it. Anonymity first, then the place."""

from __future__ import annotations

from flows.flow import Flow, Line, Then, Track, chain, options, place, whether, words

CONTACT = {"yes": Then(consent=("contact", True)), "no": Then(consent=("contact", False))}

FLOW = Flow(
    id="report",
    version=1,
    start={
        "tip_now": Track(
            first=(
                Line("first.tip_now.abroad_country", ("abroad", "country"), "tip.where"),
                Line("first.tip_now.abroad", ("abroad",), "tip.where"),
                Line("first.tip_now.quiet_spot", ("watched", "spot"), "tip.trace"),
                Line("first.tip_now.quiet_province", ("watched", "province"), "tip.where"),
                Line("first.tip_now.quiet", ("watched",), "tip.where"),
                Line("first.tip_now.spot", ("spot",), "tip.trace"),
                Line("first.tip_now.province", ("province",), "tip.where"),
                Line("first.tip_now", (), "tip.where"),
            ),
            begin="tip.where",
            enough=("spot", "seen"),
            closing=("tip.more",),
            done=(Line("done.tip"),),
        ),
        "tip_past": Track(
            first=(
                Line("first.tip_past.spot_when", ("place", "when"), "tip.trace"),
                Line("first.tip_past.spot", ("place",), "tip.date"),
                Line("first.tip_past.province_when", ("province", "when"), "tip.commune"),
                Line("first.tip_past.province", ("province",), "tip.commune"),
                Line("first.tip_past.when", ("when",), "tip.commune"),
                Line("first.tip_past", (), "tip.commune"),
            ),
            begin="tip.commune",
            enough=("place", "seen"),
            closing=("tip.more",),
            done=(Line("done.tip"),),
        ),
    },
    steps={
        **chain(
            place("tip.where", "ask.tip.where", "spot", "place"),
            words("tip.now", "ask.tip.now", "when"),
            words("tip.seen", "ask.tip.seen", "seen"),
            whether("tip.minor", "ask.minor", "minor"),
            whether("tip.trace", "ask.tip.trace", "trace"),
            options("tip.more", "ask.tip.more", "more", ("yes", "no"), then=CONTACT),
        ),
        # The two questions of the quieter first answer: place at commune level, and date.
        "tip.commune": place("tip.commune", "ask.tip.where", "place", after="tip.now"),
        "tip.date": words("tip.date", "ask.tip.now", "when", after="tip.seen"),
    },
)
