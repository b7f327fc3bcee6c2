"""Who made an invitation: it is told when the invitation is used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitations") as invitations:
        invitations.add_column(
            sa.Column(
                "made_by",
                sa.String(length=32),
                sa.ForeignKey("staff.id", name=op.f("fk_invitations_made_by")),
                nullable=True,
            )
        )
