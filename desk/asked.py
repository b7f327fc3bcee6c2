"""The ticket that somebody asks to act on, locked, or the word for why not."""

from __future__ import annotations

from desk import rights
from desk.rights import Act
from store import tickets
from store.people import Person
from store.sql import Row, Tx


def asked(tx: Tx, who: Person | None, ref: str, act: Act) -> Row | str:
    """Return the ticket's row, locked until the transaction ends, or why `who` may not act.

    "no_ticket", "not_allowed", "not_yours", "ended". Whoever must also lock the contact does so
    before: a message that comes in locks the contact first, then the ticket.
    """
    found = tickets.by_ref(tx, ref)
    row = tickets.lock(tx, found["id"]) if found else None
    if row is None:
        return "no_ticket"
    why = rights.why_not(who, act, row)
    if why is not None:
        return why
    return row if row["status"] in tickets.LIVE else "ended"
