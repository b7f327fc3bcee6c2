"""What could not be delivered: shown to staff without a word of it, and sent once more on request.

A text that failed is a sign about the sender, so it stands here until its ticket ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desk import rights
from desk.house import Desk
from store import audit, contacts, failures, tickets
from store.people import Person
from store.sql import Tx
from store.vault import Tampered

SHOWN_FOR = 14 * 86_400_000  # ms
MOST = 200
STALE = 3_600_000  # ms: an answer of the machine older than this fits no more; a person writes anew


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One text or page. code: the provider's word or ours. to: for a page, whom it called.

    by: who wrote a text, None for the machine. again: whether `who` may have it sent once more.
    """

    id: str
    what: Literal["text", "page"]
    ref: str | None
    at: int
    gateway: str
    code: str
    attempts: int
    by: str | None
    to: str | None
    again: bool


@dataclass(frozen=True, slots=True)
class Again:
    """It is due once more."""

    id: str


@dataclass(frozen=True, slots=True)
class NotAgain:
    """why: "not_there", "not_allowed", "not_yours", "not_failed", "ended", "stale", "unreadable",
    "silenced", "opted_out"."""

    id: str
    why: str


def listing(desk: Desk, who: Person | None = None) -> list[Undelivered]:
    """What failed lately and belongs to a ticket that `who` may see; None is the operator."""
    now = desk.now()
    found = []
    with desk.db.read() as tx:
        for row in failures.texts(tx, now - SHOWN_FOR, MOST):
            ticket = tickets.by_id(tx, row["ticket_id"]) if row["ticket_id"] else None
            if ticket is None and who is not None:
                continue
            if ticket is not None and not rights.may(who, "list", ticket):
                continue
            may = ticket is None or rights.may(who, "reply", ticket)
            stale = row["author_id"] is None and now - row["at"] > STALE
            code = row["error"] or "failed"
            found.append(Undelivered(
                row["id"], "text", None if ticket is None else ticket["ref"], row["at"],
                row["gateway"], code,
                row["attempts"], row["author"], None,
                may and not stale and code != "unreadable",
            ))  # fmt: skip
        for row in failures.calls(tx, now - SHOWN_FOR, MOST):
            ticket = tickets.by_id(tx, row["ticket_id"]) if row["ticket_id"] else None
            if ticket is None or not rights.may(who, "list", ticket):
                continue
            found.append(Undelivered(
                row["id"], "page", ticket["ref"], row["created_at"], "telegram",
                row["error"] or "failed", row["attempts"], None, row["name"],
                rights.may(who, "claim", ticket),
            ))  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)


def send_again(desk: Desk, who: Person | None, failed_id: str) -> Again | NotAgain:
    """Have a text or a page that failed tried once more, from the beginning.

    A sender who is silenced or opted out gets nothing, whoever asks.
    """
    now = desk.now()
    with desk.db.write() as tx:
        why = _text_again(tx, desk, who, failed_id, now)
        if why == "not_there":
            why = _page_again(tx, who, failed_id, now)
        if why is None:
            actor = who.id if who else "operator"
            audit.write(tx, now, actor, "sent_again", f"outbox:{failed_id}")
    if why is not None:
        return NotAgain(failed_id, why)
    desk.ring("urgent")
    desk.ring("rest")
    return Again(failed_id)


def _text_again(tx: Tx, desk: Desk, who: Person | None, message_id: str, now: int) -> str | None:
    row = failures.text(tx, message_id)
    ticket = tickets.by_id(tx, row["ticket_id"]) if row and row["ticket_id"] else None
    if row is None or (ticket is None and who is not None):
        return "not_there"
    if ticket is not None:
        refused = rights.why_not(who, "reply", ticket)
        if refused is not None:
            return refused
        if ticket["status"] not in tickets.LIVE:
            return "ended"
    if row["error"] == "unreadable":
        return "unreadable"
    if row["author_id"] is None and now - row["at"] > STALE:
        return "stale"
    try:
        contact = contacts.by_id(tx, desk.vault, row["contact_id"], locked=True)
    except Tampered:
        return "unreadable"

    if contact.closed is not None:
        return contact.closed
    return None if failures.text_again(tx, message_id, now) else "not_failed"


def _page_again(tx: Tx, who: Person | None, page_id: str, now: int) -> str | None:
    row = failures.call(tx, page_id)
    ticket = tickets.by_id(tx, row["ticket_id"]) if row and row["ticket_id"] else None
    if row is None or ticket is None:
        return "not_there"
    refused = rights.why_not(who, "claim", ticket)
    if refused is not None:
        return refused
    if ticket["status"] not in tickets.LIVE:
        return "ended"
    return None if failures.call_again(tx, page_id, now) else "not_failed"
