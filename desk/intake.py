"""Take in one message: the one transaction in which everything that matters about it happens."""

from __future__ import annotations

from dataclasses import dataclass, replace

import flows
import triage
from desk import (
    effects,
    guessing,
    hours,
    linking,
    opening,
    pause,
    references,
    routing,
    safety,
    timing,
)
from desk.house import Desk, local
from desk.messages import Inbound
from desk.understanding import bare, merge, record, remember
from flows.heard import says_little
from flows.opening import is_weak
from flows.timing import Timer
from flows.turn import Effect, Said, Say, Silence
from store import contacts, messages, reach
from store.contacts import Contact, Conversation
from store.database import Unavailable
from store.ids import new_id
from store.sql import Row, Tx
from triage.reading import Reading
from triage.references import references as references_in

ATTEMPTS = 3  # deadlocks end with one who gives way, so the next attempt rarely meets another
CALM = 3  # urgencies from here on may be told when somebody reads again
LATE = 1500  # ms: Telegram tells the second only, so a smaller step back is no reordering


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message. unread: kept with its raw text because the machine failed."""

    message_id: str | None
    ref: str | None
    duplicate: bool = False
    unread: bool = False
    fault: str | None = None  # the kind of the machine's failure, never its words


def take_in(desk: Desk, inbound: Inbound) -> Received:
    """Take in one message of a sender. A repeated delivery has no second effect.

    A turn that fails keeps the raw message and opens a ticket that says so. Raises
    `store.database.Unavailable` when the database can keep nothing: then the provider must not be
    told that we have it.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _take_in(desk, inbound)
        except Unavailable as error:
            if not error.again:
                raise
    return _take_in(desk, inbound)


def _take_in(desk: Desk, inbound: Inbound) -> Received:
    now = desk.now()
    try:
        reading = triage.read(inbound.text, on=desk.today())
        with desk.db.write() as tx:
            received, lanes = _turn(tx, desk, inbound, reading, now)
    except Unavailable:
        raise
    except Exception as error:  # whatever it was, the sender's words must not be lost with it
        received, lanes = _keep_unread(desk, inbound, now, error)
    for lane in lanes:
        desk.ring(lane)
    return received


