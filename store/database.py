"""Connections and transactions on SQLite and PostgreSQL.

SQLite writers wait for each other by sleeping, which is unfair and was measured at 100-700 ms in
the tail. So writers of one machine queue on a file lock first: it is woken in turn, not polled.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from store.sql import Tx

_OLDER = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start < %(now)s"
)
UNAVAILABLE = (sqlite3.OperationalError, psycopg.OperationalError, DBAPIError)


class Unavailable(Exception):
    """The database cannot take or give anything at the moment (away, locked, disk full)."""


class Database:
    """One database. `write` and `read` give a transaction; nothing else opens a connection."""

    def __init__(self, url: str, pool: int = 16) -> None:
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        if self.dialect == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.engine: Engine = create_engine(
            parsed, poolclass=QueuePool, pool_size=pool, max_overflow=pool, hide_parameters=True
        )
        self._gate: Callable[[], Any] = _no_gate
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _set_up_sqlite)
            if parsed.database and parsed.database != ":memory:":
                self._gate = _Gate(Path(parsed.database + "-gate"))

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that commits at the end and rolls back on any exception.

        Raises Unavailable when the database is away. If the connection broke during the commit
        itself the outcome is unknown; the unique keys make a second attempt harmless.
        """
        with self._gate(), self._connection() as connection:
            cursor = connection.cursor()
            try:
                if self.dialect == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                yield Tx(cursor, self.dialect)
                if self.dialect == "sqlite":
                    cursor.execute("COMMIT")
                else:
                    connection.commit()
            except BaseException:
                _roll_back(connection)
                raise
            finally:
                cursor.close()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One consistent look; writes in it are rolled back."""
        with self._connection() as connection:
            cursor = connection.cursor()
            try:
                if self.dialect == "sqlite":
                    cursor.execute("BEGIN")
                yield Tx(cursor, self.dialect)
            finally:
                cursor.close()
                _roll_back(connection)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        try:
            proxy = self.engine.raw_connection()
        except UNAVAILABLE as error:
            raise Unavailable(type(error).__name__) from error
        try:
            yield proxy.driver_connection
        except (sqlite3.OperationalError, psycopg.OperationalError) as error:
            proxy.invalidate()
            raise Unavailable(type(error).__name__) from error
        finally:
            proxy.close()

    def server_time(self) -> int:
        """The database server's clock, ms since 1970 UTC. PostgreSQL only."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            (now,) = cursor.fetchone()
            connection.rollback()
        return int(now)

    def outlast(self, seconds: float = 60.0) -> bool:
        """Wait until every transaction that runs now has ended. False if one has not by then.

        On SQLite only writers are waited for: a reader cannot have made anything.
        """
        if self.dialect == "sqlite":
            with self.write():
                return True
        end = time.monotonic() + seconds
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
            connection.rollback()
            while True:
                cursor.execute(_OLDER, {"now": now})
                (older,) = cursor.fetchone()
                connection.rollback()
                if not older or time.monotonic() > end:
                    return not older
                time.sleep(0.05)

    def scrub(self) -> None:
        """After an erasure: let no old copy of a page outlive it where the database can help it.

        SQLite's log is emptied into the file, whose freed space is overwritten. PostgreSQL frees
        the old rows of contacts for reuse; what a disk still holds of them opens with no key but
        the master that wrapped it, which a rotation retires.
        """
        with self._connection() as connection:
            try:
                if self.dialect == "sqlite":
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    return
                connection.autocommit = True
                connection.execute("VACUUM contacts")
            finally:
                if self.dialect == "postgresql":
                    connection.autocommit = False

    def close(self) -> None:
        self.engine.dispose()


def _roll_back(connection: Any) -> None:
    try:
        connection.rollback()
    except (sqlite3.Error, psycopg.Error):
        return


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged message survives a power cut
        "busy_timeout=10000",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "secure_delete=ON",  # what is erased, a data key above all, is overwritten in the file
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _no_gate() -> Iterator[None]:
    yield


class _Gate:
    """A queue of writers: a lock among threads, then a file lock among processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None
        self._pid = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._threads:
            descriptor = self._descriptor()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _descriptor(self) -> int:
        if self._file is None or self._pid != os.getpid():  # a lock is shared across a fork
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        return self._file
