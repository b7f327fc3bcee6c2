"""Keys are changed while everything runs, can be interrupted anywhere, and lose nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from desk import access, claims, focal, notes, paging, roster, rotating
from desk.house import Desk
from desk.rotating import NotRotated
from store import contacts, keyfile, keyring, rekey
from store.tables import metadata
from store.vault import Vault, read_key_file
from tests.desk.ordered import arrive, stored
from tests.real import ROOT, until
from tests.stage import Stage

PHONE = "+84900000081"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The key file of the fixture `vault`."""
    return tmp_path / "keys"


def _filled(stage: Stage) -> str:
    """A hotline with something sealed in every table that holds a data key."""
    lan = stage.add("lan", "an-giang")
    focal.add(stage.desk, "an-giang", "Châu Đốc", "focal_person", "Chị Hai", "0900 000 123")
    for number in range(7):
        arrive(stage, 3, sender=f"+8490000009{number}")
    ref = arrive(stage, 3, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    notes.add(stage.desk, lan, ref, "ghi chú riêng")
    return ref


def test_every_data_key_is_wrapped_anew_and_everything_still_opens(
    stage: Stage, keys: Path
) -> None:
    ref = _filled(stage)
    done = rotating.rotate(stage.desk, keys, batch=3)
    assert (done.key, done.resumed, done.unreadable) == ("m2", False, 0)
    assert done.changed == 8 + 1 + 1
    assert "m1:" not in stored(stage, *(table.name for table in rekey.WRAPPED if table.name in
                                        ("contacts", "staff", "focal_points")))  # fmt: skip
    assert stage.ticket(ref)["notes"][0]["text"] == "ghi chú riêng"
    assert focal.listed(stage.desk)[0].name == "Chị Hai"
    assert stage.talk("khan 3 help_self", PHONE) != []
    assert len(stage.tickets()) == 8, "nobody became somebody else"


def test_every_table_with_a_data_key_is_rotated() -> None:
    """And every keyed hash is either made anew, or ends by itself."""
    assert {t.name for t in metadata.sorted_tables if "data_key" in t.c} == {
        t.name for t in rekey.WRAPPED
    }
    known = {one.column for one in rekey.REHASHED} | set(rekey.PASSING)
    passing = {  # for minutes only; Argon2id, not keyed
        "attempts.key_hash", "paces.key_hash", "credentials.password_hash",
    }  # fmt: skip
    for table in metadata.sorted_tables:
        for column in table.c:
            if column.name.endswith("_hash") and str(column) not in passing:
                assert column in known, f"store/rekey.py does not know {column}"


def test_the_old_key_is_kept_until_nothing_needs_it(stage: Stage, keys: Path) -> None:
    _filled(stage)
    with pytest.raises(NotRotated, match="m1 is in use"):
        rotating.drop(stage.desk, keys, "m1")
    rotating.prepare(stage.desk, keys, "master")
    rotating._switch(stage.desk, keys, "m2", "master")
    with pytest.raises(NotRotated, match="still needed by 8 of contacts"):
        rotating.drop(stage.desk, keys, "m1")
    assert rotating.rotate(stage.desk, keys).resumed is True
    rotating.drop(stage.desk, keys, "m1")
    assert list(keyfile.read_keys(keys).masters) == ["m2"]
    with pytest.raises(NotRotated, match="there is no key m1"):
        rotating.drop(stage.desk, keys, "m1")
    assert len([stage.ticket(t["ref"]) for t in stage.tickets()]) == 8


def test_a_lookup_key_is_changed_and_every_sender_is_found_again(stage: Stage, keys: Path) -> None:
    _filled(stage)
    done = rotating.rotate(stage.desk, keys, "lookup", batch=3)
    assert (done.key, done.changed) == ("h2", 8 + 1 + 8), "contacts, staff, the place of each"
    rows = stored(stage, "contacts", "staff", "clues")
    assert "h1:" not in rows
    assert rows.count("h2:") == 17
    stage.talk("khan 3 help_self", PHONE)
    assert len(stage.tickets()) == 8
    assert roster.by_telegram(stage.desk, roster.telegram_id_of(
        stage.desk, roster.everybody(stage.desk)[0]) or 0) is not None  # fmt: skip
    rotating.drop(stage.desk, keys, "h1")
    stage.talk("khan 3 help_self", PHONE)
    assert len(stage.tickets()) == 8


def test_sessions_and_invitations_outlive_a_change_of_the_lookup_key(
    stage: Stage, keys: Path
) -> None:
    stage.add("lan", "an-giang")
    access.provide(stage.desk, "lan", "dem-nay-truc")
    code = access.code_now(stage.desk, "lan")
    assert code is not None
    entered = access.sign_in(stage.desk, "lan", "dem-nay-truc", code, "127.0.0.1")
    assert isinstance(entered, access.Entered)
    stage.add("mai", "an-giang")
    link = access.invite(stage.desk, "mai")
    rotating.rotate(stage.desk, keys, "lookup")
    assert access.who(stage.desk, entered.token, acting=True) is not None
    assert link is not None
    assert access.invitation(stage.desk, link) is not None
    with pytest.raises(NotRotated, match="1 of sessions, 1 of invitations"):
        rotating.drop(stage.desk, keys, "h1")
    access.sign_out(stage.desk, entered.person, entered.token)
    assert access.who(stage.desk, entered.token, acting=True) is None


def test_who_was_silenced_and_erased_keeps_the_old_lookup_key_alive(
    stage: Stage, keys: Path
) -> None:
    from desk import erasing
    from store import erasure, safety

    arrive(stage, 3, sender=PHONE)
    stage.settle()
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        safety.silence(tx, contact, "found_out", stage.clock())
        row = erasure.locked(tx, contact.id)
        assert row is not None
        erasing.erase(tx, row, stage.clock(), by="machine", ground="retention")
    assert rotating.rotate(stage.desk, keys, "lookup").resumed is False
    with pytest.raises(NotRotated, match="1 of contacts"):
        rotating.drop(stage.desk, keys, "h1")
    assert rotating.rotate(stage.desk, keys, "lookup").key == "h3", "it is no rotation unended"
    shown = len(stage.phone(PHONE))
    stage.write("khan 2 help_self", PHONE)
    stage.settle(60)
    assert len(stage.phone(PHONE)) == shown, "still silent, by the oldest key"


def test_a_process_that_has_not_seen_the_change_and_one_that_has_make_one_contact(
    desk: Desk, vault: Vault, keys: Path
) -> None:
    """Between the two steps one process keeps by h1 and the other by h2."""
    rotating.prepare(desk, keys, "lookup")
    early = Vault(read_key_file(keys).keys)
    rotating._switch(desk, keys, "h2", "lookup")
    late = read_key_file(keys)
    start = threading.Barrier(8)

    def write(number: int) -> str:
        start.wait()
        with desk.db.write() as tx:
            return contacts.lock(tx, early if number % 2 else late, "sms", PHONE, 1).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(write, range(8)))) == 1