def _turn(
    tx: Tx, desk: Desk, inbound: Inbound, alone: Reading, now: int
) -> tuple[Received, set[str]]:
    contact = contacts.lock(tx, desk.vault, inbound.kind, inbound.address, now)
    talk = contacts.conversation(tx, contact)
    at, late = _moment(inbound, talk, now)
    ticket = opening.live(tx, talk)
    state = flows.load(talk.state) if talk and talk.state else None
    if ticket is None and contact.silenced_at is None:
        state = None  # the report before has ended: what comes now is a first message again
    about = state is not None and (state.situation == "info" or not is_weak(state.situation))
    running = state is not None and (about or bool(state.step))
    answering = running or says_little(inbound.text)
    chosen = inbound.location is None and flows.is_bare_choice(state, inbound.text)
    if chosen:
        reading = bare(alone)
    else:
        reading = merge(alone, inbound, talk, at, desk.today(), answering=answering)
    message_id = new_id(now)
    if not _store(tx, contact, message_id, inbound, reading, at, ticket):
        return Received(None, None, duplicate=True), set()

    if inbound.frees:
        contact = safety.let_through(tx, contact, now)

    if state is not None and state.phone_safe and not reach.is_safe(contact, now):
        state = flows.lapse(state)
    wanted: tuple[Effect, ...] = ()
    codes = references_in(inbound.text)
    if inbound.event in ("message", "edited"):
        answerable = inbound.event == "message" and not late
        unsent = _unsent(tx, desk, contact, talk, at, now) if answerable else ()
        calm = answerable and reading.urgency >= CALM
        back_at = _back_at(tx, talk, ticket, reading, now) if calm else None
        said = _said(
            inbound, contact, talk, ticket, at, now, unsent=unsent, answerable=answerable,
            back_at=back_at, codes=codes,
        )  # fmt: skip
        if guessing.counts(contact):
            said = replace(said, word_rests=guessing.rests(tx, contact.id, "own", now))
        turn = pause.held(tx, contact.id, flows.advance(state, said, reading))
        if turn.state.urgency < min(reading.urgency, state.urgency if state else 4):
            # what an answer adds: "1, at once"
            reading = replace(reading, urgency=turn.state.urgency)
        wanted = turn.effects
        if answerable or state is not None or any(isinstance(e, Silence) for e in wanted):
            state = turn.state
    # else a provider's event: kept, shown to staff, never answered
    if state is not None and (state.phone_safe is False or "watched" in state.facts):
        contact = safety.sign_of_watching(tx, contact, now)
    ticket, called = opening.open_or_update(tx, contact, ticket, reading, now)
    if called == "opened":
        messages.file(tx, message_id, ticket["id"])
    linking.note(tx, desk, contact, ticket, inbound, reading, now)

    recent = talk.recent if talk else None
    kept = _talk(
        inbound, talk, contact, ticket["id"], at, now,
        language=state.language if state else talk.language if talk else "vi",
        state=flows.dump(state) if state else None,
        recent=recent if chosen else remember(talk, inbound.text, at),
        timer=flows.next_timer(state) if state else None,
    )  # fmt: skip
    contacts.keep(tx, contact, kept, new=talk is None)
    scene = effects.Scene(desk, contact, kept, ticket, now, called=opening.calls(ticket, called))
    lanes = effects.provider_event(tx, scene, inbound)
    lanes |= effects.apply(tx, scene, wanted)
    lanes |= references.heard(tx, desk, contact, ticket, inbound.text, codes, now)
    lanes |= references.guessed(tx, contact, ticket, inbound.text, now)
    lanes |= opening.call(tx, desk, ticket, called, now, effects.call_reason(wanted))
    if called is None:
        lanes |= effects.tell_claimant(tx, scene)
    return Received(message_id, ticket["ref"]), lanes


def _moment(inbound: Inbound, talk: Conversation | None, now: int) -> tuple[int, bool]:
    """When a message was written, and whether it comes late: after one that was written later.

    A clock of ours that leaps back turns no order round: without a time of the provider's, or
    after a message from what is the future now, a message stands behind the one before it; and
    what seems to come from the future is not late.
    """
    before = talk.last_in_at if talk is not None else 0
    if inbound.at is None or before > now:
        return max(now, before + 1), False
    if inbound.at > now:
        return max(now, min(inbound.at, before + 1)), False
    return inbound.at, inbound.at < before - LATE


def _store(
    tx: Tx, contact: Contact, message_id: str, inbound: Inbound, reading: Reading | None, at: int,
    ticket: Row | None,
) -> bool:  # fmt: skip
    extra: dict[str, object] = {}
    if inbound.event != "message":
        extra["event"] = inbound.event
    if inbound.choice is not None:
        extra["choice"] = inbound.choice
    if inbound.location is not None:
        extra["location"] = [inbound.location.lat, inbound.location.lon]
    if inbound.media:
        extra["media"] = [[m.kind, m.reference, m.mime, m.size, m.name] for m in inbound.media]
    if reading is not None:
        extra["reading"] = record(reading)
    return messages.add_in(
        tx, contact, message_id, gateway=inbound.gateway, line=inbound.line,
        external_id=inbound.external_id, body=inbound.text, extra=extra, at=at,
        ticket_id=ticket["id"] if ticket else None,
    )  # fmt: skip


