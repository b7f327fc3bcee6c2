"""The queue as pages for one person: by right and place, urgent first, then oldest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import places
from desk import rights
from desk.house import Desk
from desk.routing import NATION
from store import browse, contacts, people, tickets
from store.browse import Shelf, Sight
from store.people import Person
from store.sql import Row

MOST = 40  # lines of a page
SHELVES: tuple[Shelf, ...] = ("waiting", "held", "mine", "ended")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the queue is asked for. urgency 0 and place "": any; page counts from 0."""

    shelf: Shelf = "waiting"
    urgency: int = 0
    place: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket in the queue: no words. Times in ms; waits: since when a person is waited for.

    late: 0 in time, 1 the centre has been called for it, 2 the nation has. may_claim: whether
    the one who looks may claim it now.
    """

    ref: str
    status: str
    urgency: int
    intent: str
    signals: tuple[str, ...]
    language: str
    province: str | None
    country: str | None
    centre: str
    desk: str
    channel: str
    waits: int
    late: int
    last_in_at: int | None
    holder: str | None
    held_since: int | None
    mine: bool
    offered: bool
    unread: bool
    silenced: bool
    opted_out: bool
    closed_at: int | None
    may_claim: bool
    may_read: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue and how many there are besides."""

    asked: Asked
    lines: tuple[Line, ...]
    more: bool
    shelves: Mapping[str, int]  # how many on each shelf, the ended ones not counted
    urgent: Mapping[int, int]  # how many wait, by urgency
    centres: Mapping[str, int] = field(default_factory=dict)


def browse_queue(desk: Desk, who: Person, asked: Asked) -> Queue:
    """One page of what `who` may see in the list."""
    seen = sight(who)
    now = desk.now()
    with desk.db.read() as tx:
        rows = browse.lines(
            tx, seen, asked.shelf, urgency=asked.urgency, place=asked.place,
            most=MOST + 1, skip=asked.page * MOST,
        )  # fmt: skip
        counts = browse.counts(tx, seen)
    urgent: Counter[int] = Counter()
    centres: Counter[str] = Counter()
    for group in counts:
        centres[group["centre"]] += group["n"]
        if group["status"] == "open":
            urgent[group["urgency"]] += group["n"]
    allowed = [row for row in rows[:MOST] if rights.may(who, "list", row)]
    return Queue(
        asked=asked,
        lines=tuple(_line(desk, who, row, now) for row in allowed),
        more=len(rows) > MOST,
        shelves={
            "waiting": urgent.total(),
            "held": centres.total() - urgent.total(),
            "mine": sum(group["mine"] or 0 for group in counts),
        },
        urgent=urgent,
        centres=centres,
    )


def sight(who: Person) -> Sight:
    """Which tickets a person may see in the list: `rights` as the database can ask it."""
    codes: frozenset[str] | None
    if who.role in ("national", "auditor") or (who.role == "supervisor" and who.centre == NATION):
        codes = None
    elif who.role == "admin" or not who.active:
        codes = frozenset()
    elif who.role == "supervisor":
        codes = frozenset(c for c in places.SERVICE_POINTS if rights.covers(who.centre, c))
    else:
        codes = frozenset({who.centre})
    return Sight(who.id, who.centre, codes, nation=who.centre == NATION and who.role == "staff")


def row_of(desk: Desk, who: Person, ref: str) -> Row | None:
    """The row of a ticket that `who` may see in the list; None if there is none for them."""
    with desk.db.read() as tx:
        row = tickets.by_ref(tx, ref)
    return row if row is not None and rights.may(who, "list", row) else None


def version(desk: Desk, row: Row) -> str:
    """A mark of a ticket's page that changes when the page does; opens and notes nothing."""
    with desk.db.read() as tx:
        contact = contacts.by_id(tx, desk.vault, row["contact_id"])
        states = browse.states(tx, row["id"])
    plain = {k: v for k, v in row.items() if k != "lease_until"}
    marks = [contact.silenced_at, contact.opted_out_at, contact.phone_safe_at, contact.unsafe_at,
             contact.borrowed, contact.window, contact.word_given_at, contact.unproven_at,
             contact.erase_asked_at]  # fmt: skip
    seen = [plain, marks, states]
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:24]


def colleagues(desk: Desk, who: Person) -> list[Person]:
    """To whom a ticket may be offered: everybody who takes tickets, but oneself."""
    with desk.db.read() as tx:
        everybody = people.everybody(tx)
    return [p for p in everybody if p.active and p.role in people.CALLED and p.id != who.id]


def manned(desk: Desk) -> list[str]:
    """Codes of the centres to which a ticket may be offered: someone is there."""
    with desk.db.read() as tx:
        return sorted(people.manned(tx))


def _line(desk: Desk, who: Person, row: Row, now: int) -> Line:
    waited = now - row["waiting_since"]
    clocks = desk.ladders[row["urgency"]]
    late = (waited >= clocks.centre * 60_000) + (waited >= clocks.nation * 60_000)
    offered = row["offered_to"] == who.id or (
        row["offered_centre"] is not None and row["offered_centre"] == who.centre
    )
    return Line(
        ref=row["ref"],
        status=row["status"],
        urgency=row["urgency"],
        intent=row["intent"],
        signals=tuple(json.loads(row["signals"])),
        language=row["language"],
        province=row["vn_province"],
        country=row["country"],
        centre=row["centre"],
        desk=row["desk"],
        channel=row["channel"],
        waits=row["waiting_since"],
        late=late if row["status"] == "open" else 0,
        last_in_at=row["last_in_at"],
        holder=row["claimed_name"],
        held_since=row["claimed_at"],
        mine=row["claimed_by"] == who.id,
        offered=offered,
        unread=bool(row["unread"]),
        silenced=row["silenced_at"] is not None,
        opted_out=row["opted_out_at"] is not None,
        closed_at=row["closed_at"],
        may_claim=row["status"] == "open" and rights.may(who, "claim", row),
        may_read=rights.may(who, "read", row),
    )
