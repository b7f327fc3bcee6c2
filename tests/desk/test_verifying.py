"""The audit: nobody changes it unseen, and everything that must be in it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desk import access, claims, correcting, notes, queue, roster, rotating, sealing, verifying
from desk.rotating import NotRotated
from desk.verifying import BadExport, Verdict
from store import audit, keyfile
from store.database import Database
from tests.desk.ordered import arrive, stored
from tests.stage import Stage


def _sealed(stage: Stage, batches: int = 4) -> None:
    for batch in range(batches):
        with stage.desk.db.write() as tx:
            for number in range(5):
                audit.write(tx, stage.clock(), "machine", "opened", f"tickets:{batch}{number}")
        stage.clock.move(11)
        sealing.seal(stage.desk)


def _verify(stage: Stage, known: str | None = None) -> Verdict:
    with verifying.database(stage.desk) as source:
        return verifying.verify(source, stage.desk.vault.keys, known)


def _by_force(db: Database, statement: str) -> None:
    """What an insider with the database's own password can do: lift the trigger first."""
    with db.engine.begin() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
            connection.exec_driver_sql("ALTER TABLE seals DISABLE TRIGGER ALL")
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER ALL")
            connection.exec_driver_sql("ALTER TABLE seals ENABLE TRIGGER ALL")
            return
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(statement)
        for _, made in triggers:
            connection.exec_driver_sql(made)


def test_what_was_not_touched_is_sound(stage: Stage) -> None:
    assert _verify(stage).sound
    _sealed(stage)
    with stage.desk.db.write() as tx:
        audit.write(tx, stage.clock(), "machine", "opened", "tickets:x")
    verdict = _verify(stage)
    assert (verdict.sound, verdict.batches, verdict.rows) == (True, 4, 20)
    assert (verdict.tail, verdict.oldest) == (1, stage.clock())


@pytest.mark.parametrize(("statement", "batch", "why"), [
    ("UPDATE audit SET actor = 'nobody' WHERE seq = 8", 2, "changed"),
    ("DELETE FROM audit WHERE seq = 8", 2, "removed"),
    ("DELETE FROM audit WHERE seq = 10", 2, "last row is gone"),
    ("DELETE FROM audit WHERE seq BETWEEN 6 AND 10", 2, "row is gone"),
    ("UPDATE audit SET seq = 99 WHERE seq = 12", 3, "removed"),
    ("DELETE FROM seals WHERE first = 6", 2, "no seal covers"),
    ("UPDATE seals SET digest = 'x' WHERE first = 1", 1, "changed"),
])  # fmt: skip
def test_the_first_broken_batch_is_named(
    stage: Stage, statement: str, batch: int, why: str
) -> None:
    _sealed(stage)
    _by_force(stage.desk.db, statement)
    verdict = _verify(stage)
    assert not verdict.sound
    assert verdict.broken is not None
    assert (verdict.broken.number, verdict.batches) == (batch, batch - 1)
    assert why in verdict.broken.why


def _forged(stage: Stage, key: bytes | None, key_id: str | None) -> None:
    """Who owns the database changes a row and seals everything anew, by a key of their own."""
    db = stage.desk.db
    _by_force(db, "UPDATE audit SET actor = 'nobody' WHERE seq = 8")
    before = ""
    with db.read() as tx:
        found = [(seal, audit.between(tx, seal["first"], seal["last"]))
                 for seal in audit.seals_of(tx)]  # fmt: skip
    for seal, rows in found:
        before = audit.chain(before, rows, key)
        named = "NULL" if key_id is None else f"'{key_id}'"
        _by_force(db, f"UPDATE seals SET digest = '{before}', key_id = {named} "
                      f"WHERE first = {seal['first']}")  # fmt: skip


@pytest.mark.parametrize("key", [None, bytes(32)])
@pytest.mark.parametrize("key_id", [None, "a1"])
def test_who_owns_the_database_cannot_make_a_seal(
    stage: Stage, key: bytes | None, key_id: str | None
) -> None:
    _sealed(stage)
    _forged(stage, key, key_id)
    verdict = _verify(stage)
    assert not verdict.sound
    assert verdict.broken is not None
    assert verdict.broken.number == 1


def _without_seal_key(stage: Stage, path: Path) -> None:
    """The key file as it was made before seals had a key."""
    keys = keyfile.read_keys(path)
    keyfile.write_keys(path, replace(keys, seals={}, seal=""))


