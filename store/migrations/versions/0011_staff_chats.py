"""Chats of staff and presses of buttons name a person: sealed in pages, hashed in messages.

Needs the keys where there are rows. What stands in a chat is still found afterwards, also when its
reader has left; presses that wait for an answer in this moment get none (Telegram forgets them
within a minute).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context, op

from store.vault import Tampered, Vault, seal

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    with _all_or_nothing(connection):
        op.add_column("pages", sa.Column("press_sealed", sa.LargeBinary(), nullable=True))
        op.add_column("pages", sa.Column("chat_sealed", sa.LargeBinary(), nullable=True))
        _seal_chats(connection)
        _hash_presses(connection)
        op.drop_index("ix_pages_provider", "pages")
        op.create_index("ix_pages_provider", "pages", ["staff_id", "provider_id"])


@contextmanager
def _all_or_nothing(connection: sa.Connection) -> Iterator[None]:
    """PostgreSQL is in a transaction; SQLite would keep the columns without what is in them, and
    wait for the disk at each row."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _vault() -> Vault:
    vault = context.config.attributes.get("vault")
    if not isinstance(vault, Vault):
        raise RuntimeError("tables with rows are brought up to date by `hotline`, with its keys")
    return vault


def _seal_chats(connection: sa.Connection) -> None:
    rows = connection.exec_driver_sql(
        "SELECT p.id, p.staff_id, p.kind, p.answers, p.provider_id, s.data_key FROM pages p"
        " JOIN staff s ON s.id = p.staff_id"
        " WHERE p.provider_id IS NOT NULL OR p.answers IS NOT NULL ORDER BY p.id"
    ).all()
    pages = sa.table("pages", *map(sa.column, ("id", "answers", "provider_id", "chat_sealed")))
    stands: dict[tuple[str, str], str] = {}  # who, "chat:number" -> the page that first stood there
    for row in rows:
        chat, _, number = (row.provider_id or "").rpartition(":")
        sealed = None
        if chat and not row.kind.startswith("toast."):
            stands.setdefault((row.staff_id, row.provider_id), row.id)
            sealed = _sealed(row, chat)
        connection.execute(
            sa.update(pages)
            .where(pages.c.id == row.id)
            .values(
                answers=stands.get((row.staff_id, row.answers or "")),
                provider_id=number if sealed else None,
                chat_sealed=sealed,
            )
        )


def _sealed(row: sa.Row[tuple[object, ...]], chat: str) -> bytes | None:
    vault = _vault()
    try:
        key = vault.unwrap("staff", row.staff_id, bytes(row.data_key))
    except Tampered:  # `hotline doctor` says so; the chat is lost with the key
        return None
    return seal(key, "pages", row.id, "chat", chat)


def _hash_presses(connection: sa.Connection) -> None:
    rows = connection.exec_driver_sql(
        "SELECT m.id, m.external_id, m.contact_id, c.data_key FROM messages m"
        " JOIN contacts c ON c.id = m.contact_id"
        " WHERE c.kind = 'telegram' AND m.external_id IS NOT NULL AND length(m.external_id) < 64"
    ).all()
    messages = sa.table("messages", *map(sa.column, ("id", "external_id")))
    for row in rows:
        try:
            key = _vault().unwrap("contacts", row.contact_id, bytes(row.data_key))
        except Tampered:
            continue
        hashed = hmac.digest(key, f"external|{row.external_id}".encode(), "sha256").hex()
        connection.execute(
            sa.update(messages).where(messages.c.id == row.id).values(external_id=hashed)
        )
