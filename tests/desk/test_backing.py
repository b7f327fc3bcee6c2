"""Backups are sealed, whole, and become a hotline again: here, there and a release later."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from desk import backing, claims, erasing, focal, notes, queue, restoring, rotating
from desk.backing import NotBackedUp
from desk.house import Desk
from desk.restoring import NotRestored, Restored
from store import audit, contacts, dump, erasure, keyring, migrate
from store.database import Database
from store.dump import Head
from store.sealedfile import BadFile, Sealer, unsealed
from store.vault import make_key_file, read_key_file
from tests.conftest import MORNING
from tests.desk.ordered import arrive, stored
from tests.stage import Stage

KEY = "mot dong rat rieng tu"
PHONE = "+84900000061"
SECRET = "lời rất riêng"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()


def _filled(stage: Stage) -> str:
    lan = stage.add("lan", "an-giang", phone="+84900000099")
    focal.add(stage.desk, "an-giang", "Châu Đốc", "focal_person", "Chị Hai", "0900 000 123")
    ref = arrive(stage, 3, sender=PHONE)
    stage.settle()
    claims.claim(stage.desk, lan, ref)
    notes.add(stage.desk, lan, ref, SECRET)
    return ref


def _restore(
    stage: Stage, url: str, source: Path, *, over: bool = False, key: str = KEY,
    ring: Path | None = None,
) -> Restored:  # fmt: skip
    vault = stage.desk.vault
    ring = ring or source.parent / keyring.name_of(vault)
    return restoring.restore(url, vault, source, ring, key, stage.clock(), replace=over)


def _desk(stage: Stage, url: str) -> Desk:
    return replace(stage.desk, db=Database(url))


def test_a_backup_becomes_the_same_hotline(stage: Stage, tmp_path: Path, elsewhere: str) -> None:
    """From each database to each: the file is the same for both."""
    ref = _filled(stage)
    before = queue.show(stage.desk, None, ref)
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    assert done.rows["contacts"] == 1
    _restore(stage, elsewhere, done.path)
    other = _desk(stage, elsewhere)
    assert migrate.differences(other.db) == []
    after = queue.show(other, None, ref)
    assert before is not None
    assert after is not None
    for name in ("messages", "notes", "facts", "status", "claimed_by", "focal_points"):
        assert after[name] == before[name], name
    with other.db.write() as tx:  # numbers go on, and what is append-only is so here too
        audit.write(tx, stage.clock(), "machine", "opened", "tickets:1")
    with pytest.raises(Exception, match="append-only"), other.db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    other.db.close()


def test_the_file_holds_neither_words_nor_keys_in_the_clear(stage: Stage, tmp_path: Path) -> None:
    _filled(stage)
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    for path in (done.path, done.ring):
        found = path.read_bytes()
        for secret in (b"an-giang", b"contacts", PHONE.encode(), KEY.encode(), b"m1:"):
            assert secret not in found
        assert path.stat().st_mode & 0o077 == 0
    opened = b"".join(b"".join(dump._split(unsealed(done.path, KEY, "data"))).splitlines())
    keys = stage.desk.vault.keys
    for secret in (
        *keys.masters.values(),
        *keys.lookups.values(),
        *keys.signings.values(),
        *keys.seals.values(),
        keys.naming,
    ):
        assert secret not in opened
        assert secret.hex().encode() not in opened
    assert b"bTE6" not in opened, "no wrapped data key is in the backup itself"
    assert (tmp_path / "keys").read_text() not in opened.decode()


def test_who_is_erased_cannot_be_read_in_an_older_backup(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    """The promise of the key ring: the next backup takes the key from all before it."""
    _filled(stage)
    other = arrive(stage, 3, sender="+84900000062")
    old = backing.backup(stage.desk, tmp_path / "old", KEY)
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        wrapped = erasure.locked(tx, contact.id)
        assert wrapped is not None
        erasing.erase(tx, wrapped, stage.clock(), by="machine", ground="asked")
    stage.clock.move(60)
    backing.backup(stage.desk, tmp_path / "new", KEY)
    ring = keyring.read(old.ring, KEY)
    assert f"contacts:{contact.id}" not in ring.keys
    assert f"contacts:{contact.id}" in ring.erased
    done = _restore(stage, elsewhere, old.path)
    assert done.erased == 1
    restored = _desk(stage, elsewhere)
    assert [t["ref"] for t in queue.listing(restored)] == [other]
    with restored.db.engine.connect() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM messages WHERE contact_id = :c"), {"c": contact.id}
        ).scalar()
    assert left == 0
    restored.db.close()


def test_a_ring_forgets_by_name_only(stage: Stage, tmp_path: Path) -> None:
    """A backup made of an empty database by mistake costs no key of the others."""
    _filled(stage)
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    before = keyring.read(done.ring, KEY)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate.upgrade(empty)
    backing.backup(replace(stage.desk, db=empty), tmp_path / "two", KEY)
    assert keyring.read(done.ring, KEY).keys == before.keys
    empty.close()


def test_an_old_backup_opens_after_the_old_master_key_is_dropped(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    ref = _filled(stage)
    old = backing.backup(stage.desk, tmp_path / "old", KEY)
    rotating.rotate(stage.desk, tmp_path / "keys")
    backing.backup(stage.desk, tmp_path / "new", KEY)
    rotating.drop(stage.desk, tmp_path / "keys", "m1")
    _restore(stage, elsewhere, old.path)
    restored = _desk(stage, elsewhere)
    shown = queue.show(restored, None, ref)
    assert shown is not None
    assert shown["notes"][0]["text"] == SECRET
    restored.db.close()


def test_what_waited_then_is_not_sent_now_and_phones_are_unsafe(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    _filled(stage)
    stage.write("khan 3 help_self", PHONE)
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
    with stage.desk.db.engine.begin() as connection:
        connection.execute(text("UPDATE contacts SET phone_safe_at = :at"), {"at": MORNING})
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    restored = _restore(stage, elsewhere, done.path)
    assert restored.held >= 1
    other = _desk(stage, elsewhere)
    with other.db.read() as tx:
        assert contacts.by_id(tx, other.vault, contact.id).phone_safe_at is None
    rows = stored(replace(stage, desk=other), "messages", "pages")
    assert "due" not in rows.replace("restored", "").split()
    other.db.close()


def test_a_full_database_is_not_overwritten_unless_asked(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    ref = _filled(stage)
    one = backing.backup(stage.desk, tmp_path / "one", KEY)
    _restore(stage, elsewhere, one.path)
    with pytest.raises(NotRestored, match=r"rows already: .* --replace"):
        _restore(stage, elsewhere, one.path)
    later = arrive(stage, 3, sender="+84900000063")
    two = backing.backup(stage.desk, tmp_path / "two", KEY)
    _restore(stage, elsewhere, two.path, over=True)
    other = _desk(stage, elsewhere)
    assert {t["ref"] for t in queue.listing(other)} == {ref, later}
    other.db.close()


@pytest.mark.parametrize("how", ["cut", "cut at a frame", "a bit", "wrong key", "no backup",
                                 "newer format", "ring"])  # fmt: skip
def test_what_is_not_whole_is_refused_and_changes_nothing(
    stage: Stage, tmp_path: Path, how: str
) -> None:
    _filled(stage)
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    url = f"sqlite:///{tmp_path / 'other' / 'hotline.db'}"
    bad, key, ring = tmp_path / "bad", KEY, done.ring
    whole = done.path.read_bytes()
    first_frame = whole.index(b"}\n") + 2
    changed = {
        "cut": whole[:-5],
        "cut at a frame": whole[:first_frame],
        "a bit": whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:],
        "no backup": b"xin chao",
        "newer format": whole.replace(b"hotline-backup 1", b"hotline-backup 2", 1),
    }
    bad.write_bytes(changed.get(how, whole))
    said = {"cut": "cut off|altered", "cut at a frame": "cut off", "a bit": "altered",
            "wrong key": "bring the right key", "no backup": "no backup of a hotline",
            "newer format": "newer release: install that one", "ring": "is a backup"}  # fmt: skip
    if how == "wrong key":
        key = "mot dong rat khac han"
    if how == "ring":
        ring = bad
    with pytest.raises(NotRestored, match=said[how]):
        _restore(stage, url, bad, key=key, ring=ring)
    assert list((tmp_path / "other").iterdir()) == []


def test_a_newer_backup_is_refused_with_what_to_do(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    _filled(stage)
    backing.backup(stage.desk, tmp_path / "one", KEY)
    newer = tmp_path / "newer"
    with newer.open("wb") as file, dump.snapshot(stage.desk.db) as found:
        dump.write(found, dump.Writer(Sealer(file, KEY, "data")), Head("b", "9999", MORNING))
    with pytest.raises(NotRestored, match=r"newer release.*Install that release"):
        _restore(stage, elsewhere, newer)


def test_a_backup_of_the_first_release_is_restored_and_brought_up_to_date(
    stage: Stage, tmp_path: Path, elsewhere: str
) -> None:
    """Its tables had fewer columns; what they lacked is as the migrations make it."""
    vault = stage.desk.vault
    url = f"sqlite:///{tmp_path / 'first.db'}"
    first = Database(url)
    with first.engine.connect() as connection:
        migrate.run(connection, "0001")
    key, wrapped = vault.new_key("contacts", "c" * 32)
    from store.vault import seal

    row = {"id": "c" * 32, "kind": "sms", "hash": vault.hash("sms", PHONE), "key": wrapped,
           "address": seal(key, "contacts", "c" * 32, "address", PHONE), "at": MORNING}  # fmt: skip
    with first.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO contacts (id, kind, address_hash, address_sealed, data_key, created_at)"
            " VALUES (:id, :kind, :hash, :address, :key, :at)"), row)  # fmt: skip
    old = tmp_path / "old"
    with old.open("wb") as file, dump.snapshot(first) as found:
        writer = dump.Writer(Sealer(file, KEY, "data"))
        _write_as_the_first_release_did(found, writer)
    ring = tmp_path / "old.keyring"
    keyring.write(ring, KEY, keyring.Ring(MORNING, {f"contacts:{'c' * 32}": wrapped}, frozenset()))
    _restore(stage, elsewhere, old, ring=ring)
    other = _desk(stage, elsewhere)
    assert migrate.differences(other.db) == []
    with other.db.write() as tx:
        contact = contacts.lock(tx, vault, "sms", PHONE, stage.clock())
        assert (contact.id, contacts.address(contact)) == ("c" * 32, PHONE)
    other.db.close()
    first.close()


def _write_as_the_first_release_did(found: dump.Snapshot, writer: dump.Writer) -> None:
    from sqlalchemy import MetaData, create_engine, inspect

    path = found._connection.execute("PRAGMA database_list").fetchone()[2]
    engine = create_engine(f"sqlite:///{path}")
    present = MetaData()
    present.reflect(engine)
    assert "erasures" not in inspect(engine).get_table_names()
    left_out = {table.name for table in dump.LEFT_OUT} | {"alembic_version"}
    writer.line({"backup": "b", "revision": "0001", "at": MORNING})
    counts = {}
    for table in present.sorted_tables:
        if table.name in left_out:
            continue
        names = list(table.c.keys())
        binary = [n for n in names if "BLOB" in str(table.c[n].type)]
        writer.line({"table": table.name, "columns": names, "binary": binary})
        rows = list(found.rows(table))
        for row in rows:
            writer.line([dump._plain(n, v) for n, v in zip(names, row, strict=True)])
        counts[table.name] = len(rows)
    writer.close(counts)
    engine.dispose()


def test_a_backup_is_one_moment_while_messages_come_in(stage: Stage, tmp_path: Path) -> None:
    """No row of it points to one that came later."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for number in itertools.count():
                if stop.is_set():
                    return
                stage.write("khan 3 help_self", f"+8490000{number % 1000:04}")
        except BaseException as error:
            failed.append(error)

    for number in range(20):
        stage.write("khan 3 help_self", f"+8490000{number:04}")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = backing.backup(stage.desk, tmp_path / "one", KEY)
    finally:
        stop.set()
        writer.join()
    assert failed == []
    url = f"sqlite:///{tmp_path / 'other' / 'hotline.db'}"
    _restore(stage, url, done.path)
    other = Database(url)
    with other.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    other.close()
    assert done.rows["tickets"] == done.rows["contacts"] >= 20


