"""The sealer of the audit: one batch at a time, from the sweep."""

from __future__ import annotations

from desk.house import Desk
from store import audit


def seal(desk: Desk) -> int:
    """Seal the audit rows that have settled; return how many."""
    with desk.db.write() as tx:
        return audit.seal_batch(tx, desk.now())
