"""Signing in: passwords, invitations, sessions, failed attempts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from store.sql import Row, Statement, Tx, inserting
from store.tables import attempts, credentials, invitations, sessions, staff
from store.vault import Vault, seal, unseal

ONCE = " ON CONFLICT DO NOTHING"

_CREDENTIALS = Statement(
    select(credentials, staff.c.data_key)
    .select_from(credentials.join(staff, staff.c.id == credentials.c.staff_id))
    .where(credentials.c.staff_id == bindparam("who"))
)
_ADD_CREDENTIALS = inserting(
    credentials, "staff_id", "password_hash", "totp_sealed", "totp_step", "set_at"
)
_DROP_CREDENTIALS = Statement(
    credentials.delete().where(credentials.c.staff_id == bindparam("who"))
)
_USE_STEP = Statement(
    credentials.update()
    .where(
        credentials.c.staff_id == bindparam("who"),
        credentials.c.totp_step < bindparam("new_step"),
    )
    .values(totp_step=bindparam("new_step"))
)
_KEY = Statement(select(staff.c.data_key).where(staff.c.id == bindparam("who")))
_INVITE = inserting(invitations, "token_hash", "staff_id", "totp_sealed", "expires_at", "made_by")
_INVITED = Statement(
    select(invitations, staff.c.data_key)
    .select_from(invitations.join(staff, staff.c.id == invitations.c.staff_id))
    .where(
        invitations.c.token_hash == bindparam("token"),
        invitations.c.expires_at > bindparam("now"),
        staff.c.active == 1,
    )
)
_DROP_INVITATIONS = Statement(
    invitations.delete().where(invitations.c.staff_id == bindparam("who"))
)
_BEGIN = inserting(sessions, "token_hash", "staff_id", "began_at", "seen_at")
_SESSION = Statement(select(sessions).where(sessions.c.token_hash == bindparam("token")))
_SEEN = Statement(
    sessions.update()
    .where(sessions.c.token_hash == bindparam("token"))
    .values(seen_at=bindparam("now"))
)
_END = Statement(sessions.delete().where(sessions.c.token_hash == bindparam("token")))
_END_ALL = Statement(sessions.delete().where(sessions.c.staff_id == bindparam("who")))
_END_OLD = Statement(
    sessions.delete().where(
        (sessions.c.began_at < bindparam("oldest")) | (sessions.c.seen_at < bindparam("quiet"))
    )
)
_ATTEMPTS = Statement(select(attempts).where(attempts.c.key_hash == bindparam("key")))
_FIRST_ATTEMPT = inserting(attempts, "key_hash", "since", "failures", suffix=ONCE)
_ATTEMPT = Statement(
    attempts.update()
    .where(attempts.c.key_hash == bindparam("key"))
    .values(failures=attempts.c.failures + 1)
)
_FORGET_ATTEMPTS = Statement(attempts.delete().where(attempts.c.key_hash == bindparam("key")))
_FORGET_OLD_ATTEMPTS = Statement(attempts.delete().where(attempts.c.since < bindparam("oldest")))


def credentials_of(tx: Tx, vault: Vault, staff_id: str) -> tuple[str, str] | None:
    """The password's hash and the secret of the codes, or None before the first sign-in."""
    row = tx.one(_CREDENTIALS, who=staff_id)
    if row is None:
        return None
    key = vault.unwrap("staff", staff_id, row["data_key"])
    secret = unseal(key, "credentials", staff_id, "totp", row["totp_sealed"])
    return row["password_hash"], secret


def set_credentials(
    tx: Tx, vault: Vault, staff_id: str, *, password_hash: str, secret: str, step: int, now: int
) -> None:
    """Set password and secret anew; every session and invitation of this person ends."""
    forget(tx, staff_id)
    sealed = seal(_key(tx, vault, staff_id), "credentials", staff_id, "totp", secret)
    tx.run(_ADD_CREDENTIALS, staff_id=staff_id, password_hash=password_hash, totp_sealed=sealed,
           totp_step=step, set_at=now)  # fmt: skip


