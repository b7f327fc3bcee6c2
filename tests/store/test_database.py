"""Transactions and statements behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store import audit, contacts, messages, migrate
from store.database import Database, Unavailable
from store.ids import new_id
from store.messages import Outgoing
from store.vault import Vault
from tests.conftest import MORNING as NOW


def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    assert migrate.differences(database) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.differences(database) == []


def test_a_newer_database_is_refused_with_what_to_do(database: Database) -> None:
    with database.engine.begin() as connection:
        (head,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(migrate.TooNew, match="install the newer release"):
            migrate.upgrade(database)
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{head}'")


def test_a_failed_transaction_leaves_nothing(database: Database, vault: Vault) -> None:
    def fail() -> None:
        with database.write() as tx:
            contacts.lock(tx, vault, "sms", "+84900000001", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as tx:
        assert tx.one(contacts._FIND, kind="sms", hash=vault.hash("sms", "+84900000001")) is None


def test_one_address_is_one_contact_however_many_write_at_once(
    database: Database, vault: Vault
) -> None:
    start = threading.Barrier(8)

    def write(_: int) -> str:
        start.wait()
        with database.write() as tx:
            return contacts.lock(tx, vault, "sms", "+84900000001", NOW).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(write, range(8)))) == 1


def test_the_same_delivery_is_stored_once(database: Database, vault: Vault) -> None:
    start = threading.Barrier(8)

    def deliver(_: int) -> bool:
        start.wait()
        with database.write() as tx:
            contact = contacts.lock(tx, vault, "sms", "+84900000001", NOW)
            return messages.add_in(
                tx, contact, new_id(NOW), gateway="twilio", line="twilio:+1", external_id="SM1",
                body="xin chào", extra={}, at=NOW,
            )  # fmt: skip

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(deliver, range(8))) == [False] * 7 + [True]


def test_bodies_and_addresses_are_sealed_in_the_file(tmp_path: Path, vault: Vault) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    migrate.upgrade(database)
    with database.write() as tx:
        contact = contacts.lock(tx, vault, "sms", "+84900000001", NOW)
        messages.add_in(
            tx, contact, new_id(NOW), gateway="twilio", line="twilio:+1", external_id="SM1",
            body="lời rất riêng", extra={"media": "rieng"}, at=NOW,
        )  # fmt: skip
        assert contacts.address(contact) == "+84900000001"
    database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("x.db*"))
    for secret in ("84900000001", "lời rất riêng", "rieng"):
        assert secret.encode() not in stored


def test_a_leased_text_is_leased_once_and_again_when_its_worker_died(
    database: Database, vault: Vault
) -> None:
    with database.write() as tx:
        contact = contacts.lock(tx, vault, "sms", "+84900000001", NOW)
        out = Outgoing(
            new_id(NOW), None, "twilio", "twilio:+1", "chào", NOW, NOW, "rest", heard_at=NOW
        )
        messages.add_out(tx, contact, out)
    with database.write() as tx:
        assert [r["id"] for r in messages.due(tx, "rest", "twilio", NOW, 9)] == [out.id]
        assert messages.lease(tx, out.id, NOW, NOW + 30)
    with database.write() as tx:
        assert messages.due(tx, "rest", "twilio", NOW + 29, 9) == []
        assert not messages.lease(tx, out.id, NOW + 29, NOW + 60)
    with database.write() as tx:
        (row,) = messages.due(tx, "rest", "twilio", NOW + 31, 9)
        assert row["state"] == "sending"  # somebody began to send it
        assert messages.lease(tx, out.id, NOW + 31, NOW + 60)


def test_the_audit_cannot_be_changed(database: Database) -> None:
    with database.write() as tx:
        audit.write(tx, NOW, "machine", "opened", "tickets:1", urgency=1)
    for change in ("UPDATE audit SET verb = 'nothing'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"), database.engine.begin() as connection:
            connection.exec_driver_sql(change)


def test_the_seals_chain_what_has_settled(database: Database, vault: Vault) -> None:
    with database.write() as tx:
        for number in range(5):
            audit.write(tx, NOW, "machine", "opened", f"tickets:{number}")
    with database.write() as tx:
        assert audit.seal_batch(tx, vault.keys, NOW) == 0, (
            "a running transaction may still add before these"
        )
        assert audit.seal_batch(tx, vault.keys, NOW + audit.SETTLED, most=3) == 3
        assert audit.seal_batch(tx, vault.keys, NOW + audit.SETTLED, most=3) == 2
        assert audit.unsealed(tx) == (0, None)


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    database = Database("postgresql://postgres:@127.0.0.1:9/nothing?connect_timeout=1")
    with pytest.raises(Unavailable), database.read():
        pass


def test_one_of_two_that_wait_for_each_other_may_try_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    migrate.upgrade(database)
    both = threading.Barrier(2)

    def work(first: int, second: int) -> str:
        try:
            with database.write() as tx:
                tx._cursor.execute("SELECT pg_advisory_xact_lock(%s)", (first,))
                both.wait()
                tx._cursor.execute("SELECT pg_advisory_xact_lock(%s)", (second,))
        except Unavailable as error:
            return f"again {error.again}"
        return "kept"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(work, (1, 2), (2, 1)))
    assert sorted(outcomes) == ["again True", "kept"]
    assert _works(database)
    database.close()


def test_connections_that_a_restart_broke_cost_one_attempt(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    held = [database.engine.raw_connection() for _ in range(4)]
    pids = [one.driver_connection.info.backend_pid for one in held]  # type: ignore[union-attr]
    for one in held:
        one.close()
    with other.read() as tx:
        tx._cursor.execute("SELECT pg_terminate_backend(unnest(%s::int[]))", (pids,))
    with pytest.raises(Unavailable) as caught, database.write() as tx:
        tx._cursor.execute("SELECT 1")
    assert caught.value.again
    assert database.refuses
    assert all(_works(database) for _ in range(6))
    assert not database.refuses
    for one in (database, other):
        one.close()


def _works(database: Database) -> bool:
    with database.write() as tx:
        tx._cursor.execute("SELECT 1")
        return bool(tx._cursor.fetchone()[0] == 1)


def test_a_damaged_file_is_away_and_not_a_fault_of_the_statement(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    migrate.upgrade(database)
    database.close()
    for path in tmp_path.glob("x.db*"):
        path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Unavailable), database.write():
        pass
