"""Help now: the sender is the one in danger. Rescue facts are asked one at a time, and few.

Sources of the practice: "Texting & Messaging with Survivors: Best Practices" (techsafety.org);
"Trafficking Rescues Continue at Blue Dragon" (GoPhilanthropic): the first answer may be the only
one that is read.
"""

from __future__ import annotations

from flows.flow import (
    Accept,
    Ask,
    Flow,
    Line,
    Then,
    Track,
    age,
    chain,
    options,
    place,
    whether,
    words,
)

NOT_NOW = {"later": Then(quiet="later")}
OK_LATER = ("ok", "later")

HELD = Track(
    first=(
        Line("first.held_now.spot", ("spot",), "held.floor"),
        Line("first.held_now", (), "held.place"),
    ),
    begin="held.place",
    enough=("spot",),
    more=2,
    guarded=True,
    done=(Line("done.held"),),
)

FLOW = Flow(
    id="help_now",
    version=1,
    start={
        "held_now": HELD,
        "exploited": HELD,  # reachable, not locked in: the same facts, the same care
        "moved_now": Track(
            first=(
                Line("first.moved_now.vehicle", ("vehicle", "!ahead"), "moved.ahead"),
                Line("first.moved_now.ahead", ("ahead", "!vehicle"), "moved.vehicle"),
                Line("first.moved_now", (), "moved.vehicle"),
            ),
            begin="moved.vehicle",
            enough=("vehicle", "ahead"),
            guarded=True,
            done=(Line("done.held"),),
        ),
        "child_alone": Track(
            first=(
                Line("first.child_alone.spot_quiet", ("spot", "watched")),
                Line("first.child_alone.spot_quiet", ("spot", "abroad")),
                Line("first.child_alone.spot", ("spot",)),
                Line("first.child_alone.quiet", ("watched",), "child.where"),
                Line("first.child_alone.quiet", ("abroad",), "child.where"),
                Line("first.child_alone", (), "child.where"),
            ),
            begin="child.where",
            enough=("spot",),
            guarded=True,
            done=(Line("done.child"),),
        ),
        "child_held": Track(
            first=(
                Line("first.child_held.spot_age", ("spot", "age"), "child.hour"),
                Line("first.child_held.spot", ("spot",), "child.held_age"),
                Line("first.child_held", (), "child.street"),
            ),
            begin="child.street",
            most=3,
            guarded=True,
            done=(Line("done.child"),),
        ),
        "marriage_abroad": Track(
            first=(
                Line("first.marriage_abroad.child", ("child", "country"), "marriage.near"),
                Line("first.marriage_abroad.town", ("country", "town"), "marriage.near"),
                Line("first.marriage_abroad.country", ("country",), "marriage.near"),
                Line("first.marriage_abroad", (), "marriage.country"),
            ),
            begin="marriage.country",
            enough=("country", "alone"),
            guarded=True,
            done=(Line("done.marriage", ("alone=yes", "!watched")), Line("done.held")),
        ),
        "compound_abroad": Track(
            first=(
                Line("first.compound_abroad.spot", ("spot",), "compound.floor"),
                Line("first.compound_abroad.town", ("town",), "compound.place"),
                Line("first.compound_abroad", (), "compound.place"),
            ),
            begin="compound.place",
            enough=("spot", "demand"),
            guarded=True,
            done=(Line("done.held"),),
        ),
        "suicidal": Track(
            first=(
                Line("first.suicidal.quiet_child", ("child", "watched"), "suicide.with"),
                Line("first.suicidal.quiet_child", ("child", "abroad"), "suicide.with"),
                Line("first.suicidal.child", ("child",), "suicide.now"),
                Line("first.suicidal.quiet", ("watched", "!child"), "suicide.with"),
                Line("first.suicidal.quiet", ("abroad", "!child"), "suicide.with"),
                Line("first.suicidal", ("!child",), "suicide.now"),
            ),
            begin="suicide.now",
            most=2,
            guarded=True,
            person=True,
        ),
        "distress_near": Track(
            first=(
                Line("first.suicidal.quiet_child", ("child",), "suicide.with"),
                Line("first.suicidal.quiet", ("!child",), "suicide.with"),
            ),
            begin="suicide.with",
            most=1,
            guarded=True,
            done=(Line("done.held"),),
        ),
        "violence_home": Track(
            first=(
                Line("first.soft_cry", ("watched",), "cry.when"),
                Line("first.violence_home.abroad", ("abroad",), "violence.go"),
                Line("first.violence_home.child", ("child",), "violence.go"),
                Line("first.violence_home", (), "violence.go"),
            ),
            begin="violence.go",
            guarded=True,
            done=(Line("done.held"),),
        ),
        "soft_cry": Track(
            first=(Line("first.soft_cry", (), "cry.when"),),
            begin="cry.when",
            guarded=True,
            done=(Line("done.held"),),
        ),
        "covert": Track(first=(Line("first.covert"),), guarded=True),
        "self_calm": Track(
            first=(
                Line("first.self_calm.place", ("place",), "calm.need"),
                Line("first.self_calm", (), "calm.place"),
            ),
            begin="calm.place",
            done=(Line("done.support"),),
        ),
        "distress": Track(
            first=(Line("first.distress.child", ("child",)), Line("first.distress", ("!child",))),
            done=(Line("done.support"),),
        ),
    },
    steps={
        **chain(
            place("held.place", "ask.held.place", "spot", "place"),
            words("held.floor", "ask.held.floor", "floor"),
            options("held.hurt", "ask.hurt", "hurt"),
            words("held.people", "ask.held.people", "people"),
            whether("held.minor", "ask.minor", "minor"),
            whether("held.door", "ask.held.door", "door"),
            words("held.hour", "ask.safety.hour", "hour"),
        ),
        **chain(
            words("moved.vehicle", "ask.moved.vehicle", "vehicle"),
            words("moved.ahead", "ask.moved.ahead", "ahead"),
            words("moved.people", "ask.moved.people", "people"),
            whether("moved.minor", "ask.minor", "minor"),
        ),
        **chain(
            place("child.where", "ask.child.where", "spot", "place"),
            whether("child.near", "ask.child.near", "near"),
            age("child.age", "ask.child.age"),
            whether("child.tired", "ask.child.tired", "tired"),
            words("child.who", "ask.child.who", "who"),
        ),
        **chain(
            place("child.street", "ask.child.street", "spot", "place"),
            age("child.held_age", "ask.child.age"),
            words("child.hour", "ask.child.hour", "hour"),
        ),
        **chain(
            place("marriage.country", "ask.country", "country", "town"),
            options("marriage.alone", "ask.marriage.alone", "alone"),
            whether("marriage.out", "ask.marriage.out", "out"),
            whether("marriage.baby", "ask.marriage.baby", "baby"),
            words("marriage.papers", "ask.marriage.papers", "papers"),
            place("marriage.home", "ask.home", "home"),
        ),
        # Asked by the first answer only: what is near the house, where the country is known.
        "marriage.near": Ask(
            "marriage.near",
            "first.marriage_abroad.town",
            Accept("place"),
            "spot",
            {"*": "marriage.alone"},
            sets=("place",),
        ),
        **chain(
            place("compound.place", "ask.compound.place", "spot", "place", "town"),
            words("compound.floor", "ask.compound.floor", "floor"),
            options("compound.hurt", "ask.hurt", "hurt"),
            words("compound.demand", "ask.compound.demand", "demand"),
            words("compound.passport", "ask.compound.passport", "papers"),
            place("compound.home", "ask.home", "home"),
        ),
        **chain(
            options(
                "suicide.now",
                "ask.suicide.now",
                "dying",
                then={"yes": Then(urgency=1, call="suicide", quiet="person_writes")},
            ),
            words("suicide.with", "ask.suicide.with", "with"),
            whether("suicide.means", "ask.suicide.means", "means", "means", "watched"),
        ),
        **chain(
            options("violence.go", "ask.continue", "go", OK_LATER, then=NOT_NOW),
            options("violence.hurt", "ask.hurt", "hurt"),
            whether("violence.baby", "ask.violence.baby", "baby"),
            place("violence.place", "ask.place", "place"),
        ),
        **chain(
            options(
                "cry.when",
                "first.soft_cry",
                "when_needed",
                ("now", "soon", "cannot"),
                next={
                    "now": "held.place",
                    "soon": "cry.what",
                    "cannot": "held.place",
                    "*": "cry.what",
                },
                then={
                    "now": Then(urgency=1, call="needs_now", goes="held_now"),
                    "cannot": Then(urgency=1, call="cannot_write", quiet="cannot_write"),
                },
            ),
            words("cry.what", "ask.cry.what", "need"),
            place("cry.place", "ask.place", "place"),
        ),
        **chain(
            place("calm.place", "ask.place", "place"),
            words("calm.need", "ask.need", "need"),
        ),
    },
)
