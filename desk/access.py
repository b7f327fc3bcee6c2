"""Coming to the desk and leaving it: invited, signed in by password and code, signed out.

Nothing here says whether a name exists: a wrong name, password or code look the same and take
as long.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from desk import paging
from desk.house import Desk
from store import access, audit, people
from store.people import Person
from store.sql import Tx

MINUTE = 60_000
INVITED = 24 * 60 * MINUTE  # how long an invitation may be used
SHIFT = 12 * 60 * MINUTE  # the longest session
QUIET = 2 * 60 * MINUTE  # a session that its person does not use ends
SEEN_EVERY = MINUTE  # how exactly the last use is noted
WINDOW = 15 * MINUTE  # failed attempts count so long
MOST = {"both": 5, "name": 20, "address": 40}  # failures by name and address, name, address
SHORTEST = 12  # characters of a password
LONGEST = 200
TOLD = ("admin", "national")  # who hears of every invitation that is used
STEP = 30  # seconds that a code lives (RFC 6238)

Refusal = Literal["wrong", "wait", "link", "short", "long", "same_as_name", "differ", "code"]


@dataclass(frozen=True, slots=True)
class Entered:
    """Signed in. token: what the browser keeps; only its keyed hash is kept here."""

    person: Person
    token: str


@dataclass(frozen=True, slots=True)
class NotEntered:
    why: Refusal


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that may still be used: for whom, and the secret for their code app."""

    person: Person
    secret: str

    @property
    def address(self) -> str:
        """The otpauth address that a code app reads. It names nothing of what we are."""
        return pyotp.TOTP(self.secret).provisioning_uri(
            name=self.person.name, issuer_name="Lịch trực"
        )


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password meets, so that an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_hex(16))


def invite(desk: Desk, name: str, by: Person | None = None) -> str | None:
    """Make the one-time token of an invitation; None if there is no such person.

    An invitation also serves somebody who lost phone or password: using it replaces both.
    """
    token = secrets.token_urlsafe(24)
    now = desk.now()
    with desk.db.write() as tx:
        person = people.by_name(tx, name)
        if person is None or not person.active:
            return None
        access.invite(
            tx, desk.vault, person.id, desk.vault.hash("invitation", token),
            pyotp.random_base32(), now + INVITED,
            by.id if by else None,
        )  # fmt: skip
        actor = by.id if by else "operator"
        audit.write(tx, now, actor, "invited", f"staff:{person.id}")
    return token


def invitation(desk: Desk, token: str) -> Invitation | None:
    """What a link offers; looking does not use it up."""
    with desk.db.read() as tx:
        found = access.invited(tx, desk.vault, desk.vault.hashes("invitation", token), desk.now())
        person = people.by_id(tx, found.staff_id) if found else None
    return Invitation(person, found.secret) if found and person else None


def accept(
    desk: Desk, token: str, password: str, again: str, code: str, address: str
) -> Entered | NotEntered:
    """Use an invitation: set the password, prove the code app, sign in."""
    offered = invitation(desk, token)
    if offered is None:
        return NotEntered("link")
    fault = _password_fault(offered.person, password, again)
    if fault is not None:
        return NotEntered(fault)
    now = desk.now()
    keys = _keys(desk, offered.person.name, address)
    with desk.db.read() as tx:
        if _too_many(tx, keys, now):
            return NotEntered("wait")
    step = _step(offered.secret, code, now)
    if step is None:
        _note_failure(desk, keys, now, offered.person)
        return NotEntered("code")
    hashed = _hasher().hash(password)
    with desk.db.write() as tx:
        hashes = desk.vault.hashes("invitation", token)
        found = access.invited(tx, desk.vault, hashes, now)
        if found is None:
            return NotEntered("link")
        access.set_credentials(
            tx, desk.vault, offered.person.id, password_hash=hashed, secret=offered.secret,
            step=step, now=now,
        )  # fmt: skip
        audit.write(tx, now, offered.person.id, "accepted", f"staff:{offered.person.id}",
                    made_by=found.made_by or "operator", address=keys["address"][:24])  # fmt: skip
        lanes = _tell_of(tx, offered.person, found.made_by, now)
        entered = _enter(tx, desk, offered.person, now)
    for lane in lanes:
        desk.ring(lane)
    return entered


def _tell_of(tx: Tx, person: Person, made_by: str | None, now: int) -> set[str]:
    """Whoever made the link could have used it: the one it names hears of it on the phone that they
    had before, and so do all who could have made it."""
    maker = people.by_id(tx, made_by) if made_by else None
    lanes: set[str] = set()
    for one in people.everybody(tx):
        if one.active and (one.id == person.id or one.role in TOLD):
            lanes |= paging.tell(tx, None, one.id, "invitation.used", now, ten=person.name,
                                 ai=maker.name if maker else "hotline staff invite")  # fmt: skip
    return lanes