def test_messages_keep_coming_while_the_keys_change(stage: Stage, keys: Path) -> None:
    refs = [arrive(stage, 3, sender=f"+849000008{n:02}") for n in range(20)]
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(60):
                stage.write("khan 3 help_self", f"+849000008{number % 20:02}")
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    for kind in ("master", "lookup", "master"):
        rotating.rotate(stage.desk, keys, kind, batch=2)  # type: ignore[arg-type]
    writer.join()
    assert failed == []
    assert {t["ref"] for t in stage.tickets()} == set(refs)
    said = sum(m["direction"] == "in" for ref in refs for m in stage.ticket(ref)["messages"])
    assert said == 80


def test_a_rotation_that_is_killed_is_taken_up_again(
    stage: Stage, keys: Path, database_url: str, tmp_path: Path
) -> None:
    """SIGKILL between two rows; the master on SQLite, the look-up key on PostgreSQL."""
    ref = arrive(stage, 3, sender=PHONE)
    with stage.desk.db.write() as tx:
        for number in range(300):
            contacts.lock(tx, stage.desk.vault, "sms", f"+84900001{number:03}", stage.clock())
    by_lookup = database_url.startswith("postgresql")
    command = [sys.executable, "-m", "hotline", "keys", "rotate", *["--lookup"] * by_lookup]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOTLINE_DATA": str(tmp_path),
                   "HOTLINE_DATABASE_URL": database_url,
                   "HOTLINE_SECRET_KEY_FILE": str(keys)}  # fmt: skip

    def changed() -> int:
        after = rotating.needed(stage.desk)
        return after.get("h2" if by_lookup else "m2", {}).get("contacts", 0)

    process = subprocess.Popen(
        [*command, "--batch", "1"], env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    until(lambda: changed() > 5 or process.poll() is not None, 30, "some rows")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < changed() < 301
    assert stage.talk("khan 3 help_self", PHONE) != [], "it works half way"
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert "had been interrupted" in done
    assert changed() == 301
    assert [t["ref"] for t in stage.tickets()] == [ref]


def test_the_status_shows_ids_and_counts_and_no_key(stage: Stage, keys: Path) -> None:
    _filled(stage)
    rotating.rotate(stage.desk, keys)
    shown = rotating.status(stage.desk)
    assert [(k["id"], k["state"], k["made"]) for k in shown] == [
        ("m1", "old", None), ("m2", "in use", "2026-11-22"), ("h1", "in use", None),
        ("s1", "believed", None), ("s2", "in use", "2026-11-22"),
        ("a1", "old", None), ("a2", "in use", "2026-11-22"),
    ]  # fmt: skip
    assert shown[1]["needed_by"] == {"contacts": 8, "focal_points": 1, "staff": 1}
    held = json.loads(keys.read_text())
    for secret in (
        *held["masters"].values(),
        *held["lookup"].values(),
        *held["signings"].values(),
        *held["seals"].values(),
        held["naming"],
    ):
        assert secret not in json.dumps(shown)


def test_the_signing_key_changes_too_and_the_old_one_is_believed_for_a_buttons_life(
    stage: Stage, keys: Path
) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 1)
    stage.settle()
    shown = [page for page in stage.pages(lan) if page.choices][-1]
    ring = keyring.name_of(stage.desk.vault)
    rotating.rotate(stage.desk, keys)
    assert paging.button(stage.desk, "c", ref).split(":")[-1].startswith("s2.")
    assert len(paging.button(stage.desk, "c", ref)) <= 64
    stage.press(lan, shown)
    assert stage.ticket(ref)["claimed_by"] == "lan"
    assert keyring.name_of(stage.desk.vault) == ring, "or erased keys would lie in an older ring"
    old = Vault(replace(keyfile.read_keys(keys), signing="s1", until={}))
    now, two_days = stage.clock(), 48 * 3_600_000
    assert stage.desk.vault.signed("x", old.sign("x"), now + two_days - 1)
    assert not stage.desk.vault.signed("x", old.sign("x"), now + two_days), "then no more"
    stage.clock.move(two_days / 1000)
    rotating.rotate(stage.desk, keys)
    assert set(keyfile.read_keys(keys).signings) == {"s2", "s3"}, "and it is forgotten"


