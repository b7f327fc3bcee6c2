"""Staff and the operator's settings of centres."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from store.sql import Row, Statement, Tx, among, inserting
from store.tables import centres, staff
from store.vault import Vault, seal, unseal

s = staff.c
CALLED = ("staff", "supervisor", "national")  # auditors and administrators are never paged


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff."""

    id: str
    name: str
    role: str  # staff, supervisor, national, auditor, admin
    centre: str
    language: str
    active: bool
    has_telegram: bool


_ADD = inserting(
    staff, "id", "name", "role", "centre", "language", "active", "data_key", "telegram_hash",
    "telegram_sealed", "phone_sealed", "created_at",
)  # fmt: skip
_ALL = Statement(select(staff).order_by(s.centre, s.name))
_BY_NAME = Statement(select(staff).where(s.name == bindparam("wanted")))
_BY_ID = Statement(select(staff).where(s.id == bindparam("wanted")))
_BY_TELEGRAM = Statement(select(staff).where(s.telegram_hash == bindparam("hash"), s.active == 1))
_ON_CALL = Statement(  # at up to four centres at once: a ladder looks at so many
    select(staff)
    .where(
        s.centre.in_([bindparam(f"code{n}") for n in range(4)]),
        s.active == 1,
        among(s.role, "staff", "supervisor", "national"),
    )
    .order_by(s.created_at, s.id)
)
_ANYWHERE = Statement(
    select(staff).where(s.active == 1, among(s.role, *CALLED)).order_by(s.created_at, s.id)
)
_MANNED = Statement(select(s.centre).where(s.active == 1, among(s.role, *CALLED)).distinct())
# On PostgreSQL FOR NO KEY UPDATE: pages that name this person can be written meanwhile.
_LOCK = Statement(select(staff).where(s.id == bindparam("wanted")).with_for_update(key_share=True))
_STOP = Statement(update(staff).where(s.id == bindparam("who")).values(active=0))
_HAS_CHAT = Statement(select(s.id).where(s.telegram_hash == bindparam("hash")))
_MOVE_CHAT = Statement(
    update(staff)
    .where(s.id == bindparam("who"), s.telegram_hash.is_not(None))
    .values(telegram_hash=bindparam("hashed"), telegram_sealed=bindparam("sealed"))
)
_FORGET = Statement(
    update(staff)
    .where(s.id == bindparam("who"))
    .values(telegram_hash=None, telegram_sealed=None, phone_sealed=None)
)
_CENTRES = Statement(select(centres))
_CENTRE = Statement(select(centres).where(centres.c.code == bindparam("wanted")))
_SET_HOURS = Statement(
    update(centres)
    .where(centres.c.code == bindparam("wanted"))
    .values(hours=bindparam("new_hours"))
)
_ADD_CENTRE = inserting(centres, "code", suffix=" ON CONFLICT DO NOTHING")
_SET_CENTRE = Statement(
    update(centres)
    .where(centres.c.code == bindparam("wanted"))
    .values(name=bindparam("new_name"), telegram_words=bindparam("words"))
)


def add(
    tx: Tx, vault: Vault, person: Person, *, telegram_id: int | None, phone: str | None, now: int
) -> None:
    key, wrapped = vault.new_key("staff", person.id)
    telegram = None if telegram_id is None else str(telegram_id)
    tx.run(
        _ADD, id=person.id, name=person.name, role=person.role, centre=person.centre,
        language=person.language, active=1, data_key=wrapped, created_at=now,
        telegram_hash=telegram and vault.hash("staff", telegram),
        telegram_sealed=telegram and seal(key, "staff", person.id, "telegram", telegram),
        phone_sealed=phone and seal(key, "staff", person.id, "phone", phone),
    )  # fmt: skip


def chat_of(vault: Vault, row: Row) -> str | None:
    """Open the Telegram address of a row that holds staff columns. Only what pages asks for it."""
    if row["telegram_sealed"] is None:
        return None
    key = vault.unwrap("staff", row["staff_id"], row["data_key"])
    return unseal(key, "staff", row["staff_id"], "telegram", row["telegram_sealed"])


def chat(tx: Tx, vault: Vault, staff_id: str) -> str | None:
    """The Telegram address of one member of staff."""
    row = tx.one(_BY_ID, wanted=staff_id)
    return None if row is None else chat_of(vault, {**row, "staff_id": row["id"]})


