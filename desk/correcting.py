"""Correcting: a person sets what the machine understood. What a person set, the machine keeps.

It may still raise the urgency, but only by what the sender writes from then on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import get_args

import places
from desk import claims, notes, opening, paging, routing, second_look
from desk.asked import asked
from desk.house import Desk
from store import audit, contacts, holding, tickets
from store.people import Person
from store.sql import Row, Tx
from triage.reading import SIGNALS, Intent

INTENTS: tuple[Intent, ...] = get_args(Intent)
URGENCIES = (1, 2, 3, 4)
LONGEST = notes.LONGEST


@dataclass(frozen=True, slots=True)
class Corrected:
    """As it is now."""

    ref: str
    urgency: int
    intent: str
    centre: str
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCorrected:
    """why: "no_ticket", "not_allowed", "not_yours", "ended", "empty", "no_urgency", "no_intent",
    "no_centre", "no_signal", "must_not_know", "no_reason", "too_long"."""

    ref: str
    why: str


def correct(
    desk: Desk, who: Person | None, ref: str, urgency: int | None = None,
    intent: str | None = None, place_centre: str | None = None,
    signals: tuple[str, ...] | None = None, *, reason: str = "",
) -> Corrected | NotCorrected:  # fmt: skip
    """Set urgency, intent, responsible centre or signals by hand; what is None stays.

    By the holder, by whoever leads there, and by anybody of the desk while nobody holds it. Who
    waits in the queue is called for anew where the urgency rises or another desk is to be called.
    reason: why urgency 1 is lowered, kept as a note. Who leads must say it, and others who lead are
    told (`desk.second_look`).
    """
    now = desk.now()
    by = who.id if who else "operator"
    with desk.db.write() as tx:
        found = tickets.by_ref(tx, ref)
        if found is None:
            return NotCorrected(ref, "no_ticket")
        contacts.by_id(tx, desk.vault, found["contact_id"], locked=True)  # first, as intake does
        ticket = asked(tx, who, ref, "correct")
        if isinstance(ticket, str):
            return NotCorrected(ref, ticket)
        why = _fault(urgency, intent, place_centre, signals)
        if why is None and f"|{place_centre}|" in ticket["closed_to"]:
            why = "must_not_know"
        lowers = ticket["urgency"] == 1 and urgency is not None and urgency > 1
        if why is None and lowers and (reason.strip() or second_look.is_watched(who)):
            why = {"empty": "no_reason"}.get(fault := notes.fault(reason) or "", fault) or None
        if why is not None:
            return NotCorrected(ref, why)
        if lowers and reason.strip():
            notes.write(tx, desk, who, ticket, reason, now)
        after = {**ticket}
        if urgency is not None:
            after |= {"urgency": urgency, "urgency_by": by}
        if intent is not None:
            after |= {"intent": intent, "intent_by": by}
        if signals is not None:
            after |= {"signals": json.dumps(sorted({*signals}))}
        if place_centre is not None:
            after |= _moved(tx, ticket, place_centre, by)
        _write(tx, ticket, after, by, now)
        lanes = _follow(tx, desk, who, ticket, after, now)
        lanes |= second_look.lowered(tx, who, ticket, after["urgency"], now)
    for lane in lanes:
        desk.ring(lane)
    said = tuple(json.loads(after["signals"]))
    return Corrected(ref, after["urgency"], after["intent"], after["centre"], said)


def _fault(
    urgency: int | None, intent: str | None, centre: str | None, signals: tuple[str, ...] | None
) -> str | None:
    if urgency is None and intent is None and centre is None and signals is None:
        return "empty"
    if urgency is not None and urgency not in URGENCIES:
        return "no_urgency"
    if intent is not None and intent not in INTENTS:
        return "no_intent"
    if centre is not None and not routing.is_centre(centre):
        return "no_centre"
    if signals is not None and not SIGNALS.issuperset(signals):
        return "no_signal"
    return None


def _moved(tx: Tx, ticket: Row, centre: str, by: str) -> Row:
    """A regional or national desk is no province: then the province stays as it was understood."""
    province = places.SERVICE_POINTS[centre].province or ticket["vn_province"]
    code = ticket["desk"]
    if centre != ticket["centre"]:
        code = routing.desk_of(tx, centre, ticket["closed_to"])
    return {"centre": centre, "centre_by": by, "vn_province": province, "desk": code}


def _write(tx: Tx, ticket: Row, after: Row, by: str, now: int) -> None:
    settled = ("urgency", "intent", "centre", "signals")
    columns = (*settled, *(f"{c}_by" for c in settled[:3]), "desk", "vn_province")
    tickets.set_by_hand(tx, ticket["id"], **{c: after[c] for c in columns})
    changed = {c: [ticket[c], after[c]] for c in settled if after[c] != ticket[c]}
    audit.write(tx, now, by, "corrected", f"tickets:{ticket['id']}", **changed)
    gone = set(json.loads(ticket["signals"])) - set(json.loads(after["signals"]))
    if after["urgency"] > ticket["urgency"] or gone:
        contacts.forget_recent(tx, ticket["contact_id"])  # or old words would bring it back


def _follow(tx: Tx, desk: Desk, who: Person | None, ticket: Row, after: Row, now: int) -> set[str]:
    """What a correction means for the lease, the ladder and the phones; the lanes to ring."""
    if ticket["claimed_by"] is not None:
        if claims.touch(tx, desk, who, after, now):
            return set()
        hold = desk.ladders[after["urgency"]].hold_ms
        holding.shorten_lease(tx, ticket["id"], now + hold)
        return paging.tell(tx, ticket, ticket["claimed_by"], "corrected", now)
    if opening.calls_nobody(after):
        tickets.set_ladder(tx, ticket["id"], "[]", 0, None)
        return set()
    wakes = after["urgency"] < ticket["urgency"] or opening.calls_nobody(ticket)
    if wakes or after["desk"] != ticket["desk"]:
        return opening.call(tx, desk, after, "raised", now)
    if after["urgency"] != ticket["urgency"] or after["centre"] != ticket["centre"]:
        opening.lay_ladder(tx, desk, after, now, rung=ticket["rung"])
    return set()