def _said(
    inbound: Inbound, contact: Contact, talk: Conversation | None,
    ticket: Row | None, at: int, now: int, *, unsent: tuple[str, ...], answerable: bool,
    back_at: str | None, codes: tuple[str, ...],
) -> Said:  # fmt: skip
    minutes = reach.minutes_there(ticket["country"] if ticket else None, now)
    return Said(
        text=inbound.text,
        choice=inbound.choice,
        has_location=inbound.location is not None,
        media=tuple(m.kind for m in inbound.media),
        gap_s=None if talk is None else max(0.0, (at - talk.last_in_at) / 1000),
        local_hour=(minutes[0] if minutes else local(now).hour * 60) // 60,
        back_at=back_at,
        language_hint=inbound.language_hint,
        staff=opening.staff_state(ticket),
        unsent=unsent,
        silenced=contact.silence_reason if contact.silenced_at is not None else None,
        answerable=answerable,
        watched=reach.is_watched(contact),
        codes=codes,
    )


def _back_at(
    tx: Tx, talk: Conversation | None, ticket: Row | None, reading: Reading, now: int
) -> str | None:
    """When somebody reads again, where nobody does now: in words of the talk's language."""
    code = ticket["desk"] if ticket else routing.desk_of(tx, routing.centre_of(reading.place))
    country = ticket["country"] if ticket else reading.place.country if reading.place else None
    language = talk.language if talk else reading.language.split("-")[0]
    return hours.back_at(tx, code, country, "en" if language == "en" else "vi", now)


def _unsent(
    tx: Tx, desk: Desk, contact: Contact, talk: Conversation | None, at: int, now: int
) -> tuple[str, ...]:
    """Text ids of our answers that still wait for a following piece: this message is the piece."""
    if talk is None or at - talk.last_in_at > desk.patience:
        return ()
    waiting = messages.held_back(tx, contact.id, now)
    return tuple(str(messages.details(contact, row).get("text", "")) for row in waiting)


def _talk(
    inbound: Inbound, talk: Conversation | None, contact: Contact, ticket_id: str, at: int,
    now: int, *, language: str, state: str | None, recent: str | None, timer: Timer | None = None,
) -> Conversation:  # fmt: skip
    """The conversation as it goes on: answers take the way by which this message came."""
    last_in_at = max(at, talk.last_in_at if talk else 0)
    return Conversation(
        id=new_id(now) if talk is None else talk.id,
        contact_id=contact.id,
        gateway=inbound.gateway,
        line=inbound.line,
        language=language,
        state=state,
        recent=recent,
        ticket_id=ticket_id,
        last_in_at=last_in_at,
        due_at=timing.due_at(last_in_at, timer),
        due_kind=timer.kind if timer else None,
    )


def _keep_unread(
    desk: Desk, inbound: Inbound, now: int, error: Exception
) -> tuple[Received, set[str]]:
    """The machine failed at this message: keep it raw, call a person, block nobody."""
    fault = type(error).__name__
    with desk.db.write() as tx:
        contact = contacts.lock(tx, desk.vault, inbound.kind, inbound.address, now)
        message_id = new_id(now)
        talk = contacts.conversation(tx, contact)
        at, _ = _moment(inbound, talk, now)
        running = opening.live(tx, talk)
        if not _store(tx, contact, message_id, inbound, None, at, running):
            return Received(None, None, duplicate=True), set()
        ticket, called = opening.open_unread(tx, contact, running, now)
        if running is None:
            messages.file(tx, message_id, ticket["id"])
        kept = _talk(
            inbound, talk, contact, ticket["id"], at, now, language=talk.language if talk else "vi",
            state=talk.state if talk else None, recent=talk.recent if talk else None,
        )  # fmt: skip
        contacts.keep(tx, contact, kept, new=talk is None)
        scene = effects.Scene(desk, contact, kept, ticket, now, called=called is not None)
        said: tuple[Effect, ...] = (Say("ack.unread", at_once=True),)
        lanes = effects.apply(tx, scene, pause.muted(tx, contact.id, said))
        lanes |= opening.call(tx, desk, ticket, called, now)
    return Received(message_id, ticket["ref"], unread=True, fault=fault), lanes
