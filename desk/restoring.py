"""Restoring: a backup of this release or an older one becomes the database, or nothing changes.

Time has passed since the backup: what waited to be sent then is not sent now, every phone counts
as unsafe again, and whoever was erased since stays erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, inspect, select, update
from sqlalchemy.exc import DBAPIError

from store import audit, dump, erasure, keyring, migrate
from store.database import Database
from store.dump import Head
from store.keyring import Ring
from store.sealedfile import BadFile, unsealed
from store.sql import Tx
from store.tables import contacts, focal_points, messages, metadata, pages, tickets
from store.vault import Tampered, Vault

T = TypeVar("T")
EMPTY_FOR = frozenset({"alembic_version", "standing"})  # rows of these do not make it anybody's


class NotRestored(Exception):
    """The database is as it was; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """head: of the backup. held: texts and pages that will not be sent. erased: since then."""

    head: Head
    rows: dict[str, int]
    held: int
    erased: int


def restore(
    url: str, vault: Vault, source: Path, ring_path: Path, key: str, now: int,
    *, replace: bool = False,
) -> Restored:  # fmt: skip
    """Make the database at `url` what `source` holds. Raises NotRestored.

    replace: also where it holds something already; that is gone then. Nothing else may be
    connected to it.
    """
    try:
        ring = keyring.read(ring_path, key)
        head = dump.head_of(next(_values(source, key)))
        _fits(head, ring, ring_path, vault)
        with _target(url, replace) as connection:
            return _fill(connection, vault, source, key, ring, now)
    except BadFile as error:
        raise NotRestored(f"{error}.") from error
    except migrate.TooNew as error:
        raise NotRestored(
            f"{source} is of a newer release: {error}. Install that release, restore there, or "
            "use an older backup."
        ) from error


def _values(source: Path, key: str) -> Iterator[object]:
    return dump.lines(unsealed(source, key, "data"))


def _fits(head: Head, ring: Ring, ring_path: Path, vault: Vault) -> None:
    if ring.at < head.at:
        raise NotRestored(
            f"{ring_path} is older than the backup: bring the key ring that was written with it, "
            "or a later one."
        )
    for name, wrapped in ring.keys.items():
        table, _, row = name.partition(":")
        try:
            vault.unwrap(table, row, wrapped)
        except Tampered as error:
            raise NotRestored(
                "the key file does not open the keys of this backup: bring the key file of that "
                "hotline (HOTLINE_SECRET_KEY_FILE), with the keys it had then."
            ) from error


def _fill(
    connection: Connection, vault: Vault, source: Path, key: str, ring: Ring,
    now: int,
) -> Restored:  # fmt: skip
    values = _values(source, key)
    head = dump.head_of(next(values))
    migrate.run(connection, head.revision)
    tail = _within(connection, lambda: dump.load(connection, values, ring.keys))
    migrate.run(connection, vault=vault)
    held, erased = _within(connection, lambda: _settle(connection, head, ring, now))
    _known_keys_only(connection, vault)
    return Restored(head, tail.rows, held, erased)


def _within(connection: Connection, work: Callable[[], T]) -> T:
    """On SQLite one transaction, or each row would wait for the disk; PostgreSQL is in one."""
    if connection.dialect.name != "sqlite":
        return work()
    connection.exec_driver_sql("BEGIN")
    done = work()
    connection.exec_driver_sql("COMMIT")
    return done