def sign_in(desk: Desk, name: str, password: str, code: str, address: str) -> Entered | NotEntered:
    """Sign in by name, password and the code of the moment.

    address: where the attempt comes from; only a keyed hash of it is kept, for fifteen minutes.
    """
    now = desk.now()
    name = name.strip()
    keys = _keys(desk, name, address)
    with desk.db.read() as tx:
        if _too_many(tx, keys, now):
            return NotEntered("wait")
        person = people.by_name(tx, name)
        known = access.credentials_of(tx, desk.vault, person.id) if person else None
    right = _verified(known[0] if known else _nobody(), password)
    step = _step(known[1], code, now) if known else None
    if person is None or not person.active or not right or step is None:
        _note_failure(desk, keys, now, person)
        return NotEntered("wrong")
    with desk.db.write() as tx:
        if access.use_step(tx, person.id, step):
            for kind in ("both", "name"):
                access.forgive(tx, keys[kind])
            audit.write(tx, now, person.id, "signed_in", f"staff:{person.id}")
            return _enter(tx, desk, person, now)
        access.failed(tx, keys["both"], now)  # a code is never taken twice
        audit.write(tx, now, "stranger", "sign_in_failed", f"staff:{person.id}", again=True)
    return NotEntered("wrong")


def who(desk: Desk, token: str, *, acting: bool) -> Person | None:
    """The person of a session, or None where it has ended.

    acting: whether a person did something; a page that renews itself keeps no session alive.
    """
    now = desk.now()
    with desk.db.read() as tx:
        row = access.session(tx, desk.vault.hashes("session", token))
        person = people.by_id(tx, row["staff_id"]) if row else None
    if row is None or person is None or not person.active:
        return None
    if now - row["began_at"] >= SHIFT or now - row["seen_at"] >= QUIET:
        return None
    if acting and now - row["seen_at"] >= SEEN_EVERY:
        with desk.db.write() as tx:
            access.seen(tx, row["token_hash"], now)
    return person


def sign_out(desk: Desk, person: Person, token: str, *, everywhere: bool = False) -> None:
    """End this session, or all sessions of the person."""
    now = desk.now()
    with desk.db.write() as tx:
        if everywhere:
            access.end_all(tx, person.id)
        else:
            access.end(tx, desk.vault.hashes("session", token))
        audit.write(tx, now, person.id, "signed_out", f"staff:{person.id}", everywhere=everywhere)


def provide(desk: Desk, name: str, password: str) -> None:
    """Let somebody sign in without an invitation, where nobody real can: for the demo."""
    now = desk.now()
    with desk.db.write() as tx:
        person = people.by_name(tx, name)
        if person is None or access.credentials_of(tx, desk.vault, person.id) is not None:
            return
        access.set_credentials(
            tx, desk.vault, person.id, password_hash=_hasher().hash(password),
            secret=pyotp.random_base32(), step=0, now=now,
        )  # fmt: skip


def code_now(desk: Desk, name: str) -> str | None:
    """The code that a person's app shows now. The caller sees to it that this is no real person."""
    with desk.db.read() as tx:
        person = people.by_name(tx, name)
        known = access.credentials_of(tx, desk.vault, person.id) if person else None
    return None if known is None else pyotp.TOTP(known[1]).at(desk.now() // 1000)


def _enter(tx: Tx, desk: Desk, person: Person, now: int) -> Entered:
    access.end_old(tx, oldest=now - SHIFT, quiet=now - QUIET)
    access.forget_old_attempts(tx, now - WINDOW)
    token = secrets.token_urlsafe(24)
    access.begin(tx, desk.vault.hash("session", token), person.id, now)
    return Entered(person, token)


def _keys(desk: Desk, name: str, address: str) -> dict[str, str]:
    folded = name.casefold()
    return {
        "both": desk.vault.hash("attempts", f"both|{address}|{folded}"),
        "name": desk.vault.hash("attempts", f"name|{folded}"),
        "address": desk.vault.hash("attempts", f"address|{address}"),
    }


def _too_many(tx: Tx, keys: dict[str, str], now: int) -> bool:
    return any(access.failures(tx, keys[kind], now - WINDOW) >= most for kind, most in MOST.items())


def _note_failure(desk: Desk, keys: dict[str, str], now: int, person: Person | None) -> None:
    """Count and audit it. Who is unknown here is told apart by a hash that ends with its key."""
    whom = f"staff:{person.id}" if person else f"attempts:{keys['both'][-16:]}"
    with desk.db.write() as tx:
        access.forget_old_attempts(tx, now - WINDOW)
        for key in keys.values():
            access.failed(tx, key, now)
        audit.write(tx, now, "stranger", "sign_in_failed", whom)


def _verified(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False


def _step(secret: str, code: str, now: int) -> int | None:
    """The time step whose code this is, of the present one and its neighbours."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit()):
        return None
    present = now // 1000 // STEP
    totp = pyotp.TOTP(secret)
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.at(step * STEP), digits):
            return step
    return None


def _password_fault(person: Person, password: str, again: str) -> Refusal | None:
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if person.name.casefold() in password.casefold() and len(password) < len(person.name) + 8:
        return "same_as_name"
    return None if password == again else "differ"
