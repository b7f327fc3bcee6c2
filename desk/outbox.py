"""The outbox: texts to senders are leased, sent outside any transaction, then marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import locales
from desk import pacing, paging
from desk.house import Desk
from desk.messages import Choice, Limits, NotSent, Outbound, Pace, Receipt, Result, Sent
from desk.pacing import Far
from store import audit, contacts, messages, reach, safety, tickets
from store.contacts import Contact
from store.reach import Purpose
from store.sql import Row, Tx
from store.vault import Tampered

BACKOFF = (5, 15, 60, 300, 900, 1800)  # seconds; the last repeats
AT_ONCE = 2 * 60_000  # ms within which a number such as 113 may still stand in an answer
MOST_ATTEMPTS = 20  # about seven hours: after that a person must find another way
MOST_LOOKED_AT = 50  # due texts to look through for one that may leave
URGENT_WITHIN = 1000  # ms: what is not urgent stands back for what is and leaves so soon
# The machine's answers to one person: no talk is as quick as this, so only a flood is slowed. What
# waits is replaced by the answer to the next message; what was written is kept and read as ever.
ANSWERS = Limits(chat=Pace(6000, burst=20))
BEHIND = 60_000  # ms: a text waits for an earlier one to the same person that is tried so soon
ON_THE_WIRE = 500  # ms until we look again whether the text before this one has left


@dataclass(frozen=True, slots=True, repr=False)
class Leased:
    """One text that this worker may send, not before `start`.

    again: an attempt before it may have been taken. sent_before: the provider's ids of what this
    person was sent lately, which are not this text.
    """

    outbound: Outbound
    contact_id: str
    attempts: int
    again: bool
    first_tried_at: int
    start: int
    far: Far
    sent_before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wait:
    """Something is due, but the far side's limits let nothing leave for so many ms."""

    ms: int


LimitsOf = Callable[[str, str], tuple[str, Limits]]  # gateway, line -> line that sends, its limits


def waiting(desk: Desk, lane: str) -> dict[str, int]:
    """How many texts are due in a lane by each gateway."""
    with desk.db.read() as tx:
        return messages.gateways_due(tx, lane, desk.now())


def take(
    desk: Desk, lane: str, gateway: str, limits_of: LimitsOf, ahead: int = 0
) -> Leased | Wait | None:
    """Lease the next text of a gateway that may leave; None if nothing is due.

    What the far side lets leave within `ahead` ms is leased too, for its moment. A text waits
    behind another one to the same person, and what is not urgent behind what is; what may not be
    sent any more is refused here.
    """
    now = desk.now()
    waits: list[int] = []
    lines: dict[str, int] = {}
    with desk.db.write() as tx:
        for row in messages.due(tx, lane, gateway, now, MOST_LOOKED_AT):
            line, limits = limits_of(gateway, row["line"])
            if line not in lines:
                lines[line] = _line_free(tx, desk, limits, line, lane, row, now)
            if lines[line] > now + ahead:
                waits.append(lines[line] - now)
                continue
            taken = _take(tx, desk, row, (line, limits), lines[line], now, ahead)
            if taken is not None:
                return taken
    return Wait(min(waits)) if waits else None


def _line_free(tx: Tx, desk: Desk, limits: Limits, line: str, lane: str, row: Row, now: int) -> int:
    rest = lane != "urgent"
    free = pacing.line_free(tx, desk, limits, line, yielding=rest)
    if rest and limits.line is not None:
        until = now + URGENT_WITHIN
        if messages.urgent_due(tx, row["gateway"], row["line"], until):
            free = max(free, now + URGENT_WITHIN)
    return free


def _take(
    tx: Tx, desk: Desk, row: Row, by: tuple[str, Limits], line_free: int, now: int, ahead: int
) -> Leased | None:
    if row["state"] == "due":
        first = messages.before(tx, row, now, now + BEHIND)
        if first is not None:
            until = first["due_at"] + 1 if first["state"] == "due" else 0
            messages.put_off(tx, row["id"], max(until, now + ON_THE_WIRE))
            return None
    try:
        contact = contacts.by_id(tx, desk.vault, row["contact_id"])
        body, details = messages.body(contact, row), messages.details(contact, row)
    except Tampered:  # it can never be sent: parked where staff see it, others pass
        if messages.lease(tx, row["id"], now, now):
            messages.mark_ended(tx, row["id"], "failed", "unreadable")
        return None
    closed = _why_not(tx, contact, row, now)
    if closed is not None:
        if messages.lease(tx, row["id"], now, now):
            messages.mark_ended(tx, row["id"], "refused", closed)
            _tell_held(tx, row, closed, now)
        return None
    body = _in_time(contact, row, str(details.get("text", "")), body, now)
    line, limits = by
    far = Far(limits, line, contacts.address(contact))
    talk = Far(ANSWERS if row["author_id"] is None else Limits(), "answers", contact.id)
    start = max(now, line_free, pacing.chat_free(tx, desk, far), pacing.chat_free(tx, desk, talk))
    if start > now + ahead:
        messages.put_off(tx, row["id"], start)
        return None
    if not messages.lease(tx, row["id"], now, start + desk.lease):
        return None
    units = locales.segments(body).parts if limits.by_parts else 1
    pacing.use(tx, desk, far, start, units)
    pacing.use(tx, desk, talk, start)
    outbound = Outbound(
        id=row["id"],
        gateway=row["gateway"],
        line=row["line"],
        address=far.address,
        text=body,
        choices=_choices(str(details.get("text", "")), details.get("choices", ())),
    )
    unsure = row["state"] == "sending" or row["error"] == "unsure"
    known = messages.provider_ids(tx, contact.id, row["at"] - desk.lease) if unsure else frozenset()
    return Leased(
        outbound, contact.id, row["attempts"], unsure, row["at"], start, far, known
    )  # fmt: skip


def _in_time(contact: Contact, row: Row, name: str, body: str, now: int) -> str:
    """The text, or where it names a number or the subject and is late, a neutral one: what helps
    within two minutes is found by somebody else after ten."""
    if now - row["at"] <= AT_ONCE or name not in locales.exceptions():
        return body
    return locales.render("ack.kept", "vi", plain=contact.kind == "sms")


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
    """Look once more, just before the sending: the sender may have been found out meanwhile.

    Not ours any more is what another worker holds by now, or may take: a slow one sends nothing.
    """
    now = desk.now()
    with desk.db.read() as tx:
        row = messages.sending(tx, leased.outbound.id)
        if row is None:
            return False  # refused, or erased together with its contact's key
        if row["attempts"] != leased.attempts + 1 or row["lease_until"] <= now:
            return False
        contact = contacts.by_id(tx, desk.vault, leased.contact_id)
        return _why_not(tx, contact, row, now) is None


def mark(desk: Desk, leased: Leased, result: Result) -> None:
    """Note what became of a text."""
    now = desk.now()
    message_id = leased.outbound.id
    with desk.db.write() as tx:
        pacing.came_back(tx, desk, leased.far, now, result)
        match result:
            case Sent(provider_id):
                messages.mark_sent(tx, message_id, provider_id)
            case NotSent(again=True) if leased.attempts < MOST_ATTEMPTS:
                wait = pacing.rest_s(result)
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
        row, news = messages.receipt(
            tx, receipt.gateway, receipt.provider_id, receipt.state, receipt.code
        )
        if row is not None and news and receipt.state == "failed":
            gone = NotSent(receipt.code or "failed", again=False, gone=receipt.code == "21610")
            _tell_failed(tx, row["contact_id"], desk.now(), gone)
    return row is not None
