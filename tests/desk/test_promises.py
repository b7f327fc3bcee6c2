"""Any sequence of messages, time, and staff clicks keeps the promises, through the whole desk.

One SQLite database for all plays, a new phone for each: what the engine promises by itself
(`tests/flows/test_promises.py`) must hold with rows, timers, the outbox and people in between.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import claims, keeping_safe, replies, silence
from desk.house import Desk
from store import contacts, tickets
from store.contacts import Contact
from store.database import Database
from store.people import Person
from store.vault import make_key_file, read_key_file
from tests.conftest import Moved, Rung
from tests.stage import Stage, number_chats

SAYS = (
    "khan 1 help_self", "khan 2 help_self", "khan 3 return_support", "khan 3 tip", "khan 4 info",
    "off_topic", "off_topic 1", "off_topic 2", "off_topic 3", "off_topic khong", "off_topic co",
    "off_topic NGUNG", "khan 1 help_self found_out", "off_topic thanks", "off_topic hoa mai",
    "off_topic xa Tan Thanh", "ngung", "NGUOI", "XOA HET", "ma so", "4829157", "stop", "thôi",
    "khan 2 help_self no_call", "khan 2 help_self borrowed_phone", "off_topic dung cho anh An biet",
    "buoi toi", "",
)  # fmt: skip
GAPS = (2, 30, 700, 4000, 30_000, 100_000, 300_000)  # seconds
_phones = itertools.count(1)


@pytest.fixture(scope="module")
def small_stage(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("promises")
    make_key_file(folder / "keys")
    shutil.copyfile(migrated_file, folder / "hotline.db")
    database = Database(f"sqlite:///{folder / 'hotline.db'}")
    clock, bell = Moved(), Rung()
    desk = Desk(db=database, vault=read_key_file(folder / "keys"), now=clock, ring=bell,
                patience=1000, load_cap=10_000)  # fmt: skip
    stage = Stage(desk, clock, bell)
    number_chats(stage)
    stage.add("lan", "quoc-gia", role="national")
    yield stage
    database.close()


class Play:
    """One phone and one member of staff; what they may see is checked after every step."""

    def __init__(self, stage: Stage, rng: Random) -> None:
        self.stage, self.rng = stage, rng
        self.phone = f"+8490{next(_phones):07d}"
        self.lan: Person = stage.desk and _lan(stage)
        self.heard = 0
        self.urgency = 4
        self.ref = ""

    def contact(self) -> Contact:
        with self.stage.desk.db.write() as tx:
            return contacts.lock(
                tx, self.stage.desk.vault, "sms", self.phone, self.stage.clock()
            )  # fmt: skip

    def new(self) -> list[str]:
        texts = self.stage.phone(self.phone)
        found, self.heard = texts[self.heard :], len(texts)
        return found

    def write(self) -> None:
        event = "edited" if self.ref and self.rng.random() < 0.1 else "message"
        received = self.stage.write(self.rng.choice(SAYS), self.phone, event=event)
        self.stage.settle(1.2)
        told = self.new()
        assert len(told) <= 1, "at most one answer to a message"
        assert all(text.count("?") <= 1 for text in told)
        contact = self.contact()
        if event == "edited":
            assert not told, "a changed message is not answered"
        if contact.silenced_at is not None and contact.silence_reason != "cover":
            assert not told, "silence is not confirmed"
        if received.ref is not None:
            if received.ref != self.ref:
                self.urgency = 4
            self.ref = received.ref
        urgency = self.row()["urgency"] if self.ref else 4
        assert urgency <= self.urgency, "no machine lowers it"
        self.urgency = urgency

    def row(self) -> dict[str, object]:
        with self.stage.desk.db.read() as tx:
            row = tickets.by_ref(tx, self.ref)
        assert row is not None
        return row

    def wait(self) -> None:
        before = self.contact()
        self.stage.settle(self.rng.choice(GAPS))
        self.stage.settle(1)
        told = self.new()
        if told:
            assert before.silenced_at is None
            assert before.phone_safe_at is not None, "unasked only on a phone marked safe"
            assert len(told) == 1
            assert told[0].startswith("Luc nao ranh thi viet tiep")

    def click(self) -> None:
        if not self.ref:
            return
        desk, before = self.stage.desk, self.contact()
        claims.claim(desk, self.lan, self.ref)
        act = self.rng.choice(("reply", "reply", "window", "lift"))
        if act == "window":
            keeping_safe.set_window(desk, self.lan, self.ref, "00:00", "24:00")
        elif act == "lift":
            silence.lift(desk, self.lan, self.ref, "đã gặp")
        else:
            replies.reply(desk, self.lan, self.ref, "Chi day.")
            self.stage.deliver()
            told = self.new()
            quiet = before.silenced_at is not None or before.opted_out_at is not None
            assert not (told and quiet), "no click goes around a silence"


def _lan(stage: Stage) -> Person:
    from desk import roster

    lan = roster.named(stage.desk, "lan")
    assert lan is not None
    return lan


@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_any_talk_through_the_desk_keeps_the_promises(small_stage: Stage, seed: int) -> None:
    rng = Random(seed)
    play = Play(small_stage, rng)
    play.write()
    for _ in range(rng.randint(2, 10)):
        rng.choice((play.write, play.write, play.write, play.wait, play.click))()
