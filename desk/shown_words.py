"""Senders' words that were shown to staff in Telegram are taken from the chats again."""

from __future__ import annotations

from desk import rights
from store import pages, people
from store.ids import new_id
from store.sql import Row, Tx

ENDED = ("closed", "withdrawn", "erased")


def take_away(tx: Tx, ticket_id: str, now: int) -> None:
    """The ticket has ended: its words leave every chat, and those not yet shown never will be."""
    pages.stop(tx, ticket_id, "ended", kind="words")
    for row in pages.showing_words_of(tx, ticket_id):
        _delete(tx, row, now)


def take_away_from(tx: Tx, staff_id: str, now: int) -> None:
    """Someone leaves: the words of every ticket leave their chat."""
    for row in pages.showing_words_to(tx, staff_id):
        _delete(tx, row, now)


def take_away_barred(tx: Tx, ticket: Row, now: int) -> None:
    """The sender does not want somebody to know: the words leave the chats of those."""
    for row in pages.showing_words_of(tx, ticket["id"]):
        person = people.by_id(tx, row["staff_id"])
        if person is not None and rights.must_not_know(person, ticket):
            _delete(tx, row, now)


def arrived(tx: Tx, page_id: str, now: int) -> None:
    """A page was delivered: words that arrive after their ticket has ended are taken away."""
    row = pages.by_id(tx, page_id)
    if row is not None and row["kind"] == "words" and row["status"] in ENDED:
        _delete(tx, row, now)


def _delete(tx: Tx, row: Row, now: int) -> None:
    """The chat is named by the page itself, so that it is found when its owner has left."""
    if pages.take_away(tx, row["id"]):
        pages.add(
            tx, new_id(now), staff_id=row["staff_id"], kind="words_gone", params="{}", now=now,
            ticket_id=row["ticket_id"], answers=row["id"],
        )  # fmt: skip
