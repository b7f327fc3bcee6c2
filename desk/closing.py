"""Closing: a ticket ends with an outcome. Nothing is ever sent to its sender by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from desk import notes, offers, paging, shown_words
from desk.asked import asked
from desk.house import Desk
from store import audit, tickets
from store.people import Person
from store.sql import Row, Tx

# Their names for people are the texts `outcome.*`.
Outcome = Literal["helped", "passed_on", "no_contact", "not_ours", "false_alarm", "withdrawn"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Closed:
    """It has ended; a new message of its sender opens a new ticket."""

    ref: str


@dataclass(frozen=True, slots=True)
class NotClosed:
    """why: "no_ticket", "not_allowed", "not_yours", "ended", "no_outcome", "too_long"."""

    ref: str
    why: str


def close(
    desk: Desk, who: Person | None, ref: str, outcome: str, note: str = ""
) -> Closed | NotClosed:
    """Close a ticket: whoever holds it, or leads there. outcome: one of `OUTCOMES`.

    The note is kept with the ticket's notes. The calling ends, an offer that waits ends, and the
    sender's words are deleted from the chats of staff.
    """
    now = desk.now()
    actor = who.id if who else "operator"
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "close")
        if isinstance(ticket, str):
            return NotClosed(ref, ticket)
        if outcome not in OUTCOMES:
            return NotClosed(ref, "no_outcome")
        if notes.fault(note) == "too_long":
            return NotClosed(ref, "too_long")
        if note.strip():
            notes.write(tx, desk, who, ticket, note, now)
        tickets.close(tx, ticket["id"], outcome, now)
        audit.write(tx, now, actor, "closed", f"tickets:{ticket['id']}", outcome=outcome)
        wind_up(tx, ticket, now, actor)
    desk.ring("urgent")
    return Closed(ref)


def wind_up(tx: Tx, ticket: Row, now: int, actor: str) -> None:
    """What goes with the end of a ticket: calls, offers and words on phones end too.

    ticket: its row before it ended. actor: who ended it, and is not told.
    """
    offers.end(tx, ticket, "ended", now)
    if ticket["claimed_by"] is None:
        paging.stop(tx, ticket, now, "closed")
    elif ticket["claimed_by"] != actor:
        paging.tell(tx, ticket, ticket["claimed_by"], "closed", now)
    shown_words.take_away(tx, ticket["id"], now)