def test_older_seals_without_a_key_are_verified_and_held_by_the_key_file(
    stage: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "keys"
    _without_seal_key(stage, path)
    _sealed(stage, 2)
    rotating.rotate(stage.desk, path)
    _sealed(stage, 2)
    verdict = _verify(stage)
    assert verdict.sound
    assert verdict.unkeyed == 2
    assert verdict.batches == 4
    assert "a1" in stored(stage, "seals")
    _forged(stage, None, None)
    broken = _verify(stage).broken
    assert broken is not None
    assert "not the seal that the key file knows" in broken.why
    _by_force(stage.desk.db, "DELETE FROM seals")
    assert not _verify(stage).sound, "nor can all of it be taken away"


def test_a_host_without_the_key_seals_nothing_after_one_that_has_it(
    stage: Stage, tmp_path: Path
) -> None:
    _sealed(stage, 1)
    held = (tmp_path / "keys").read_text()
    _without_seal_key(stage, tmp_path / "keys")
    _sealed(stage, 1)
    (tmp_path / "keys").write_text(held)
    assert _verify(stage).batches == 1
    assert _verify(stage).tail == 5
    sealing.seal(stage.desk)
    assert (_verify(stage).sound, _verify(stage).tail) == (True, 0)


def test_every_seal_key_is_kept_as_long_as_seals_name_it(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    _sealed(stage, 1)
    rotating.rotate(stage.desk, path)
    _sealed(stage, 1)
    assert _verify(stage).sound
    with pytest.raises(NotRotated, match="a1 is still needed by 1 of seals"):
        rotating.drop(stage.desk, path, "a1")
    with verifying.database(stage.desk) as source:
        broken = verifying.verify(source, None).broken
    assert broken is not None
    assert "key a1, which is not at hand" in broken.why


@pytest.mark.parametrize("table", ["audit", "seals"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_itself_refuses_every_change(stage: Stage, table: str, change: str) -> None:
    _sealed(stage, 1)
    db = stage.desk.db
    if db.dialect == "sqlite" and "TRUNCATE" in change:
        return  # it has none
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.exec_driver_sql(change.format(table))
    assert _verify(stage).sound


def test_an_end_that_was_cut_off_is_found_by_a_seal_that_was_written_down(stage: Stage) -> None:
    _sealed(stage)
    written_down = _verify(stage).newest
    _by_force(stage.desk.db, "DELETE FROM seals WHERE first >= 11")
    _by_force(stage.desk.db, "DELETE FROM audit WHERE seq >= 11")
    assert _verify(stage).sound, "what is left is in order"
    assert not _verify(stage, written_down).sound


def test_an_export_is_verified_where_no_hotline_runs(stage: Stage, tmp_path: Path) -> None:
    _sealed(stage)
    path = tmp_path / "audit.jsonl"
    assert verifying.export(stage.desk, path) == 21
    keys = stage.desk.vault.keys
    verdict = verifying.verify(verifying.exported(path), keys)
    assert (verdict.sound, verdict.batches, verdict.rows, verdict.tail) == (True, 4, 20, 1)
    assert path.stat().st_mode & 0o077 == 0
    lines = path.read_text().splitlines()
    changed = [line.replace("tickets:12", "tickets:99") for line in lines]
    path.write_text("\n".join(changed))
    broken = verifying.verify(verifying.exported(path), keys).broken
    assert broken is not None
    assert broken.number == 2
    path.write_text("\n".join([*lines[:3], "{}"]))
    with pytest.raises(BadExport, match="line 4"):
        verifying.exported(path)
    path.write_text("\n".join(reversed(lines)))
    with pytest.raises(BadExport, match="not in order"):
        verifying.exported(path)


def test_reads_overrides_sign_ins_and_rights_are_in_it(stage: Stage) -> None:
    """Keys, backups, erasures, exports and breaches have their own tests of this."""
    lan = stage.add("lan", "an-giang")
    stage.add("mai", "lang-son")
    ref = arrive(stage, 2)
    queue.show(stage.desk, roster.named(stage.desk, "mai"), ref)
    claims.claim(stage.desk, lan, ref)
    queue.show(stage.desk, lan, ref)
    notes.add(stage.desk, lan, ref, "ghi chú")
    correcting.correct(stage.desk, lan, ref, 1, None, None)
    access.provide(stage.desk, "lan", "dem-nay-truc")
    code = access.code_now(stage.desk, "lan") or ""
    entered = access.sign_in(stage.desk, "lan", "dem-nay-truc", code, "127.0.0.1")
    assert isinstance(entered, access.Entered)
    access.sign_in(stage.desk, "lan", "wrong", code, "127.0.0.1")
    access.sign_in(stage.desk, "không ai", "wrong", "123456", "127.0.0.1")
    access.sign_out(stage.desk, lan, entered.token)
    roster.remove(stage.desk, "mai")
    with stage.desk.db.read() as tx:
        rows = audit.between(tx, 1, audit.last(tx))
    verbs = {row["verb"] for row in rows}
    assert {"staff_added", "denied", "claimed", "read", "noted", "corrected", "signed_in",
            "sign_in_failed", "signed_out", "staff_left"} <= verbs  # fmt: skip
    failed = [row["subject"] for row in rows if row["verb"] == "sign_in_failed"]
    assert failed[0] == f"staff:{lan.id}"
    assert failed[1].startswith("attempts:")
    everything = stored(stage, "audit")
    for personal in ("ghi chú", "không ai", "127.0.0.1", "dem-nay"):
        assert personal not in everything


def test_details_hold_ids_codes_and_numbers_only(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 2)
    claims.claim(stage.desk, lan, ref)
    with stage.desk.db.read() as tx:
        for row in audit.between(tx, 1, audit.last(tx)):
            for value in json.loads(row["details"]).values():
                assert not isinstance(value, str) or len(value) <= 64
