"""Turns of the sweep are rows of `standing`; the table that was made for them is not needed."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("chores")
