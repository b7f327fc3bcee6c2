"""Statements that are written in SQLAlchemy Core and compiled once.

Compiling and binding a Core statement at each execution was measured at ten times the cost of the
database call itself, so a statement is compiled to text at its first use per dialect and then runs
on the driver's own cursor. Columns hold only integers, text and bytes, so no type conversion is
lost by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Table, bindparam, literal_column
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]

DIALECTS = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="named"),
    "postgresql": PGDialect_psycopg(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Statement:
    """One prepared statement. `suffix` is appended as it is, for what Core spells per dialect."""

    __slots__ = ("_cache", "_core", "_suffix")

    def __init__(self, core: ClauseElement, suffix: str = "") -> None:
        self._core = core
        self._suffix = suffix
        self._cache: dict[str, tuple[str, dict[str, Any]]] = {}

    def text(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """Return the SQL text for `dialect` and the values that the statement itself names."""
        found = self._cache.get(dialect)
        if found is None:
            compiled = self._core.compile(dialect=DIALECTS[dialect])
            assert isinstance(compiled, SQLCompiler)
            constants = {
                name: bind.value for name, bind in compiled.binds.items() if not bind.required
            }
            found = self._cache[dialect] = (str(compiled) + self._suffix, constants)
        return found


def among(column: ColumnElement[str], *constants: str) -> ColumnElement[bool]:
    """`column IN (...)` with the constants written out, so that a partial index can serve it."""
    assert all(constant.replace("_", "").isalpha() for constant in constants)
    return column.in_([literal_column(f"'{constant}'") for constant in constants])


def inserting(table: Table, *columns: str, suffix: str = "") -> Statement:
    """Prepare an insert of these columns, each bound by its own name."""
    return Statement(table.insert().values({name: bindparam(name) for name in columns}), suffix)


class Tx:
    """One transaction on one driver connection. `changed` is the row count of the last write."""

    __slots__ = ("_cursor", "_dialect", "changed")

    def __init__(self, cursor: Any, dialect: str) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self.changed = 0

    def run(self, statement: Statement, **values: Any) -> int:
        """Run a write; return how many rows it changed."""
        self._execute(statement, values)
        self.changed = self._cursor.rowcount
        return self.changed

    def run_each(self, statement: Statement, rows: Sequence[Row]) -> None:
        """Run a write once for each of these values, as one call of the driver."""
        if rows:
            sql, constants = statement.text(self._dialect)
            assert not constants, "a constant would be missing in each of the rows"
            self._cursor.executemany(sql, rows)

    def one(self, statement: Statement, **values: Any) -> Row | None:
        """Return the first row, or None."""
        self._execute(statement, values)
        row = self._cursor.fetchone()
        if row is None:
            return None
        return dict(zip([d[0] for d in self._cursor.description], row, strict=True))

    def rows(self, statement: Statement, **values: Any) -> list[Row]:
        """Return all rows."""
        return list(self._all(statement, values))

    def take_turn(self, number: int) -> None:
        """Wait until no other transaction holds this number, and hold it to the end of this one.

        SQLite has one writer at a time, so there everybody has their turn already.
        """
        if self._dialect == "postgresql":
            self._cursor.execute("SELECT pg_advisory_xact_lock(%(n)s)", {"n": number})

    def _all(self, statement: Statement, values: dict[str, Any]) -> Iterator[Row]:
        self._execute(statement, values)
        names = [d[0] for d in self._cursor.description]
        for row in self._cursor.fetchall():
            yield dict(zip(names, row, strict=True))

    def _execute(self, statement: Statement, values: dict[str, Any]) -> None:
        sql, constants = statement.text(self._dialect)
        self._cursor.execute(sql, {**constants, **values} if constants else values)
