"""What may be sent to a sender, and when: one judgement below every caller.

`messages.add_out` asks it when a text comes to be, `desk.outbox` when the text is leased and once
more just before it leaves. Staff, reminders and mistakes of ours all end here. The rules are those
of safe contact: nothing but answers until its user says that nobody else reads the phone, then by
day and inside the hours that the person named. Practice: "Safe Contact Methods" and "Texting &
Messaging with Survivors: Best Practices" (techsafety.org).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import places

if TYPE_CHECKING:
    from store.contacts import Contact

Purpose = Literal["answer", "staff", "push", "cover"]

MINUTE = 60_000
HOUR = 60 * MINUTE
SAFE_FOR = 72 * HOUR  # a phone counts as safe so long after its user said so: "safe" grows old
ANSWER = 2 * HOUR  # a text within this time of the sender's newest message is an answer to it
ANSWER_WATCHED = 15 * MINUTE  # the same with any sign that somebody else reads the phone
DAY = (7 * 60, 21 * 60)  # minutes of the sender's day between which something may be unasked
ANY_TIME = (0, 24 * 60)

# Why something is refused; each is also an `error` of the text and has words for staff.
REFUSALS = (
    "silenced", "opted_out", "code_word_first", "late", "unsafe_phone", "no_window",
    "outside_window", "night",
)  # fmt: skip
# What a person with a reason may send all the same. Silence is lifted, not gone around.
OVERRIDABLE = ("code_word_first", "unsafe_phone", "no_window", "outside_window", "night")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that wants to leave.

    purpose: "answer" the machine's answer to a message; "staff" a text of a person; "push"
    anything that nobody asked for; "cover" the one dull answer. heard_at: when the sender's newest
    message came. country: where the sender is, None if not known to be abroad. overridden: a
    person takes it upon themselves, with a reason that is kept.
    """

    purpose: Purpose
    heard_at: int | None
    country: str | None = None
    overridden: bool = False


def why_not(contact: Contact, asked: Asked, now: int) -> str | None:
    """Why this text may not go to this contact now, as one of `REFUSALS`; None if it may."""
    if asked.purpose == "cover":
        silent = contact.silenced_at is not None and contact.silence_reason != "cover"
        if silent or contact.opted_out_at is not None:
            return "silenced" if silent else "opted_out"
        return None if is_answer(contact, asked.heard_at, now) else "late"
    if contact.closed is not None:
        return contact.closed
    if asked.overridden:
        return None
    if asked.purpose == "answer":
        return None if is_answer(contact, asked.heard_at, now) else "late"
    if asked.purpose == "staff":
        if contact.unproven_at is not None:
            return "code_word_first"
        if is_answer(contact, asked.heard_at, now):
            return None
    return why_not_unasked(contact, asked.country, now)


def is_answer(contact: Contact, heard_at: int | None, now: int) -> bool:
    """Whether a text sent now would still be read as an answer to the newest message."""
    within = ANSWER_WATCHED if is_watched(contact) else ANSWER
    return heard_at is not None and now - heard_at <= within


def why_not_unasked(contact: Contact, country: str | None, now: int) -> str | None:
    """Why nothing unasked may reach this contact now; None if it may."""
    if contact.closed is not None:
        return contact.closed
    if not is_safe(contact, now):
        return "unsafe_phone"
    if contact.window is None:
        return "no_window"
    minutes = minutes_there(country, now)
    if not minutes or not all(_inside(contact.window, minute) for minute in minutes):
        return "outside_window"
    return None if all(_inside(DAY, minute) for minute in minutes) else "night"


def is_safe(contact: Contact, now: int) -> bool:
    """Whether its user said within three days that nobody else reads this phone."""
    said = contact.phone_safe_at
    return said is not None and now - said < SAFE_FOR and not is_watched(contact)


def is_watched(contact: Contact) -> bool:
    """Whether there is a sign that somebody else reads this phone."""
    return contact.unsafe_at is not None or contact.borrowed


def minutes_there(country: str | None, now: int) -> tuple[int, ...]:
    """The minute of the day where the sender is, one for each hour that it may be there.

    None where we cannot say what time it is there: then nothing unasked is sent.
    """
    of_day = datetime.fromtimestamp(now / 1000, UTC)
    utc = of_day.hour * 60 + of_day.minute
    return tuple((utc + offset) % (24 * 60) for offset in places.utc_offsets(country or "VN"))


def next_unasked(contact: Contact, country: str | None, now: int, until: int) -> int | None:
    """The first moment from `now` to `until` at which something unasked may be sent, or None."""
    at = now
    while at <= until:
        if why_not_unasked(contact, country, at) is None:
            return at
        at += 15 * MINUTE
    return None


def _inside(window: tuple[int, int], minute: int) -> bool:
    """Whether a minute of the day lies in a window, which may span midnight."""
    first, last = window
    return first <= minute < last if first <= last else minute >= first or minute < last
