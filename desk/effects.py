"""Apply what a flow wants: one exhaustive match, inside the transaction of the message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

import locales
import store.safety
from desk import closing, consents, erasing, mustnot, paging, safety
from desk.house import Desk
from desk.messages import Event, Inbound
from flows.turn import (
    BarCalls,
    Borrowed,
    CallStaff,
    CodeWord,
    Consent,
    CoverWord,
    Effect,
    Erase,
    Fact,
    GaveWord,
    Lift,
    MarkPhone,
    MustNotKnow,
    Reminded,
    Say,
    Silence,
    UseLanguage,
    Window,
    Withdraw,
)
from store import audit, contacts, messages, reach, tickets
from store.contacts import Contact, Conversation
from store.ids import new_id
from store.messages import Outgoing
from store.reach import Purpose
from store.sql import Row, Tx
from store.vault import seal

BUTTONS = frozenset({"telegram"})  # kinds of contact whose answers are offered as buttons
NEUTRAL = "ack.kept"


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

    A silence counts first, wherever the flow put it: nothing may leave in the same breath but the
    one dull answer that the sender chose for it. What opens the line again counts before all.
    """
    lanes: set[str] = set()
    if any(isinstance(effect, Lift) for effect in wanted):
        scene = replace(scene, contact=safety.lift(tx, scene.desk, scene.contact, scene.now))
    for effect in wanted:  # before anything is said: it decides what may be
        if isinstance(effect, MarkPhone | Borrowed):
            safety.mark(tx, scene.desk, scene.contact.id, effect, scene.now)
            marked = contacts.by_id(tx, scene.desk.vault, scene.contact.id)
            scene = replace(scene, contact=marked)
    if not scene.contact.new and any(isinstance(effect, Say) for effect in wanted):
        messages.replace_unsent(tx, scene.contact.id, scene.now)
    for effect in wanted:
        if isinstance(effect, Say) and effect.cover:
            lanes |= say(tx, scene, effect)
    for effect in wanted:
        if isinstance(effect, Silence):
            silent = safety.silence(tx, scene.desk, scene.contact, effect.reason, scene.now)
            scene = replace(scene, contact=silent)
    tickets.add_facts(tx, [_fact(scene, effect) for effect in wanted if isinstance(effect, Fact)])
    for effect in wanted:
        lanes |= _apply(tx, scene, effect)
    return lanes


def _fact(scene: Scene, fact: Fact) -> Row:
    fact_id, key = new_id(scene.now), scene.contact.key
    return {
        "id": fact_id, "ticket_id": scene.ticket["id"], "contact_id": scene.contact.id,
        "name": fact.name, "value_sealed": seal(key, "facts", fact_id, "value", fact.value),
        "at": scene.now,
    }  # fmt: skip


def _apply(tx: Tx, scene: Scene, effect: Effect) -> set[str]:
    contact, now, subject = scene.contact, scene.now, f"contacts:{scene.contact.id}"
    match effect:
        case Say(cover=True) | Silence() | Lift() | MarkPhone() | Borrowed() | Fact():
            return set()
        case Say():
            return say(tx, scene, effect)
        case Reminded(text):
            return say(tx, scene, Say(text, at_once=True), purpose="push")
        case CallStaff(reason):
            return _call_staff(tx, scene, reason)
        case UseLanguage(language):
            audit.write(tx, now, "sender", "language", subject, language=language)
        case BarCalls() | CodeWord() | GaveWord() | CoverWord() | Window():
            safety.mark(tx, scene.desk, contact.id, effect, now)
        case MustNotKnow(words):
            return mustnot.hear(tx, scene.desk, scene.ticket, words, now)
        case Consent(purpose, given, wording):
            consents.hear(tx, contact, purpose, wording, scene.talk.language, now, given=given)
        case Withdraw():
            if scene.ticket["urgency"] <= 2:
                return _call_staff(tx, scene, "withdraw_asked")
            tickets.withdraw(tx, scene.ticket["id"], now)
            audit.write(tx, now, "sender", "withdrawn", f"tickets:{scene.ticket['id']}")
            closing.wind_up(tx, scene.ticket, now, "sender")
            return paging.URGENT
        case Erase():
            if isinstance(erasing.ask(tx, contact.id, now), erasing.NeedsPerson):
                return _call_staff(tx, scene, "erase_asked")
        case _ as unknown:
            assert_never(unknown)
    return set()


def say(tx: Tx, scene: Scene, effect: Say, purpose: Purpose = "answer") -> set[str]:
    """Put the machine's answer into the outbox, held back for pieces unless it must go at once."""
    plain = scene.contact.kind == "sms"
    buttons = bool(effect.choices) and scene.contact.kind in BUTTONS
    language = scene.talk.language
    params = {"so": scene.ticket["ref"], **effect.params}
    if effect.text == "answer.reference":
        ref = scene.ticket["ref"]
        params |= {"so": locales.grouped(ref), "so_doc": locales.spoken(ref, language)}
    name = _readable(scene, effect.text)
    text = locales.render(name, language, plain=plain, buttons=buttons, params=params)
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
            extra={"text": name, "choices": labels},
            purpose="cover" if effect.cover else purpose,
            heard_at=scene.talk.last_in_at,
            country=scene.ticket["country"],
        ),
    )
    return {lane}


def _call_staff(tx: Tx, scene: Scene, reason: str) -> set[str]:
    """Call for attention: whoever holds the ticket, else those on call for its desk."""
    ticket = scene.ticket
    if scene.called:
        return set()  # one call for one message: the reason goes with the ticket's own
    if ticket["claimed_by"] is not None:
        return paging.tell(tx, ticket, ticket["claimed_by"], "attention", scene.now, reason=reason)
    staff = paging.on_call(tx, ticket)
    return paging.call(tx, ticket, staff, scene.now, reason)


def _readable(scene: Scene, text: str) -> str:
    """The text, or a neutral one where this one names the subject and somebody else may read it: a
    mistake of ours somewhere above must not reach the wrong person."""
    only = locales.exceptions().get(text)
    watched = only is not None and reach.is_watched(scene.contact)
    unsafe = only == "safe" and not reach.is_safe(scene.contact, scene.now)
    return NEUTRAL if watched or unsafe else text


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


def provider_event(tx: Tx, scene: Scene, inbound: Inbound) -> set[str]:
    """Opt-outs and blocks by the provider's own words: kept, obeyed, and shown as a danger sign."""
    contact, subject = scene.contact, f"contacts:{scene.contact.id}"
    event: Event = inbound.event
    match event:
        case "opted_out" | "blocked":
            store.safety.opt(tx, contact.id, scene.now)
            messages.refuse_open(tx, contact.id, "opted_out")
            audit.write(tx, scene.now, "sender", event, subject)
            return _call_staff(tx, scene, "opted_out")
        case "opted_in":
            store.safety.opt(tx, contact.id, None)
            audit.write(tx, scene.now, "sender", event, subject)
        case "message" | "edited":
            pass
        case _ as unknown:
            assert_never(unknown)
    return set()
