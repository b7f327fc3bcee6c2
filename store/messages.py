"""Messages in and out. Outgoing ones are the outbox: due, leased, sent, then receipted."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from store import contacts, reach
from store.contacts import Contact
from store.reach import Purpose
from store.sql import Row, Statement, Tx, among, inserting
from store.tables import messages
from store.vault import seal, unseal

m = messages.c
OPEN = ("due", "sending")

_ADD_IN = inserting(
    messages, "id", "contact_id", "ticket_id", "direction", "gateway", "line", "external_id",
    "body_sealed", "extra_sealed", "at", "state",
    suffix=" ON CONFLICT DO NOTHING",
)  # fmt: skip
_ADD_OUT = inserting(
    messages, "id", "contact_id", "ticket_id", "direction", "gateway", "line", "body_sealed",
    "extra_sealed", "at", "state", "lane", "author_id", "due_at", "error", "purpose", "overridden",
)  # fmt: skip
_ONCE = Statement(
    update(messages).where(m.id == bindparam("message")).values(once=bindparam("mark"))
)
_BY_ONCE = Statement(select(m.id).where(m.once == bindparam("mark")))
_FILE = Statement(
    update(messages).where(m.id == bindparam("message")).values(ticket_id=bindparam("ticket"))
)
_SEEN = Statement(
    select(m.id).where(m.line == bindparam("line"), m.external_id == bindparam("external_id"))
)
_LAST_IN = Statement(
    select(m.at)
    .where(m.contact_id == bindparam("contact"), m.direction == "in")
    .order_by(m.at.desc())
    .limit(1)
)
_OF_TICKET = Statement(
    select(messages).where(m.ticket_id == bindparam("ticket")).order_by(m.at, m.id)
)
_REPLACE = Statement(
    update(messages)
    .where(
        m.contact_id == bindparam("contact"),
        m.state == "due",
        m.author_id.is_(None),
        m.due_at > bindparam("now"),
        m.attempts == 0,
    )
    .values(state="refused", error="replaced")
)
_HELD_BACK = Statement(
    select(messages).where(
        m.contact_id == bindparam("contact"),
        m.state == "due",
        m.author_id.is_(None),
        m.due_at > bindparam("now"),
        m.attempts == 0,
    )
)
_REFUSE_OPEN = Statement(
    update(messages)
    .where(
        m.contact_id == bindparam("contact"),
        among(m.state, *OPEN),
        or_(m.purpose.is_(None), m.purpose != "cover"),
    )
    .values(state="refused", error=bindparam("why"), lease_until=None)
)
_DUE = Statement(  # not locked: the lease itself is a conditional update
    select(messages)
    .where(
        m.lane == bindparam("lane"),
        m.gateway == bindparam("gate"),
        among(m.state, *OPEN),
        m.due_at <= bindparam("now"),
        or_(m.state == "due", m.lease_until < bindparam("now")),
    )
    .order_by(m.due_at, m.id)
    .limit(bindparam("most"))
)
_GATEWAYS = Statement(
    select(m.gateway, func.count().label("n"))
    .where(
        m.lane == bindparam("lane"),
        among(m.state, *OPEN),
        m.due_at <= bindparam("now"),
        or_(m.state == "due", m.lease_until < bindparam("now")),
    )
    .group_by(m.gateway)
)
_URGENT = Statement(
    select(m.id)
    .where(
        m.lane == "urgent", m.state == "due", m.gateway == bindparam("gate"),
        m.line == bindparam("line"), m.due_at <= bindparam("until"),
    )
    .limit(1)
)  # fmt: skip
_BEFORE = Statement(
    select(m.id, m.state, m.due_at, m.lease_until)
    .where(
        m.contact_id == bindparam("contact"),
        m.id != bindparam("message"),
        or_(
            and_(m.state == "sending", m.lease_until >= bindparam("now")),
            and_(
                m.state == "due",
                m.id < bindparam("message"),
                m.attempts > 0,
                m.due_at <= bindparam("soon"),
            ),
        ),
    )
    .limit(1)
)
_PUT_OFF = Statement(
    update(messages)
    .where(m.id == bindparam("message"), m.state == "due")
    .values(due_at=bindparam("until"))
)
_PROVIDER_IDS = Statement(
    select(m.provider_id).where(
        m.contact_id == bindparam("contact"),
        m.direction == "out",
        m.provider_id.is_not(None),
        m.at >= bindparam("since"),
    )
)
_LEASE = Statement(
    update(messages)
    .where(
        m.id == bindparam("message"),
        or_(
            m.state == "due",
            and_(m.state == "sending", m.lease_until < bindparam("now")),
        ),
    )
    .values(state="sending", lease_until=bindparam("until"), attempts=m.attempts + 1)
)
_SENT = Statement(
    update(messages)
    .where(m.id == bindparam("message"), among(m.state, "sending", "refused"))
    .values(state="sent", provider_id=bindparam("provider"), error=None, lease_until=None)
)
_AGAIN = Statement(
    update(messages)
    .where(m.id == bindparam("message"), m.state == "sending")
    .values(state="due", due_at=bindparam("due"), error=bindparam("code"), lease_until=None)
)
_END = Statement(
    update(messages)
    .where(m.id == bindparam("message"), m.state == "sending")
    .values(state=bindparam("end"), error=bindparam("code"), lease_until=None)
)
_RECEIPT = Statement(
    update(messages)
    .where(
        m.provider_id == bindparam("provider"),
        m.gateway == bindparam("gate"),
        among(m.state, "sending", "sent"),
    )
    .values(state=bindparam("new"), error=bindparam("code"))
)
_BY_PROVIDER = Statement(
    select(messages).where(m.provider_id == bindparam("provider"), m.gateway == bindparam("gate"))
)
_SENDING = Statement(select(messages).where(m.id == bindparam("message"), m.state == "sending"))
_OPEN_FOR = Statement(
    select(m.id).where(m.contact_id == bindparam("contact"), among(m.state, *OPEN)).limit(1)
)
_OUT_SINCE = Statement(
    select(m.id)
    .where(
        m.contact_id == bindparam("contact"),
        m.direction == "out",
        m.author_id.is_(None),
        m.at >= bindparam("since"),
    )
    .limit(1)
)
_BACKLOG = Statement(
    select(m.lane, func.count().label("n"), func.min(m.due_at).label("oldest"))
    .where(among(m.state, *OPEN), m.due_at <= bindparam("now"))
    .group_by(m.lane)
)
_NEXT_DUE = Statement(
    select(m.due_at)
    .where(m.lane == bindparam("lane"), m.state == "due", m.due_at > bindparam("now"))
    .order_by(m.due_at)
    .limit(1)
)


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """A new text for the outbox."""

    id: str
    ticket_id: str | None
    gateway: str
    line: str
    body: str
    at: int
    due_at: int
    lane: str
    author_id: str | None = None
    extra: dict[str, Any] | None = None
    refused: str | None = None  # written down, but never to be sent: why
    purpose: Purpose = "answer"
    heard_at: int | None = None  # the sender's newest message, where the caller has it at hand
    country: str | None = None  # where the sender is, for what is sent unasked
    overridden: bool = False  # a person takes it upon themselves, see desk.replies
    once: str | None = None  # by which its repetition is known, see store.once


def add_in(
    tx: Tx, contact: Contact, message_id: str, *, gateway: str, line: str, external_id: str,
    body: str, extra: dict[str, Any], at: int, ticket_id: str | None = None,
) -> bool:  # fmt: skip
    """Store a message that came in. False if it is stored already: a repeated delivery.

    ticket_id: the running ticket; None where it is still to be opened, see `file`.

    Telegram's ids name the person (`chat:message`; the upper half of a button's press): they are
    kept as keyed hashes by the contact's own key, which know a repeated delivery as well.
    """
    tx.run(
        _ADD_IN, id=message_id, contact_id=contact.id, ticket_id=ticket_id, direction="in",
        gateway=gateway, line=line,
        external_id=_unnamed(contact, external_id), at=at, state="received",
        body_sealed=seal(contact.key, "messages", message_id, "body", body),
        extra_sealed=_seal_extra(contact, message_id, extra),
    )  # fmt: skip
    return tx.changed == 1


def _unnamed(contact: Contact, external_id: str) -> str:
    if contact.kind != "telegram" and ":" not in external_id:
        return external_id
    return hmac.digest(contact.key, f"external|{external_id}".encode(), "sha256").hex()


def is_known(tx: Tx, line: str, external_id: str) -> bool:
    """Whether a message is stored, by an id that names no chat (Twilio's)."""
    return tx.one(_SEEN, line=line, external_id=external_id) is not None


def file(tx: Tx, message_id: str, ticket_id: str) -> None:
    """Put a message under the ticket that was opened for it."""
    tx.run(_FILE, message=message_id, ticket=ticket_id)


def last_in_at(tx: Tx, contact_id: str) -> int | None:
    row = tx.one(_LAST_IN, contact=contact_id)
    return None if row is None else int(row["at"])


def add_out(tx: Tx, contact: Contact, out: Outgoing) -> str | None:
    """Put a text into the outbox. This is the only way a text to a sender comes to be.

    What may not go to this contact now is refused here and again just before the sending, so no
    caller can forget it; the row is kept so that staff see what was held back. Returns why it was
    refused, None if it is on its way.
    """
    heard = out.heard_at if out.heard_at is not None else contacts.heard_at(tx, contact.id)
    asked = reach.Asked(out.purpose, heard, out.country, out.overridden)
    closed = out.refused or reach.why_not(contact, asked, out.at)
    tx.run(
        _ADD_OUT, id=out.id, contact_id=contact.id, ticket_id=out.ticket_id, direction="out",
        gateway=out.gateway, line=out.line, at=out.at, lane=out.lane, author_id=out.author_id,
        body_sealed=seal(contact.key, "messages", out.id, "body", out.body),
        extra_sealed=_seal_extra(contact, out.id, out.extra),
        state="refused" if closed else "due", error=closed, due_at=out.due_at,
        purpose=out.purpose, overridden=int(out.overridden),
    )  # fmt: skip
    if out.once is not None and closed is None:  # what was refused may be asked for again
        tx.run(_ONCE, message=out.id, mark=out.once)
    return closed


def of_mark(tx: Tx, mark: str | None) -> str | None:
    """The id of the text that was asked for under this mark (`store.once`), None if none was."""
    row = None if mark is None else tx.one(_BY_ONCE, mark=mark)
    return None if row is None else str(row["id"])


def replace_unsent(tx: Tx, contact_id: str, now: int) -> None:
    """Drop the machine's held-back answers: the next turn's answer takes their place."""
    tx.run(_REPLACE, contact=contact_id, now=now)


def held_back(tx: Tx, contact_id: str, now: int) -> list[Row]:
    """The machine's answers that `replace_unsent` would drop now."""
    return tx.rows(_HELD_BACK, contact=contact_id, now=now)


def refuse_open(tx: Tx, contact_id: str, why: str) -> int:
    """Refuse everything that is queued for a contact, but the one dull answer that covers for it;
    return how many texts that were."""
    return tx.run(_REFUSE_OPEN, contact=contact_id, why=why)


def any_out_since(tx: Tx, contact_id: str, since: int) -> bool:
    """Whether the machine has said anything to a contact since then."""
    return tx.one(_OUT_SINCE, contact=contact_id, since=since) is not None


def open_for(tx: Tx, contact_id: str) -> bool:
    """Whether a text to this contact still waits to leave."""
    return tx.one(_OPEN_FOR, contact=contact_id) is not None


def due(tx: Tx, lane: str, gateway: str, now: int, most: int) -> list[Row]:
    """What is due by a gateway. A lease that ran out is due again: its worker died."""
    return tx.rows(_DUE, lane=lane, gate=gateway, now=now, most=most)


def gateways_due(tx: Tx, lane: str, now: int) -> dict[str, int]:
    """How many texts are due by each gateway."""
    return {row["gateway"]: int(row["n"]) for row in tx.rows(_GATEWAYS, lane=lane, now=now)}


def lease(tx: Tx, message_id: str, now: int, until: int) -> bool:
    """Take a text for sending. False if somebody else took it, or it may not leave any more."""
    return tx.run(_LEASE, message=message_id, now=now, until=until) == 1


def urgent_due(tx: Tx, gateway: str, line: str, until: int) -> bool:
    """Whether something urgent leaves by this line until then."""
    return tx.one(_URGENT, gate=gateway, line=line, until=until) is not None


def before(tx: Tx, row: Row, now: int, soon: int) -> Row | None:
    """Another text to the same person that is on the wire, or is tried again before `soon`."""
    return tx.one(_BEFORE, contact=row["contact_id"], message=row["id"], now=now, soon=soon)


def put_off(tx: Tx, message_id: str, until: int) -> None:
    """Let a text wait without counting it as tried."""
    tx.run(_PUT_OFF, message=message_id, until=until)


def provider_ids(tx: Tx, contact_id: str, since: int) -> frozenset[str]:
    """The provider's ids of what was sent to a contact since then."""
    rows = tx.rows(_PROVIDER_IDS, contact=contact_id, since=since)
    return frozenset(row["provider_id"] for row in rows)


def mark_sent(tx: Tx, message_id: str, provider_id: str) -> None:
    """It left. Also for one refused while it was on the wire: the truth is that it left.

    Of Telegram's `chat:message` the number is kept: the chat is the address, and that is sealed.
    """
    tx.run(_SENT, message=message_id, provider=provider_id.rpartition(":")[2])


def mark_again(tx: Tx, message_id: str, due_at: int, code: str) -> None:
    tx.run(_AGAIN, message=message_id, due=due_at, code=code[:64])


def mark_ended(tx: Tx, message_id: str, state: str, code: str) -> None:
    tx.run(_END, message=message_id, end=state, code=code[:64])


def receipt(
    tx: Tx, gateway: str, provider_id: str, state: str, code: str | None
) -> tuple[Row | None, bool]:
    """Apply what the provider says of a text of ours; the row, or None if not ours, and whether
    it was news."""
    news = tx.run(_RECEIPT, provider=provider_id, gate=gateway, new=state, code=code) > 0
    return tx.one(_BY_PROVIDER, provider=provider_id, gate=gateway), news


def sending(tx: Tx, message_id: str) -> Row | None:
    """A leased text, None if it must not leave any more: a silence may have refused it."""
    return tx.one(_SENDING, message=message_id)


def backlog(tx: Tx, now: int) -> list[Row]:
    """Rows of lane, n, oldest_s for texts that should have left by now."""
    return [
        {"lane": row["lane"], "count": row["n"], "oldest_s": (now - row["oldest"]) / 1000}
        for row in tx.rows(_BACKLOG, now=now)
    ]


def next_due(tx: Tx, lane: str, now: int) -> int | None:
    """When the next text falls due that is not due yet."""
    row = tx.one(_NEXT_DUE, lane=lane, now=now)
    return None if row is None else int(row["due_at"])


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    return tx.rows(_OF_TICKET, ticket=ticket_id)


def body(contact: Contact, row: Row) -> str:
    return unseal(contact.key, "messages", row["id"], "body", row["body_sealed"])


def details(contact: Contact, row: Row) -> dict[str, Any]:
    """What came or goes with the text: media, pin, choices, the reading and its reasons."""
    if row["extra_sealed"] is None:
        return {}
    opened = unseal(contact.key, "messages", row["id"], "extra", row["extra_sealed"])
    return dict(json.loads(opened))


def _seal_extra(contact: Contact, row: str, value: dict[str, Any] | None) -> bytes | None:
    if not value:
        return None
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return seal(contact.key, "messages", row, "extra", text)
