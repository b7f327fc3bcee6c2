"""Whose time is over: contacts whose every ticket ended before the moment for its intent."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, exists, func, or_, select
from sqlalchemy.sql.elements import BindParameter

from store.sql import Statement, Tx, among
from store.tables import contacts, pages, tickets

c, t, p = contacts.c, tickets.c, pages.c
LIVE = ("open", "claimed", "waiting")
INTENTS = (
    "off_topic", "crisis_other", "return_support", "help_self", "help_other", "tip", "info"
)  # fmt: skip


def _moment(intent: str) -> BindParameter[int]:
    return bindparam(f"before_{intent}")


_kept = tickets.alias("kept")
k = _kept.c
_KEPT: ColumnElement[bool] = or_(
    among(k.status, *LIVE),
    k.closed_at.is_(None),
    k.closed_at > case(*((k.intent == one, _moment(one)) for one in INTENTS), else_=0),
)
_DUE = and_(
    c.erased_at.is_(None),
    c.created_at <= bindparam("made_before"),
    ~exists().where(k.contact_id == c.id, k.status != "erased", _KEPT).correlate(contacts),
)
_ALL = (
    select(c.id, t.intent)
    .select_from(contacts.outerjoin(tickets, t.contact_id == c.id))
    .where(_DUE)
    .order_by(c.id)
)
_SOME = Statement(select(c.id, c.kind.label("intent")).where(_DUE).order_by(c.id)
                  .limit(bindparam("most")))  # fmt: skip
_EACH = Statement(_ALL)
_ONE = Statement(select(c.id).where(_DUE, c.id == bindparam("contact")))
_waiting = pages.alias("waiting")
_OLD_PAGE = and_(
    p.created_at < bindparam("before"),
    ~among(p.state, "due", "sending"),
    ~exists()
    .where(  # what is still to be replaced or deleted in a chat is found by it
        among(_waiting.c.state, "due", "sending"), _waiting.c.answers == p.id
    )
    .correlate(pages),
    or_(
        p.ticket_id.is_(None),
        ~p.ticket_id.in_(select(t.id).where(among(t.status, *LIVE))),
    ),
)
_PAGES = Statement(select(func.count().label("n")).select_from(pages).where(_OLD_PAGE))
_REMOVE_PAGES = Statement(delete(pages).where(_OLD_PAGE))


def contacts_due(tx: Tx, before: dict[str, int], most: int | None) -> dict[str, set[str]]:
    """Ids of contacts whose time is over, with the intents of their tickets.

    before: intent -> ms; a ticket of that intent must have ended earlier. most: only so many, and
    then without their intents.
    """
    values = _values(before)
    rows = tx.rows(_EACH, **values) if most is None else tx.rows(_SOME, **values, most=most)
    found: dict[str, set[str]] = {}
    for row in rows:
        intents = found.setdefault(row["id"], set())
        intents.add(row["intent"] or "off_topic")
    return found


def is_due(tx: Tx, contact_id: str, before: dict[str, int]) -> bool:
    return tx.one(_ONE, **_values(before), contact=contact_id) is not None


def _values(before: dict[str, int]) -> dict[str, int]:
    moments = {f"before_{intent}": before[intent] for intent in INTENTS}
    return {**moments, "made_before": max(before.values())}


def pages_due(tx: Tx, before: int) -> int:
    row = tx.one(_PAGES, before=before)
    return int(row["n"]) if row else 0


def remove_pages(tx: Tx, before: int) -> int:
    """Remove pages made before that moment, but none that still waits or whose ticket is live."""
    return tx.run(_REMOVE_PAGES, before=before)
