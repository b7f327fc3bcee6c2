"""What goes into a flow and what comes out: the types of the pure engine.

What is kept between messages is `State`; what just happened is `Said` (or a timer); what follows
is `Turn`. Effects are a closed set: `desk` applies each of them by one exhaustive `match`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

NO_PARAMS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the sender. A flow has no clock: times come in as facts.

    choice: value of a pressed button, `TEXT:NUMBER` with the text id that it stood below and its
    number from 1 ("ask.hurt:1"), so that an old button answers no new question; a bare number
    counts for the open question.
    gap_s: seconds since this sender's message before it,
    None for the first. local_hour: 0..23 where the sender is. back_at: None while the desk that
    is called has someone on shift, else when it has again, as words of the sender's language.
    staff: "reading" once somebody has claimed the ticket and opened it (then people write, the
    machine asks nothing), "unreached" while the calls of an open ticket have gone unanswered.
    unsent: text ids of our answers that have not left yet and will be replaced by this turn's: the
    message is a piece of the one before, so those count as never said. silenced: the reason of a
    silence that came from elsewhere (another phone of the same person), None for none. answerable:
    False for a change of an old message and for a piece that came late: it is heard, not answered.
    watched: known before this talk: somebody else may read the phone. codes: all in the text that
    may be a reference code (`triage.references`). word_rests: many words were tried: the code word
    is not believed now, a person looks.
    """

    text: str
    choice: str | None = None
    has_location: bool = False
    media: tuple[str, ...] = ()
    gap_s: float | None = None
    local_hour: int = 12
    back_at: str | None = None
    language_hint: str | None = None
    staff: Literal["called", "reading", "unreached"] = "called"
    unsent: tuple[str, ...] = ()
    silenced: str | None = None
    answerable: bool = True
    watched: bool = False
    codes: tuple[str, ...] = ()
    word_rests: bool = False


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The open question was not answered within its time."""


@dataclass(frozen=True, slots=True)
class GoneQuiet:
    """A sender in immediate danger has not written for a while: a person decides what follows."""


@dataclass(frozen=True, slots=True)
class Remind:
    """The one reminder may go out: on a phone marked safe, inside its hours, by day."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The conversation has been quiet for so long that what was open in it is closed."""


Resume = Said | TimedOut | GoneQuiet | Remind | Expired


@dataclass(frozen=True, slots=True)
class State:
    """What is kept of a running conversation. `step` is the question that is open, if any."""

    flow: str
    version: int
    step: str | None = None
    situation: str | None = None  # which first answer was given: "held_now", "tip_past" ...
    language: str = "vi"
    facts: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()  # text ids already sent: none is sent twice
    skipped: int = 0
    urgency: int = 4  # most urgent seen so far (1 is most urgent)
    phone_safe: bool | None = None  # None: not asked yet


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with a text of the catalogue. choices: text ids of the options, in order.

    at_once: not held back for a following piece of the same message. cover: the one dull answer
    that leaves although everything else is silent.
    """

    text: str
    params: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    at_once: bool = False
    cover: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """From now on nothing at all is sent to this person; staff are called."""

    reason: str  # "found_out", "stop_writing", "wrong_number", "asked_to_stop", "cover"


@dataclass(frozen=True, slots=True)
class Lift:
    """The code word opens the line again."""

    reason: str  # "code_word"


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Page the desk (again), because of something the urgency alone does not say."""

    reason: str  # "found_out", "asks_person", "call_me", "erase_asked" ...


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer worth a line on the ticket. The value is the sender's words: sealed at rest."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class UseLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class BarCalls:
    """Never ring this number."""


@dataclass(frozen=True, slots=True)
class MarkPhone:
    safe: bool


@dataclass(frozen=True, slots=True)
class Borrowed:
    """The phone is somebody else's: who writes next may be somebody else."""


@dataclass(frozen=True, slots=True)
class CodeWord:
    """The word that the sender chose, without marks, by which we know who writes."""

    word: str


@dataclass(frozen=True, slots=True)
class GaveWord:
    """This message begins with the code word."""


@dataclass(frozen=True, slots=True)
class CoverWord:
    """The word that calls for the dull answer, and which answer: "survey", "shop", "wrong"."""

    word: str
    answer: str


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes of the sender's day between which they can be written."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class MustNotKnow:
    """Who or which place must not learn of this, in the sender's words."""

    words: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """The one reminder, as a text that nobody asked for: the outbox judges it as such."""

    text: str


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: str  # "keep", "police", "share:<place>", "contact"; "all" to take every one back
    given: bool
    wording: str  # text id of the question that was answered


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The sender takes the report back; a person decides for urgency 1 and 2."""


@dataclass(frozen=True, slots=True)
class Erase:
    """The sender asked twice that everything be deleted."""


Effect = (
    Say | Silence | Lift | CallStaff | Fact | UseLanguage | BarCalls | MarkPhone | Borrowed
    | CodeWord | GaveWord | CoverWord | Window | MustNotKnow | Reminded | Consent | Withdraw | Erase
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """quiet: the named reason why nothing is said to a message ("person_writes"), None if it is."""

    state: State
    effects: tuple[Effect, ...] = ()
    quiet: str | None = None
