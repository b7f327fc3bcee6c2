"""What is made of data files, kept between starts: the first start makes it, others only read it.

It lies in the user's cache (`$XDG_CACHE_HOME/hotline`, else `~/.cache/hotline`). Each file begins
with a fingerprint of the data, of the code that made it and of the interpreter, and a sum of the
rest: one that is old, broken, another user's or open for others to write is made anew. Where
nothing can be written every start makes its own.
"""

from __future__ import annotations

import gc
import hashlib
import marshal
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import ahocorasick

from locales import marks

T = TypeVar("T")

_MADE_OF = frozenset((".py", ".toml", ".tsv", ".json"))
_LIBRARIES = (marks.__file__, ahocorasick.__file__)  # what the packages make their data with
_HERE = Path(__file__).parent
_SUM = 4  # bytes
_MOST = 8  # installations of one user of which something is kept


def kept(folder: Path, name: str, make: Callable[[], T]) -> T:
    """What `make` makes of the data of a folder: that of the last start, if all is as it was.

    name: of the file it is kept in. It must be of plain types: numbers, text, bytes, None, tuples,
    lists, dicts, frozen sets. Raises what `make` raises.
    """
    file = _file(folder, name)
    if file is None:
        return make()
    try:
        of = _fingerprint(folder)
    except OSError:
        return make()  # which says what it could not read
    found = _read(file, of)
    if found is None:
        found = (make(),)
        _write(file, of, found)
    return cast(T, found[0])


def _file(folder: Path, name: str) -> Path | None:
    """Where it is kept, for every installation apart; None for a user without a home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        cached = Path(given) if given.startswith("/") else Path.home() / ".cache"
    except RuntimeError:
        return None
    installed = hashlib.sha256(f"{folder} {sys.executable}".encode()).hexdigest()[:12]
    return cached / "hotline" / f"{name}-{installed}"


@cache
def _fingerprint(folder: Path) -> bytes:
    """Of all files of the folder and of the code, by what is in them, never by their dates."""
    digest = hashlib.sha256(sys.version.encode())
    files = {file for top in (folder, _HERE) for file in top.rglob("*") if file.suffix in _MADE_OF}
    for file in (*sorted(files), *map(Path, _LIBRARIES)):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)} ".encode())
        digest.update(content)
    return digest.digest()


def _sum(body: bytes | memoryview) -> bytes:
    return zlib.crc32(body).to_bytes(_SUM)


def _read(file: Path, of: bytes) -> tuple[object] | None:
    """What the file holds; None if it is not there, not ours, broken, or of something else."""
    try:
        with file.open("rb") as stream:
            if not _ours(os.fstat(stream.fileno())):
                return None
            whole = memoryview(stream.read())
    except OSError:
        return None
    start = len(of) + _SUM
    body = whole[start:]
    if whole[: len(of)] != of or whole[len(of) : start] != _sum(body):
        return None
    collecting = gc.isenabled()
    gc.disable()  # it would look again and again for cycles among what has none
    try:
        return cast("tuple[object]", marshal.loads(body))  # noqa: S302 - this user's own program's
    finally:
        if collecting:
            gc.enable()


def _ours(file: os.stat_result) -> bool:
    """Whether nobody but this user can have written it."""
    others = file.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(file.st_mode) and file.st_uid == os.geteuid() and not others


def _write(file: Path, of: bytes, found: tuple[object]) -> None:
    """Keep it for the next start, whole or not at all; without it a start is only slower."""
    body = marshal.dumps(cast(Any, found))
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as stream:
            try:
                stream.write(of + _sum(body) + body)
                stream.flush()
                Path(stream.name).replace(file)
            except BaseException:
                Path(stream.name).unlink()
                raise
        _forget(file.parent, file.name.partition("-")[0])


def _forget(folder: Path, name: str) -> None:
    """Remove what the oldest installations left, and what was never finished."""
    same = sorted(folder.glob(f"{name}-*"), key=lambda file: file.stat().st_mtime)
    for file in same[:-_MOST]:
        file.unlink()
