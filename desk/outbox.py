"""The outbox: texts to senders are leased, sent outside any transaction, then marked."""

from __future__ import annotations

from dataclasses import dataclass

from desk import paging
from desk.house import Desk
from desk.messages import Choice, NotSent, Outbound, Receipt, Result, Sent
from store import audit, contacts, messages, tickets
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
            if contact.closed is not None:
                messages.mark_ended(tx, row["id"], "refused", contact.closed)
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


def _choices(text: str, labels: list[str]) -> tuple[Choice, ...]:
    """Buttons that name the text they stand below, so that an old one answers no new question."""
    return tuple(Choice(f"{text}:{number}", label) for number, label in enumerate(labels, 1))


def still_open(desk: Desk, leased: Leased) -> bool:
    """Look once more, just before the sending: the sender may have been found out meanwhile."""
    with desk.db.read() as tx:
        if not messages.is_sending(tx, leased.outbound.id):
            return False  # refused, or erased together with its contact's key
        return contacts.by_id(tx, desk.vault, leased.contact_id).closed is None


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
        contacts.opt(tx, contact_id, now)
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
