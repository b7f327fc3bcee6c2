"""Texts and pages that could not be delivered and are not tried any more."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select, update

from store.sql import Row, Statement, Tx, among
from store.tables import messages, pages, staff, tickets

m, p = messages.c, pages.c
_TEXTS = Statement(
    select(
        m.id, m.ticket_id, m.contact_id, m.gateway, m.at, m.attempts, m.author_id, m.error,
        staff.c.name.label("author"),
    )
    .select_from(
        messages.outerjoin(tickets, tickets.c.id == m.ticket_id)
        .outerjoin(staff, staff.c.id == m.author_id)
    )
    .where(
        m.direction == "out", m.state == "failed", m.at >= bindparam("since"),
        or_(m.ticket_id.is_(None), among(tickets.c.status, "open", "claimed", "waiting")),
    )
    .order_by(m.at.desc(), m.id)
    .limit(bindparam("most"))
)  # fmt: skip
_PAGES = Statement(
    select(
        p.id, p.ticket_id, p.kind, p.created_at, p.attempts, p.error, p.staff_id, staff.c.name
    )
    .select_from(
        pages.join(staff, staff.c.id == p.staff_id)
        .outerjoin(tickets, tickets.c.id == p.ticket_id)
    )
    .where(
        p.state == "failed", among(p.kind, "page", "offer", "attention"),
        p.created_at >= bindparam("since"), staff.c.active == 1,
        or_(p.ticket_id.is_(None), among(tickets.c.status, "open", "claimed", "waiting")),
    )
    .order_by(p.created_at.desc(), p.id)
    .limit(bindparam("most"))
)  # fmt: skip
_TEXT = Statement(
    select(messages).where(m.id == bindparam("which"), m.direction == "out").with_for_update()
)
_PAGE = Statement(select(pages).where(p.id == bindparam("which")).with_for_update())
_TEXT_AGAIN = Statement(
    update(messages)
    .where(and_(m.id == bindparam("which"), m.state == "failed"))
    .values(state="due", due_at=bindparam("now"), attempts=0, error=None, lease_until=None)
)
_PAGE_AGAIN = Statement(
    update(pages)
    .where(and_(p.id == bindparam("which"), p.state == "failed"))
    .values(state="due", due_at=bindparam("now"), attempts=0, error=None, lease_until=None)
)


def texts(tx: Tx, since: int, most: int) -> list[Row]:
    """Texts to senders that failed, of tickets that are not ended; the newest first."""
    return tx.rows(_TEXTS, since=since, most=most)


def calls(tx: Tx, since: int, most: int) -> list[Row]:
    """Pages that call somebody and failed, of tickets that are not ended; the newest first."""
    return tx.rows(_PAGES, since=since, most=most)


def text(tx: Tx, message_id: str) -> Row | None:
    return tx.one(_TEXT, which=message_id)


def call(tx: Tx, page_id: str) -> Row | None:
    return tx.one(_PAGE, which=page_id)


def text_again(tx: Tx, message_id: str, now: int) -> bool:
    """Let a text leave again. False if it has not failed."""
    return tx.run(_TEXT_AGAIN, which=message_id, now=now) == 1


def call_again(tx: Tx, page_id: str, now: int) -> bool:
    return tx.run(_PAGE_AGAIN, which=page_id, now=now) == 1
