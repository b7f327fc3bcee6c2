"""Must not know: a person or a place that the sender names has nothing of the ticket.

Enforced below the callers: `rights` gives them no act, not even its line in the queue; `routing`
leaves their desk out; `paging` calls and tells nobody of them; an offer to them is refused. What
is kept is the words (sealed) and codes of centres and ids of staff on the ticket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import places
from desk import opening, paging, returning, routing, shown_words
from desk.asked import asked
from desk.house import Desk
from locales import unaccent
from store import audit, contacts, people, tickets
from store.ids import new_id
from store.people import Person
from store.sql import Row, Tx
from store.vault import seal

NATION = routing.NATION
# A name alone may be an everyday word without marks ("lan" is also "lần"): it counts behind a word
# by which people are called, or when it has two words of its own.
CALLED = "anh|chi|co|chu|bac|ong|ba|em|thay|mr|mrs|ms"


@dataclass(frozen=True, slots=True)
class NotSet:
    """why: "no_ticket", "not_allowed", "not_yours", "ended", "nobody", "empty"."""

    ref: str
    why: str


def hear(tx: Tx, desk: Desk, ticket: Row, words: str, now: int) -> set[str]:
    """The sender said who must not know. What names a centre or a member of staff closes the
    ticket to them at once; the words are kept for the person who reads them."""
    contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
    fact_id = new_id(now)
    tickets.add_fact(
        tx, id=fact_id, ticket_id=ticket["id"], contact_id=contact.id, name="mustnot", at=now,
        value_sealed=seal(contact.key, "facts", fact_id, "value", words),
    )  # fmt: skip
    named = _named(tx, desk, words)
    return _close(tx, desk, ticket, named, now, "sender") if named else set()


def close_to(desk: Desk, who: Person | None, ref: str, whom: str, reason: str) -> NotSet | None:
    """Close a ticket to a centre (by code) or a member of staff (by name), with a reason."""
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "close_to")
        if isinstance(ticket, str):
            return NotSet(ref, ticket)
        code = _code(tx, whom)
        if code is None:
            return NotSet(ref, "nobody")
        if not reason.strip():
            return NotSet(ref, "empty")
        _keep_reason(tx, desk, ticket, who, f"{whom}: {reason.strip()}", now)
        _close(tx, desk, ticket, [code], now, who.id if who else "operator")
    desk.ring("urgent")
    return None


def open_to(desk: Desk, who: Person | None, ref: str, whom: str, reason: str) -> NotSet | None:
    """Let them know again: only whoever leads there, with a reason."""
    now = desk.now()
    with desk.db.write() as tx:
        ticket = asked(tx, who, ref, "open_to")
        if isinstance(ticket, str):
            return NotSet(ref, ticket)
        code = _code(tx, whom)
        if code is None or f"|{code}|" not in ticket["closed_to"]:
            return NotSet(ref, "nobody")
        if not reason.strip():
            return NotSet(ref, "empty")
        _keep_reason(tx, desk, ticket, who, f"{whom}: {reason.strip()}", now)
        left = [one for one in listed(ticket) if one != code]
        tickets.close_to(tx, ticket["id"], joined(left), ticket["centre"], ticket["desk"])
        audit.write(tx, now, who.id if who else "operator", "opened_to",
                    f"tickets:{ticket['id']}", to=code)  # fmt: skip
    return None


def listed(ticket: Row) -> list[str]:
    """Codes and ids of those who must not know."""
    return [one for one in ticket["closed_to"].split("|") if one]


def joined(codes: list[str]) -> str:
    return f"|{'|'.join(codes)}|" if codes else ""


def _close(tx: Tx, desk: Desk, ticket: Row, codes: list[str], now: int, by: str) -> set[str]:
    """Close it, and take it out of the hands and off the phones of those who must not know."""
    new = [code for code in codes if code not in listed(ticket) and code != NATION]
    if not new:
        return set()
    closed = joined([*listed(ticket), *new])
    centre = routing.open_centre(ticket["centre"], closed)
    code = ticket["desk"]
    if f"|{code}|" in closed or centre != ticket["centre"]:
        code = routing.desk_of(tx, centre, closed)
    tickets.close_to(tx, ticket["id"], closed, centre, code)
    after = {**ticket, "closed_to": closed, "centre": centre, "desk": code}
    audit.write(tx, now, by, "closed_to", f"tickets:{ticket['id']}", to=new, centre=centre)
    shown_words.take_away_barred(tx, after, now)
    holder = people.by_id(tx, ticket["claimed_by"]) if ticket["claimed_by"] else None
    if holder is not None and (f"|{holder.id}|" in closed or f"|{holder.centre}|" in closed):
        return returning.put_back(tx, desk, after, now, actor="machine", verb="returned") or set()
    if holder is None and code != ticket["desk"]:
        return opening.call(tx, desk, after, "moved", now)
    return paging.URGENT


def _named(tx: Tx, desk: Desk, words: str) -> list[str]:
    """Codes of the centres and ids of the staff that these words name."""
    found = []
    place = places.find(words, on=desk.today())
    if place.vn_province is not None and place.centre != NATION:
        found.append(place.centre)
    plain = re.sub(r"[^\w]+", " ", unaccent(words).lower())
    for person in people.everybody(tx):
        name = re.escape(unaccent(person.name).lower())
        lead = "" if " " in person.name.strip() else rf"(?:{CALLED}) "
        if person.active and re.search(rf"(?<!\w){lead}{name}(?!\w)", plain):
            found.append(person.id)
    return found


def _code(tx: Tx, whom: str) -> str | None:
    if routing.is_centre(whom):
        return whom if whom != NATION else None
    person = people.by_name(tx, whom)
    return None if person is None else person.id


def _keep_reason(tx: Tx, desk: Desk, ticket: Row, who: Person | None, text: str, now: int) -> None:
    contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
    fact_id = new_id(now)
    by = who.name if who else "operator"
    tickets.add_fact(
        tx, id=fact_id, ticket_id=ticket["id"], contact_id=contact.id, name="mustnot", at=now,
        value_sealed=seal(contact.key, "facts", fact_id, "value", f"{by}: {text}"),
    )  # fmt: skip
