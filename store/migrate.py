"""Bring a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from store.database import Database, Unavailable
from store.tables import metadata
from store.vault import Vault


class TooNew(Exception):
    """The database was written by a newer version; the message says what to do."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(database: Database, vault: Vault | None = None) -> None:
    """Run the migrations that are missing. Raises TooNew, Unavailable.

    vault: the keys, for a migration that seals what stood open. Empty tables need none.
    """
    config = _config()
    config.attributes["vault"] = vault
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    try:
        opened = database.engine.connect()
    except DBAPIError as error:
        raise Unavailable(type(error).__name__) from error
    with opened as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        if present is not None and present not in known:
            raise TooNew(
                f"the database is at version {present}, which this release does not know: "
                "install the newer release again, or restore a backup of this one"
            )
        connection.rollback()
        if database.dialect == "postgresql":  # two hosts may start at once; the second one waits
            connection.detach()  # closed at the end, not handed on with its patience
            connection.exec_driver_sql("SET lock_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_lock(76110111)")
            connection.commit()
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:  # a failed migration must not leave the next one waiting for ever
            if database.dialect == "postgresql":
                connection.rollback()
                connection.exec_driver_sql("SELECT pg_advisory_unlock(76110111)")
                connection.commit()


def run(connection: Connection, revision: str = "head", vault: Vault | None = None) -> None:
    """Run the migrations up to a revision on a connection of the caller's. Raises TooNew."""
    config = _config()
    config.attributes["vault"] = vault
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision != "head" and revision not in known:
        raise TooNew(f"it has tables of version {revision}, which this release does not know")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def differences(database: Database) -> list[object]:
    """Return what the tables of the code have that the migrations do not make, or the reverse."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, metadata))
