"""The key ring beside backups: the wrapped data key of every row, in the newest state only.

A backup holds words without keys, the ring holds keys without words. There is one ring in a
folder of backups and each backup replaces it, so that a key that was destroyed is gone for every
backup in that folder, the oldest too. Keys leave it only by name (`erasures`): a backup made of
an empty database by mistake must not cost the keys of all the others.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table

from store.dump import Snapshot, Writer, lines, subject
from store.rekey import WRAPPED
from store.sealedfile import BadFile, Sealer, unsealed
from store.tables import erasures
from store.vault import Tampered, Vault, wrapped_by


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """keys: "table:id" -> wrapped data key. erased: the same names, of keys that are destroyed.

    at: when it was written, ms since 1970 UTC.
    """

    at: int
    keys: dict[str, bytes]
    erased: frozenset[str]


def name_of(vault: Vault) -> str:
    """The file's name, the same for all backups of one hotline and of no other."""
    return f"hotline-{vault.name('key ring')[:8]}.keyring"


def collect(found: Snapshot, at: int) -> Ring:
    """The ring of the database as it is in this look."""
    keys = {}
    for table in WRAPPED:
        for row_id, wrapped in found.rows(table, _id(table), "data_key"):
            if wrapped:
                keys[subject(table.name, row_id)] = wrapped
    buried = found.rows(erasures, "table_name", "subject")
    return Ring(at, keys, frozenset(subject(table, row) for table, row in buried))


def _id(table: Table) -> str:
    (column,) = table.primary_key.columns
    return str(column.name)


def merged(older: Ring, newer: Ring, vault: Vault) -> Ring:
    """All keys of both that are not destroyed, each wrapped by the newest master if it opens."""
    erased = older.erased | newer.erased
    keys = {**older.keys, **newer.keys}
    kept = {name: _wrapped_anew(vault, name, keys[name]) for name in keys if name not in erased}
    return Ring(max(older.at, newer.at), kept, erased)


def _wrapped_anew(vault: Vault, name: str, wrapped: bytes) -> bytes:
    if wrapped_by(wrapped) == vault.keys.newest:
        return wrapped
    table, _, row = name.partition(":")
    try:
        return vault.wrap(table, row, vault.unwrap(table, row, wrapped))
    except Tampered:
        return wrapped


def read(path: Path, passphrase: str) -> Ring:
    """Read a ring. Raises BadFile."""
    found = list(lines(unsealed(path, passphrase, "keys")))
    try:
        head, *entries, last = found
        keys = {name: base64.b64decode(wrapped) for name, wrapped in entries}
        return Ring(int(head["at"]), keys, frozenset(last["end"]["erased"]))
    except (KeyError, ValueError, TypeError) as error:
        raise BadFile(f"{path} is no key ring of this release: use another copy") from error


def write(path: Path, passphrase: str, ring: Ring) -> None:
    """Write a ring to a new file and read it back. Raises BadFile, OSError."""
    with path.open("wb") as file:
        writer = Writer(Sealer(file, passphrase, "keys"))
        writer.line({"at": ring.at})
        for name, wrapped in _sorted(ring):
            writer.line([name, wrapped])
        writer.close_with({"erased": sorted(ring.erased)})
        file.flush()
    if read(path, passphrase) != ring:
        raise BadFile("the key ring does not read back as it was written: is the disk sound?")


def _sorted(ring: Ring) -> Iterator[tuple[str, str]]:
    for name in sorted(ring.keys):
        yield name, base64.b64encode(ring.keys[name]).decode()
