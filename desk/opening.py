"""Tickets come to be, rise and are routed; and who is called for them."""

from __future__ import annotations

import json
from typing import Literal

from desk import ladder, paging, routing
from desk.house import Desk
from store import audit, holding, safety, tickets
from store.contacts import Contact, Conversation
from store.ids import new_id, new_reference
from store.sql import Row, Tx
from triage.reading import Reading

Called = Literal["opened", "raised", "moved"] | None


def live(tx: Tx, talk: Conversation | None) -> Row | None:
    """Return the contact's running ticket, locked, or None."""
    if talk is None or talk.ticket_id is None:
        return None
    ticket = tickets.lock(tx, talk.ticket_id)
    return ticket if ticket is not None and ticket["status"] in tickets.LIVE else None


def open_or_update(
    tx: Tx, contact: Contact, ticket: Row | None, reading: Reading, now: int
) -> tuple[Row, Called]:
    """Open a ticket for this reading, or let the running one take it in.

    Urgency only rises here; only a person lowers it. Returns the ticket as it is now and why
    people are to be called.
    """
    if ticket is None:
        return _open(tx, contact, reading, now, unread=False), "opened"
    place = reading.place
    known = place is not None and place.vn_province is not None
    known = known and not ticket["centre_by"]  # a person's word on the place stands
    after = {
        **ticket,
        "intent": _intent(ticket, reading),
        "urgency": min(ticket["urgency"], reading.urgency),
        "signals": _union(ticket["signals"], reading.signals),
        "language": _language(ticket["language"], reading.language),
        "official_class": _class(ticket, reading),
        "country": place.country if place and place.country else ticket["country"],
        "vn_province": place.vn_province if place and known else ticket["vn_province"],
    }
    names = ("intent", "urgency", "signals", "language", "official_class", "country", "vn_province")
    if any(after[name] != ticket[name] for name in names):
        tickets.read_again(tx, ticket["id"], **{name: after[name] for name in names})
    called: Called = "raised" if after["urgency"] < ticket["urgency"] else None
    centre = routing.open_centre(routing.centre_of(place), ticket["closed_to"])
    if known and centre != ticket["centre"]:
        after["centre"] = centre
        after["desk"] = routing.desk_of(tx, centre, ticket["closed_to"])
        tickets.route(tx, ticket["id"], after["centre"], after["desk"])
        audit.write(tx, now, "machine", "routed", f"tickets:{ticket['id']}", centre=after["centre"])
        if ticket["status"] == "open" and after["desk"] != ticket["desk"]:
            called = called or "moved"
    if called is None and ticket["intent"] == "off_topic" != after["intent"]:
        called = "raised"
    return after, called


def open_unread(tx: Tx, contact: Contact, ticket: Row | None, now: int) -> tuple[Row, Called]:
    """Open a ticket, unless one runs, for a message that the machine could not read: a person
    must, today."""
    if ticket is not None:
        return ticket, "raised"
    blank = Reading("info", 2, (), None, "vi", (), frozenset(), "counselling", 0.0)
    return _open(tx, contact, blank, now, unread=True), "opened"


def _open(tx: Tx, contact: Contact, reading: Reading, now: int, *, unread: bool) -> Row:
    ticket_id = new_id(now)
    closed = _closed_before(tx, contact)
    centre = routing.open_centre(routing.centre_of(reading.place), closed)
    row: Row = {
        "id": ticket_id,
        "ref": new_reference(),
        "contact_id": contact.id,
        "status": "open",
        "intent": reading.intent,
        "urgency": reading.urgency,
        "signals": json.dumps(sorted(reading.signals)),
        "language": reading.language,
        "official_class": reading.official_class,
        "country": reading.place.country if reading.place else None,
        "vn_province": reading.place.vn_province if reading.place else None,
        "centre": centre,
        "desk": routing.desk_of(tx, centre, closed),
        "unread": int(unread),
        "opened_at": now,
        "waiting_since": now,
        "ladder": "[]",
        "rung": 0,
        "climb_at": None,
        "closed_to": closed,
    }
    while not tickets.add(tx, **row):
        row["ref"] = new_reference()
    audit.write(tx, now, "machine", "opened", f"tickets:{ticket_id}", urgency=reading.urgency,
                centre=centre, desk=row["desk"])  # fmt: skip
    return {**row, "claimed_by": None, "offer_id": None}


