"""Information: a job offer checked step by step, what help there is, numbers, the law."""

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
    whether,
    words,
)

TOPICS = ("job", "support", "numbers", "law", "other")

FLOW = Flow(
    id="information",
    version=1,
    start={
        "job_offer": Track(
            first=(
                Line("first.job_offer.date", ("departure",), "job.who"),
                Line("first.job_offer", (), "job.what"),
            ),
            begin="job.what",
            done=(Line("done.job"),),
        ),
        "info": Track(
            first=(Line("first.info", (), "info.topic"),),
            begin="info.topic",
        ),
    },
    steps={
        **chain(
            words("job.what", "ask.job.what", "departure"),
            words("job.who", "ask.job.who", "who"),
            whether("job.contract", "ask.job.contract", "contract"),
            whether("job.fee", "ask.job.fee", "fee"),
            whether("job.minor", "ask.job.minor", "minor"),
        ),
        "info.topic": options("info.topic", "first.info", "topic", TOPICS,
            next={"job": "job.what", "law": "info.read", "*": END},
            then={
                "job": Then(goes="job_offer"),
                "support": Then(say="info.support"),
                "numbers": Then(say="answer.number"),
                "other": Then(say="info.other"),
            }),
        # The law names the subject: only on a phone that nobody else reads.
        "info.read": options("info.read", "ask.safety.read", "read", YES_NO_UNKNOWN,
            next={"*": END},
            then={
                "no": Then(safe=True, say="info.law"),
                "yes": Then(safe=False, say="answer.by_person", call="asks_person"),
                "unknown": Then(safe=False, say="answer.by_person", call="asks_person"),
            }),
    },
)  # fmt: skip
