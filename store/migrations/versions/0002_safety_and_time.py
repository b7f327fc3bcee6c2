"""What safety and time need: timers, windows, words of one's own, who must not know."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("unsafe_at", sa.BigInteger(), nullable=True))
        contacts.add_column(sa.Column("borrowed", sa.Integer(), server_default="0", nullable=False))
        contacts.add_column(sa.Column("window_from", sa.Integer(), nullable=True))
        contacts.add_column(sa.Column("window_until", sa.Integer(), nullable=True))
        contacts.add_column(sa.Column("word_sealed", sa.LargeBinary(), nullable=True))
        contacts.add_column(sa.Column("word_given_at", sa.BigInteger(), nullable=True))
        contacts.add_column(sa.Column("cover", sa.String(length=16), nullable=True))
        contacts.add_column(sa.Column("cover_word_sealed", sa.LargeBinary(), nullable=True))
        contacts.add_column(sa.Column("unproven_at", sa.BigInteger(), nullable=True))
        contacts.add_column(sa.Column("person_id", sa.String(length=32), nullable=True))
        contacts.add_column(sa.Column("erase_asked_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_contacts_person_id", "contacts", ["person_id"], unique=False)
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("due_at", sa.BigInteger(), nullable=True))
        conversations.add_column(sa.Column("due_kind", sa.String(length=12), nullable=True))
    op.create_index(
        "ix_conversations_due",
        "conversations",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("closed_to", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("purpose", sa.String(length=8), nullable=True))
        messages.add_column(
            sa.Column("overridden", sa.Integer(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("consents") as consents:
        consents.add_column(
            sa.Column("version", sa.String(length=16), server_default="", nullable=False)
        )
        consents.add_column(
            sa.Column("by", sa.String(length=32), server_default="sender", nullable=False)
        )
    with op.batch_alter_table("centres") as centres:
        centres.add_column(sa.Column("hours", sa.String(length=200), nullable=True))
    op.create_table(
        "ticket_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_links")),
        sa.UniqueConstraint(
            "ticket_id", "other_id", "kind", name=op.f("uq_ticket_links_ticket_id_other_id_kind")
        ),
    )
    op.create_index("ix_ticket_links_other", "ticket_links", ["other_id"], unique=False)
