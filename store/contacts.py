"""Contacts: one address of one sender, known by its keyed hash, shared by all lines of its kind."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from store.ids import new_id
from store.sql import Row, Statement, Tx, inserting
from store.tables import contacts, conversations
from store.vault import Vault, seal, unseal


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """One sender. `key` is the data key that opens what this person wrote.

    new: made by this very transaction, so nothing else of this person is stored yet.
    """

    id: str
    kind: str
    key: bytes
    silenced_at: int | None
    silence_reason: str | None
    opted_out_at: int | None
    calls_barred: bool
    phone_safe_at: int | None
    address_sealed: bytes
    unsafe_at: int | None = None
    borrowed: bool = False
    window: tuple[int, int] | None = None  # minutes of the sender's day
    word_given_at: int | None = None
    cover: str | None = None
    unproven_at: int | None = None
    person_id: str | None = None
    erase_asked_at: int | None = None
    word_sealed: bytes | None = None
    cover_word_sealed: bytes | None = None
    new: bool = False

    @property
    def closed(self) -> str | None:
        """Why nothing may be sent to this person, or None."""
        if self.silenced_at is not None:
            return "silenced"
        if self.opted_out_at is not None:
            return "opted_out"
        return None


# On PostgreSQL FOR NO KEY UPDATE: rows that only point to a contact must not wait for it. A ticket
# that is updated twice in a transaction is checked against its contact, against our order of locks.
_FIND = Statement(
    select(contacts)
    .where(contacts.c.kind == bindparam("kind"), contacts.c.address_hash == bindparam("hash"))
    .with_for_update(key_share=True)
)
_BY_ID = Statement(select(contacts).where(contacts.c.id == bindparam("id")))
_BY_ID_LOCKED = Statement(
    select(contacts).where(contacts.c.id == bindparam("id")).with_for_update(key_share=True)
)
_ADD = inserting(
    contacts, "id", "kind", "address_hash", "address_sealed", "data_key", "created_at",
    suffix=" ON CONFLICT DO NOTHING",
)  # fmt: skip
_CARRY = Statement(
    contacts.update()
    .where(contacts.c.id == bindparam("contact"))
    .values(silenced_at=bindparam("at"), silence_reason=bindparam("reason"),
            opted_out_at=bindparam("out_at"))
)  # fmt: skip
_LET_GO = Statement(
    contacts.update()
    .where(contacts.c.id == bindparam("contact"))
    .values(address_hash=bindparam("hash"), silenced_at=None, silence_reason=None,
            opted_out_at=None)
)  # fmt: skip


def lock(tx: Tx, vault: Vault, kind: str, address: str, now: int) -> Contact:
    """Return the contact of an address, made if new, locked until the transaction ends.

    Somebody who was silenced, then erased, and writes again is a new contact that is still
    silenced: the old row keeps nothing but its id.
    """
    hashes = vault.hashes(kind, address)
    row = _find(tx, kind, hashes)
    if row is None and len(hashes) > 1:  # two processes may keep it by two keys: in turn, then
        tx.take_turn(vault.turn(kind, address))
        row = _find(tx, kind, hashes)
    before = row if row is not None and row["erased_at"] is not None else None
    if before is not None:
        tx.run(_LET_GO, contact=before["id"], hash=f"erased:{before['id']}")
        row = None
    if row is None:
        contact_id = new_id(now)
        key, wrapped = vault.new_key("contacts", contact_id)
        sealed = seal(key, "contacts", contact_id, "address", address)
        added = tx.run(
            _ADD, id=contact_id, kind=kind, address_hash=hashes[0], address_sealed=sealed,
            data_key=wrapped, created_at=now,
        )  # fmt: skip
        if added and before is None:
            return Contact(contact_id, kind, key, None, None, None, False, None, sealed, new=True)
        row = _find(tx, kind, hashes)
        assert row is not None
    if before is not None:
        tx.run(_CARRY, contact=row["id"], at=before["silenced_at"],
               reason=before["silence_reason"], out_at=before["opted_out_at"])  # fmt: skip
        return by_id(tx, vault, row["id"])
    return _contact(vault, row)


def _find(tx: Tx, kind: str, hashes: tuple[str, ...]) -> Row | None:
    for hashed in hashes:
        row = tx.one(_FIND, kind=kind, hash=hashed)
        if row is not None:
            return row
    return None


def by_id(tx: Tx, vault: Vault, contact_id: str, *, locked: bool = False) -> Contact:
    """Return a contact that is known to exist."""
    row = tx.one(_BY_ID_LOCKED if locked else _BY_ID, id=contact_id)
    assert row is not None
    return _contact(vault, row)


def address(contact: Contact) -> str:
    """Open the address. Only what sends may ask for it."""
    return unseal(contact.key, "contacts", contact.id, "address", contact.address_sealed)


def _contact(vault: Vault, row: Row) -> Contact:
    return Contact(
        id=row["id"],
        kind=row["kind"],
        key=vault.unwrap("contacts", row["id"], row["data_key"]),
        silenced_at=row["silenced_at"],
        silence_reason=row["silence_reason"],
        opted_out_at=row["opted_out_at"],
        calls_barred=bool(row["calls_barred"]),
        phone_safe_at=row["phone_safe_at"],
        address_sealed=row["address_sealed"],
        unsafe_at=row["unsafe_at"],
        borrowed=bool(row["borrowed"]),
        window=_window(row),
        word_given_at=row["word_given_at"],
        cover=row["cover"],
        unproven_at=row["unproven_at"],
        person_id=row["person_id"],
        erase_asked_at=row["erase_asked_at"],
        word_sealed=row["word_sealed"],
        cover_word_sealed=row["cover_word_sealed"],
    )


def _window(row: Row) -> tuple[int, int] | None:
    first, last = row["window_from"], row["window_until"]
    return None if first is None or last is None else (first, last)


@dataclass(frozen=True, slots=True, repr=False)
class Conversation:
    """What runs with a contact: the state of the flow and the newest way to reach the sender."""

    id: str
    contact_id: str
    gateway: str
    line: str
    language: str
    state: str | None
    recent: str | None
    ticket_id: str | None
    last_in_at: int
    due_at: int | None = None
    due_kind: str | None = None


_CONVERSATION = Statement(
    select(conversations).where(conversations.c.contact_id == bindparam("contact"))
)
_NEW_CONVERSATION = inserting(
    conversations, "id", "contact_id", "gateway", "line", "language", "state_sealed",
    "recent_sealed", "ticket_id", "last_in_at", "due_at", "due_kind",
)  # fmt: skip
_KEEP = Statement(
    conversations.update()
    .where(conversations.c.id == bindparam("conversation"))
    .values(
        gateway=bindparam("gateway"),
        line=bindparam("line"),
        language=bindparam("language"),
        state_sealed=bindparam("state_sealed"),
        recent_sealed=bindparam("recent_sealed"),
        ticket_id=bindparam("ticket_id"),
        last_in_at=bindparam("last_in_at"),
        due_at=bindparam("due_at"),
        due_kind=bindparam("due_kind"),
    )
)
_DUE = Statement(
    select(conversations.c.contact_id)
    .where(conversations.c.due_at <= bindparam("now"))
    .order_by(conversations.c.due_at)
    .limit(bindparam("most"))
)
_HEARD = Statement(
    select(conversations.c.last_in_at).where(conversations.c.contact_id == bindparam("contact"))
)


_FORGET_RECENT = Statement(
    conversations.update()
    .where(conversations.c.contact_id == bindparam("contact"))
    .values(recent_sealed=None)
)


def conversation(tx: Tx, contact: Contact) -> Conversation | None:
    if contact.new:
        return None
    row = tx.one(_CONVERSATION, contact=contact.id)
    if row is None:
        return None
    return Conversation(
        id=row["id"],
        contact_id=row["contact_id"],
        gateway=row["gateway"],
        line=row["line"],
        language=row["language"],
        state=_open(contact, row, "state"),
        recent=_open(contact, row, "recent"),
        ticket_id=row["ticket_id"],
        last_in_at=row["last_in_at"],
        due_at=row["due_at"],
        due_kind=row["due_kind"],
    )


def due(tx: Tx, now: int, most: int) -> list[str]:
    """Ids of the contacts whose conversation has a timer that should have run by now."""
    return [row["contact_id"] for row in tx.rows(_DUE, now=now, most=most)]


def heard_at(tx: Tx, contact_id: str) -> int | None:
    """When this contact's newest message came."""
    row = tx.one(_HEARD, contact=contact_id)
    return None if row is None else int(row["last_in_at"])


