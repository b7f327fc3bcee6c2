"""What crosses the wire: the types that channels fill in and read. No provider is named here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Event = Literal["message", "edited", "opted_out", "opted_in", "blocked"]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, voice note or file that came with a message. Content is fetched later, by id."""

    kind: str  # photo, voice, video, document, sticker, contact, animation
    reference: str  # provider's file id or URL
    mime: str | None = None
    size: int | None = None  # bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a sender as a provider delivered it.

    kind is the kind of address a contact is known by; gateway the way it came (`twilio`,
    `kannel`, `telegram`); line the number or bot written to, as `gateway:address`.
    external_id is unique on its line. at: provider's time, ms since 1970 UTC, or None.
    """

    gateway: str
    kind: Literal["sms", "telegram", "web"]
    line: str
    external_id: str
    address: str
    text: str
    at: int | None = None
    event: Event = "message"
    choice: str | None = None  # value of a pressed button
    location: Location | None = None
    media: tuple[Media, ...] = ()
    language_hint: str | None = None  # as the provider states it ("vi", "en")
    frees: bool = False  # an everyday word by which the provider lets our texts through again


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers offered with a question: a button, or a number where there are none."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """One text to be sent to a sender or to a member of staff."""

    id: str  # our row id: the same on every attempt
    gateway: str
    line: str  # what to send from, as in Inbound.line
    address: str
    text: str
    choices: tuple[Choice, ...] = ()
    edits: str | None = None  # provider's id of the message to replace, where the channel can
    deletes: str | None = None  # provider's id of the message to delete; `text` where it cannot be
    toast: str | None = None  # provider's id of a pressed button that this answers


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `burst` at once, and one more every `every` milliseconds."""

    every: int
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a far side lets itself be written to; None: as fast as it answers.

    line: by one number or bot. chat: to one person or group. group: to a group besides that.
    by_parts: what counts is the parts of an SMS, not texts. throttled: what must rest after "too
    many requests": the chat, or the whole line.
    """

    line: Pace | None = None
    chat: Pace | None = None
    group: Pace | None = None
    by_parts: bool = False
    throttled: Literal["chat", "line"] = "chat"


@dataclass(frozen=True, slots=True)
class Capabilities:
    buttons: bool
    media: bool
    location: bool
    accents: bool  # False: texts go as their GSM-7 twin
    receipts: bool
    max_length: int  # characters
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The provider did not take it, or we cannot know.

    again: whether another attempt can help. after: seconds to wait, where the provider said so.
    unsure: it may have been taken (a time-out): look it up before repeating where possible.
    code: the provider's error code or our word for it; never a text that could hold an address.
    gone: the person blocked us or opted out: a sign that staff must see.
    throttled: the far side says that this was too fast.
    moved_to: the address has changed for good; it is to be sent to the new one.
    """

    code: str
    again: bool
    after: float | None = None
    unsure: bool = False
    gone: bool = False
    throttled: bool = False
    moved_to: str | None = field(default=None, repr=False)


Result = Sent | NotSent


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says later about a text of ours."""

    gateway: str
    provider_id: str
    state: Literal["sent", "delivered", "failed"]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that is not for us: why (for the log, without its content)."""

    why: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class Ignored:
    """A provider's event that needs nothing from us (a bot added to a group, a poll)."""

    kind: str
    details: dict[str, str] = field(default_factory=dict)
