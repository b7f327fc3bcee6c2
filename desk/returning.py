"""A held ticket goes back to the queue: as old as it is, and called for from the first rung."""

from __future__ import annotations

from desk import offers, opening, routing
from desk.house import Desk
from store import audit, holding, people, tickets
from store.sql import Row, Tx


def put_back(
    tx: Tx, desk: Desk, ticket: Row, now: int, *, actor: str, verb: str
) -> set[str] | None:
    """Return a ticket to the queue; the lanes to ring, or None if its holder has changed.

    ticket: its row, with the holder in `claimed_by`. Its desk stays the one that is called while
    somebody is on call there (it may have come by a transfer); else it is routed anew.
    """
    if not holding.put_back(tx, ticket["id"], ticket["claimed_by"]):
        return None
    offers.end(tx, ticket, "ended", now)
    code = ticket["desk"]
    if code not in people.manned(tx) or f"|{code}|" in ticket["closed_to"]:
        code = routing.desk_of(tx, ticket["centre"], ticket["closed_to"])
        tickets.route(tx, ticket["id"], ticket["centre"], code)
    audit.write(tx, now, actor, verb, f"tickets:{ticket['id']}", holder=ticket["claimed_by"],
                desk=code)  # fmt: skip
    again = {**ticket, "status": "open", "claimed_by": None, "desk": code}
    return opening.call(tx, desk, again, "moved", now)
