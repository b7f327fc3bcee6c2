"""Time: timers of conversations are rows with a due time; the sweep runs what is due.

A timer never answers anybody. One of them may send the single reminder, as a text that nobody
asked for, so the outbox lets it through only on a phone marked safe, inside its hours, by day.
"""

from __future__ import annotations

from dataclasses import replace

import flows
from desk import effects, pause
from desk.house import Desk
from flows.timing import RESUMES, Kind, Timer
from flows.turn import State
from store import contacts, reach, tickets
from store.contacts import Contact, Conversation
from store.sql import Row, Tx


def scheduled(talk: Conversation, state: State | None, ran: str | None = None) -> Conversation:
    """The conversation with its next timer, counted from the sender's newest message."""
    timer = flows.next_timer(state, ran) if state is not None else None
    due = due_at(talk.last_in_at, timer)
    return replace(talk, due_at=due, due_kind=timer.kind if timer else None)


def due_at(last_in_at: int, timer: Timer | None) -> int | None:
    """When a timer runs that is counted from the sender's newest message."""
    return None if timer is None else last_in_at + timer.after_s * 1000


def run_due(desk: Desk, most: int = 50) -> int:
    """Run the timers that are due, each in a transaction of its own; how many that were.

    One that fails is logged by its caller and tried at the next sweep, after the others.
    """
    now = desk.now()
    with desk.db.read() as tx:
        due = contacts.due(tx, now, most)
    failed: Exception | None = None
    lanes: set[str] = set()
    for contact_id in due:
        try:
            with desk.db.write() as tx:
                lanes |= _run(tx, desk, contact_id, now)
        except Exception as error:  # one talk must not keep the others from their time
            failed = error
    for lane in lanes:
        desk.ring(lane)
    if failed is not None:
        raise failed
    return len(due)


def _run(tx: Tx, desk: Desk, contact_id: str, now: int) -> set[str]:
    contact = contacts.by_id(tx, desk.vault, contact_id, locked=True)
    talk = contacts.conversation(tx, contact)
    if talk is None or talk.due_at is None or talk.due_at > now or talk.state is None:
        return set()  # the sender wrote meanwhile, or another worker ran it
    state = flows.load(talk.state)
    ticket = tickets.lock(tx, talk.ticket_id) if talk.ticket_id else None
    kind: Kind = talk.due_kind  # type: ignore[assignment]
    if ticket is None or kind not in RESUMES:
        contacts.keep(tx, contact, replace(talk, due_at=None, due_kind=None), new=False)
        return set()
    later = _later(contact, ticket, kind, now)
    if later is not None:
        contacts.keep(tx, contact, replace(talk, due_at=later), new=False)
        return set()
    lanes: set[str] = set()
    if _holds(contact, ticket, kind, now):
        turn = pause.held(tx, contact.id, flows.advance(state, RESUMES[kind], None))
        state = turn.state
        scene = effects.Scene(desk, contact, talk, ticket, now, called=False)
        lanes = effects.apply(tx, scene, turn.effects)
    kept = scheduled(replace(talk, state=flows.dump(state)), state, kind)
    contacts.keep(tx, contact, kept, new=False)
    return lanes


def _later(contact: Contact, ticket: Row, kind: Kind, now: int) -> int | None:
    """When a reminder may go out that may not now; None if it may, or never may."""
    if kind != "remind" or reach.why_not_unasked(contact, ticket["country"], now) is None:
        return None
    last = (contact.phone_safe_at or 0) + reach.SAFE_FOR
    return reach.next_unasked(contact, ticket["country"], now, last)


def _holds(contact: Contact, ticket: Row, kind: Kind, now: int) -> bool:
    """Whether what the timer is for is still so."""
    live = ticket["status"] in tickets.LIVE
    if kind == "gone_quiet":
        return live and ticket["urgency"] == 1
    if kind == "remind":
        return live and reach.why_not_unasked(contact, ticket["country"], now) is None
    return True
