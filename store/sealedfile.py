"""Files sealed by a passphrase: a stream of AES-256-GCM frames that notices any change and any cut.

The passphrase is stretched by scrypt (RFC 7914) with a salt of the file's own. A frame's nonce is
its number and whether it is the last one, so frames cannot be left out, swapped or cut off. The
first two lines are in the clear: the format's number, then the parameters.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT = 1
MAGIC = b"hotline-backup "
FRAME = 256 * 1024  # bytes of plain text
LARGEST = FRAME + 64
WORK = {"n": 2**17, "r": 8, "p": 1}  # OWASP's first choice: 128 MiB, less than a second
MOST_WORK = 2**20  # a file asks for no more than a gigabyte

Kind = Literal["data", "keys"]


class BadFile(Exception):
    """The file cannot be used; the message says why and what to do."""


class Sealer:
    """Writes one sealed file. `close` writes its last frame; without it the file is cut off."""

    def __init__(self, file: IO[bytes], passphrase: str, kind: Kind) -> None:
        header = {"kind": kind, "salt": base64.b64encode(os.urandom(16)).decode(), **WORK}
        first = MAGIC + b"%d\n" % FORMAT + json.dumps(header).encode() + b"\n"
        self._file = file
        self._key = _stretched(passphrase, header)
        self._bound = hashlib.sha256(first).digest()
        self._held = bytearray()
        self._number = 0
        file.write(first)

    def write(self, plain: bytes) -> None:
        self._held += plain
        while len(self._held) > FRAME:
            self._frame(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]

    def close(self) -> None:
        self._frame(bytes(self._held), last=True)

    def _frame(self, plain: bytes, *, last: bool) -> None:
        sealed = self._key.encrypt(_nonce(self._number, last=last), plain, self._bound)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


def unsealed(path: Path, passphrase: str, kind: Kind) -> Iterator[bytes]:
    """Yield the plain text in pieces. Raises BadFile at the first thing that is wrong.

    What was yielded before is right as far as it goes; only the end says that it is all.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadFile(f"{path} cannot be read ({error.strerror})") from error
    with file:
        first = file.readline(200)
        second = file.readline(2000)
        key = _stretched(passphrase, _header(path, first, second, kind))
        bound = hashlib.sha256(first + second).digest()
        number = 0
        following = _read(file, path)
        while True:
            sealed, following = following, _read(file, path)
            if sealed is None:
                raise BadFile(f"{path} is cut off: use another copy")
            try:
                plain = key.decrypt(_nonce(number, last=following is None), sealed, bound)
            except InvalidTag as error:
                raise BadFile(_why(path, key, sealed, number, bound)) from error
            yield plain
            if following is None:
                return
            number += 1


def _why(path: Path, key: AESGCM, sealed: bytes, number: int, bound: bytes) -> str:
    try:
        key.decrypt(_nonce(number, last=False), sealed, bound)
    except InvalidTag:
        if number == 0:
            return f"{path} does not open with this backup key, or was altered: bring the right key"
        return f"{path} was altered: use another copy"
    return f"{path} is cut off: use another copy"


def _header(path: Path, first: bytes, second: bytes, kind: Kind) -> dict[str, Any]:
    number = first.removeprefix(MAGIC).strip()
    if not first.startswith(MAGIC) or not number.isdigit():
        raise BadFile(f"{path} is no backup of a hotline")
    if int(number) > FORMAT:
        raise BadFile(f"{path} was written by a newer release: install that one to restore it")
    try:
        header = dict(json.loads(second))
        if header["kind"] != kind:
            other = "a key ring" if header["kind"] == "keys" else "a backup"
            raise BadFile(f"{path} is {other}: name the other file")
        if not 0 < header["n"] * header["r"] <= MOST_WORK * 8:
            raise ValueError("more work than we ever ask for")
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{path} was altered: use another copy") from error
    return header


def _read(file: IO[bytes], path: Path) -> bytes | None:
    length = file.read(4)
    if not length:
        return None
    size = int.from_bytes(length, "big")
    sealed = file.read(size) if size <= LARGEST else b""
    if len(length) < 4 or len(sealed) < size:
        raise BadFile(f"{path} is cut off or altered: use another copy")
    return sealed


def _stretched(passphrase: str, header: dict[str, Any]) -> AESGCM:
    salt = base64.b64decode(header["salt"])
    kdf = Scrypt(salt=salt, length=32, n=header["n"], r=header["r"], p=header["p"])
    return AESGCM(kdf.derive(passphrase.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
