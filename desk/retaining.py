"""The purge: who was with us long enough ago is forgotten, by the sweep, a few at a time."""

from __future__ import annotations

from dataclasses import dataclass

from desk import erasing
from desk.house import Desk
from desk.retention import Retention, Rule, read_retention
from store import audit, erasure, retained, standing

HOUR = 3_600_000
DAY = 24 * HOUR
AT_ONCE = 50  # people in one round: the sweep has other work


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would remove now."""

    rule: Rule
    rows: int


def due(desk: Desk, rules: Retention | None = None) -> list[Due]:
    """What would go now, by rule; nothing is touched. People count once, by their longest."""
    rules = rules or read_retention()
    now = desk.now()
    with desk.db.read() as tx:
        found = retained.contacts_due(tx, _ends(rules, now), None)
        old = retained.pages_due(tx, now - rules.pages.days * DAY)
    days = rules.days_of()
    counts = dict.fromkeys(range(len(rules.talk)), 0)
    for intents in found.values():
        longest = max(intents, key=lambda intent: days[intent])
        counts[next(n for n, r in enumerate(rules.talk) if longest in r.intents)] += 1
    return [*(Due(rule, counts[n]) for n, rule in enumerate(rules.talk)), Due(rules.pages, old)]


def run_due(desk: Desk) -> int:
    """Every hour: forget who is due. Returns how many people."""
    now = desk.now()
    with desk.db.read() as tx:
        before = standing.get(tx, "retain")
    if before is not None and now - before[0] < HOUR:
        return 0
    with desk.db.write() as tx:
        if not standing.take_turn(tx, "retain", now, HOUR):
            return 0
    return purge(desk)


def purge(desk: Desk, rules: Retention | None = None) -> int:
    """Forget everybody who is due now, one transaction each. Returns how many people."""
    rules = rules or read_retention()
    now = desk.now()
    done = 0
    tried: set[str] = set()
    while True:
        with desk.db.read() as tx:
            found = retained.contacts_due(tx, _ends(rules, now), AT_ONCE)
        fresh = [contact_id for contact_id in found if contact_id not in tried]
        if not fresh:
            break
        for contact_id in fresh:
            tried.add(contact_id)
            done += _forget(desk, rules, contact_id, now)
    with desk.db.write() as tx:
        removed = retained.remove_pages(tx, now - rules.pages.days * DAY)
        if removed:
            audit.write(tx, now, "machine", "purged", "pages:all", rows=removed)
    if done:
        desk.db.scrub()
    return done


def _forget(desk: Desk, rules: Retention, contact_id: str, now: int) -> bool:
    """They may have written since we looked: look again, with the contact locked."""
    with desk.db.write() as tx:
        row = erasure.locked(tx, contact_id)
        if row is None or not retained.is_due(tx, contact_id, _ends(rules, now)):
            return False
        done = erasing.erase(tx, row, now, by="machine", ground="retention")
        return isinstance(done, erasing.Erased)


def _ends(rules: Retention, now: int) -> dict[str, int]:
    """Intent -> the moment before which its ticket must have ended."""
    return {intent: now - days * DAY for intent, days in rules.days_of().items()}
