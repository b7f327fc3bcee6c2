"""Sealing: AES-256-GCM bound to table, row and column, one data key per person.

Each contact and each member of staff has a data key of its own, wrapped by the master key, so
rotation re-wraps keys and erasure destroys one, in backups too. Look-up is by HMAC-SHA256 with a
key of its own whose id stands in front of the hash. The keys live in a file outside the database
(HOTLINE_SECRET_KEY_FILE, see `store.keyfile`); it is never part of a backup of the data.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.keyfile import BadKeyFile as BadKeyFile
from store.keyfile import Keys, read_keys
from store.keyfile import make_key_file as make_key_file

NONCE = 12


class Tampered(Exception):
    """A sealed value does not open: wrong key, or it was moved or changed."""


class DataKey(bytes):
    """The key of one person, with its cipher made ready for all that is sealed by it."""

    cipher: AESGCM

    def __new__(cls, key: bytes) -> DataKey:
        made = super().__new__(cls, key)
        made.cipher = AESGCM(key)
        return made


class _Ready:
    """The keys of one reading of the file, made ready once: keying a hash costs four of them.

    lookups: id and keyed hash of every look-up key, the newest first.
    """

    __slots__ = ("keys", "lookups", "masters")

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        ids = [keys.lookup, *(name for name in keys.lookups if name != keys.lookup)]
        self.lookups = [(i, hmac.new(keys.lookups[i], digestmod="sha256")) for i in ids]
        self.masters = {name: AESGCM(key) for name, key in keys.masters.items()}


class Vault:
    """The keys in memory. Their file is looked at before every use (a microsecond) and read again
    when it has changed, so that a rotation needs no restart. A file that is broken or away leaves
    the keys as they were: `hotline doctor` says so.
    """

    __slots__ = ("_path", "_ready", "_seen")

    def __init__(self, keys: Keys, path: Path | None = None) -> None:
        self._ready = _Ready(keys)
        self._path = path
        self._seen = _look(path)

    @property
    def keys(self) -> Keys:
        """The keys as the file has them now."""
        return self._now().keys

    def _now(self) -> _Ready:
        if self._path is not None:
            seen = _look(self._path)
            if seen != self._seen:
                self._seen = seen
                with suppress(BadKeyFile):
                    self._ready = _Ready(read_keys(self._path))
        return self._ready

    def hash(self, kind: str, address: str) -> str:
        """Return the keyed hash that is kept for an address."""
        return self.hashes(kind, address)[0]

    def hashes(self, kind: str, address: str) -> tuple[str, ...]:
        """Return every keyed hash by which an address may be found, the newest key's first.

        There is more than one while the look-up key is being changed, and as long as the hash of
        somebody silenced and erased is kept by an older one.
        """
        text = f"{kind}|{address}".encode()
        return tuple(f"{name}:{_hashed(keyed, text)}" for name, keyed in self._now().lookups)

    def turn(self, kind: str, address: str) -> int:
        """A number of 63 bits for an address, by which those who add it take turns."""
        digest = hmac.digest(self.keys.naming, f"turn|{kind}|{address}".encode(), "sha256")
        return int.from_bytes(digest[:8], "big") >> 1

    def name(self, of: str) -> str:
        """Return 16 characters that are the same for this hotline for ever, and no other's."""
        return _short(self.keys.naming, of)

    def sign(self, text: str) -> str:
        """Return what proves that a button is ours: the key's id, a point and 16 characters."""
        keys = self.keys
        return f"{keys.signing}.{_short(keys.signings[keys.signing], text)}"

    def signed(self, text: str, signature: str, now: int) -> bool:
        """Whether `sign` made it, by the key in use or one that is still believed at `now`."""
        key_id, point, proof = signature.rpartition(".")
        keys = self.keys
        key = keys.signings.get(key_id if point else "s1")  # s1: from before keys had ids
        if key is None or not self._believed(keys, key_id or "s1", now):
            return False
        return hmac.compare_digest(_short(key, text).encode(), proof.encode())

    def cookie_keys(self, now: int) -> tuple[bytes, ...]:
        """The keys of the desk's cookies: the first signs, the others are believed as well."""
        keys = self.keys
        older = [name for name in keys.signings if name != keys.signing]
        names = [keys.signing, *(name for name in older if self._believed(keys, name, now))]
        return tuple(hmac.digest(keys.signings[n], b"console cookies", "sha256") for n in names)

    @staticmethod
    def _believed(keys: Keys, key_id: str, now: int) -> bool:
        """Another host may sign by a key that is only prepared here: the file was copied."""
        return key_id in (keys.signing, *keys.prepared) or now < keys.until.get(key_id, 0)

    def new_key(self, table: str, row: str) -> tuple[DataKey, bytes]:
        """Make a data key for a row: the key itself and its wrapped form for the column."""
        key = DataKey(secrets.token_bytes(32))
        return key, self.wrap(table, row, key)

    def wrap(self, table: str, row: str, key: bytes) -> bytes:
        """Wrap a data key for its row by the newest master key."""
        ready = self._now()
        newest, nonce = ready.keys.newest, os.urandom(NONCE)
        sealed = ready.masters[newest].encrypt(nonce, key, _binding(table, row, "key"))
        return newest.encode() + b":" + nonce + sealed

    def unwrap(self, table: str, row: str, wrapped: bytes) -> DataKey:
        """Return the data key of a row. Raises Tampered."""
        master = self._now().masters.get(wrapped_by(wrapped))
        if master is None:
            raise Tampered(f"{table}.{row}: wrapped by a key that is not in the key file")
        rest = bytes(wrapped).partition(b":")[2]
        return DataKey(_decrypt(master, rest, _binding(table, row, "key")))


def _hashed(keyed: hmac.HMAC, text: bytes) -> str:
    mine = keyed.copy()
    mine.update(text)
    return mine.hexdigest()


def wrapped_by(wrapped: bytes) -> str:
    """The id of the master key that wrapped a data key; empty for an erased one."""
    return bytes(wrapped).partition(b":")[0].decode("ascii", "replace")


def _short(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:12]).decode()


def _look(path: Path | None) -> tuple[int, int, int] | None:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_mtime_ns, found.st_ino, found.st_size)


def seal(key: bytes, table: str, row: str, column: str, value: str) -> bytes:
    """Seal `value` to its own place; text that UTF-8 cannot hold is kept by `surrogatepass`."""
    nonce = os.urandom(NONCE)
    plain = value.encode("utf-8", "surrogatepass")
    return nonce + _cipher(key).encrypt(nonce, plain, _binding(table, row, column))


def unseal(key: bytes, table: str, row: str, column: str, sealed: bytes) -> str:
    """Open what `seal` made. Raises Tampered."""
    plain = _decrypt(_cipher(key), bytes(sealed), _binding(table, row, column))
    return plain.decode("utf-8", "surrogatepass")


def _cipher(key: bytes) -> AESGCM:
    return key.cipher if isinstance(key, DataKey) else AESGCM(key)


def _decrypt(cipher: AESGCM, sealed: bytes, binding: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], binding)
    except (InvalidTag, ValueError) as error:  # ValueError: too short to be anything sealed
        raise Tampered(binding.decode()) from error


def _binding(table: str, row: str, column: str) -> bytes:
    return f"{table}.{row}.{column}".encode()


def read_key_file(path: Path) -> Vault:
    """Read the key file and follow it from now on. Raises BadKeyFile, which says what to do."""
    return Vault(read_keys(path), path)
