"""Tickets: one per report, won by one conditional update."""

from __future__ import annotations

from sqlalchemy import bindparam, case, func, select, update

from store.sql import Row, Statement, Tx, among, inserting
from store.tables import contacts, conversations, facts, staff, tickets

t = tickets.c
LIVE = ("open", "claimed", "waiting")

_ADD = inserting(
    tickets, "id", "ref", "contact_id", "status", "intent", "urgency", "signals", "language",
    "official_class", "country", "vn_province", "centre", "desk", "unread", "opened_at",
    "waiting_since", "ladder", "rung", "climb_at", "closed_to",
    suffix=" ON CONFLICT (ref) DO NOTHING",
)  # fmt: skip
_LISTED = select(tickets, staff.c.name.label("claimed_name")).select_from(
    tickets.outerjoin(staff, staff.c.id == t.claimed_by)
)
_QUEUE = Statement(
    _LISTED.where(t.status != "erased").order_by(
        case((t.status == "open", 0), (among(t.status, *LIVE), 1), else_=2),
        t.urgency, t.waiting_since, t.id,
    )
)  # fmt: skip
_BY_REF = Statement(_LISTED.where(t.ref == bindparam("ref")))
_BY_ID = Statement(_LISTED.where(t.id == bindparam("ticket")))
_LOCK = Statement(
    select(tickets).where(t.id == bindparam("ticket")).with_for_update(key_share=True)
)
_READ_AGAIN = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"))
    .values(
        intent=bindparam("new_intent"),
        urgency=bindparam("new_urgency"),
        signals=bindparam("new_signals"),
        language=bindparam("new_language"),
        official_class=bindparam("new_class"),
        country=bindparam("new_country"),
        vn_province=bindparam("new_province"),
    )
)
_ROUTE = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"))
    .values(centre=bindparam("new_centre"), desk=bindparam("new_desk"))
)
_CLIMB = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"))
    .values(ladder=bindparam("new_ladder"), rung=bindparam("new_rung"), climb_at=bindparam("next"))
)
_STEP = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), t.rung == bindparam("rung"), t.climb_at <= bindparam("now"))
    .values(rung=bindparam("next_rung"), climb_at=bindparam("next"))
)
_DUE = Statement(
    select(tickets)
    .where(t.climb_at <= bindparam("now"), t.status == "open")
    .order_by(t.urgency, t.climb_at)
    .limit(bindparam("most"))
)
_SET_BY_HAND = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"))
    .values(
        urgency=bindparam("new_urgency"),
        urgency_by=bindparam("u_by"),
        intent=bindparam("new_intent"),
        intent_by=bindparam("i_by"),
        signals=bindparam("new_signals"),
        centre=bindparam("new_centre"),
        desk=bindparam("new_desk"),
        vn_province=bindparam("new_province"),
        centre_by=bindparam("c_by"),
    )
)
_CLOSE_TO = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"))
    .values(
        closed_to=bindparam("those"), centre=bindparam("new_centre"), desk=bindparam("new_desk")
    )
)
_CLOSED_TO = Statement(select(t.closed_to).where(t.id == bindparam("ticket")))
_CLOSED_LAST = Statement(
    select(t.closed_to)
    .where(t.contact_id == bindparam("contact"))
    .order_by(t.opened_at.desc(), t.id.desc())
    .limit(1)
)
_WITHDRAW = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), among(t.status, *LIVE))
    .values(status="withdrawn", closed_at=bindparam("now"), climb_at=None, lease_until=None)
)
_CLOSE = Statement(
    update(tickets)
    .where(t.id == bindparam("ticket"), among(t.status, *LIVE))
    .values(
        status="closed",
        outcome=bindparam("how"),
        closed_at=bindparam("now"),
        climb_at=None,
        lease_until=None,
    )
)
_COUNTS = Statement(
    select(t.status, t.urgency, func.count().label("n"), func.min(t.waiting_since).label("oldest"))
    .where(among(t.status, *LIVE))
    .group_by(t.status, t.urgency)
)
_OF_CONTACT = Statement(
    select(tickets)
    .where(t.contact_id == bindparam("contact"), among(t.status, *LIVE))
    .order_by(t.opened_at.desc())
    .limit(1)
)
_WAY_BACK = Statement(
    select(conversations).where(conversations.c.contact_id == bindparam("contact"))
)

_SILENCED = Statement(select(contacts.c.id).where(contacts.c.silenced_at.is_not(None)))
_ADD_FACT = inserting(facts, "id", "ticket_id", "contact_id", "name", "value_sealed", "at")
_FACTS = Statement(
    select(facts).where(facts.c.ticket_id == bindparam("ticket")).order_by(facts.c.at, facts.c.id)
)


def add(tx: Tx, **columns: object) -> bool:
    """Add a ticket. False if its reference is another's."""
    return tx.run(_ADD, **columns) == 1