def test_a_key_file_of_another_hotline_is_refused(stage: Stage, tmp_path: Path) -> None:
    _filled(stage)
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    make_key_file(tmp_path / "foreign")
    with pytest.raises(NotRestored, match="bring the key file of that hotline"):
        restoring.restore(f"sqlite:///{tmp_path / 'other' / 'x.db'}",
                          read_key_file(tmp_path / "foreign"), done.path, done.ring, KEY,
                          stage.clock())  # fmt: skip


def test_a_ring_older_than_its_backup_is_refused(stage: Stage, tmp_path: Path) -> None:
    _filled(stage)
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    early = done.ring.read_bytes()
    stage.clock.move(60)
    later = backing.backup(stage.desk, tmp_path / "two", KEY)
    (tmp_path / "early").write_bytes(early)
    url = f"sqlite:///{tmp_path / 'other' / 'x.db'}"
    with pytest.raises(NotRestored, match="older than the backup"):
        _restore(stage, url, later.path, ring=tmp_path / "early")


@pytest.mark.parametrize(("content", "mode", "said"), [
    ("ngan", 0o600, "too short"), (KEY, 0o644, "chmod 600"), (None, 0, "cannot be read"),
])  # fmt: skip
def test_a_backup_key_that_will_not_do_is_said(
    tmp_path: Path, content: str | None, mode: int, said: str
) -> None:
    path = tmp_path / "backup-key"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(NotBackedUp, match=said):
        backing.read_key(path)


