"""What a flow is: data. Nothing here runs; `flows.advance` walks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

END = ""  # in place of a step's name: nothing more is asked


@dataclass(frozen=True, slots=True)
class Line:
    """One way to say something, chosen when all its needs are known of this conversation.

    text: id in the catalogue. needs: facts, each `name` (known), `name=value` or `!name` (not
    known). opens: the step whose question the text asks, if it asks one.
    """

    text: str
    needs: tuple[str, ...] = ()
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """How an answer is read. Free words are always welcome; this says what they can mean.

    kind: "words" any words but a bare yes or no; "whether" those too; "place" words that can name
    a place, or a pin; "age" a number of years; "options" one of `options`, by its digit, its
    button or its words.
    """

    kind: Literal["words", "whether", "place", "age", "options"] = "words"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Then:
    """What follows from an answer beside the next question.

    urgency: raised to this. call: reason to call staff. quiet: reason to say nothing now.
    safe: marks the phone. consent: (purpose, given). say: text in place of the next question.
    goes: the situation that it turns out to be; asking goes on as there.
    """

    urgency: int | None = None
    call: str | None = None
    quiet: str | None = None
    safe: bool | None = None
    consent: tuple[str, bool] | None = None
    say: str | None = None
    goes: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question.

    name: of the step. prompt: text id. fact: name under which the answer is kept. known: facts
    that make the question needless (the fact itself if not stated). next: the step after, by the
    option that was answered; "*" for any other and for none. then: what else follows, by option.
    sets: facts that any answer makes known as well. needs: it is asked only where these hold,
    written as in `Line`.
    """

    name: str
    prompt: str
    accept: Accept
    fact: str
    next: Mapping[str, str]
    then: Mapping[str, Then] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def needless(self) -> tuple[str, ...]:
        return self.known or (self.fact,)


@dataclass(frozen=True, slots=True)
class Track:
    """What is asked in one situation and when it ends.

    first: the first answer, the first line whose needs are met. begin: the first question.
    enough and more: asking ends once these facts are known and so many others besides.
    most: questions at most, the one in the first answer included. closing: questions put after
    the end, if the person goes on writing. done: said once at the end. guarded: the sender may be
    watched, so a pause of ten minutes or a new style of writing ends the asking. person: at the
    end only a person writes. listen: questions whose options the first message may name.
    anytime: questions whose options any message may name that answers nothing else.
    """

    first: tuple[Line, ...]
    begin: str = END
    enough: tuple[str, ...] = ()
    more: int = 0
    most: int = 7
    closing: tuple[str, ...] = ()
    done: tuple[Line, ...] = ()
    guarded: bool = False
    person: bool = False
    listen: tuple[str, ...] = ()
    anytime: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow of the hotline. start: its situations. steps: all its questions by name."""

    id: str
    version: int
    start: Mapping[str, Track]
    steps: Mapping[str, Ask]


YES_NO = ("yes", "no")
YES_NO_UNKNOWN = ("yes", "no", "unknown")


def steps(*asks: Ask) -> dict[str, Ask]:
    """The steps of a flow by their names."""
    named = {ask.name: ask for ask in asks}
    assert len(named) == len(asks), "two steps of one name"
    return named


def chain(*asks: Ask) -> dict[str, Ask]:
    """Steps that follow one another wherever `next` says nothing else."""
    after = [ask.name for ask in asks[1:]] + [END]
    return steps(
        *(
            Ask(
                ask.name, ask.prompt, ask.accept, ask.fact, {"*": following, **ask.next},
                ask.then, ask.known, ask.sets, ask.needs,
            )
            for ask, following in zip(asks, after, strict=True)
        )
    )  # fmt: skip


def words(name: str, prompt: str, fact: str, *known: str, after: str | None = None) -> Ask:
    """A question that any words answer. known: more facts that make it needless."""
    return Ask(name, prompt, Accept("words"), fact, _only(after), known=known)


def whether(
    name: str,
    prompt: str,
    fact: str,
    *known: str,
    after: str | None = None,
    needs: tuple[str, ...] = (),
) -> Ask:
    """A question that yes or no answers as well as any words do."""
    return Ask(name, prompt, Accept("whether"), fact, _only(after), known=known, needs=needs)


def place(name: str, prompt: str, fact: str, *sets: str, after: str | None = None) -> Ask:
    """A question for a place. sets: other facts known by any answer."""
    return Ask(name, prompt, Accept("place"), fact, _only(after), sets=sets)


def _only(after: str | None) -> dict[str, str]:
    return {} if after is None else {"*": after}


def options(
    name: str,
    prompt: str,
    fact: str,
    values: tuple[str, ...] = YES_NO,
    *,
    next: Mapping[str, str] | None = None,
    then: Mapping[str, Then] | None = None,
    known: tuple[str, ...] = (),
    sets: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
) -> Ask:
    """A question with answers to choose from, by digit, button or words."""
    accept = Accept("options", values)
    return Ask(name, prompt, accept, fact, next or {}, then or {}, known, sets, needs)


def age(name: str, prompt: str) -> Ask:
    return Ask(name, prompt, Accept("age"), "age", {}, known=("age",))
