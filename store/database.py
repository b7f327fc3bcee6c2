"""Connections and transactions on SQLite and PostgreSQL.

SQLite writers wait for each other by sleeping, which is unfair and was measured at 100-700 ms in
the tail. So writers of one machine queue on a file lock first: it is woken in turn, not polled.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from store.gate import Gate, Jammed
from store.sql import Tx

_OLDER = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start < %(now)s"
)
CONNECT_S = 5  # seconds: a provider waits fifteen for our answer
PATIENCE_MS = 10_000  # how long a transaction waits for another one's lock, on both databases
NOT_CONNECTED = (sqlite3.Error, psycopg.Error, DBAPIError)
# Another attempt at once may succeed: we were the one to give way.
GAVE_WAY = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
# Faults of the server that the driver does not call operational: a standby, or a time-out.
AWAY = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
)


class Unavailable(Exception):
    """The database cannot take or give anything at the moment (away, locked, disk full).

    again: another attempt at once may succeed (a deadlock, a connection that a restart broke).
    """

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


class Database:
    """One database. `write` and `read` give a transaction; nothing else opens a connection.

    refuses: whether this process's last write could not be kept.
    """

    def __init__(self, url: str, pool: int = 16) -> None:
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        if self.dialect == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
            limits = {"connect_timeout": str(CONNECT_S), "tcp_user_timeout": str(PATIENCE_MS)}
            parsed = parsed.update_query_dict({**limits, **parsed.query})
        self.url = parsed
        self.refuses = False
        self.needs: str | None = None  # until its tables are of this release it counts as away
        self.engine: Engine = create_engine(
            parsed, poolclass=QueuePool, pool_size=pool, max_overflow=pool, hide_parameters=True,
            pool_reset_on_return=None,  # nothing of ours gives one back inside a transaction
        )  # fmt: skip
        self._gate: Gate | None = None
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _set_up_sqlite)
            if parsed.database and parsed.database != ":memory:":
                self._gate = Gate(Path(parsed.database + "-gate"))
        else:
            event.listen(self.engine, "connect", _set_up_postgres)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that commits at the end and rolls back on any exception.

        Raises Unavailable when the database is away. If the connection broke during the commit
        itself the outcome is unknown; the unique keys make a second attempt harmless.
        """
        try:
            self._enter_gate()
            try:
                with self._connection() as connection:
                    cursor = connection.cursor()
                    try:
                        if self.dialect == "sqlite":
                            cursor.execute("BEGIN IMMEDIATE")
                        yield Tx(cursor, self.dialect)
                        if self.dialect == "sqlite":
                            cursor.execute("COMMIT")
                        else:
                            connection.commit()
                    finally:
                        cursor.close()
            finally:
                if self._gate is not None:
                    self._gate.__exit__()
        except Unavailable:
            self.refuses = True
            raise
        self.refuses = False

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

    def _enter_gate(self) -> None:
        try:
            if self._gate is not None:
                self._gate.__enter__()
        except (Jammed, OSError) as error:
            raise Unavailable(type(error).__name__) from error

    @contextmanager
    def look(self) -> Iterator[Any]:
        """A driver's connection that sees all tables as they were at one moment, and only reads."""
        with self._connection() as connection:
            try:
                if self.dialect == "sqlite":
                    connection.execute("BEGIN")
                    connection.execute("SELECT count(*) FROM alembic_version").fetchone()
                else:
                    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        try:
            proxy = self.engine.raw_connection()
        except NOT_CONNECTED as error:
            raise Unavailable(type(error).__name__) from error
        connection = proxy.driver_connection
        try:
            if self.needs is not None:
                self._look_at_tables(connection)
            yield connection
        except BaseException as error:
            _roll_back(connection)
            if isinstance(error, GAVE_WAY):
                raise Unavailable(type(error).__name__, again=True) from error
            if not _is_away(error):
                raise
            broken = bool(getattr(connection, "closed", False))
            proxy.invalidate()
            if broken:  # a restarted server has broken all of them
                self.engine.dispose()
            raise Unavailable(type(error).__name__, again=broken) from error
        finally:
            proxy.close()

    def _look_at_tables(self, connection: Any) -> None:
        """Raise Unavailable while the tables are missing or of an older release than is needed.

        A process that started while the database was away must not use it before it is migrated:
        what it took from the spool would fail and be put aside.
        """
        cursor = connection.cursor()
        try:
            cursor.execute("SELECT version_num FROM alembic_version")
            row = cursor.fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
        finally:
            cursor.close()
            _roll_back(connection)
        if row is None or row[0] < str(self.needs):
            raise Unavailable("its tables are not those of this release yet")
        self.needs = None

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


def _is_away(error: BaseException) -> bool:
    """Whether the database failed, and not the statement. A damaged file is of the bare type."""
    return isinstance(error, AWAY) or type(error) is sqlite3.DatabaseError


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
        f"busy_timeout={PATIENCE_MS}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "secure_delete=ON",  # what is erased, a data key above all, is overwritten in the file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _set_up_postgres(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.execute(f"SET lock_timeout = {PATIENCE_MS}")
    connection.commit()