def use_step(tx: Tx, staff_id: str, step: int) -> bool:
    """Take a code's time step. False if it, or a later one, was taken already."""
    return tx.run(_USE_STEP, who=staff_id, new_step=step) == 1


def forget(tx: Tx, staff_id: str) -> None:
    """End every way in of this person: password, invitations, sessions."""
    tx.run(_DROP_CREDENTIALS, who=staff_id)
    tx.run(_DROP_INVITATIONS, who=staff_id)
    tx.run(_END_ALL, who=staff_id)


def invite(
    tx: Tx, vault: Vault, staff_id: str, token_hash: str, secret: str, until: int,
    made_by: str | None,
) -> None:  # fmt: skip
    """Keep an invitation; those of this person before it end. made_by: None for the operator."""
    tx.run(_DROP_INVITATIONS, who=staff_id)
    sealed = seal(_key(tx, vault, staff_id), "invitations", token_hash, "totp", secret)
    tx.run(_INVITE, token_hash=token_hash, staff_id=staff_id, totp_sealed=sealed,
           expires_at=until, made_by=made_by)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Invited:
    """Whom an invitation is for, the secret it offers, and who made it (None: the operator)."""

    staff_id: str
    secret: str
    made_by: str | None


def invited(tx: Tx, vault: Vault, hashes: tuple[str, ...], now: int) -> Invited | None:
    """What an invitation is; None if it is used, old or unknown.

    hashes: of its token, by every look-up key.
    """
    for hashed in hashes:
        row = tx.one(_INVITED, token=hashed, now=now)
        if row is not None:
            key = vault.unwrap("staff", row["staff_id"], row["data_key"])
            secret = unseal(key, "invitations", hashed, "totp", row["totp_sealed"])
            return Invited(row["staff_id"], secret, row["made_by"])
    return None


def _key(tx: Tx, vault: Vault, staff_id: str) -> bytes:
    row = tx.one(_KEY, who=staff_id)
    assert row is not None
    return vault.unwrap("staff", staff_id, row["data_key"])


def begin(tx: Tx, token_hash: str, staff_id: str, now: int) -> None:
    tx.run(_BEGIN, token_hash=token_hash, staff_id=staff_id, began_at=now, seen_at=now)


def session(tx: Tx, hashes: tuple[str, ...]) -> Row | None:
    """The session of a token, by its hashes of every look-up key."""
    rows = (tx.one(_SESSION, token=hashed) for hashed in hashes)
    return next((row for row in rows if row is not None), None)


def seen(tx: Tx, token_hash: str, now: int) -> None:
    tx.run(_SEEN, token=token_hash, now=now)


def end(tx: Tx, hashes: tuple[str, ...]) -> None:
    for hashed in hashes:
        tx.run(_END, token=hashed)


def end_all(tx: Tx, staff_id: str) -> None:
    tx.run(_END_ALL, who=staff_id)


def end_old(tx: Tx, *, oldest: int, quiet: int) -> None:
    """Remove sessions that began before `oldest` or were last used before `quiet`."""
    tx.run(_END_OLD, oldest=oldest, quiet=quiet)


def failures(tx: Tx, key_hash: str, since: int) -> int:
    """How many failed attempts a key has, if they began after `since`."""
    row = tx.one(_ATTEMPTS, key=key_hash)
    return 0 if row is None or row["since"] < since else int(row["failures"])


def failed(tx: Tx, key_hash: str, now: int) -> None:
    tx.run(_FIRST_ATTEMPT, key_hash=key_hash, since=now, failures=0)
    tx.run(_ATTEMPT, key=key_hash)


def forgive(tx: Tx, key_hash: str) -> None:
    tx.run(_FORGET_ATTEMPTS, key=key_hash)


def forget_old_attempts(tx: Tx, oldest: int) -> None:
    tx.run(_FORGET_OLD_ATTEMPTS, oldest=oldest)
