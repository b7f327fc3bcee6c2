"""What stands now, by name: a pause, signs of life, the last comparison. Codes and numbers only."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select, update

from store.sql import Row, Statement, Tx, inserting
from store.tables import standing

_ADD = inserting(standing, "name", "at", "said", suffix=" ON CONFLICT DO NOTHING")
_SET = Statement(
    update(standing)
    .where(standing.c.name == bindparam("which"))
    .values(at=bindparam("now"), said=bindparam("text"))
)
_TAKE = Statement(
    update(standing)
    .where(standing.c.name == bindparam("which"), standing.c.at <= bindparam("due"))
    .values(at=bindparam("now"))
)
_GET = Statement(select(standing).where(standing.c.name == bindparam("which")))
_ALL = Statement(select(standing).order_by(standing.c.name))
_DROP = Statement(standing.delete().where(standing.c.name == bindparam("which")))


def put(tx: Tx, name: str, now: int, **said: object) -> None:
    text = json.dumps(said, separators=(",", ":"), sort_keys=True)
    tx.run(_ADD, name=name, at=now, said=text)
    tx.run(_SET, which=name, now=now, text=text)


def take_turn(tx: Tx, name: str, now: int, every: int) -> bool:
    """Take the turn for something that one process of all does every so many ms."""
    tx.run(_ADD, name=name, at=0, said="{}")
    return tx.run(_TAKE, which=name, due=now - every, now=now) == 1


def get(tx: Tx, name: str) -> tuple[int, dict[str, Any]] | None:
    """When it was put and what it says; None if it does not stand."""
    row = tx.one(_GET, which=name)
    return None if row is None else _read(row)


def everything(tx: Tx) -> dict[str, tuple[int, dict[str, Any]]]:
    return {row["name"]: _read(row) for row in tx.rows(_ALL)}


def drop(tx: Tx, name: str) -> bool:
    """False if it did not stand."""
    return tx.run(_DROP, which=name) == 1


def _read(row: Row) -> tuple[int, dict[str, Any]]:
    return int(row["at"]), dict(json.loads(row["said"]))