def keep(tx: Tx, contact: Contact, talk: Conversation, *, new: bool) -> None:
    """Write a conversation, its state sealed with the contact's key."""
    values = {
        "gateway": talk.gateway,
        "line": talk.line,
        "language": talk.language,
        "state_sealed": _seal(contact, talk.id, "state", talk.state),
        "recent_sealed": _seal(contact, talk.id, "recent", talk.recent),
        "ticket_id": talk.ticket_id,
        "last_in_at": talk.last_in_at,
        "due_at": talk.due_at,
        "due_kind": talk.due_kind,
    }
    if new:
        tx.run(_NEW_CONVERSATION, id=talk.id, contact_id=contact.id, **values)
    else:
        tx.run(_KEEP, conversation=talk.id, **values)


def forget_recent(tx: Tx, contact_id: str) -> None:
    """Let the next message be read by itself, without the pieces before it."""
    tx.run(_FORGET_RECENT, contact=contact_id)


def _seal(contact: Contact, row: str, column: str, value: str | None) -> bytes | None:
    return None if value is None else seal(contact.key, "conversations", row, column, value)


def _open(contact: Contact, row: Row, column: str) -> str | None:
    sealed = row[f"{column}_sealed"]
    if sealed is None:
        return None
    return unseal(contact.key, "conversations", row["id"], column, sealed)
