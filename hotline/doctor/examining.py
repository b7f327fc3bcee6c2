"""All that the doctor looks at. A check that cannot run never keeps the others from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hotline import settings
from hotline.doctor import here, keeping, providers, rows
from hotline.doctor.finding import Finding
from hotline.house import House, open_house
from store.database import Unavailable

CHECKS: tuple[Callable[[House], Iterator[Finding]], ...] = (
    rows.version,
    rows.clock,
    rows.keys,
    rows.pause,
    rows.staff,
    rows.provinces,
    rows.outbox,
    rows.audit,
    rows.processes,
    here.bell,
    here.disk,
    here.spool,
    here.running,
    keeping.breaches,
    keeping.backups,
    providers.twilio,
    providers.telegram,
    providers.compared,
)


def examine() -> list[Finding]:
    """Run every check."""
    try:
        chosen = settings.read()
    except settings.BadSettings as error:
        return [Finding("settings", "fault", fault) for fault in error.faults]
    found = []
    try:
        house = open_house(chosen)
    except settings.BadSettings as error:
        found = [Finding("settings", "fault", fault) for fault in error.faults]
        return [*found, *here.folder(chosen.data)]
    found = [Finding("settings", "good", "readable and complete")]
    for check in CHECKS:
        found += _examined(check, house)
    return found


def _examined(check: Callable[[House], Iterator[Finding]], house: House) -> list[Finding]:
    try:
        return list(check(house))
    except Unavailable:
        says = "the database does not answer: is it running, is the disk full?"
        return [Finding(check.__name__, "fault", says)]
    except Exception as error:  # a doctor who stumbles must not hide the rest
        says = f"could not be looked at ({type(error).__name__}); please report it"
        return [Finding(check.__name__, "doubt", says)]
