"""All rows as lines of JSON, the same for SQLite and PostgreSQL, from one consistent look.

Data keys are not among them: they go into a key ring of their own (`store.keyring`), of which
only the newest is kept, so that a person who is erased cannot be read in any older backup either.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, MetaData, Table, select

from store.database import Database
from store.sealedfile import BadFile, Sealer
from store.sql import Statement
from store.tables import attempts, invitations, metadata, sessions, standing

# Who was signed in then is not so now; what stood then (a pause, signs of life) does not either.
LEFT_OUT = (sessions, invitations, attempts, standing)
TABLES = tuple(table for table in metadata.sorted_tables if table not in LEFT_OUT)
AT_ONCE = 500  # rows in one insert


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself first. revision: of its tables."""

    backup: str
    revision: str
    at: int


@dataclass(frozen=True, slots=True)
class Tail:
    """rows: how many of each table. digest: SHA-256 over everything before."""

    rows: dict[str, int]
    digest: str


class Snapshot:
    """One consistent look at all tables, however long it takes."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection = connection
        self._dialect = dialect

    def rows(self, table: Table, *columns: str) -> Iterator[tuple[Any, ...]]:
        """All rows of a table in the order of their primary key, without holding them all."""
        names = columns or tuple(table.c.keys())
        query = select(*(table.c[name] for name in names)).order_by(*table.primary_key.columns)
        text, values = Statement(query).text(self._dialect)
        if self._dialect == "sqlite":
            cursor = self._connection.execute(text, values)
        else:
            cursor = self._connection.cursor(name=f"dump_{table.name}")
            cursor.execute(text, values)
        try:
            for row in cursor:
                yield tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
        finally:
            cursor.close()

    def revision(self) -> str:
        cursor = self._connection.execute("SELECT version_num FROM alembic_version")
        (found,) = cursor.fetchone()
        return str(found)


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    with database.look() as connection:
        yield Snapshot(connection, database.dialect)


class Writer:
    """Lines, squeezed, into a sealed file."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._squeeze = zlib.compressobj(6)
        self._digest = hashlib.sha256()

    def line(self, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        self._digest.update(text)
        self._sealer.write(self._squeeze.compress(text))

    def close(self, rows: dict[str, int]) -> Tail:
        return Tail(rows, self.close_with(rows))

    def close_with(self, end: Any) -> str:
        """Write the last line and the file's end; the digest over everything before it."""
        digest = self._digest.hexdigest()
        self.line({"end": end, "digest": digest})
        self._sealer.write(self._squeeze.flush())
        self._sealer.close()
        return digest


def lines(pieces: Iterable[bytes]) -> Iterator[Any]:
    """The values of a file's lines, the last checked against all before. Raises BadFile."""
    digest = hashlib.sha256()
    for text in _split(pieces):
        value = json.loads(text)
        if isinstance(value, dict) and "end" in value:
            if value["digest"] != digest.hexdigest():
                raise BadFile("the backup contradicts itself: use another copy")
            yield value
            return
        digest.update(text)
        yield value
    raise BadFile("the backup has no end: use another copy")


def _split(pieces: Iterable[bytes]) -> Iterator[bytes]:
    stretch = zlib.decompressobj()
    held = b""
    try:
        for piece in pieces:
            *whole, held = (held + stretch.decompress(piece)).split(b"\n")
            yield from (text + b"\n" for text in whole)
        *whole, held = (held + stretch.flush()).split(b"\n")
        yield from (text + b"\n" for text in whole)
    except zlib.error as error:
        raise BadFile("the backup cannot be unpacked: use another copy") from error


def write(found: Snapshot, writer: Writer, head: Head) -> Tail:
    """Write all rows. Data keys are left empty."""
    writer.line({"backup": head.backup, "revision": head.revision, "at": head.at})
    counts = {}
    for table in TABLES:
        names = list(table.c.keys())
        binary = [name for name in names if isinstance(table.c[name].type, LargeBinary)]
        writer.line({"table": table.name, "columns": names, "binary": binary})
        number = 0
        for row in found.rows(table):
            writer.line([_plain(name, value) for name, value in zip(names, row, strict=True)])
            number += 1
        counts[table.name] = number
    return writer.close(counts)


def _plain(name: str, value: Any) -> Any:
    if name == "data_key":
        return ""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def subject(table: object, row: object) -> str:
    """How a key ring names the row of a data key."""
    return f"{table}:{row}"


def head_of(value: Any) -> Head:
    try:
        return Head(str(value["backup"]), str(value["revision"]), int(value["at"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile("the backup does not begin as one") from error


def load(connection: Connection, values: Iterator[Any], keys: dict[str, bytes]) -> Tail:
    """Insert all rows into the empty tables of the backup's own revision.

    keys: "table:id" -> wrapped data key; a row without one gets none. Raises BadFile.
    """
    present = MetaData()
    present.reflect(connection)
    counts: dict[str, int] = {}
    table: Table | None = None
    names: list[str] = []
    binary: set[str] = set()
    waiting: list[dict[str, Any]] = []

    def flush() -> None:
        if table is not None and waiting:
            connection.execute(table.insert(), waiting)
            waiting.clear()

    for value in values:
        if isinstance(value, list):
            assert table is not None
            row = {
                name: base64.b64decode(one) if name in binary and one is not None else one
                for name, one in zip(names, value, strict=True)
            }
            if "data_key" in row:
                row["data_key"] = keys.get(subject(table.name, row["id"]), b"")
            waiting.append(row)
            counts[table.name] += 1
            if len(waiting) >= AT_ONCE:
                flush()
            continue
        flush()
        if "end" in value:
            if value["end"] != counts:
                raise BadFile("the backup has other rows than it says: use another copy")
            _move_sequences(connection, present)
            return Tail(counts, value["digest"])
        table, names = present.tables[value["table"]], value["columns"]
        binary = set(value["binary"])
        counts[table.name] = 0
    raise BadFile("the backup has no end: use another copy")


def _move_sequences(connection: Connection, present: MetaData) -> None:
    """PostgreSQL counts on from the highest number, as SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in present.tables.values():
        key = list(table.primary_key.columns)
        if len(key) != 1 or key[0].type.python_type is not int:
            continue
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key[0].name}'), "  # noqa: S608
            f"coalesce(max({key[0].name}), 1), max({key[0].name}) IS NOT NULL) FROM {table.name}"
        )
