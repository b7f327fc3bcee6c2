"""Apply what a flow wants: one exhaustive match, inside the transaction of the message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import locales
from desk import closing, paging
from desk.house import Desk
from desk.messages import Event
from flows.turn import (
    BarCalls,
    CallStaff,
    Consent,
    Effect,
    Fact,
    MarkPhone,
    Say,
    Silence,
    UseLanguage,
    Withdraw,
)
from store import audit, contacts, messages, tickets
from store.contacts import Contact, Conversation
from store.ids import new_id
from store.messages import Outgoing
from store.sql import Row, Tx
from store.vault import seal

BUTTONS = frozenset({"telegram"})  # kinds of contact whose answers are offered as buttons


@dataclass(frozen=True, slots=True, repr=False)
class Scene:
    """Where effects are applied: the sender, the talk and the ticket as they are now."""

    desk: Desk
    contact: Contact
    talk: Conversation
    ticket: Row
    now: int
    called: bool  # people are called for this very message already


def apply(tx: Tx, scene: Scene, wanted: tuple[Effect, ...]) -> set[str]:
    """Apply effects in order; return the lanes to ring after the commit.

    A silence counts first, wherever the flow put it: nothing may leave in the same breath.
    """
    lanes: set[str] = set()
    for effect in wanted:
        if isinstance(effect, Silence):
            scene = _silence(tx, scene, effect.reason)
    if any(isinstance(effect, Say) for effect in wanted):
        messages.replace_unsent(tx, scene.contact.id, scene.now)
    for effect in wanted:
        lanes |= _apply(tx, scene, effect)
    return lanes


def _apply(tx: Tx, scene: Scene, effect: Effect) -> set[str]:
    contact, now, subject = scene.contact, scene.now, f"contacts:{scene.contact.id}"
    match effect:
        case Say():
            return say(tx, scene, effect)
        case Silence():
            return set()
        case CallStaff(reason):
            return _call_staff(tx, scene, reason)
        case Fact(name, value):
            fact_id = new_id(now)
            tickets.add_fact(
                tx, id=fact_id, ticket_id=scene.ticket["id"], contact_id=contact.id, name=name,
                value_sealed=seal(contact.key, "facts", fact_id, "value", value), at=now,
            )  # fmt: skip
        case UseLanguage(language):
            audit.write(tx, now, "sender", "language", subject, language=language)
        case BarCalls():
            contacts.bar_calls(tx, contact.id)
            audit.write(tx, now, "sender", "calls_barred", subject)
        case MarkPhone(safe):
            contacts.mark_phone(tx, contact.id, now if safe else None)
            audit.write(tx, now, "sender", "phone_marked", subject, safe=safe)
        case Consent(purpose, given, wording):
            audit.add_consent(
                tx, id=new_id(now), contact_id=contact.id, purpose=purpose[:64], given=int(given),
                wording=wording, language=scene.talk.language, at=now,
            )  # fmt: skip
        case Withdraw():
            if scene.ticket["urgency"] <= 2:
                return _call_staff(tx, scene, "withdraw_asked")
            tickets.withdraw(tx, scene.ticket["id"], now)
            audit.write(tx, now, "sender", "withdrawn", f"tickets:{scene.ticket['id']}")
            closing.wind_up(tx, scene.ticket, now, "sender")
            return paging.URGENT
        case _ as unknown:
            assert_never(unknown)
    return set()


def say(tx: Tx, scene: Scene, effect: Say) -> set[str]:
    """Put the machine's answer into the outbox, held back for pieces unless it must go at once."""
    plain = scene.contact.kind == "sms"
    buttons = bool(effect.choices) and scene.contact.kind in BUTTONS
    params = {"so": scene.ticket["ref"], **effect.params}
    language = scene.talk.language
    text = locales.render(effect.text, language, plain=plain, buttons=buttons, params=params)
    labels = [locales.render(choice, language, plain=plain) for choice in effect.choices]
    lane = "urgent" if scene.ticket["urgency"] == 1 else "rest"
    messages.add_out(
        tx,
        scene.contact,
        Outgoing(
            id=new_id(scene.now),
            ticket_id=scene.ticket["id"],
            gateway=scene.talk.gateway,
            line=scene.talk.line,
            body=text,
            at=scene.now,
            due_at=scene.now if effect.at_once else scene.now + scene.desk.patience,
            lane=lane,
            extra={"text": effect.text, "choices": labels},
        ),
    )
    return {lane}


def _silence(tx: Tx, scene: Scene, reason: str) -> Scene:
    contact = scene.contact
    contacts.silence(tx, contact.id, reason, scene.now)
    held = messages.refuse_open(tx, contact.id, "silenced")
    audit.write(tx, scene.now, "sender", "silenced", f"contacts:{contact.id}", reason=reason,
                refused=held)  # fmt: skip
    silent = contacts.by_id(tx, scene.desk.vault, contact.id)
    return Scene(scene.desk, silent, scene.talk, scene.ticket, scene.now, scene.called)


def _call_staff(tx: Tx, scene: Scene, reason: str) -> set[str]:
    """Call for attention: whoever holds the ticket, else those on call for its desk."""
    ticket = scene.ticket
    if scene.called:
        return set()  # one call for one message: the reason goes with the ticket's own
    if ticket["claimed_by"] is not None:
        return paging.tell(tx, ticket, ticket["claimed_by"], "attention", scene.now, reason=reason)
    staff = paging.on_call(tx, ticket)
    return paging.call(tx, ticket, staff, scene.now, reason)


def call_reason(wanted: tuple[Effect, ...]) -> str | None:
    """The first thing that the flow wants staff to know."""
    return next((effect.reason for effect in wanted if isinstance(effect, CallStaff)), None)


def tell_claimant(tx: Tx, scene: Scene) -> set[str]:
    """Whoever holds the ticket learns that the sender wrote again, with the words if allowed."""
    ticket = scene.ticket
    if ticket["claimed_by"] is None:
        return set()
    who, now = ticket["claimed_by"], scene.now
    paging.tell(tx, ticket, who, "new_message", now)
    return paging.tell(tx, ticket, who, "words", now, since=scene.talk.last_in_at)


def provider_event(tx: Tx, scene: Scene, event: Event) -> set[str]:
    """Opt-outs and blocks by the provider's own words: kept, obeyed, and shown as a danger sign."""
    contact, subject = scene.contact, f"contacts:{scene.contact.id}"
    match event:
        case "opted_out" | "blocked":
            contacts.opt(tx, contact.id, scene.now)
            messages.refuse_open(tx, contact.id, "opted_out")
            audit.write(tx, scene.now, "sender", event, subject)
            return _call_staff(tx, scene, "opted_out")
        case "opted_in":
            contacts.opt(tx, contact.id, None)
            audit.write(tx, scene.now, "sender", event, subject)
        case "message" | "edited":
            pass
        case _ as unknown:
            assert_never(unknown)
    return set()
