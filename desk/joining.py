"""One person on two phones: joined by staff, never by itself. A silence on one holds on all."""

from __future__ import annotations

from desk import rights
from desk.asked import asked
from desk.house import Desk
from store import audit, contacts, links, messages, safety, tickets
from store.contacts import Contact
from store.ids import new_id
from store.people import Person
from store.sql import Row, Tx
from store.vault import seal


def join(desk: Desk, who: Person | None, ref: str, other_ref: str, reason: str) -> str | None:
    """Note that the senders of two tickets are one person; why not, or None when it is done.

    By the holder of the first, who may read the other. The phones' marks stay their own: that one
    is private says nothing of the other. Words: "no_ticket", "not_allowed", "not_yours", "ended",
    "same", "empty".
    """
    now = desk.now()
    with desk.db.write() as tx:
        first, second = tickets.by_ref(tx, ref), tickets.by_ref(tx, other_ref)
        if first is None or second is None:
            return "no_ticket"
        if first["contact_id"] == second["contact_id"]:
            return "same"
        if not reason.strip():
            return "empty"
        both = [
            contacts.by_id(tx, desk.vault, contact_id, locked=True)
            for contact_id in sorted((first["contact_id"], second["contact_id"]))
        ]
        ticket = asked(tx, who, ref, "safety")
        if isinstance(ticket, str):
            return ticket
        if not rights.may(who, "read", second):
            return "not_allowed"
        _join(tx, desk, both, now)
        links.add(tx, first["id"], second["id"], "person", who.id if who else "operator", now)
        for one in (first, second):
            _note(tx, desk, one, who, reason.strip(), now)
    return None


def _join(tx: Tx, desk: Desk, both: list[Contact], now: int) -> None:
    everybody = sorted(
        {one.id for one in both} | {i for one in both for i in safety.joined(tx, one)}
    )
    safety.join(tx, everybody, everybody[0])
    of_all = [contacts.by_id(tx, desk.vault, contact_id) for contact_id in everybody]
    silent = next((one for one in of_all if one.silenced_at is not None), None)
    if silent is not None:
        safety.silence(tx, silent, silent.silence_reason, silent.silenced_at)
        for contact_id in everybody:
            messages.refuse_open(tx, contact_id, "silenced")
    for contact_id in everybody:
        audit.write(tx, now, "machine", "joined", f"contacts:{contact_id}", person=everybody[0])


def _note(tx: Tx, desk: Desk, ticket: Row, who: Person | None, reason: str, now: int) -> None:
    contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
    fact_id, by = new_id(now), who.name if who else "operator"
    tickets.add_fact(
        tx, id=fact_id, ticket_id=ticket["id"], contact_id=contact.id, name="joined", at=now,
        value_sealed=seal(contact.key, "facts", fact_id, "value", f"{by}: {reason[:500]}"),
    )  # fmt: skip
    audit.write(tx, now, who.id if who else "operator", "joined", f"tickets:{ticket['id']}")
