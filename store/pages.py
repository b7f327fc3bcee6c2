"""Pages: calls for the attention of staff. No column of theirs can hold a sender's words."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, or_, select, update

from store.sql import Row, Statement, Tx, among, inserting
from store.tables import pages, staff, tickets

p = pages.c
OPEN = ("due", "sending")

_ADD = inserting(
    pages, "id", "ticket_id", "staff_id", "kind", "params", "answers", "state", "due_at",
    "created_at",
)  # fmt: skip
_IS_DUE = (
    among(p.state, *OPEN),
    p.due_at <= bindparam("now"),
    or_(p.state == "due", p.lease_until < bindparam("now")),
)
_DUE = Statement(  # the gravest ticket first; not locked: the lease is a conditional update
    select(pages, staff.c.telegram_sealed, staff.c.data_key, staff.c.language, staff.c.active)
    .select_from(
        pages.join(staff, staff.c.id == p.staff_id).outerjoin(tickets, tickets.c.id == p.ticket_id)
    )
    .where(*_IS_DUE)
    .order_by(func.coalesce(tickets.c.urgency, 2), p.due_at, p.id)
    .limit(bindparam("most"))
)
_COUNT_DUE = Statement(select(func.count().label("n")).where(*_IS_DUE))
_ON_THE_WIRE = Statement(
    select(p.id)
    .where(
        p.staff_id == bindparam("who"),
        p.id != bindparam("page"),
        p.state == "sending",
        p.lease_until >= bindparam("now"),
    )
    .limit(1)
)
_PUT_OFF = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.state == "due")
    .values(due_at=bindparam("until"))
)
_NEXT_DUE = Statement(
    select(func.min(p.due_at).label("at")).where(p.state == "due", p.due_at > bindparam("now"))
)
_LEASE = Statement(
    update(pages)
    .where(
        p.id == bindparam("page"),
        or_(p.state == "due", and_(p.state == "sending", p.lease_until < bindparam("now"))),
    )
    .values(state="sending", lease_until=bindparam("until"), attempts=p.attempts + 1)
)
_SENT = Statement(
    update(pages)
    .where(p.id == bindparam("page"), among(p.state, "sending", "refused"))
    .values(state="sent", provider_id=bindparam("provider"), error=None, lease_until=None)
)
_AGAIN = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.state == "sending")
    .values(state="due", due_at=bindparam("due"), error=bindparam("code"), lease_until=None)
)
_END = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.state == "sending")
    .values(state="failed", error=bindparam("code"), lease_until=None)
)
_REFUSE = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.state == "sending")
    .values(state="refused", error=bindparam("code"), lease_until=None)
)
_STOP = Statement(
    update(pages)
    .where(p.ticket_id == bindparam("ticket"), p.kind == bindparam("what"), among(p.state, *OPEN))
    .values(state="refused", error=bindparam("why"), lease_until=None)
)
_CALLED = Statement(
    select(p.id, p.staff_id, p.provider_id, p.state).where(
        p.ticket_id == bindparam("ticket"),
        p.kind == bindparam("what"),
        p.created_at >= bindparam("since"),
    )
)
_WORDS_OF = Statement(
    select(pages).where(p.ticket_id == bindparam("ticket"), p.kind == "words", p.state == "sent")
)
_WORDS_TO = Statement(
    select(pages).where(p.staff_id == bindparam("who"), p.kind == "words", p.state == "sent")
)
_BY_ID = Statement(
    select(pages, tickets.c.status)
    .select_from(pages.outerjoin(tickets, tickets.c.id == p.ticket_id))
    .where(p.id == bindparam("page"))
)
_TAKE_AWAY = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.kind == "words", p.state == "sent")
    .values(state="removed")
)
_SHOWN = Statement(
    select(p.ticket_id, p.staff_id, tickets.c.ref)
    .select_from(pages.join(tickets, tickets.c.id == p.ticket_id))
    .where(p.provider_id == bindparam("provider"), p.staff_id == bindparam("who"))
    .limit(1)
)
_OF_TICKET = Statement(
    select(pages, staff.c.name)
    .select_from(pages.join(staff, staff.c.id == p.staff_id))
    .where(p.ticket_id == bindparam("ticket"))
    .order_by(p.created_at, p.id)
)


def add(
    tx: Tx, page_id: str, *, staff_id: str, kind: str, params: str, now: int,
    ticket_id: str | None = None, answers: str | None = None,
) -> None:  # fmt: skip
    """Put a page into the outbox. kind is a text id without its `staff.`."""
    tx.run(
        _ADD, id=page_id, ticket_id=ticket_id, staff_id=staff_id, kind=kind, params=params,
        answers=answers, state="due", due_at=now, created_at=now,
    )  # fmt: skip


def due(tx: Tx, now: int, most: int) -> list[Row]:
    """Pages that are due, the gravest first, each with what its person can be reached by."""
    return tx.rows(_DUE, now=now, most=most)


def count_due(tx: Tx, now: int) -> int:
    row = tx.one(_COUNT_DUE, now=now)
    return 0 if row is None else int(row["n"])


def next_due(tx: Tx, now: int) -> int | None:
    """When the next page falls due that is not due yet."""
    row = tx.one(_NEXT_DUE, now=now)
    return None if row is None or row["at"] is None else int(row["at"])


def lease(tx: Tx, page_id: str, now: int, until: int) -> bool:
    """Take a page for sending. False if somebody else took it, or it may not leave any more."""
    return tx.run(_LEASE, page=page_id, now=now, until=until) == 1


def on_the_wire(tx: Tx, row: Row, now: int) -> bool:
    """Whether another page to the same person is being sent: one after the other."""
    return tx.one(_ON_THE_WIRE, who=row["staff_id"], page=row["id"], now=now) is not None


def put_off(tx: Tx, page_id: str, until: int) -> None:
    """Let a page wait without counting it as tried."""
    tx.run(_PUT_OFF, page=page_id, until=until)


def mark_sent(tx: Tx, page_id: str, provider_id: str) -> None:
    tx.run(_SENT, page=page_id, provider=provider_id)


def mark_again(tx: Tx, page_id: str, due_at: int, code: str) -> None:
    tx.run(_AGAIN, page=page_id, due=due_at, code=code[:64])


def mark_failed(tx: Tx, page_id: str, code: str) -> None:
    tx.run(_END, page=page_id, code=code[:64])


def refuse(tx: Tx, page_id: str, why: str) -> None:
    """Note that a leased page does not leave, because it may not any more."""
    tx.run(_REFUSE, page=page_id, code=why)


def stop(tx: Tx, ticket_id: str, why: str, kind: str = "page") -> None:
    """Take back the calls (or another kind) for a ticket that have not left yet."""
    tx.run(_STOP, ticket=ticket_id, why=why, what=kind)


def called(tx: Tx, ticket_id: str, kind: str = "page", since: int = 0) -> list[Row]:
    """The calls (or another kind) made for a ticket so far: id, staff_id, provider_id, state."""
    return tx.rows(_CALLED, ticket=ticket_id, what=kind, since=since)


def showing_words_of(tx: Tx, ticket_id: str) -> list[Row]:
    """Pages that show a sender's words of this ticket."""
    return tx.rows(_WORDS_OF, ticket=ticket_id)


def showing_words_to(tx: Tx, staff_id: str) -> list[Row]:
    """Pages that show this person some sender's words."""
    return tx.rows(_WORDS_TO, who=staff_id)


def by_id(tx: Tx, page_id: str) -> Row | None:
    """A page, with the `status` of its ticket."""
    return tx.one(_BY_ID, page=page_id)


def take_away(tx: Tx, page_id: str) -> bool:
    """Note that shown words are to be deleted from the chat. False if that is noted already."""
    return tx.run(_TAKE_AWAY, page=page_id) == 1


def shown(tx: Tx, staff_id: str, provider_id: str) -> Row | None:
    """The ticket that a message in a staff member's chat is about."""
    return tx.one(_SHOWN, provider=provider_id, who=staff_id)


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    return tx.rows(_OF_TICKET, ticket=ticket_id)
