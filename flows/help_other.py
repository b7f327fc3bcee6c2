"""Help for someone else: the sender has a tie to one person who is in danger, held or missing."""

from __future__ import annotations

from flows.flow import Flow, Line, Track, age, chain, options, place, whether, words

FLOW = Flow(
    id="help_other",
    version=1,
    start={
        "family_missing": Track(
            first=(
                Line("first.family_missing.last_age", ("last", "age"), "family.with"),
                Line("first.family_missing.last", ("last",), "family.age"),
                Line("first.family_missing", (), "family.last"),
            ),
            begin="family.last",
            done=(Line("done.family"),),
        ),
        "family_held": Track(
            first=(
                Line("first.family_held.spot_demand", ("spot", "demand"), "kin.back"),
                Line("first.family_held.spot", ("spot",), "kin.demand"),
                Line("first.family_held.town", ("town",), "kin.place"),
                Line("first.family_held", (), "kin.place"),
            ),
            begin="kin.place",
            done=(Line("done.family"),),
        ),
        "family_past": Track(
            first=(Line("first.family_past", (), "family.last"),),
            begin="family.last",
            done=(Line("done.family"),),
        ),
        "suicidal_other": Track(
            first=(
                Line("first.suicidal_other.quiet", ("watched",), "other.place"),
                Line("first.suicidal_other.quiet", ("abroad",), "other.place"),
                Line("first.suicidal_other", (), "other.place"),
            ),
            begin="other.place",
            most=1,
            person=True,
        ),
    },
    steps={
        **chain(
            words("family.last", "ask.family.last", "last"),
            age("family.age", "ask.family.age"),
            words("family.with", "ask.family.with", "who"),
            whether("family.money", "ask.family.money", "demand"),
            whether("family.back", "ask.family.back", "hour"),
            whether("family.kept", "ask.family.kept", "kept"),
        ),
        **chain(
            place("kin.place", "ask.kin.place", "spot", "place", "town"),
            words("kin.demand", "ask.compound.demand", "demand"),
            whether("kin.back", "ask.family.back", "hour"),
            age("kin.age", "ask.family.age"),
            options("kin.hurt", "ask.hurt", "hurt"),
            whether("kin.kept", "ask.family.kept", "kept"),
        ),
        "other.place": place("other.place", "ask.place", "place"),
    },
)
