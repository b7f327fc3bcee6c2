"""Lifting a silence: a person with a reason, never an ordinary text."""

from __future__ import annotations

from dataclasses import replace

import flows
from desk import claims, rights, safety
from desk.house import Desk
from store import contacts, tickets
from store.ids import new_id
from store.people import Person
from store.vault import seal


def lift(desk: Desk, who: Person, ref: str, reason: str) -> str | None:
    """Let texts reach this sender again. Returns why not, or None when it is done.

    The reason is kept, sealed, with the ticket: who reads it later must know what was weighed.
    """
    now = desk.now()
    reason = reason.strip()
    with desk.db.write() as tx:
        ticket = tickets.by_ref(tx, ref)
        if ticket is None:
            return "no_ticket"
        if not rights.may(who, "lift_silence", ticket):
            return "not_yours"
        if ticket["status"] not in tickets.LIVE:
            return "ended"  # who held a report that is over no longer knows how things stand
        if not reason:
            return "empty"
        contact = contacts.by_id(tx, desk.vault, ticket["contact_id"], locked=True)
        if contact.silenced_at is None:
            return "not_silenced"
        safety.lift(tx, desk, contact, now, who.id, ticket=ticket["id"])
        talk = contacts.conversation(tx, contact)
        if talk is not None and talk.state is not None:
            state = flows.dump(flows.unsilence(flows.load(talk.state)))
            contacts.keep(tx, contact, replace(talk, state=state), new=False)
        fact_id = new_id(now)
        tickets.add_fact(
            tx, id=fact_id, ticket_id=ticket["id"], contact_id=contact.id,
            name="silence_lifted", at=now,
            value_sealed=seal(contact.key, "facts", fact_id, "value", f"{who.name}: {reason}"),
        )  # fmt: skip
        claims.touch(tx, desk, who, ticket, now)
    return None
