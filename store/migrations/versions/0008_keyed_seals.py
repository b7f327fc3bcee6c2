"""Seals of the audit by a key; on PostgreSQL what is append-only cannot be emptied either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seals", sa.Column("key_id", sa.String(length=8), nullable=True))
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no TRUNCATE: DELETE is refused
        for table in ("audit", "seals"):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
            )
