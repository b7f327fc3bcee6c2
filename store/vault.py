"""Sealing: AES-256-GCM bound to table, row and column, one data key per person.

Each contact and each member of staff has a data key of its own, wrapped by the master key, so
rotation re-wraps keys and erasure destroys one, in backups too. Look-up is by HMAC-SHA256 with a
key of its own whose id stands in front of the hash. The keys live in a file outside the database
(HOTLINE_SECRET_KEY_FILE); it is never part of a backup of the data.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class BadKeyFile(Exception):
    """The key file cannot be used; the message says why and how to mend it."""


class Tampered(Exception):
    """A sealed value does not open: wrong key, or it was moved or changed."""


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """The keys in memory. masters: key id -> key; the newest seals, all of them open."""

    masters: dict[str, bytes]
    newest: str
    lookup_id: str
    lookup: bytes
    signing: bytes

    def hash(self, kind: str, address: str) -> str:
        """Return the keyed hash by which an address is found."""
        digest = hmac.digest(self.lookup, f"{kind}|{address}".encode(), "sha256").hex()
        return f"{self.lookup_id}:{digest}"

    def sign(self, text: str) -> str:
        """Return 16 characters that prove a button or a link is ours."""
        digest = hmac.digest(self.signing, text.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:12]).decode()

    def signed(self, text: str, signature: str) -> bool:
        return hmac.compare_digest(self.sign(text).encode(), signature.encode())

    def new_key(self, table: str, row: str) -> tuple[bytes, bytes]:
        """Make a data key for a row: the key itself and its wrapped form for the column."""
        key = secrets.token_bytes(32)
        nonce = os.urandom(NONCE)
        sealed = AESGCM(self.masters[self.newest]).encrypt(nonce, key, _binding(table, row, "key"))
        return key, self.newest.encode() + b":" + nonce + sealed

    def unwrap(self, table: str, row: str, wrapped: bytes) -> bytes:
        """Return the data key of a row. Raises Tampered."""
        key_id, _, rest = bytes(wrapped).partition(b":")
        master = self.masters.get(key_id.decode("ascii", "replace"))
        if master is None:
            raise Tampered(f"{table}.{row}: wrapped by a key that is not in the key file")
        return _decrypt(master, rest, _binding(table, row, "key"))


def seal(key: bytes, table: str, row: str, column: str, value: str) -> bytes:
    """Seal `value` to its own place; text that UTF-8 cannot hold is kept by `surrogatepass`."""
    nonce = os.urandom(NONCE)
    plain = value.encode("utf-8", "surrogatepass")
    return nonce + AESGCM(key).encrypt(nonce, plain, _binding(table, row, column))


def unseal(key: bytes, table: str, row: str, column: str, sealed: bytes) -> str:
    """Open what `seal` made. Raises Tampered."""
    plain = _decrypt(key, bytes(sealed), _binding(table, row, column))
    return plain.decode("utf-8", "surrogatepass")


def _decrypt(key: bytes, sealed: bytes, binding: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], binding)
    except InvalidTag as error:
        raise Tampered(binding.decode()) from error


def _binding(table: str, row: str, column: str) -> bytes:
    return f"{table}.{row}.{column}".encode()


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner only. Never overwrites one."""
    keys = {
        "masters": {"m1": _new_key()},
        "newest": "m1",
        "lookup": {"h1": _new_key()},
        "signing": _new_key(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def read_key_file(path: Path) -> Vault:
    """Read the key file. Raises BadKeyFile, which says what to do."""
    try:
        mode = path.stat().st_mode & 0o077
        data = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise BadKeyFile(f"{path} does not exist: restore it from its safe copy") from error
    except (OSError, ValueError) as error:
        raise BadKeyFile(
            f"{path} cannot be read as a key file: restore it from its safe copy"
        ) from error
    if mode:
        raise BadKeyFile(f"{path} can be read by others: run chmod 600 {path}")
    try:
        masters = {name: _key(value) for name, value in data["masters"].items()}
        ((lookup_id, lookup),) = data["lookup"].items()
        newest = data["newest"]
        if newest not in masters:
            raise ValueError("newest names no master key")
        return Vault(masters, newest, lookup_id, _key(lookup), _key(data["signing"]))
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise BadKeyFile(
            f"{path} is not a key file of this version: restore it from its safe copy"
        ) from error


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key
