"""Rows of the breach register. Titles and entries are sealed by each breach's own key."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from store.sql import Row, Statement, Tx, inserting
from store.tables import breach_entries, breaches
from store.vault import Vault, seal, unseal

b, e = breaches.c, breach_entries.c

_NUMBER = Statement(select(func.coalesce(func.max(b.number), 0).label("n")))
_ADD = inserting(
    breaches, "id", "number", "data_key", "title_sealed", "found_at", "opened_at", "opened_by"
)
_ENTER = inserting(breach_entries, "id", "breach_id", "kind", "told", "text_sealed", "at", "by")
_ALL = Statement(select(breaches).order_by(b.number))
_ONE = Statement(
    select(breaches).where(b.number == bindparam("wanted")).with_for_update(key_share=True)
)
_ENTRIES = Statement(
    select(breach_entries).where(e.breach_id == bindparam("breach")).order_by(e.at, e.id)
)
_CLOSE = Statement(
    breaches.update()
    .where(b.id == bindparam("breach"), b.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)
_OPEN = Statement(select(b.id, b.number, b.found_at).where(b.closed_at.is_(None)))


def add(
    tx: Tx, vault: Vault, breach_id: str, title: str, *, found_at: int, now: int, by: str
) -> int:
    """Open a breach and return its number, the next one."""
    row = tx.one(_NUMBER)
    assert row is not None
    number = int(row["n"]) + 1
    key, wrapped = vault.new_key("breaches", breach_id)
    tx.run(
        _ADD, id=breach_id, number=number, data_key=wrapped,
        title_sealed=seal(key, "breaches", breach_id, "title", title), found_at=found_at,
        opened_at=now, opened_by=by,
    )  # fmt: skip
    return number


def enter(
    tx: Tx, vault: Vault, breach: Row, entry_id: str, kind: str, text: str, *, told: str | None,
    at: int, by: str,
) -> None:  # fmt: skip
    key = vault.unwrap("breaches", breach["id"], breach["data_key"])
    tx.run(
        _ENTER, id=entry_id, breach_id=breach["id"], kind=kind, told=told, at=at, by=by,
        text_sealed=seal(key, "breach_entries", entry_id, "text", text),
    )  # fmt: skip


def by_number(tx: Tx, number: int) -> Row | None:
    return tx.one(_ONE, wanted=number)


def everything(tx: Tx) -> list[Row]:
    return tx.rows(_ALL)


def title(vault: Vault, breach: Row) -> str:
    key = vault.unwrap("breaches", breach["id"], breach["data_key"])
    return unseal(key, "breaches", breach["id"], "title", breach["title_sealed"])


def entries(tx: Tx, vault: Vault, breach: Row) -> list[Row]:
    """What was entered, oldest first; each with its `text`."""
    key = vault.unwrap("breaches", breach["id"], breach["data_key"])
    return [
        {**row, "text": unseal(key, "breach_entries", row["id"], "text", row["text_sealed"])}
        for row in tx.rows(_ENTRIES, breach=breach["id"])
    ]


def told(tx: Tx, breach_id: str) -> set[str]:
    """Who has been told of it."""
    return {row["told"] for row in tx.rows(_ENTRIES, breach=breach_id) if row["told"]}


def close(tx: Tx, breach_id: str, now: int) -> bool:
    """False if it is closed already."""
    return tx.run(_CLOSE, breach=breach_id, now=now) == 1


def running(tx: Tx) -> list[Row]:
    """Breaches that are not closed: id, number, found_at."""
    return tx.rows(_OPEN)
