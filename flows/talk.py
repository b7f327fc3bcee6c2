"""What is neither a report nor a cry: greetings, wrong numbers, abuse, a picture without words."""

from __future__ import annotations

from flows.flow import Flow, Line, Track

FLOW = Flow(
    id="talk",
    version=1,
    start={
        "greeting": Track(first=(Line("answer.who"),)),
        "thanks": Track(first=(Line("answer.thanks"),)),
        "wrong_number": Track(first=(Line("first.wrong_number"),)),
        "abuse": Track(first=(Line("first.abuse"),)),
        "media": Track(first=(Line("first.media"),)),
        "unread": Track(first=(Line("ack.unread"),)),
    },
    steps={},
)