def data_key(tx: Tx, staff_id: str) -> bytes:
    """The wrapped data key of one member of staff, those who left too."""
    row = tx.one(_BY_ID, wanted=staff_id)
    assert row is not None
    return bytes(row["data_key"])


def move_chat(tx: Tx, vault: Vault, staff_id: str, chat: str) -> bool:
    """Give someone another Telegram address. False if they have it, or somebody else has."""
    row = tx.one(_BY_ID, wanted=staff_id)
    hashed = vault.hash("staff", chat)
    if row is None or tx.one(_HAS_CHAT, hash=hashed) is not None:
        return False
    key = vault.unwrap("staff", staff_id, row["data_key"])
    sealed = seal(key, "staff", staff_id, "telegram", chat)
    return tx.run(_MOVE_CHAT, who=staff_id, hashed=hashed, sealed=sealed) == 1


def everybody(tx: Tx) -> list[Person]:
    return [_person(row) for row in tx.rows(_ALL)]


def by_name(tx: Tx, name: str) -> Person | None:
    row = tx.one(_BY_NAME, wanted=name)
    return _person(row) if row else None


def by_id(tx: Tx, staff_id: str) -> Person | None:
    row = tx.one(_BY_ID, wanted=staff_id)
    return _person(row) if row else None


def lock(tx: Tx, staff_id: str) -> Person | None:
    """Someone as they are now, held so until the transaction ends."""
    row = tx.one(_LOCK, wanted=staff_id)
    return _person(row) if row else None


def names(tx: Tx) -> dict[str, str]:
    """The name of everybody, those who left too, by id."""
    return {row["id"]: row["name"] for row in tx.rows(_ALL)}


def by_telegram(tx: Tx, vault: Vault, telegram_id: int) -> Person | None:
    for hashed in vault.hashes("staff", str(telegram_id)):
        row = tx.one(_BY_TELEGRAM, hash=hashed)
        if row is not None:
            return _person(row)
    return None


def on_call(tx: Tx, *centres: str) -> list[Person]:
    """Who is called for these centres (four at most) now, whoever has been there longest first.

    While there is no rota that is everybody active there.
    """
    assert 0 < len(centres) <= 4, "no ladder has more"
    codes = {f"code{n}": centres[min(n, len(centres) - 1)] for n in range(4)}
    return [_person(row) for row in tx.rows(_ON_CALL, **codes)]


def everybody_on_call(tx: Tx) -> list[Person]:
    """Everybody on call at any centre now."""
    return [_person(row) for row in tx.rows(_ANYWHERE)]


def manned(tx: Tx) -> frozenset[str]:
    """Codes of the centres that have someone on call now."""
    return frozenset(row["centre"] for row in tx.rows(_MANNED))


def stop(tx: Tx, staff_id: str) -> None:
    """Someone stops: from now on nobody calls them and they can do nothing."""
    tx.run(_STOP, who=staff_id)


def forget_addresses(tx: Tx, staff_id: str) -> None:
    """Forget where someone can be reached: no page reaches them any more."""
    tx.run(_FORGET, who=staff_id)


def _person(row: Row) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        centre=row["centre"],
        language=row["language"],
        active=bool(row["active"]),
        has_telegram=row["telegram_hash"] is not None,
    )


def centre_settings(tx: Tx) -> dict[str, Row]:
    return {row["code"]: row for row in tx.rows(_CENTRES)}


def words_by_telegram(tx: Tx, centre: str) -> bool:
    """Whether this centre allows a sender's words to be shown in Telegram."""
    row = tx.one(_CENTRE, wanted=centre)
    return bool(row and row["telegram_words"])


def hours_of(tx: Tx, centre: str) -> str | None:
    """The centre's hours as they were set, None while it is always open."""
    row = tx.one(_CENTRE, wanted=centre)
    return row["hours"] if row else None


def set_hours(tx: Tx, code: str, hours: str | None) -> None:
    tx.run(_ADD_CENTRE, code=code)
    tx.run(_SET_HOURS, wanted=code, new_hours=hours)


def set_centre(tx: Tx, code: str, name: str | None, telegram_words: bool) -> None:
    tx.run(_ADD_CENTRE, code=code)
    tx.run(_SET_CENTRE, wanted=code, new_name=name, words=int(telegram_words))
