"""The register of breaches of personal data, with the clock of the law on each.

Nothing here tells anybody: it says who must be told and until when, and keeps what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from desk.breach_rules import Rules, read_rules
from desk.house import Desk, iso
from store import audit, breaches, people
from store.ids import new_id
from store.people import Person
from store.sql import Row, Tx

HOUR = 3_600_000
KEEPERS = ("national", "supervisor", "admin")
LONGEST = 4000  # characters

Why = Literal["not_allowed", "empty", "too_long", "future", "no_breach", "closed", "nobody_such",
              "untold"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it was not done. untold: who must be told before it can be closed."""

    why: Why
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs: hours left (negative: over) to tell these."""

    number: int
    hours_left: float
    untold: tuple[str, ...]


def open_(desk: Desk, who: Person, title: str, found_at: int | None = None) -> int | Refused:
    """Open an entry of the register; its number. The clock runs from when the breach was found."""
    now = desk.now()
    found = now if found_at is None else found_at
    why = _fault(who, title)
    if why is not None:
        return Refused(why)
    if found > now:
        return Refused("future")
    with desk.db.write() as tx:
        breach_id = new_id(now)
        number = breaches.add(tx, desk.vault, breach_id, title.strip(), found_at=found, now=now,
                              by=who.id)  # fmt: skip
        audit.write(tx, now, who.id, "breach_opened", f"breaches:{breach_id}", number=number)
    return number


def note(desk: Desk, who: Person, number: int, text: str) -> Refused | None:
    """Write down what was learnt or done."""
    return _enter(desk, who, number, "note", text, None)


def tell(desk: Desk, who: Person, number: int, whom: str, text: str) -> Refused | None:
    """Write down that `whom` (an id of breaches.toml) was told, how and what."""
    if whom not in {one.id for one in read_rules().tell}:
        return Refused("nobody_such")
    return _enter(desk, who, number, "told", text, whom)


def close(desk: Desk, who: Person, number: int, text: str) -> Refused | None:
    """End it, with what was concluded. Refused while somebody who must be told was not."""
    return _enter(desk, who, number, "closed", text, None)


def _enter(
    desk: Desk, who: Person, number: int, kind: str, text: str, told: str | None
) -> Refused | None:
    now = desk.now()
    why = _fault(who, text)
    if why is not None:
        return Refused(why)
    with desk.db.write() as tx:
        breach = breaches.by_number(tx, number)
        if breach is None:
            return Refused("no_breach")
        if breach["closed_at"] is not None and kind != "note":
            return Refused("closed")
        if kind == "closed":
            left = _untold(tx, read_rules(), breach)
            if left:
                return Refused("untold", left)
            breaches.close(tx, breach["id"], now)
        breaches.enter(tx, desk.vault, breach, new_id(now), kind, text.strip(), told=told, at=now,
                       by=who.id)  # fmt: skip
        audit.write(tx, now, who.id, f"breach_{kind}", f"breaches:{breach['id']}", number=number,
                    told=told)  # fmt: skip
    return None


def listing(desk: Desk, who: Person | None = None) -> list[dict[str, Any]] | Refused:
    """The whole register, newest last; looking is audited. who: None is the operator."""
    if who is not None and (not who.active or who.role not in (*KEEPERS, "auditor")):
        return Refused("not_allowed")
    rules = read_rules()
    now = desk.now()
    with desk.db.write() as tx:
        audit.write(tx, now, who.id if who else "operator", "breaches_read", "breaches:all")
        names = people.names(tx)
        return [_shown(tx, desk, rules, row, names, now) for row in breaches.everything(tx)]


def running(desk: Desk) -> list[Running]:
    """Breaches that are not closed. No words: for the doctor and the metrics."""
    rules = read_rules()
    now = desk.now()
    with desk.db.read() as tx:
        return [
            Running(row["number"], _left(rules, row, now), _untold(tx, rules, row))
            for row in breaches.running(tx)
        ]


def _shown(
    tx: Tx, desk: Desk, rules: Rules, row: Row, names: dict[str, str], now: int
) -> dict[str, Any]:
    return {
        "number": row["number"],
        "title": breaches.title(desk.vault, row),
        "found_at": iso(row["found_at"]),
        "tell_until": iso(row["found_at"] + rules.hours * HOUR),
        "hours_left": None if row["closed_at"] else round(_left(rules, row, now), 1),
        "untold": list(_untold(tx, rules, row)),
        "opened_by": names.get(row["opened_by"]),
        "closed_at": iso(row["closed_at"]),
        "entries": [
            {"at": iso(entry["at"]), "by": names.get(entry["by"]), "kind": entry["kind"],
             "told": entry["told"], "text": entry["text"]}
            for entry in breaches.entries(tx, desk.vault, row)
        ],
    }  # fmt: skip


def _left(rules: Rules, row: Row, now: int) -> float:
    return float(row["found_at"] + rules.hours * HOUR - now) / HOUR


def _untold(tx: Tx, rules: Rules, row: Row) -> tuple[str, ...]:
    done = breaches.told(tx, row["id"])
    return tuple(one.id for one in rules.tell if one.must and one.id not in done)


def _fault(who: Person, text: str) -> Why | None:
    if not who.active or who.role not in KEEPERS:
        return "not_allowed"
    if not text.strip():
        return "empty"
    return "too_long" if len(text) > LONGEST else None
