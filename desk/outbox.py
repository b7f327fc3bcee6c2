"""The outbox: texts to senders are leased, sent outside any transaction, then marked."""

from __future__ import annotations

from dataclasses import dataclass

from desk import paging
from desk.house import Desk
from desk.messages import Choice, NotSent, Outbound, Receipt, Result, Sent
from store import audit, contacts, messages, reach, safety, tickets
from store.contacts import Contact
from store.reach import Purpose
from store.sql import Row, Tx
from store.vault import Tampered

BACKOFF = (5, 15, 60, 300, 900, 1800)  # seconds; the last repeats
MOST_ATTEMPTS = 20  # about seven hours: after that a person must find another way


@dataclass(frozen=True, slots=True, repr=False)
class Leased:
    """One text that this worker may send. again: an attempt before it may have been taken."""

    outbound: Outbound
    contact_id: str
    attempts: int
    again: bool
    first_tried_at: int


def lease(desk: Desk, lane: str, most: int = 20) -> list[Leased]:
    """Lease what is due in a lane. What may not be sent any more is refused here."""
    now = desk.now()
    leased = []
    with desk.db.write() as tx:
        for row in messages.lease_due(tx, lane, now, now + desk.lease, most):
            try:
                contact = contacts.by_id(tx, desk.vault, row["contact_id"])
                body, details = messages.body(contact, row), messages.details(contact, row)
            except Tampered:  # it can never be sent: parked where staff see it, others pass
                messages.mark_ended(tx, row["id"], "failed", "unreadable")
                continue
            closed = _why_not(tx, contact, row, now)
            if closed is not None:
                messages.mark_ended(tx, row["id"], "refused", closed)
                _tell_held(tx, row, closed, now)
                continue
            outbound = Outbound(
                id=row["id"],
                gateway=row["gateway"],
                line=row["line"],
                address=contacts.address(contact),
                text=body,
                choices=_choices(str(details.get("text", "")), details.get("choices", ())),
            )
            unsure = row["again"] or row["error"] == "unsure"
            leased.append(Leased(outbound, contact.id, row["attempts"], unsure, row["at"]))
    return leased


def _why_not(tx: Tx, contact: Contact, row: Row, now: int) -> str | None:
    """Whether a text that was allowed when it was written may still leave."""
    purpose: Purpose = row["purpose"] or ("staff" if row["author_id"] else "answer")
    if purpose == "answer" and not reach.is_watched(contact):
        return contact.closed  # we or a provider were away: a late answer is safer than none
    heard = contacts.heard_at(tx, contact.id)
    ticket = tickets.by_id(tx, row["ticket_id"]) if row["ticket_id"] else None
    country = ticket["country"] if ticket else None
    return reach.why_not(
        contact, reach.Asked(purpose, heard, country, bool(row["overridden"])), now
    )


def _tell_held(tx: Tx, row: Row, closed: str, now: int) -> None:
    """Who wrote a text that waited too long learns that it did not leave."""
    if closed in ("silenced", "opted_out") or row["ticket_id"] is None:
        return
    ticket = tickets.by_id(tx, row["ticket_id"])
    if ticket is not None and ticket["claimed_by"] is not None:
        paging.tell(tx, ticket, ticket["claimed_by"], "attention", now, reason="held_back")


def _choices(text: str, labels: list[str]) -> tuple[Choice, ...]:
    """Buttons that name the text they stand below, so that an old one answers no new question."""
    return tuple(Choice(f"{text}:{number}", label) for number, label in enumerate(labels, 1))


def still_open(desk: Desk, leased: Leased) -> bool:
    """Look once more, just before the sending: the sender may have been found out meanwhile."""
    now = desk.now()
    with desk.db.read() as tx:
        row = messages.sending(tx, leased.outbound.id)
        if row is None:
            return False  # refused, or erased together with its contact's key
        contact = contacts.by_id(tx, desk.vault, leased.contact_id)
        return _why_not(tx, contact, row, now) is None


def mark(desk: Desk, leased: Leased, result: Result) -> None:
    """Note what became of a text."""
    now = desk.now()
    message_id = leased.outbound.id
    with desk.db.write() as tx:
        match result:
            case Sent(provider_id):
                messages.mark_sent(tx, message_id, provider_id)
            case NotSent(again=True) if leased.attempts < MOST_ATTEMPTS:
                wait = result.after
                if wait is None:
                    wait = BACKOFF[min(leased.attempts, len(BACKOFF) - 1)]
                code = "unsure" if result.unsure else result.code
                messages.mark_again(tx, message_id, now + int(wait * 1000), code)
            case NotSent():
                messages.mark_ended(tx, message_id, "failed", result.code)
                _tell_failed(tx, leased.contact_id, now, result)
    if isinstance(result, NotSent) and not result.again:
        desk.ring("urgent")


def _tell_failed(tx: Tx, contact_id: str, now: int, result: NotSent) -> None:
    """A text that cannot arrive is a sign that staff must see."""
    if result.gone:
        safety.opt(tx, contact_id, now)
        messages.refuse_open(tx, contact_id, "opted_out")
        audit.write(tx, now, "machine", "opted_out", f"contacts:{contact_id}", code=result.code)
    ticket = tickets.live_of_contact(tx, contact_id)
    if ticket is None:
        return
    if ticket["claimed_by"] is not None:
        reason = "opted_out" if result.gone else "undelivered"
        paging.tell(tx, ticket, ticket["claimed_by"], "attention", now, reason=reason)


def receipt(desk: Desk, receipt: Receipt) -> bool:
    """Apply a delivery receipt; False if the text is not ours. A late one changes nothing."""
    with desk.db.write() as tx:
        row: Row | None = messages.receipt(
            tx, receipt.gateway, receipt.provider_id, receipt.state, receipt.code
        )
        if row is not None and receipt.state == "failed":
            gone = NotSent(receipt.code or "failed", again=False, gone=receipt.code == "21610")
            _tell_failed(tx, row["contact_id"], desk.now(), gone)
    return row is not None