def queue(tx: Tx) -> list[Row]:
    """Every ticket but erased ones: open by urgency then age, then in hand, then ended."""
    return tx.rows(_QUEUE)


def by_ref(tx: Tx, ref: str) -> Row | None:
    return tx.one(_BY_REF, ref=ref)


def by_id(tx: Tx, ticket_id: str) -> Row | None:
    return tx.one(_BY_ID, ticket=ticket_id)


def lock(tx: Tx, ticket_id: str) -> Row | None:
    return tx.one(_LOCK, ticket=ticket_id)


def live_of_contact(tx: Tx, contact_id: str) -> Row | None:
    return tx.one(_OF_CONTACT, contact=contact_id)


def read_again(
    tx: Tx, ticket_id: str, *, intent: str, urgency: int, signals: str, language: str,
    official_class: str, country: str | None, vn_province: str | None,
) -> None:  # fmt: skip
    """Write what is understood now; the caller sees to it that urgency only rises."""
    tx.run(
        _READ_AGAIN, ticket=ticket_id, new_intent=intent, new_urgency=urgency, new_signals=signals,
        new_language=language, new_class=official_class, new_country=country,
        new_province=vn_province,
    )  # fmt: skip


def route(tx: Tx, ticket_id: str, centre: str, desk: str) -> None:
    tx.run(_ROUTE, ticket=ticket_id, new_centre=centre, new_desk=desk)


def set_ladder(tx: Tx, ticket_id: str, ladder: str, rung: int, climb_at: int | None) -> None:
    tx.run(_CLIMB, ticket=ticket_id, new_ladder=ladder, new_rung=rung, next=climb_at)


def set_by_hand(
    tx: Tx, ticket_id: str, *, urgency: int, urgency_by: str | None, intent: str,
    intent_by: str | None, signals: str, centre: str, desk: str, vn_province: str | None,
    centre_by: str | None,
) -> None:  # fmt: skip
    """Write what a person decided; `*_by` says who, None leaves it to the machine."""
    tx.run(
        _SET_BY_HAND, ticket=ticket_id, new_urgency=urgency, u_by=urgency_by, new_intent=intent,
        i_by=intent_by, new_signals=signals, new_centre=centre, new_desk=desk,
        new_province=vn_province, c_by=centre_by,
    )  # fmt: skip


def step(tx: Tx, ticket_id: str, rung: int, now: int, next_rung: int, next_at: int | None) -> bool:
    """Move to the next rung. False if another worker did, or the ticket was taken."""
    return (
        tx.run(_STEP, ticket=ticket_id, rung=rung, now=now, next_rung=next_rung, next=next_at) == 1
    )


def due_to_climb(tx: Tx, now: int, most: int) -> list[Row]:
    return tx.rows(_DUE, now=now, most=most)


def close_to(tx: Tx, ticket_id: str, those: str, centre: str, desk: str) -> None:
    """Write who must not know, and which centre and desk may."""
    tx.run(_CLOSE_TO, ticket=ticket_id, those=those, new_centre=centre, new_desk=desk)


def closed_to(tx: Tx, ticket_id: str) -> str:
    """Who must not know of a ticket, as its row says now; empty for nobody."""
    row = tx.one(_CLOSED_TO, ticket=ticket_id)
    return "" if row is None else str(row["closed_to"])


def closed_last(tx: Tx, contact_id: str) -> str:
    """Who must not know of the newest ticket of a contact, ended ones too."""
    row = tx.one(_CLOSED_LAST, contact=contact_id)
    return "" if row is None else str(row["closed_to"])


def withdraw(tx: Tx, ticket_id: str, now: int) -> None:
    tx.run(_WITHDRAW, ticket=ticket_id, now=now)


def close(tx: Tx, ticket_id: str, outcome: str, now: int) -> bool:
    """End a ticket. False if it has ended already."""
    return tx.run(_CLOSE, ticket=ticket_id, how=outcome, now=now) == 1


def counts(tx: Tx) -> list[Row]:
    """Rows of status, urgency, n, oldest (waiting_since) for tickets that are not ended."""
    return tx.rows(_COUNTS)


def way_back(tx: Tx, contact_id: str) -> Row | None:
    """The gateway, line and language of the contact's newest message."""
    return tx.one(_WAY_BACK, contact=contact_id)


def add_fact(tx: Tx, **columns: object) -> None:
    tx.run(_ADD_FACT, **columns)


def add_facts(tx: Tx, rows: list[Row]) -> None:
    """Add facts, each a row of the columns that `add_fact` takes."""
    tx.run_each(_ADD_FACT, rows)


def silenced(tx: Tx) -> frozenset[str]:
    """Ids of the contacts that are silenced now."""
    return frozenset(row["id"] for row in tx.rows(_SILENCED))


def facts_of(tx: Tx, ticket_id: str) -> list[Row]:
    return tx.rows(_FACTS, ticket=ticket_id)
