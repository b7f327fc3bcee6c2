"""Which tables a database has, told without Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from store.database import Database

NEWEST = max(
    path.name[:4] for path in (Path(__file__).parent / "migrations/versions").glob("0*.py")
)


def is_current(database: Database) -> bool:
    """Whether the database has the tables of this release."""
    try:
        with database.engine.connect() as connection:
            query = "SELECT version_num FROM alembic_version"
            return bool(connection.exec_driver_sql(query).scalar() == NEWEST)
    except DBAPIError:
        return False
