"""`hotline up` while PostgreSQL is away: it starts, keeps what comes, and reads it afterwards."""

from __future__ import annotations

import asyncio
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from hotline import up
from store import version
from store.database import Database, Unavailable
from tests.real import running, text_of, until


@contextmanager
def _relay(port: int, server: dict[str, str]) -> Iterator[None]:
    """While this lasts, PostgreSQL is reached at `port` as well."""
    loop = asyncio.new_event_loop()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, behind = server["host"], int(server.get("port", "5432"))
        if host.startswith("/"):
            there = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{behind}")
        else:
            there = await asyncio.open_connection(host, behind)
        await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", port)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    yield
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def own(postgres_url: str) -> Iterator[dict[str, str]]:
    """An empty database of its own on the server of the tests."""
    name = f"away_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield {k: str(v) for k, v in conninfo_to_dict(postgres_url).items()} | {"dbname": name}
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_it_starts_spools_and_migrates_when_the_database_is_back(
    own: dict[str, str], tmp_path: Path
) -> None:
    behind = up.free_port("127.0.0.1", 41_000 + os.getpid() % 5_000)
    url = f"postgresql://{own['user']}:{own.get('password', '')}@127.0.0.1:{behind}/{own['dbname']}"
    port = up.free_port("127.0.0.1", 46_000 + os.getpid() % 5_000)
    with running(tmp_path / "data", port, HOTLINE_DATABASE_URL=url) as hotline:
        assert text_of(f"{hotline.url}/readyz").startswith("spooling")
        hotline.sms("em bi nhot o bavet, que em o an giang")
        until(lambda: "1 waiting" in text_of(f"{hotline.url}/healthz"), what="spooling")
        with _relay(behind, own):
            until(lambda: hotline.sms_shown(), 60, "the answer after the database is back")
            assert len(hotline.tickets()) == 1
            assert "0 waiting, 0 put aside" in text_of(f"{hotline.url}/healthz")
            assert text_of(f"{hotline.url}/readyz").startswith("ready")


def test_a_database_that_came_back_without_its_tables_counts_as_away(
    database: Database,
) -> None:
    """Or what was spooled would be tried on tables that are not there, and be put aside."""
    database.needs = version.NEWEST
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Unavailable), database.write():
        pass
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version.NEWEST}'")
    with database.read():
        assert database.needs is None
