"""Writing back: the one who holds a ticket answers its sender, on the line they wrote to."""

from __future__ import annotations

from dataclasses import dataclass

import locales
from desk import claims, rights
from desk.house import Desk
from store import audit, contacts, messages, once, reach, tickets
from store.contacts import Contact
from store.ids import new_id
from store.messages import Outgoing
from store.people import Person
from store.sql import Row, Tx
from store.vault import seal

LONGEST = 1600  # characters: what one SMS request may hold


@dataclass(frozen=True, slots=True)
class Queued:
    """On its way. again: it was before; this was its repetition, and nothing was added."""

    ref: str
    message_id: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """Refused; why is a word of `WHYS`."""

    ref: str
    why: str


WHYS = ("no_ticket", "not_yours", "ended", "empty", "too_long", "betrays", *reach.REFUSALS)


def reply(
    desk: Desk, who: Person, ref: str, text: str, *, looked: bool = False, override: str = "",
    given: str = "",
) -> Queued | NotSent:  # fmt: skip
    """Send `text` to the sender of a ticket that `who` holds.

    A sender who is silenced or opted out gets nothing, whoever asks, and one whose phone is not
    known to be private gets answers only (`store.reach`); the refused text is kept so that it can
    be seen that it did not leave. looked: the dangerous words in it were looked at once more.
    override: why it must be sent now all the same; kept, sealed, with an audit row. given: what
    is repeated when the request is (a form's number, a message's id): the same words under it are
    one text, however often they come; what was refused may be asked for again.
    """
    now = desk.now()
    said = text.strip()
    with desk.db.write() as tx:
        ticket = tickets.by_ref(tx, ref)
        if ticket is None or ticket["status"] == "erased":
            return NotSent(ref, "no_ticket")
        contact = contacts.by_id(tx, desk.vault, ticket["contact_id"], locked=True)
        mark = once.mark(contact, f"{who.id}|{ticket['id']}", given, said)
        before = messages.of_mark(tx, mark)
        if before is not None:
            return Queued(ref, before, again=True)
        if not rights.may(who, "reply", ticket):
            return NotSent(ref, "not_yours")
        if ticket["status"] not in tickets.LIVE:
            return NotSent(ref, "ended")
        if not said:
            return NotSent(ref, "empty")
        if len(said) > LONGEST:
            return NotSent(ref, "too_long")
        if not claims.touch(tx, desk, who, ticket, now):
            return NotSent(ref, "not_yours")  # the lease ran out in this very moment
        betrays = not looked and _betrays(contact, said, now)
        if betrays and not override.strip():
            return NotSent(ref, "betrays")
        way = tickets.way_back(tx, contact.id)
        assert way is not None
        message_id = new_id(now)
        asked = reach.Asked("staff", way["last_in_at"], ticket["country"])
        why = reach.why_not(contact, asked, now)
        overridden = bool(override.strip()) and why in reach.OVERRIDABLE
        if overridden or betrays:
            _keep_reason(tx, contact, ticket, who, override.strip(), message_id, now)
        refused = messages.add_out(
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
                purpose="staff",
                heard_at=way["last_in_at"],
                country=ticket["country"],
                overridden=overridden,
                once=mark,
            ),
        )
        audit.write(tx, now, who.id, "replied", f"tickets:{ticket['id']}", message=message_id,
                    refused=refused)  # fmt: skip
    if refused is not None:
        return NotSent(ref, refused)
    desk.ring("urgent")
    return Queued(ref, message_id)


def _betrays(contact: Contact, said: str, now: int) -> bool:
    """Whether somebody who must not know could read off a screen what this is about."""
    if reach.is_safe(contact, now):
        return False
    plain = contact.kind == "sms"
    return any(caution.kind == "betrays" for caution in locales.cautions(said, plain=plain))


def _keep_reason(
    tx: Tx, contact: Contact, ticket: Row, who: Person, reason: str, message_id: str, now: int
) -> None:
    """A person takes it upon themselves: who, why, and for which text."""
    fact_id = new_id(now)
    tickets.add_fact(
        tx, id=fact_id, ticket_id=ticket["id"], contact_id=contact.id, name="override", at=now,
        value_sealed=seal(contact.key, "facts", fact_id, "value", f"{who.name}: {reason[:1000]}"),
    )  # fmt: skip
    audit.write(tx, now, who.id, "overridden", f"tickets:{ticket['id']}", message=message_id)
