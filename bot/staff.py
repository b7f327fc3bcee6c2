"""The staff bot: claim and take over by a button, answer by replying to the ticket's message.

Everything it says leaves as a page by the urgent lane, so it survives a restart and a slow
Telegram like any other call. Strangers are told nothing but how a person is added.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog

from channels import telegram
from channels.telegram import StaffChatMoved, StaffPress, StaffText
from desk import claims, paging, replies, roster, transfers
from desk.claims import Claimed, Lost, NotClaimable
from desk.house import Desk, local
from desk.messages import Ignored
from desk.replies import NotSent, Queued
from desk.transfers import NotRefused, Refused
from store.people import Person
from triage.references import is_reference

log = structlog.get_logger()
_REFERENCE = re.compile(r"(?<!\d)\d{7}(?!\d)")

Greet = Callable[[int, int], None]  # chat id, Telegram id: tells a stranger their own id


def take(desk: Desk, greet: Greet, update: object) -> None:
    """Take in one update of the staff bot. Raises `Unavailable` when the database is away."""
    parsed = telegram.parse_staff(update)
    match parsed:
        case StaffPress():
            _press(desk, greet, parsed)
        case StaffText():
            _text(desk, greet, parsed)
        case StaffChatMoved(old, new):
            log.info("staff_chat_moved", known=paging.chat_moved(desk, old, new))
        case Ignored(kind):
            log.info("ignored", gateway="staff", kind=kind)


def _press(desk: Desk, greet: Greet, press: StaffPress) -> None:
    who = roster.by_telegram(desk, press.staff_telegram_id)
    if who is None:
        greet(press.chat_id, press.staff_telegram_id)
        return
    button = paging.pressed(desk, press.data)
    if button is None:
        paging.refused(desk, who, "not_ours")
        paging.say(desk, who, "toast.old_button", press=press.callback_id)
        return
    act, ref = button
    if act == "r":
        _refuse(desk, who, ref, press)
        return
    taken = transfers.accept(desk, who, ref) if act == "a" else claims.claim(desk, who, ref)
    match taken:
        case Claimed():
            paging.say(desk, who, "toast.claimed.you", ref=ref, press=press.callback_id)
        case Lost(_, by, since):
            at = local(since).strftime("%H:%M")
            paging.say(desk, who, "toast.claim.lost", ref=ref, press=press.callback_id,
                       ten=by, luc=at)  # fmt: skip
            paging.say(desk, who, "claim.lost", ref=ref, ten=by, luc=at)
        case NotClaimable(_, why):
            if why == "not_allowed":
                paging.refused(desk, who, why)
            paging.say(desk, who, f"toast.claim.{why}", ref=ref, press=press.callback_id)


def _refuse(desk: Desk, who: Person, ref: str, press: StaffPress) -> None:
    match transfers.refuse(desk, who, ref):
        case Refused():
            kind = "toast.offer.refused.you"
        case NotRefused(_, "no_ticket" | "not_allowed" | "ended" as why):
            if why == "not_allowed":
                paging.refused(desk, who, why)
            kind = f"toast.claim.{why}"
        case NotRefused():
            kind = "toast.claim.no_offer"
    paging.say(desk, who, kind, ref=ref, press=press.callback_id)


def _text(desk: Desk, greet: Greet, text: StaffText) -> None:
    who = roster.by_telegram(desk, text.staff_telegram_id)
    if who is None:
        greet(text.chat_id, text.staff_telegram_id)
        return
    ref = _ticket_of(desk, who, text)
    if ref is None:
        paging.say(desk, who, "reply.how")
        return
    match replies.reply(desk, who, ref, text.text, given=f"{text.chat_id}:{text.message_id}"):
        case Queued():
            paging.say(desk, who, "reply.sent", ref=ref)
        case NotSent(_, why):
            paging.say(desk, who, f"reply.refused.{why}", ref=ref)


def _ticket_of(desk: Desk, who: Person, text: StaffText) -> str | None:
    """The ticket whose message was replied to; by its number if the message is not ours to know."""
    if text.reply_to_message_id is None:
        return None
    known = paging.shown(desk, who, text.chat_id, text.reply_to_message_id)
    if known is not None:
        return known
    numbers = _REFERENCE.findall(text.reply_to_text or "")
    found = [number for number in numbers if is_reference(number)]
    return found[0] if len(set(found)) == 1 else None