def _closed_before(tx: Tx, contact: Contact) -> str:
    """Who must not know, as the sender said in the report before, on any phone of theirs: it is
    said once and holds until whoever leads takes it back."""
    if contact.new:
        return ""
    phones = (contact.id, *safety.joined(tx, contact))
    codes = (code for phone in phones for code in tickets.closed_last(tx, phone).split("|"))
    named = list(dict.fromkeys(code for code in codes if code))
    return f"|{'|'.join(named)}|" if named else ""


def call(
    tx: Tx, desk: Desk, ticket: Row, called: Called, now: int, reason: str | None = None
) -> set[str]:
    """Call people for a ticket that was opened, has risen or has moved. Returns lanes to ring.

    reason: what the flow wants them to know, as a text id without its `call.`.
    """
    if not calls(ticket, called):
        return set()
    if ticket["claimed_by"] is not None:
        hold = desk.ladders[ticket["urgency"]].hold_ms
        holding.shorten_lease(tx, ticket["id"], now + hold)
        return paging.tell(tx, ticket, ticket["claimed_by"], "raised", now, reason=reason)
    return paging.call(tx, ticket, lay_ladder(tx, desk, ticket, now).staff, now, reason)


def calls(ticket: Row, called: Called) -> bool:
    """Whether people are called for what has just become of a ticket."""
    return called is not None and not calls_nobody(ticket)


def staff_state(ticket: Row | None) -> Literal["called", "reading", "unreached"]:
    """How far people are with a ticket, as a flow may say it: only what is true at this second."""
    if ticket is None:
        return "called"
    if ticket["claimed_by"] is not None:
        return "reading"
    return "unreached" if ticket["rung"] > 0 and not calls_nobody(ticket) else "called"


def lay_ladder(tx: Tx, desk: Desk, ticket: Row, now: int, rung: int = 0) -> ladder.Rung:
    """Take the snapshot of who is called when, standing on a rung now; return that rung.

    Nobody is called by it. A rung that the new ladder does not have is its last one.
    """
    clocks = desk.ladders[ticket["urgency"]]
    rungs = ladder.build(tx, clocks, ticket["centre"], ticket["desk"])
    rung = min(rung, len(rungs) - 1)
    last = rung == len(rungs) - 1
    wait = clocks.again * ladder.MINUTE if last else rungs[rung + 1].after - rungs[rung].after
    tickets.set_ladder(tx, ticket["id"], ladder.dump(rungs), rung, now + wait)
    return rungs[rung]


def calls_nobody(ticket: Row) -> bool:
    """Off-topic messages wait in the queue, where a person sees them, but wake nobody."""
    return bool(ticket["intent"] == "off_topic" and ticket["urgency"] == 4)


def _intent(ticket: Row, reading: Reading) -> str:
    weak = () if ticket["intent_by"] else ("off_topic", "info")  # what a person said is not weak
    if reading.intent == "off_topic":
        return str(ticket["intent"])
    if ticket["intent"] in weak or reading.urgency < ticket["urgency"]:
        return reading.intent
    return str(ticket["intent"])


def _class(ticket: Row, reading: Reading) -> str:
    order = ("information", "counselling", "referral")
    return max(str(ticket["official_class"]), reading.official_class, key=order.index)


def _union(before: str, signals: tuple[str, ...]) -> str:
    return json.dumps(sorted({*json.loads(before), *signals}))


def _language(before: str, now: str) -> str:
    """A Vietnamese sender stays in the first form of writing; another language is news."""
    return before if before[:2] == now[:2] or now == "mixed" else now
