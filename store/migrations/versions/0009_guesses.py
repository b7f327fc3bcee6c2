"""How often a code word was guessed at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guesses",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("door", sa.String(length=8), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_guesses_contact_id")
        ),
        sa.PrimaryKeyConstraint("contact_id", "door", name=op.f("pk_guesses")),
    )