def _settle(connection: Connection, head: Head, ring: Ring, now: int) -> tuple[int, int]:
    """What was true then and is not now."""
    held = 0
    for table in (messages, pages):
        waiting = table.c.state.in_(("due", "sending"))
        done = connection.execute(
            update(table).where(waiting).values(state="refused", error="restored", lease_until=None)
        )
        held += done.rowcount
    connection.execute(update(contacts).values(phone_safe_at=None))
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    tx = Tx(cursor, connection.dialect.name)
    erased = 0
    query = select(contacts.c.id).where(
        func.length(contacts.c.data_key) == 0, contacts.c.erased_at.is_(None)
    )
    for (contact_id,) in connection.execute(query).all():
        if dump.subject("contacts", contact_id) not in ring.erased:
            raise BadFile("the key ring lacks a key and does not say why: use another copy of it")
        for ticket in erasure.tickets_of(tx, contact_id):
            if ticket["status"] in erasure.LIVE:
                connection.execute(
                    update(tickets).where(tickets.c.id == ticket["id"]).values(status="withdrawn")
                )
        row = erasure.locked(tx, contact_id)
        assert row is not None
        erasure.erase_contact(tx, row, now, by="machine", ground="asked")
        audit.write(tx, now, "machine", "erased", f"contacts:{contact_id}", ground="restored")
        erased += 1
    connection.execute(focal_points.delete().where(func.length(focal_points.c.data_key) == 0))
    audit.write(tx, now, "operator", "restored", f"backups:{head.backup}", at=head.at, held=held,
                erased=erased)  # fmt: skip
    cursor.close()
    return held, erased


def _known_keys_only(connection: Connection, vault: Vault) -> None:
    """Every key that the database holds now opens."""
    for table in metadata.sorted_tables:
        if "data_key" not in table.c:
            continue
        for row_id, wrapped in connection.execute(select(table.c.id, table.c.data_key)):
            if not wrapped:
                continue
            try:
                vault.unwrap(table.name, row_id, wrapped)
            except Tampered as error:
                raise BadFile("a data key does not open after restoring") from error


@contextmanager
def _target(url: str, replace: bool) -> Iterator[Connection]:
    database = Database(url)
    try:
        if database.dialect == "sqlite":
            with _new_file(database, replace) as connection:
                yield connection
            return
        with database.engine.connect() as connection:
            _alone(connection)
            _refuse_full(connection, replace)
            _drop_everything(connection)
            yield connection
            connection.commit()
    except DBAPIError as error:
        raise NotRestored(
            f"the database refused it ({type(error.orig).__name__}): nothing was changed; is it "
            "running, may this user create tables?"
        ) from error
    finally:
        database.close()


@contextmanager
def _new_file(database: Database, replace: bool) -> Iterator[Connection]:
    """A database beside the old one, which takes its place when it is complete."""
    old = Path(str(database.url.database))
    fresh = old.with_name(f"{old.name}.restoring")
    if old.exists():
        with database.engine.connect() as connection:
            _refuse_full(connection, replace)
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    _remove(fresh)
    made = Database(f"sqlite:///{fresh}")
    try:
        with made.engine.connect() as connection:
            yield connection
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        made.close()
        fresh.chmod(0o600)
        for side in ("-wal", "-shm"):  # a log of the old file must not be read into the new one
            Path(f"{old}{side}").unlink(missing_ok=True)
        fresh.replace(old)
    finally:
        made.close()
        _remove(fresh)


def _remove(path: Path) -> None:
    for name in (path, *(Path(f"{path}{side}") for side in ("-wal", "-shm", "-gate"))):
        name.unlink(missing_ok=True)


def _refuse_full(connection: Connection, replace: bool) -> None:
    rows = sum(
        int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() or 0)  # noqa: S608
        for name in inspect(connection).get_table_names()
        if name not in EMPTY_FOR
    )
    if rows and not replace:
        raise NotRestored(
            f"the database holds {rows} rows already: restore into an empty one, or, to lose what "
            "it holds, use --replace (and make a backup of it first)."
        )


def _alone(connection: Connection) -> None:
    others = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    ).scalar()
    if others:
        raise NotRestored(f"{others} connections use the database: stop every hotline on it first.")


def _drop_everything(connection: Connection) -> None:
    for name in inspect(connection).get_table_names():
        connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
    made = connection.exec_driver_sql(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE p.pronamespace = current_schema()::regnamespace AND r.rolname = current_user"
        " AND p.prorettype = 'trigger'::regtype"
    ).scalars()
    for name in made.all():
        connection.exec_driver_sql(f"DROP FUNCTION {name} CASCADE")
