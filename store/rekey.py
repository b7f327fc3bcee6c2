"""Rows that depend on the key file: data keys are re-wrapped, keyed hashes are made anew.

Every table with a column `data_key` is re-wrapped; a new one needs nothing more. A keyed hash can
be made anew only where its plain text lies sealed beside it: those are named in `REHASHED`. Tokens
(`PASSING`) are only ever hashed; they are found by the older key until they end by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Column, Table, bindparam, func, select, update

from store.sql import Row, Statement, Tx
from store.tables import clues, contacts, invitations, metadata, sessions, staff
from store.vault import Tampered, Vault, unseal, wrapped_by

WRAPPED: tuple[Table, ...] = tuple(t for t in metadata.sorted_tables if "data_key" in t.c)
PASSING = (sessions.c.token_hash, invitations.c.token_hash)


@dataclass(frozen=True, slots=True)
class Rehashed:
    """A keyed hash and how its plain text is found again.

    kind: what `Vault.hash` is told. of_contact: sealed with the key of the contact that the row
    names, not with one of its own.
    """

    column: Column[str]
    sealed: str
    name: str
    kind: Callable[[Row], str]
    of_contact: bool = False


REHASHED = (
    Rehashed(contacts.c.address_hash, "address_sealed", "address", lambda row: str(row["kind"])),
    Rehashed(staff.c.telegram_hash, "telegram_sealed", "telegram", lambda _: "staff"),
    Rehashed(clues.c.value_hash, "value_sealed", "value", lambda row: f"clue-{row['kind']}", True),
)
_KEY_OF = Statement(select(contacts.c.data_key).where(contacts.c.id == bindparam("contact")))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did. last: where the next one begins, None at the end of the table."""

    last: str | None
    changed: int
    unreadable: int = 0


def _after(table: Table) -> Statement:
    key = _primary(table)
    return Statement(
        select(table)
        .where(key > bindparam("after"))
        .order_by(key)
        .limit(bindparam("most"))
        .with_for_update(key_share=True)
    )


def _primary(table: Table) -> Column[str]:
    (column,) = table.primary_key.columns
    return column


def _set(table: Table, column: str) -> Statement:
    return Statement(
        update(table)
        .where(_primary(table) == bindparam("row"), table.c[column] == bindparam("old"))
        .values({column: bindparam("new")})
    )


_ROWS = {table.name: _after(table) for table in (*WRAPPED, *(one.column.table for one in REHASHED))}
_SET_KEY = {table.name: _set(table, "data_key") for table in WRAPPED}
_SET_HASH = {one.column: _set(one.column.table, one.column.name) for one in REHASHED}
_COUNT_KEYS = {
    table.name: Statement(select(func.count().label("n")).where(func.length(table.c.data_key) > 0))
    for table in WRAPPED
}
_COUNT_WRAPPED = {
    table.name: Statement(
        select(func.count().label("n")).where(
            func.substr(table.c.data_key, 1, bindparam("length")) == bindparam("prefix")
        )
    )
    for table in WRAPPED
}
_COUNT_HASHED = {
    column.table.name: Statement(
        select(func.count().label("n")).where(column.startswith(bindparam("prefix")))
    )
    for column in (*(one.column for one in REHASHED), *PASSING)
}

_COUNT_HASHABLE = {
    one.column.table.name: Statement(
        select(func.count().label("n")).where(
            one.column.startswith(bindparam("prefix")),
            func.length(one.column.table.c[one.sealed]) > 0,
        )
    )
    for one in REHASHED
}


def rewrap(tx: Tx, vault: Vault, table: Table, after: str, most: int) -> Batch:
    """Wrap the data keys of the next `most` rows by the newest master, where another did."""
    rows = tx.rows(_ROWS[table.name], after=after, most=most)
    newest = vault.keys.newest
    changed = unreadable = 0
    for row in rows:
        row_id, old = row[_primary(table).name], bytes(row["data_key"])
        if not old or wrapped_by(old) == newest:
            continue
        try:
            key = vault.unwrap(table.name, row_id, old)
        except Tampered:
            unreadable += 1
            continue
        new = vault.wrap(table.name, row_id, key)
        changed += tx.run(_SET_KEY[table.name], row=row_id, old=old, new=new)
    return Batch(_last(table, rows, most), changed, unreadable)


def rehash(tx: Tx, vault: Vault, one: Rehashed, after: str, most: int) -> Batch:
    """Hash the addresses of the next `most` rows by the newest look-up key.

    What has no address any more (erased, left) keeps its hash; the older key still finds it.
    """
    table = one.column.table
    assert isinstance(table, Table)
    rows = tx.rows(_ROWS[table.name], after=after, most=most)
    current = f"{vault.keys.lookup}:"
    changed = unreadable = 0
    for row in rows:
        row_id, old = row[_primary(table).name], row[one.column.name]
        if old is None or old.startswith(current) or not row[one.sealed]:
            continue
        try:
            key = _key_of(tx, vault, one, row)
            plain = unseal(key, table.name, row_id, one.name, row[one.sealed])
        except Tampered:
            unreadable += 1
            continue
        new = vault.hash(one.kind(row), plain)
        changed += tx.run(_SET_HASH[one.column], row=row_id, old=old, new=new)
    return Batch(_last(table, rows, most), changed, unreadable)


def _key_of(tx: Tx, vault: Vault, one: Rehashed, row: Row) -> bytes:
    """The data key that opens the sealed text of a row. Raises Tampered."""
    if not one.of_contact:
        return vault.unwrap(
            one.column.table.name, row[_primary(one.column.table).name], row["data_key"]
        )
    owner = tx.one(_KEY_OF, contact=row["contact_id"])
    return vault.unwrap("contacts", row["contact_id"], owner["data_key"] if owner else b"")


def _last(table: Table, rows: list[Row], most: int) -> str | None:
    return None if len(rows) < most else str(rows[-1][_primary(table).name])


def rows_with_keys(tx: Tx) -> dict[str, int]:
    """How many rows of each table hold a data key, by whichever master it was wrapped."""
    counted = {name: tx.one(statement) for name, statement in _COUNT_KEYS.items()}
    return {name: int(row["n"]) for name, row in counted.items() if row}


def wrapped_with(tx: Tx, key_id: str) -> dict[str, int]:
    """How many rows of each table hold a data key that this master wrapped."""
    prefix = f"{key_id}:".encode()
    counted = {
        name: tx.one(statement, length=len(prefix), prefix=prefix)
        for name, statement in _COUNT_WRAPPED.items()
    }
    return {name: int(row["n"]) for name, row in counted.items() if row and row["n"]}


def hashable_with(tx: Tx, key_id: str) -> dict[str, int]:
    """How many rows of each table have a hash by this key that `rehash` can make anew."""
    prefix = f"{key_id}:"
    counted = {name: tx.one(one, prefix=prefix) for name, one in _COUNT_HASHABLE.items()}
    return {name: int(row["n"]) for name, row in counted.items() if row and row["n"]}


def hashed_with(tx: Tx, key_id: str) -> dict[str, int]:
    """How many rows of each table are found by this look-up key."""
    counted = {
        name: tx.one(statement, prefix=f"{key_id}:") for name, statement in _COUNT_HASHED.items()
    }
    return {name: int(row["n"]) for name, row in counted.items() if row and row["n"]}
