"""Information: a job offer checked step by step, how people are lured, what help there is for whom
and where to ask for it, numbers that work at home and abroad, the law.

Who is entitled to what: Article 37 of Law 53/2024/QH15. Where to apply and in how many days:
procedure 112584 of the national service portal. No amounts, no promise.
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
    steps,
    whether,
    words,
)

TOPICS = ("job", "tricks", "support", "numbers", "other")
MORE_TOPICS = ("law", "apply", "sent", "person", "write")
FOR_WHOM = ("home", "away", "with_child", "foreigner")
MORE = ("more",)
CALLED = "asks_person"

FLOW = Flow(
    id="information",
    version=2,
    start={
        "job_offer": Track(
            first=(
                Line("first.job_offer.date", ("departure",), "job.who"),
                Line("first.job_offer", (), "job.what"),
            ),
            begin="job.what",
            done=(
                Line("done.job.fee", ("fee=yes",)),
                Line("done.job.contract", ("contract=no",)),
                Line("done.job", ()),
            ),
        ),
        "info": Track(
            first=(
                Line("info.tricks.work", ("topic=tricks",), "tricks.work"),
                Line("info.support.who", ("topic=support",), "help.whom"),
                Line("info.numbers", ("topic=numbers", "!watched")),
                Line("ask.safety.read", ("more_topic=law",), "info.read"),
                Line("info.apply", ("more_topic=apply",)),
                Line("first.info", (), "info.topic"),
            ),
            begin="info.topic",
            listen=("info.more", "info.topic"),
            anytime=("info.more", "info.topic"),
        ),
    },
    steps={
        **chain(
            words("job.what", "ask.job.what", "departure"),
            words("job.who", "ask.job.who", "who"),
            options("job.contract", "ask.job.contract", "contract"),
            options("job.fee", "ask.job.fee", "fee"),
            whether("job.minor", "ask.job.minor", "minor"),
        ),
        **chain(
            options("tricks.work", "info.tricks.work", "tricks", MORE,
                next={"*": END, "more": "tricks.love"}),
            options("tricks.love", "info.tricks.love", "tricks_love", MORE,
                next={"*": END, "more": "tricks.debt"}),
            options("tricks.debt", "info.tricks.debt", "tricks_debt", MORE,
                next={"*": END}, then={"more": Then(say="info.tricks.before")}),
        ),
        **steps(
            options("info.topic", "first.info", "topic", TOPICS,
                next={"job": "job.what", "tricks": "tricks.work", "support": "help.whom",
                      "other": "info.more", "*": END},
                then={"job": Then(goes="job_offer"), "numbers": Then(say="info.numbers")}),
            options("info.more", "info.more", "more_topic", MORE_TOPICS,
                next={"law": "info.read", "*": END},
                then={
                    "apply": Then(say="info.apply"),
                    "sent": Then(say="answer.status", call="asks_status"),
                    "person": Then(say="answer.person", call=CALLED),
                    "write": Then(say="info.other"),
                }),
            options("help.whom", "info.support.who", "for_whom", FOR_WHOM,
                next={"home": "help.home", "away": "help.away", "with_child": "help.child",
                      "foreigner": "help.foreign", "*": END}),
            *(
                options(f"help.{who}", f"info.support.{who}", f"help_{who}", MORE,
                    next={"*": END}, then={"more": Then(say=text)})
                for who, text in (("home", "info.apply"), ("away", "info.numbers"),
                                  ("child", "info.apply"), ("foreign", "info.apply"))
            ),
            # The law names the subject: only on a phone that nobody else reads.
            options("info.read", "ask.safety.read", "read", YES_NO_UNKNOWN,
                next={"no": "law.what", "*": END},
                then={
                    "no": Then(safe=True),
                    "yes": Then(safe=False, say="answer.by_person", call=CALLED),
                    "unknown": Then(safe=False, say="answer.by_person", call=CALLED),
                }),
            options("law.what", "info.law", "law", MORE, next={"*": END},
                then={"more": Then(say="info.law.rights")}, needs=("safe",)),
        ),
    },
)  # fmt: skip
