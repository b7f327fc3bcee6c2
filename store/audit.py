"""The audit: append-only rows, sealed by a chain of hashes in batches.

Rows are plain inserts in the transaction that they describe. One sealer hashes what is older than
`SETTLED` together with the seal before it: a chain inside the transactions was measured to cut
1,280 of them a second to 186. A seal is an HMAC by a key that the database does not hold, so who
may write the database alone cannot make one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import takewhile

from sqlalchemy import bindparam, func, select

from store.keyfile import Keys
from store.sql import Row, Statement, Tx, inserting
from store.tables import audit, offsets, seals

SETTLED = 10_000  # ms: no transaction lasts longer, so no smaller number can still appear

_ADD = inserting(audit, "at", "actor", "verb", "subject", "details")
_LAST_SEAL = Statement(select(seals).order_by(seals.c.last.desc()).limit(1))
_UNSEALED = Statement(
    select(audit)
    .where(audit.c.seq > bindparam("after"))
    .order_by(audit.c.seq)
    .limit(bindparam("most"))
)
_SEAL = inserting(seals, "first", "last", "digest", "at", "key_id",
                  suffix=" ON CONFLICT DO NOTHING")  # fmt: skip
_SEALED_WITH = Statement(select(func.count().label("n")).where(seals.c.key_id == bindparam("key")))
_SEALS = Statement(select(seals).order_by(seals.c.first, seals.c.last))
_BETWEEN = Statement(
    select(audit)
    .where(audit.c.seq >= bindparam("lowest"), audit.c.seq <= bindparam("highest"))
    .order_by(audit.c.seq)
)
_LAST = Statement(select(func.max(audit.c.seq).label("seq")))
_OF_SUBJECT = Statement(
    select(audit).where(audit.c.subject == bindparam("about")).order_by(audit.c.seq)
)
_TAIL = Statement(
    select(func.count().label("n"), func.min(audit.c.at).label("oldest")).where(
        audit.c.seq > bindparam("after")
    )
)
_OFFSET = Statement(select(offsets).where(offsets.c.bot == bindparam("which")))
_NEW_OFFSET = inserting(offsets, "bot", "next_update", suffix=" ON CONFLICT DO NOTHING")
_MOVE = Statement(
    offsets.update().where(offsets.c.bot == bindparam("which")).values(next_update=bindparam("to"))
)


def write(tx: Tx, now: int, actor: str, verb: str, subject: str, **details: object) -> None:
    """Note that `actor` did `verb` to `subject`. Details hold ids, codes and numbers only."""
    text = json.dumps(details, separators=(",", ":"), sort_keys=True)
    tx.run(_ADD, at=now, actor=actor, verb=verb, subject=subject, details=text)


def seal_batch(tx: Tx, keys: Keys, now: int, most: int = 5000) -> int:
    """Seal what has settled; return how many rows that were.

    After a keyed seal there is never one without a key: a host whose key file has none yet waits.
    """
    last = tx.one(_LAST_SEAL)
    key_id = keys.seal or (last["key_id"] if last else None)
    if key_id is not None and key_id not in keys.seals:
        return 0
    waiting = tx.rows(_UNSEALED, after=last["last"] if last else 0, most=most)
    # In one piece: a row from before the clock was set back may not be left out in the middle.
    rows = list(takewhile(lambda row: not now - SETTLED < row["at"] <= now + SETTLED, waiting))
    if not rows:
        return 0
    key = keys.seals[key_id] if key_id else None
    digest = chain(last["digest"] if last else "", rows, key)
    tx.run(_SEAL, first=rows[0]["seq"], last=rows[-1]["seq"], digest=digest, at=now, key_id=key_id)
    return len(rows)


def sealed_with(tx: Tx, key_id: str) -> dict[str, int]:
    """How many seals this key made."""
    row = tx.one(_SEALED_WITH, key=key_id)
    return {"seals": int(row["n"])} if row and row["n"] else {}


def chain(before: str, rows: list[Row], key: bytes | None) -> str:
    """Return the HMAC-SHA256 of a batch over the one before it, as 64 hex digits.

    key None: the plain SHA-256 by which seals were made before there was a key.
    """
    hasher = hashlib.sha256() if key is None else hmac.new(key, digestmod="sha256")
    hasher.update(before.encode())
    for row in rows:
        fields = [row["seq"], row["at"], row["actor"], row["verb"], row["subject"], row["details"]]
        hasher.update(json.dumps(fields, separators=(",", ":")).encode() + b"\n")
    return hasher.hexdigest()


def unsealed(tx: Tx) -> tuple[int, int | None]:
    """How many rows wait for a seal, and the time of the oldest."""
    last = tx.one(_LAST_SEAL)
    row = tx.one(_TAIL, after=last["last"] if last else 0)
    assert row is not None
    return int(row["n"]), row["oldest"]


def last_seal(tx: Tx) -> Row | None:
    return tx.one(_LAST_SEAL)


def seals_of(tx: Tx) -> list[Row]:
    """Every seal, oldest first."""
    return tx.rows(_SEALS)


def between(tx: Tx, first: int, last: int) -> list[Row]:
    """The rows of these numbers, both included, in order."""
    return tx.rows(_BETWEEN, lowest=first, highest=last)


def last(tx: Tx) -> int:
    """The highest number that was given, 0 if none was."""
    row = tx.one(_LAST)
    return int(row["seq"] or 0) if row else 0


def of(tx: Tx, subject: str) -> list[Row]:
    return tx.rows(_OF_SUBJECT, about=subject)


def offset(tx: Tx, bot: str) -> int | None:
    """The next update that a polled bot is to fetch, or None if it was never polled."""
    row = tx.one(_OFFSET, which=bot)
    return None if row is None else int(row["next_update"])


def move_offset(tx: Tx, bot: str, to: int) -> None:
    tx.run(_NEW_OFFSET, bot=bot, next_update=to)
    tx.run(_MOVE, which=bot, to=to)