def test_a_backup_never_replaces_one_and_leaves_nothing_half_done(
    stage: Stage, tmp_path: Path
) -> None:
    backing.backup(stage.desk, tmp_path / "one", KEY)
    with pytest.raises(NotBackedUp, match="exists"):
        backing.backup(stage.desk, tmp_path / "one", KEY)
    with pytest.raises(NotBackedUp, match="does not open"):
        backing.backup(stage.desk, tmp_path / "two", "mot dong rat khac han")
    with pytest.raises(NotBackedUp, match="cannot be written"):
        backing.backup(stage.desk, tmp_path / "no such folder" / "one", KEY)
    names = {path.name for path in tmp_path.iterdir()}
    assert "two" not in names
    assert not any(name.startswith(".") and "keys" not in name for name in names)


def test_every_piece_of_any_size_comes_back(tmp_path: Path) -> None:
    from store.sealedfile import FRAME

    for size in (0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME):
        path = tmp_path / f"sealed-{size}"
        with path.open("wb") as file:
            sealer = Sealer(file, KEY, "data")
            sealer.write(b"x" * size)
            sealer.close()
        assert b"".join(unsealed(path, KEY, "data")) == b"x" * size
    frames = (tmp_path / f"sealed-{3 * FRAME}").read_bytes()
    start = frames.index(b"}\n") + 2
    length = 4 + int.from_bytes(frames[start : start + 4], "big")
    swapped = (frames[:start] + frames[start + length : start + 2 * length]
               + frames[start : start + length] + frames[start + 2 * length :])  # fmt: skip
    (tmp_path / "swapped").write_bytes(swapped)
    with pytest.raises(BadFile):
        list(unsealed(tmp_path / "swapped", KEY, "data"))


def test_backup_and_restore_are_audited(stage: Stage, tmp_path: Path) -> None:
    done = backing.backup(stage.desk, tmp_path / "one", KEY)
    assert "backed_up" in stored(stage, "audit")
    url = f"sqlite:///{tmp_path / 'other' / 'x.db'}"
    _restore(stage, url, done.path)
    other = _desk(stage, url)
    assert "restored" in stored(replace(stage, desk=other), "audit")
    other.db.close()