def test_a_signing_key_that_was_stolen_is_dropped_at_once(stage: Stage, keys: Path) -> None:
    signed = stage.desk.vault.sign("x")
    with pytest.raises(NotRotated, match="in use"):
        rotating.drop(stage.desk, keys, "s1")
    rotating.rotate(stage.desk, keys)
    rotating.drop(stage.desk, keys, "s1")
    assert not stage.desk.vault.signed("x", signed, stage.clock())


def test_a_host_that_knows_the_new_key_as_prepared_believes_it(stage: Stage, keys: Path) -> None:
    rotating.prepare(stage.desk, keys, "master")
    other = Vault(keyfile.read_keys(keys))
    rotating.rotate(stage.desk, keys)
    assert stage.desk.vault.keys.signing == "s2"
    assert other.signed("x", stage.desk.vault.sign("x"), stage.clock())


@pytest.mark.parametrize("signature", ["", ".", "s1.", "s9.AAAA", "s1.\u00e9", "A" * 16, "m1.AAAA"])
def test_no_other_signature_is_believed(vault: Vault, signature: str) -> None:
    assert not vault.signed("x", signature, 0)


def test_a_key_file_that_breaks_leaves_the_keys_in_memory(vault: Vault, keys: Path) -> None:
    before = vault.hash("sms", PHONE)
    good = keys.read_text()
    keys.write_text("{")
    assert vault.hash("sms", PHONE) == before
    keys.write_text(good)
    assert vault.hash("sms", PHONE) == before


def test_two_changes_at_once_are_refused(desk: Desk, keys: Path) -> None:
    with keyfile.changing(keys), pytest.raises(NotRotated, match="another change"):
        rotating.rotate(desk, keys)


def test_a_key_file_of_before_is_read(tmp_path: Path) -> None:
    """It held one look-up key and one signing key, and neither `newest_lookup` nor `prepared`."""
    keyfile.make_key_file(tmp_path / "old")
    data = json.loads((tmp_path / "old").read_text())
    data["signing"] = data["signings"]["s1"]
    for name in ("newest_lookup", "prepared", "made", "signings", "newest_signing", "naming",
                 "seals", "newest_seal", "until", "unkeyed"):  # fmt: skip
        del data[name]
    (tmp_path / "old").write_text(json.dumps(data))
    read = keyfile.read_keys(tmp_path / "old")
    assert (read.lookup, read.signing, read.seal) == ("h1", "s1", "")
    assert read.naming == read.signings["s1"], "the ring keeps its name"
    vault = read_key_file(tmp_path / "old")
    assert vault.signed("x", vault.sign("x").partition(".")[2], 0), "and shown buttons their use"


def test_every_change_of_keys_is_audited(stage: Stage, keys: Path) -> None:
    rotating.rotate(stage.desk, keys)
    rotating.drop(stage.desk, keys, "m1")
    everything = stored(stage, "audit")
    for verb in ("key_added", "keys_rotated", "key_dropped"):
        assert verb in everything
