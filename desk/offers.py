"""The end of an offer, whatever ends it: its history, the ticket and the phones agree again."""

from __future__ import annotations

from desk import paging
from store import holding, pages, transfers
from store.sql import Row, Tx


def end(
    tx: Tx, ticket: Row, state: str, now: int, *, by: str | None = None, why: bytes | None = None
) -> bool:
    """End the offer that waits on a ticket; False if none does.

    state: refused, lapsed, or ended (replaced, returned, closed). by: whose act it was. why: the
    reason of a refusal, sealed. Buttons that were shown for it are replaced by a plain line.
    """
    offer_id = ticket["offer_id"]
    if offer_id is None or not holding.end_offer(tx, ticket["id"], offer_id):
        return False
    transfers.end(tx, offer_id, state, now, by=by, why=why)
    clear_pages(tx, ticket, offer_id, now)
    return True


def clear_pages(tx: Tx, ticket: Row, offer_id: str, now: int) -> None:
    """Take back the pages of an offer: unsent ones stay unsent, shown ones lose their buttons."""
    offer = transfers.by_id(tx, offer_id)
    assert offer is not None
    pages.stop(tx, ticket["id"], "offer_over", kind="offer")
    for row in pages.called(tx, ticket["id"], kind="offer", since=offer["at"]):
        if row["provider_id"] is not None:
            paging.tell(tx, ticket, row["staff_id"], "offer.over", now, answers=row["id"])
