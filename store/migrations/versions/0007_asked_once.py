"""A text or a note of staff that is asked for twice is one: the mark stands in its own row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("messages", "notes"):
        op.add_column(table, sa.Column("once", sa.String(length=64), nullable=True))
        op.create_index(
            f"uq_{table}_once",
            table,
            ["once"],
            unique=True,
            sqlite_where=sa.text("once IS NOT NULL"),
            postgresql_where=sa.text("once IS NOT NULL"),
        )
    op.drop_table("posted")
