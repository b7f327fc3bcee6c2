"""Focal persons and local support groups under a centre. Names and phones are sealed.

Each row has a key of its own, as contacts and staff have.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from store.sql import Row, Statement, Tx, inserting
from store.tables import focal_points
from store.vault import Vault, seal, unseal

p = focal_points.c


@dataclass(frozen=True, slots=True, repr=False)
class FocalPoint:
    """Whom a centre knows in a commune."""

    id: str
    centre: str
    commune: str
    kind: str  # focal_person, support_group
    name: str
    phone: str | None


_ADD = inserting(
    focal_points, "id", "centre", "commune", "kind", "data_key", "name_sealed", "phone_sealed",
    "created_at",
)  # fmt: skip
_ALL = Statement(select(focal_points).order_by(p.centre, p.commune, p.kind, p.id))
_OF_CENTRE = Statement(
    select(focal_points)
    .where(p.centre == bindparam("code"))
    .order_by(p.commune, p.kind, p.id)
)  # fmt: skip
_REMOVE = Statement(delete(focal_points).where(p.id == bindparam("point")))


def add(tx: Tx, vault: Vault, point: FocalPoint, now: int) -> None:
    key, wrapped = vault.new_key("focal_points", point.id)
    phone = point.phone and seal(key, "focal_points", point.id, "phone", point.phone)
    tx.run(
        _ADD, id=point.id, centre=point.centre, commune=point.commune, kind=point.kind,
        data_key=wrapped, name_sealed=seal(key, "focal_points", point.id, "name", point.name),
        phone_sealed=phone, created_at=now,
    )  # fmt: skip


def listed(tx: Tx, vault: Vault, centre: str | None = None) -> list[FocalPoint]:
    """Those of one centre, or all of them, by centre and commune."""
    rows = tx.rows(_ALL) if centre is None else tx.rows(_OF_CENTRE, code=centre)
    return [_opened(vault, row) for row in rows]


def remove(tx: Tx, point_id: str) -> bool:
    """Delete the row with its key. False if there is none."""
    return tx.run(_REMOVE, point=point_id) == 1


def _opened(vault: Vault, row: Row) -> FocalPoint:
    key = vault.unwrap("focal_points", row["id"], row["data_key"])
    phone = row["phone_sealed"]
    return FocalPoint(
        id=row["id"],
        centre=row["centre"],
        commune=row["commune"],
        kind=row["kind"],
        name=unseal(key, "focal_points", row["id"], "name", row["name_sealed"]),
        phone=phone and unseal(key, "focal_points", row["id"], "phone", phone),
    )
