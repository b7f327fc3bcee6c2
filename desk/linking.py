"""Tips about one house, number, plate, account or recruiter are joined into one card (D10).

What a message names is kept by keyed hash beside the ticket, in the same transaction as the
message. A card is put together when somebody looks: what the tips share and where they differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import places
from desk import rights
from desk.clue_days import KINDS
from desk.house import Desk, iso
from desk.messages import Inbound
from places.fold import fold
from store import audit, clues, contacts, tickets
from store.contacts import Contact
from store.people import Person
from store.sql import Row, Tx
from triage.identifiers import identifiers
from triage.reading import Reading

LOCAL = ("address", "recruiter")  # the same only within a province: every town has a Le Loi street
MOST = 50  # tickets on one card
COMPARED = ("vn_province", "country", "centre", "intent", "urgency", "language", "status")


@dataclass(frozen=True, slots=True)
class Shared:
    """One clue that this ticket has in common with others. value: None where no words are shown."""

    kind: str
    value: str | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """One other ticket of the card: its line of the queue, what it shares, where it differs.

    differs: field -> (here, there); signals as sorted lists of what only one of them has.
    direct: whether it shares a clue with the ticket itself, or only with another of the card.
    """

    ref: str
    urgency: int
    intent: str
    centre: str
    status: str
    opened_at: str | None
    shares: tuple[str, ...]
    direct: bool
    differs: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that belongs to a ticket by what was named. hidden: tickets of other desks."""

    ref: str
    shared: tuple[Shared, ...]
    tickets: tuple[Linked, ...]
    hidden: int


def note(
    tx: Tx, desk: Desk, contact: Contact, ticket: Row, inbound: Inbound, reading: Reading, at: int
) -> None:
    """Keep what this message names. The sender's own number is no clue."""
    found = sorted(_clues(inbound.text, reading, ticket["vn_province"]))
    named = [(kind, value) for kind, value in found if value != inbound.address]
    clues.add(tx, desk.vault, contact, ticket["id"], named, at)


def _clues(text: str, reading: Reading, province: str | None) -> set[tuple[str, str]]:
    if reading.intent in ("off_topic", "info"):
        return set()
    found: set[tuple[str, str]] = {
        (one.kind, f"{one.canonical}|{province or ''}" if one.kind in LOCAL else one.canonical)
        for one in identifiers(text)
    }
    place = reading.place
    mention = fold(place.mention) if place is not None and place.mention else ""
    if place is not None and mention and mention not in _wide():
        found.add(("place", f"{mention}|{place.vn_province or place.country or ''}"))
    return found


@cache
def _wide() -> frozenset[str]:
    """Names of provinces, now and before, and their towns: too wide to join two tips."""
    points = places.SERVICE_POINTS.values()
    names = {name for point in points for name in (point.name, point.town, point.province)}
    return frozenset(fold(name) for name in names if name)


def card(desk: Desk, who: Person | None, ref: str) -> Card | None:
    """The card of a ticket for somebody who may read it; None for others. Looking is audited.

    Tickets that `who` may not even list are counted, not shown.
    """
    with desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        if row is None or not rights.may(who, "read", row):
            return None
        actor = who.id if who else "operator"
        audit.write(tx, desk.now(), actor, "card_read", f"tickets:{row['id']}")
        return card_of(tx, desk, who, row)


def card_of(tx: Tx, desk: Desk, who: Person | None, row: Row) -> Card:
    """The card inside a transaction that has looked at the right to read `row` and noted it."""
    contact = contacts.by_id(tx, desk.vault, row["contact_id"])
    mine = clues.of_ticket(tx, row["id"])
    links, heads = _links(tx, desk, who, row["id"])
    seen = {key: head for key, head in heads.items() if rights.may(who, "list", head)}
    shared = []
    for clue in mine:
        same = clues.same(tx, clue, desk.clue_days[clue["kind"]])
        with_it = [o["ticket_id"] for o in same if o["ticket_id"] in heads]
        refs = tuple(seen[key]["ref"] for key in with_it if key in seen)
        if with_it:
            words = clues.value(contact, clue).split("|")[0]
            shared.append(Shared(clue["kind"], words, refs))
    order = sorted(seen, key=lambda key: (not links[key][1], seen[key]["opened_at"]))
    return Card(
        row["ref"],
        tuple(shared),
        tuple(_linked(row, seen[key], *links[key]) for key in order),
        len(heads) - len(seen),
    )


def _links(
    tx: Tx, desk: Desk, who: Person | None, ticket_id: str
) -> tuple[dict[str, tuple[set[str], bool]], dict[str, Row]]:
    """Ticket id -> (kinds by which it hangs on the card, whether directly), widening from one; and
    the rows of these tickets.

    A ticket that `who` must not know of is not there at all: neither counted nor a way to others.
    """
    found: dict[str, tuple[set[str], bool]] = {}
    heads: dict[str, Row] = {}
    barred = {ticket_id}
    edge = [ticket_id]
    while edge and len(found) < MOST:
        here = edge.pop(0)
        for clue in clues.of_ticket(tx, here):
            for other in clues.same(tx, clue, desk.clue_days[clue["kind"]]):
                key = other["ticket_id"]
                if key in barred:
                    continue
                if key not in found:
                    if len(found) >= MOST:
                        break
                    head = clues.head(tx, key)
                    if head is None or (who is not None and rights.must_not_know(who, head)):
                        barred.add(key)
                        continue
                    heads[key] = head
                    found[key] = (set(), here == ticket_id)
                    edge.append(key)
                found[key][0].add(clue["kind"])
    return found, heads


def _linked(here: Row, there: Row, kinds: set[str], direct: bool) -> Linked:
    differs: dict[str, tuple[Any, Any]] = {
        name: (here[name], there[name]) for name in COMPARED if here[name] != there[name]
    }
    ours, theirs = set(json.loads(here["signals"])), set(json.loads(there["signals"]))
    if ours != theirs:
        differs["signals"] = (sorted(ours - theirs), sorted(theirs - ours))
    return Linked(
        there["ref"], there["urgency"], there["intent"], there["centre"], there["status"],
        iso(there["opened_at"]), tuple(kind for kind in KINDS if kind in kinds), direct, differs,
    )  # fmt: skip
