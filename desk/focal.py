"""Focal persons and local support groups under a centre: the operator's data.

They are shown on a ticket; nothing is ever handed to them by the machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desk.house import Desk
from desk.routing import is_centre
from store import audit, erasure, focal
from store.focal import FocalPoint
from store.ids import new_id

KINDS = ("focal_person", "support_group")
_PHONE = re.compile(r"\+?\d[\d ]{2,18}")


@dataclass(frozen=True, slots=True)
class NotAdded:
    """Why not, in words for the operator."""

    why: str


def add(
    desk: Desk, centre: str, commune: str, kind: str, name: str, phone: str | None = None
) -> FocalPoint | NotAdded:
    """Add one to a centre. All that is wrong is said at once."""
    now = desk.now()
    commune, name = commune.strip(), name.strip()
    faults = []
    if not is_centre(centre):
        faults.append(f"{centre} is no centre: see `hotline centre list`")
    if not 0 < len(commune) <= 80:
        faults.append("the commune has 1 to 80 characters")
    if kind not in KINDS:
        faults.append(f"{kind} is no kind: use one of {', '.join(KINDS)}")
    if not 0 < len(name) <= 120:
        faults.append("the name has 1 to 120 characters")
    if phone is not None and not _PHONE.fullmatch(phone.strip()):
        faults.append("the phone has digits, spaces and perhaps a + in front")
    if faults:
        return NotAdded("; ".join(faults))
    point = FocalPoint(new_id(now), centre, commune, kind, name, phone and phone.strip())
    with desk.db.write() as tx:
        focal.add(tx, desk.vault, point, now)
        audit.write(tx, now, "operator", "focal_added", f"focal_points:{point.id}", centre=centre)
    return point


def listed(desk: Desk, centre: str | None = None) -> list[FocalPoint]:
    """Those of one centre, or all, with names and phones. For the operator; it is audited."""
    with desk.db.write() as tx:
        audit.write(tx, desk.now(), "operator", "focal_read", f"centres:{centre or 'all'}")
        return focal.listed(tx, desk.vault, centre)


def remove(desk: Desk, point_id: str) -> bool:
    """Remove one; its key goes with it. False if there is none."""
    with desk.db.write() as tx:
        removed = focal.remove(tx, point_id)
        if removed:
            erasure.bury(tx, point_id, "focal_points", desk.now(), "operator", "asked")
            audit.write(tx, desk.now(), "operator", "focal_removed", f"focal_points:{point_id}")
    return removed
