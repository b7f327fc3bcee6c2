"""Forgetting one person: asked for in the talk or by staff, done by the sweep, never by accident.

A sender's own wish is done once the last answer has left, because the answer needs the address.
An open ticket of urgency 1 or 2 is never removed without a person: it may be the captor who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desk import closing, paging
from desk.house import Desk
from store import audit, erasure, messages, tickets
from store.sql import Row, Tx

MINUTE = 60_000
LONGEST = 10 * MINUTE  # how long an erasure waits for a last answer that does not get away
AT_ONCE = 20  # erasures in one sweep
URGENT = 2  # a live ticket of this urgency or higher is a person's to end

Ground = Literal["asked", "retention", "mistake"]

# What erasing cannot reach; docs/data.md says why of each.
CANNOT = ("audit", "figures", "provider_copies", "senders_phone")


@dataclass(frozen=True, slots=True)
class Asked:
    """It will be erased within minutes. cannot: codes of what stays, for the text that says so.

    "audit" (ids only), "figures" (place, urgency, times), "provider_copies" (carrier, Twilio,
    Telegram), "senders_phone" (the thread there), "passed_on" (what others were given),
    "silence" (the keyed hash by which nothing is ever sent to that phone).
    """

    cannot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """A live ticket of urgency 1 or 2 is open: a person decides, and has been called."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class Erased:
    """Done. ref: nothing can be found by it any more."""

    cannot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotErased:
    """why: "open_urgent" (end the ticket first), "gone" (erased before, or never known)."""

    why: Literal["open_urgent", "gone"]
    ref: str | None = None


def ask(tx: Tx, contact_id: str, now: int, *, by: str = "sender") -> Asked | NeedsPerson:
    """The sender said, twice, that all of it is to be deleted. Called inside their turn.

    With NeedsPerson nothing is noted: the caller calls staff (reason "erase_asked") as it would
    for any other reason. `by`: "sender", or the id of the member of staff who decided it.
    """
    urgent = _urgent(tx, contact_id)
    if urgent is not None:
        audit.write(tx, now, by, "erase_held", f"contacts:{contact_id}", ticket=urgent["id"])
        return NeedsPerson(urgent["id"])
    erasure.ask(tx, contact_id, now, by)
    audit.write(tx, now, by, "erase_asked", f"contacts:{contact_id}")
    row = erasure.locked(tx, contact_id)
    return Asked(_cannot(tx, row) if row else CANNOT)


def take_back(tx: Tx, contact_id: str, now: int, *, by: str = "sender") -> None:
    """They changed their mind before it was done."""
    erasure.ask(tx, contact_id, None, None)
    audit.write(tx, now, by, "erase_taken_back", f"contacts:{contact_id}")


def run_due(desk: Desk) -> int:
    """Erase whoever asked and has been answered. One transaction each; returns how many."""
    now = desk.now()
    with desk.db.read() as tx:
        wanted = [row["id"] for row in erasure.asked(tx, AT_ONCE)]
    done = 0
    for contact_id in wanted:
        with desk.db.write() as tx:
            done += _run_one(tx, contact_id, now)
    if done:
        desk.db.scrub()
    return done


def _run_one(tx: Tx, contact_id: str, now: int) -> bool:
    row = erasure.locked(tx, contact_id)
    if row is None or row["erase_asked_at"] is None:
        return False
    urgent = _urgent(tx, contact_id)
    if urgent is not None:  # they wrote again, and it is urgent: a person decides now
        erasure.ask(tx, contact_id, None, None)
        audit.write(tx, now, "machine", "erase_held", f"contacts:{contact_id}",
                    ticket=urgent["id"])  # fmt: skip
        _call(tx, urgent, now)
        return False
    if messages.open_for(tx, contact_id) and now - row["erase_asked_at"] < LONGEST:
        return False
    erase(tx, row, now, by=row["erase_asked_by"] or "sender", ground="asked")
    return True


def erase(tx: Tx, row: Row, now: int, *, by: str, ground: Ground) -> Erased | NotErased:
    """Erase a contact now, within the caller's transaction. row: as `store.erasure.locked` gives.

    The caller judges the right of `by` to do so. After the commit call `desk.db.scrub()`.
    """
    if row["erased_at"] is not None:
        return NotErased("gone")
    urgent = _urgent(tx, row["id"])
    if urgent is not None:
        return NotErased("open_urgent", urgent["ref"])
    cannot = _cannot(tx, row)
    for ticket in erasure.tickets_of(tx, row["id"]):
        if ticket["status"] in tickets.LIVE:
            tickets.withdraw(tx, ticket["id"], now)
            audit.write(tx, now, by, "withdrawn", f"tickets:{ticket['id']}")
            closing.wind_up(tx, ticket, now, by)
    messages.refuse_open(tx, row["id"], "erased")
    erasure.erase_contact(tx, row, now, by=by, ground=ground)
    audit.write(tx, now, by, "erased", f"contacts:{row['id']}", ground=ground)
    return Erased(cannot)


def _urgent(tx: Tx, contact_id: str) -> Row | None:
    live = [
        ticket
        for ticket in erasure.tickets_of(tx, contact_id)
        if ticket["status"] in tickets.LIVE and ticket["urgency"] <= URGENT
    ]
    return live[0] if live else None


def _cannot(tx: Tx, row: Row) -> tuple[str, ...]:
    found = list(CANNOT)
    if any(ticket["outcome"] == "passed_on" for ticket in erasure.tickets_of(tx, row["id"])):
        found.append("passed_on")
    if row["silenced_at"] is not None or row["opted_out_at"] is not None:
        found.append("silence")
    return tuple(found)


def _call(tx: Tx, ticket: Row, now: int) -> None:
    if ticket["claimed_by"] is not None:
        paging.tell(tx, ticket, ticket["claimed_by"], "attention", now, reason="erase_asked")
        return
    paging.call(tx, ticket, paging.on_call(tx, ticket), now, "erase_asked")
