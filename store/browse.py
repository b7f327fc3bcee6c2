"""The queue as one person may see it: a page of lines, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)

from store.sql import Row, Statement, Tx, among
from store.tables import contacts, conversations, messages, notes, pages, staff, tickets

t = tickets.c
LIVE = ("open", "claimed", "waiting")
Shelf = Literal["waiting", "held", "mine", "ended"]


@dataclass(frozen=True, slots=True)
class Sight:
    """Which tickets a person may see in the list.

    codes: the centres they answer for, or None for all; nation: whether calls of the nation
    reach them.
    """

    person: str
    centre: str
    codes: frozenset[str] | None
    nation: bool

    def values(self) -> dict[str, object]:
        return {
            "who": self.person,
            "home": self.centre,
            "everything": int(self.codes is None),
            "codes": "|" + "|".join(sorted(self.codes or ())) + "|",
            "nation": int(self.nation),
        }


def _holds(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the bound list of codes, `|a|b|`, holds this column's code."""
    return bindparam("codes", type_=String).contains(literal("|") + column + literal("|"))


_CALLED = select(pages.c.ticket_id).where(
    pages.c.staff_id == bindparam("who"), pages.c.kind == "page"
)
_BARRED = or_(  # those who must not know have not even its line
    t.closed_to.contains(literal("|") + bindparam("home", type_=String) + literal("|")),
    t.closed_to.contains(literal("|") + bindparam("who", type_=String) + literal("|")),
)
_MAY_SEE = or_(
    bindparam("everything") == 1,
    _holds(t.centre),
    _holds(t.desk),
    t.claimed_by == bindparam("who"),
    t.offered_to == bindparam("who"),
    t.offered_centre == bindparam("home"),
    and_(t.status == "open", t.id.in_(_CALLED)),
    and_(bindparam("nation") == 1, t.status == "open", t.ladder.contains('"nation"')),
)
_SEEN = and_(_MAY_SEE, or_(t.closed_to == "", not_(_BARRED)))
_MINE = or_(
    t.claimed_by == bindparam("who"),
    t.offered_to == bindparam("who"),
    t.offered_centre == bindparam("home"),
)
_SHELVES: dict[Shelf, ColumnElement[bool]] = {
    "waiting": t.status == "open",
    "held": among(t.status, "claimed", "waiting"),
    "mine": and_(among(t.status, *LIVE), _MINE),
    "ended": among(t.status, "closed", "withdrawn"),
}
_ASKED = and_(
    or_(bindparam("urgency") == 0, t.urgency == bindparam("urgency")),
    or_(
        bindparam("place") == "",
        t.centre == bindparam("place"),
        t.desk == bindparam("place"),
    ),
)


def _lines(shelf: Shelf) -> Statement:
    order = (t.closed_at.desc(), t.id) if shelf == "ended" else (t.urgency, t.waiting_since, t.id)
    chosen = (
        select(t.id).where(_SHELVES[shelf], _SEEN, _ASKED).order_by(*order)
        .limit(bindparam("most")).offset(bindparam("skip"))
    ).subquery()  # fmt: skip
    joined = (
        tickets.join(chosen, chosen.c.id == t.id)
        .join(contacts, contacts.c.id == t.contact_id)
        .outerjoin(conversations, conversations.c.contact_id == t.contact_id)
        .outerjoin(staff, staff.c.id == t.claimed_by)
    )
    return Statement(
        select(
            tickets,
            staff.c.name.label("claimed_name"),
            contacts.c.kind.label("channel"),
            contacts.c.silenced_at,
            contacts.c.opted_out_at,
            conversations.c.last_in_at,
        )
        .select_from(joined)
        .order_by(*order)
    )


_LINES = {shelf: _lines(shelf) for shelf in _SHELVES}
_COUNTS = Statement(
    select(
        t.status,
        t.urgency,
        t.centre,
        func.count().label("n"),
        func.sum(case((_MINE, 1), else_=0)).label("mine"),
    )
    .where(among(t.status, *LIVE), _SEEN)
    .group_by(t.status, t.urgency, t.centre)
    .order_by(t.centre)
)
_STATES = Statement(
    select(messages.c.id, messages.c.state, messages.c.error)
    .where(messages.c.ticket_id == bindparam("ticket"))
    .order_by(messages.c.id)
)
_NOTES = Statement(
    select(func.count().label("n"))
    .select_from(notes)
    .where(notes.c.ticket_id == bindparam("ticket"))
)


def lines(
    tx: Tx, sight: Sight, shelf: Shelf, *, urgency: int = 0, place: str = "", most: int, skip: int
) -> list[Row]:
    """A page of the queue: urgent first, then oldest; of the ended ones the newest first.

    urgency 0 and place "" ask for any. Rows are tickets with `claimed_name`, `channel`,
    `silenced_at`, `opted_out_at`, `last_in_at`.
    """
    return tx.rows(
        _LINES[shelf], **sight.values(), urgency=urgency, place=place, most=most, skip=skip
    )


def counts(tx: Tx, sight: Sight) -> list[Row]:
    """Rows of status, urgency, centre, n, mine of what has not ended."""
    return tx.rows(_COUNTS, **sight.values())


def states(tx: Tx, ticket_id: str) -> list[tuple[object, ...]]:
    """What changes when the page of a ticket changes, without opening a word."""
    said = [(row["id"], row["state"], row["error"]) for row in tx.rows(_STATES, ticket=ticket_id)]
    return [*said, *((row["n"],) for row in tx.rows(_NOTES, ticket=ticket_id))]
