"""Questions that may come up in any flow and leave its own question where it was."""

from __future__ import annotations

from flows.flow import END, YES_NO_UNKNOWN, Accept, Ask, Flow, Then, options, steps, words

FLOW = Flow(
    id="side",
    version=1,
    start={},
    steps=steps(
        options("side.continue", "ask.continue", "go_on", ("ok", "later"), next={"*": END},
            then={"later": Then(quiet="later")}),
        options("side.erase", "erase.ask", "erase", ("erase", "keep"), next={"*": END},
            then={"keep": Then(say="erase.kept")}),
        options("side.language", "language.ask", "language", ("vi", "en", "other_language"),
            next={"other_language": "side.tongue", "*": END}),
        words("side.tongue", "language.which", "tongue", after=END),
        # Asked before the sender's own number is given.
        options("side.read", "ask.safety.read", "read", YES_NO_UNKNOWN, next={"*": END},
            then={
                "no": Then(safe=True, say="answer.reference"),
                "yes": Then(safe=False, say="answer.by_person", call="asks_person"),
                "unknown": Then(safe=False, say="answer.by_person", call="asks_person"),
            }),
        # The dull answer and the word that calls for it: only on a phone that nobody else reads.
        options("side.cover", "ask.cover", "cover", ("survey", "shop", "wrong", "none"),
            next={"*": END}, needs=("safe=yes",)),
        Ask("side.cover_word", "ask.cover_word", Accept("words"), "cover_word", {"*": END},
            needs=("safe=yes", "cover")),
        options("side.wake", "answer.after_hours", "wake", ("wake",), next={"*": END},
            then={"wake": Then(urgency=2, call="needs_tonight", say="answer.after_hours.called")}),
        options("side.lawyer", "answer.fine", "lawyer", ("lawyer",), next={"*": END},
            then={"lawyer": Then(call="asks_lawyer", say="answer.lawyer")}),
        words("side.call_hour", "answer.call_me", "call_hour", after=END),
        words("side.country", "answer.abroad_number", "country", after=END),
        words("side.which", "ask.which_place", "province", after=END),
    ),
)  # fmt: skip
