"""Pages: calls for the attention of staff. No column of theirs can hold a sender's words.

A page knows its number in a chat, and that chat sealed by the key of the member of staff: a chat
of Telegram's is the person, and so is the id of a pressed button (its upper half is their id). The
chat stands with the page because its owner may leave, or their group become a supergroup with
numbers of its own.
"""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, or_, select, update

from store.sql import Row, Statement, Tx, among, inserting
from store.tables import pages, staff, tickets
from store.vault import Vault, seal, unseal

p = pages.c
OPEN = ("due", "sending")

_ADD = inserting(
    pages, "id", "ticket_id", "staff_id", "kind", "params", "answers", "press_sealed", "state",
    "due_at", "created_at",
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
    .values(
        state="sent",
        provider_id=bindparam("number"),
        chat_sealed=bindparam("chat"),
        press_sealed=None,
        error=None,
        lease_until=None,
    )
)
_AGAIN = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.state == "sending")
    .values(state="due", due_at=bindparam("due"), error=bindparam("code"), lease_until=None)
)
_END = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.state == "sending")
    .values(state="failed", error=bindparam("code"), press_sealed=None, lease_until=None)
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
    select(pages, tickets.c.status, staff.c.data_key)
    .select_from(
        pages.join(staff, staff.c.id == p.staff_id).outerjoin(tickets, tickets.c.id == p.ticket_id)
    )
    .where(p.id == bindparam("page"))
)
_TAKE_AWAY = Statement(
    update(pages)
    .where(p.id == bindparam("page"), p.kind == "words", p.state == "sent")
    .values(state="removed")
)
_SHOWN = Statement(  # as many as there are chats and changes of this page: a few
    select(p.id, p.staff_id, p.provider_id, p.chat_sealed, staff.c.data_key, tickets.c.ref)
    .select_from(
        pages.join(staff, staff.c.id == p.staff_id).join(tickets, tickets.c.id == p.ticket_id)
    )
    .where(p.staff_id == bindparam("who"), p.provider_id == bindparam("number"))
    .order_by(p.id.desc())
)
_OF_TICKET = Statement(
    select(pages, staff.c.name)
    .select_from(pages.join(staff, staff.c.id == p.staff_id))
    .where(p.ticket_id == bindparam("ticket"))
    .order_by(p.created_at, p.id)
)


def add(
    tx: Tx, page_id: str, *, staff_id: str, kind: str, params: str, now: int,
    ticket_id: str | None = None, answers: str | None = None, press_sealed: bytes | None = None,
) -> None:  # fmt: skip
    """Put a page into the outbox. kind is a text id without its `staff.`; answers: another page."""
    tx.run(
        _ADD, id=page_id, ticket_id=ticket_id, staff_id=staff_id, kind=kind, params=params,
        answers=answers, press_sealed=press_sealed, state="due", due_at=now, created_at=now,
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


def mark_sent(tx: Tx, page_id: str, number: str | None, chat_sealed: bytes | None) -> None:
    """number: of the message in its chat; None for what left none, the answer to a press."""
    tx.run(_SENT, page=page_id, number=number, chat=chat_sealed)


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
    """A page, with the `status` of its ticket and the `data_key` of its member of staff."""
    return tx.one(_BY_ID, page=page_id)


def take_away(tx: Tx, page_id: str) -> bool:
    """Note that shown words are to be deleted from the chat. False if that is noted already."""
    return tx.run(_TAKE_AWAY, page=page_id) == 1


def shown(tx: Tx, vault: Vault, staff_id: str, chat: str, number: int) -> str | None:
    """The reference of the ticket that a message in a staff member's chat is about."""
    for row in tx.rows(_SHOWN, who=staff_id, number=str(number)):
        if row["chat_sealed"] is not None and _opened(vault, row, "chat") == chat:
            return str(row["ref"])
    return None


def place(vault: Vault, row: Row) -> tuple[str, str] | None:
    """The chat in which a page stands and its number there; None if it stands nowhere.

    row: the page, with the `data_key` of its member of staff, who may have left since.
    """
    if row["provider_id"] is None or row["chat_sealed"] is None:
        return None
    return _opened(vault, row, "chat"), str(row["provider_id"])


def press(vault: Vault, row: Row) -> str | None:
    """The id of the pressed button that a page answers; a row as `place` takes it."""
    return None if row["press_sealed"] is None else _opened(vault, row, "press")


def sealed(vault: Vault, row: Row, column: str, value: str) -> bytes:
    """Seal a chat or a press for its page. row: `id` of the page, `staff_id`, `data_key`."""
    key = vault.unwrap("staff", row["staff_id"], row["data_key"])
    return seal(key, "pages", row["id"], column, value)


def _opened(vault: Vault, row: Row, column: str) -> str:
    key = vault.unwrap("staff", row["staff_id"], row["data_key"])
    return unseal(key, "pages", row["id"], column, row[f"{column}_sealed"])


def of_ticket(tx: Tx, ticket_id: str) -> list[Row]:
    return tx.rows(_OF_TICKET, ticket=ticket_id)
