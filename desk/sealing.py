"""The sealer of the audit: one batch at a time, from the sweep."""

from __future__ import annotations

from dataclasses import dataclass

from desk.house import Desk
from store import audit


@dataclass(frozen=True, slots=True)
class Sealed:
    """A new seal: how many rows, the last one's number, the digest."""

    rows: int
    last: int
    digest: str


def seal(desk: Desk) -> Sealed | None:
    """Seal the audit rows that have settled. Whoever cuts off the end of the audit must cut off
    the seal too: it is logged, so that it stands elsewhere as well.
    """
    with desk.db.write() as tx:
        rows = audit.seal_batch(tx, desk.vault.keys, desk.now())
        newest = audit.last_seal(tx) if rows else None
    return Sealed(rows, newest["last"], newest["digest"]) if newest else None
