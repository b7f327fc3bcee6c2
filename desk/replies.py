"""Writing back: the one who holds a ticket answers its sender, on the line they wrote to."""

from __future__ import annotations

from dataclasses import dataclass

import locales
from desk import claims, rights
from desk.house import Desk
from store import audit, contacts, messages, tickets
from store.ids import new_id
from store.messages import Outgoing
from store.people import Person

LONGEST = 1600  # characters: what one SMS request may hold


@dataclass(frozen=True, slots=True)
class Queued:
    """On its way."""

    ref: str
    message_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Refused; why is a word of `WHYS`."""

    ref: str
    why: str


WHYS = ("no_ticket", "not_yours", "ended", "empty", "too_long", "silenced", "opted_out")


def reply(desk: Desk, who: Person, ref: str, text: str) -> Queued | NotSent:
    """Send `text` to the sender of a ticket that `who` holds.

    A sender who is silenced or opted out gets nothing, whoever asks; the refused text is kept so
    that it can be seen that it did not leave.
    """
    now = desk.now()
    said = text.strip()
    with desk.db.write() as tx:
        ticket = tickets.by_ref(tx, ref)
        if ticket is None:
            return NotSent(ref, "no_ticket")
        if not rights.may(who, "reply", ticket):
            return NotSent(ref, "not_yours")
        if ticket["status"] not in tickets.LIVE:
            return NotSent(ref, "ended")
        if not said:
            return NotSent(ref, "empty")
        if len(said) > LONGEST:
            return NotSent(ref, "too_long")
        contact = contacts.by_id(tx, desk.vault, ticket["contact_id"], locked=True)
        if not claims.touch(tx, desk, who, ticket, now):
            return NotSent(ref, "not_yours")  # the lease ran out in this very moment
        way = tickets.way_back(tx, contact.id)
        assert way is not None
        message_id = new_id(now)
        messages.add_out(
            tx,
            contact,
            Outgoing(
                id=message_id,
                ticket_id=ticket["id"],
                gateway=way["gateway"],
                line=way["line"],
                body=locales.unaccent(said) if contact.kind == "sms" else said,
                at=now,
                due_at=now,
                lane="urgent",
                author_id=who.id,
            ),
        )
        audit.write(tx, now, who.id, "replied", f"tickets:{ticket['id']}", message=message_id,
                    refused=contact.closed)  # fmt: skip
    if contact.closed is not None:
        return NotSent(ref, contact.closed)
    desk.ring("urgent")
    return Queued(ref, message_id)
