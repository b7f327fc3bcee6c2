"""Far-side limits are kept across processes, urgent first, and one chat never holds up another."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from channels.memory import PLAIN, MemoryAccount, MemoryChannel
from channels.telegram_send import CAN as TELEGRAM
from channels.twilio import TwilioAccount
from channels.twilio_send import limits as twilio_limits
from desk import leaps, outbox, pacing, paging, queue
from desk.house import Desk
from desk.messages import Capabilities, Limits, NotSent, Outbound, Pace, Result, Sent
from store import contacts, messages
from store.ids import new_id
from store.messages import Outgoing
from tests.conftest import Moved
from tests.stage import Stage, failing
from worker.delivery import deliver_pages, deliver_texts
from worker.hands import MOST, Hands

LINE = "telegram:senders"
numbers = itertools.count(1)


@dataclass
class Timed:
    """A channel that notes when it was given what."""

    clock: Callable[[], int]
    can: Capabilities = TELEGRAM
    name: str = "telegram"
    sent: list[tuple[int, str, str]] = field(default_factory=list)
    answers: dict[str, Result] = field(default_factory=dict)

    def parse(self, payload: Any) -> Any:
        raise AssertionError("nothing comes in by this wire")

    def send(self, outbound: Outbound) -> Result:
        answer = self.answers.pop(outbound.address, None)
        if answer is not None:
            return answer
        self.sent.append((self.clock(), outbound.address, outbound.text))
        return Sent(f"{outbound.address}:{next(numbers)}")


def put(
    desk: Desk, address: str, text: str = "x", *, lane: str = "rest", kind: str = "telegram",
    line: str = LINE,
) -> str:  # fmt: skip
    """A text in the outbox."""
    now = desk.now()
    message_id = new_id(now)
    with desk.db.write() as tx:
        contact = contacts.lock(tx, desk.vault, kind, address, now)
        gateway = line.partition(":")[0]
        out = Outgoing(message_id, None, gateway, line, text, now, now, lane, heard_at=now)
        assert messages.add_out(tx, contact, out) is None
    return message_id


def run(desk: Desk, clock: Moved, wires: dict[str, Any], ms: int, lanes: tuple[str, ...]) -> None:
    """Two workers, as two processes would: each tries at every 10 ms of a clock that is moved."""
    for _ in range(ms // 10):
        for lane in lanes:
            deliver_texts(desk, wires, lane)
        deliver_pages(desk, wires)
        clock.at += 10


def most_within(times: list[int], window: int) -> int:
    return max(sum(at <= other < at + window for other in times) for at in times)


def test_thirty_a_second_by_one_bot_whoever_sends(desk: Desk, clock: Moved) -> None:
    wire = Timed(clock)
    for number in range(80):
        put(desk, str(1000 + number), lane="urgent" if number % 2 else "rest")
    run(desk, clock, {LINE: wire}, 4000, ("rest", "urgent"))
    times = [at for at, _, _ in wire.sent]
    assert len(times) == 80
    assert 20 <= most_within(times, 1000) <= 30


def test_one_a_second_to_a_chat_in_order_and_others_are_not_held_up(
    desk: Desk, clock: Moved
) -> None:
    wire = Timed(clock)
    for number in range(4):
        put(desk, "1", f"{number}")
    put(desk, "2", "other")
    start = clock()
    run(desk, clock, {LINE: wire}, 5000, ("rest",))
    to_one = [(at, text) for at, to, text in wire.sent if to == "1"]
    assert [text for _, text in to_one] == ["0", "1", "2", "3"]
    assert all(b - a >= 1000 for (a, _), (b, _) in itertools.pairwise(to_one))
    (other,) = [at for at, to, _ in wire.sent if to == "2"]
    assert other - start < 1000


def test_twenty_a_minute_to_a_group(desk: Desk, clock: Moved) -> None:
    wire = Timed(clock)
    for number in range(30):
        put(desk, "-100200300", f"{number}")
    for _ in range(150):
        deliver_texts(desk, {LINE: wire}, "rest")
        clock.move(1)
    times = [at for at, _, _ in wire.sent]
    assert len(times) == 30
    assert most_within(times, 60_000) <= 20


def test_retry_after_is_obeyed_and_nobody_else_waits(desk: Desk, clock: Moved) -> None:
    wire = Timed(clock)
    wire.answers["1"] = NotSent("429", again=True, after=30.0, throttled=True)
    first, start = put(desk, "1", "first"), clock()
    put(desk, "1", "second")
    put(desk, "2", "other")
    run(desk, clock, {LINE: wire}, 1000, ("rest",))
    assert [(to, text) for _, to, text in wire.sent] == [("2", "other")]
    for _ in range(40):
        deliver_texts(desk, {LINE: wire}, "rest")
        clock.move(1)
    to_one = [(at, text) for at, to, text in wire.sent if to == "1"]
    assert [text for _, text in to_one] == ["first", "second"], first
    assert to_one[0][0] - start >= 30_000


def test_what_the_far_side_asks_for_is_obeyed_within_bounds(desk: Desk, clock: Moved) -> None:
    """A day of rest, by mistake or malice, is not a day of silence: it is asked again."""
    wire = Timed(clock)
    start = clock()
    put(desk, "1", "first")
    for _ in range(3):
        wire.answers["1"] = NotSent("429", again=True, after=86_400.0, throttled=True)
        deliver_texts(desk, {LINE: wire}, "rest")
        assert "1" not in wire.answers, "asked"
        assert leaps.watch(desk) == 0, "a rest is no leap of the clock"
        clock.move(pacing.LONGEST_REST - 1)
        deliver_texts(desk, {LINE: wire}, "rest")
        assert wire.sent == []
        clock.move(2)
    deliver_texts(desk, {LINE: wire}, "rest")
    ((at, *_),) = wire.sent
    assert at - start >= 3 * pacing.LONGEST_REST * 1000


def test_a_page_rests_no_longer_than_its_chat(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    stage.staff.answer = failing(
        NotSent("429", again=True, after=86_400.0, throttled=True), then=stage.staff.answer
    )
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em")
    deliver_pages(stage.desk, stage.wires)
    assert stage.staff.sent == []
    stage.clock.move(pacing.LONGEST_REST + 1)
    deliver_pages(stage.desk, stage.wires)
    assert len(stage.staff.sent) == 1


def test_what_is_urgent_passes_what_waits(desk: Desk, clock: Moved) -> None:
    line = "twilio:+15550100001"
    wire = Timed(clock, replace(PLAIN, limits=Limits(line=Pace(1000))), "twilio")
    for number in range(10):
        put(desk, f"+8490000000{number}", kind="sms", line=line)
    run(desk, clock, {line: wire}, 1500, ("rest", "urgent"))
    put(desk, "+84900000099", "urgent", kind="sms", line=line, lane="urgent")
    came = clock()
    run(desk, clock, {line: wire}, 3000, ("rest", "urgent"))
    (at,) = [at for at, _, text in wire.sent if text == "urgent"]
    assert at - came <= 1000
    times = [at for at, _, _ in wire.sent]
    assert all(b - a >= 1000 for a, b in itertools.pairwise(sorted(times)))


@pytest.mark.parametrize(("sender", "rate", "every"), [
    ("+15550100001", None, 1000), ("+4915550100", None, 100), ("LOIVE", None, 100),
    ("+15550100001", 50.0, 20),
])  # fmt: skip
def test_a_senders_rate_is_twilios_or_the_operators(
    sender: str, rate: float | None, every: int
) -> None:
    found = twilio_limits(TwilioAccount("AC1", "t", sender, rate=rate))
    assert found.line is not None
    assert found.line.every == every
    assert found.by_parts


def test_a_long_sms_counts_for_its_parts(desk: Desk, clock: Moved) -> None:
    line = "twilio:+15550100001"
    limits = Limits(line=Pace(1000), by_parts=True)
    wire = Timed(clock, replace(PLAIN, limits=limits), "twilio")
    put(desk, "+84900000001", "a" * 300, kind="sms", line=line)  # two parts
    put(desk, "+84900000002", "b", kind="sms", line=line)
    run(desk, clock, {line: wire}, 3000, ("rest",))
    (first, _, _), (second, _, _) = wire.sent
    assert 2000 <= second - first < 2100


def test_limits_hold_without_valkey_and_names_nobody(desk: Desk, clock: Moved) -> None:
    put(desk, "90001234")
    run(desk, clock, {LINE: Timed(clock)}, 100, ("rest",))
    with desk.db.engine.connect() as connection:
        keys = connection.exec_driver_sql("SELECT key_hash FROM paces").fetchall()
    assert len(keys) == 3  # the bot, the chat, how fast one person is answered
    assert all("90001234" not in key and key.startswith(desk.vault.keys.lookup) for (key,) in keys)


def test_pages_keep_the_limits_gravest_first(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    wire = Timed(stage.clock)
    stage.write("toi muon hoi ve ho tro cho nguoi tro ve", "+84900000011")
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em", "+84900000012")
    for _ in range(8):
        deliver_pages(stage.desk, {paging.STAFF_LINE: wire})
        stage.clock.move(0.5)
    times = [at for at, _, _ in wire.sent]
    urgencies = {row["ref"]: row["urgency"] for row in queue.listing(stage.desk)}
    first = next(ref for ref in urgencies if ref in wire.sent[0][2])
    assert urgencies[first] == 1, lan
    assert len(times) >= 2
    assert all(b - a >= 1000 for a, b in itertools.pairwise(times))


def test_a_group_that_moved_gets_its_page_at_the_new_address(stage: Stage) -> None:
    group = stage.add("Trực An Giang", "an-giang", telegram_id=-555)
    wire = Timed(stage.clock)
    wire.answers["-555"] = NotSent("migrated", again=False, moved_to="-1001234567890")
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em")
    for _ in range(4):
        deliver_pages(stage.desk, {paging.STAFF_LINE: wire})
        stage.clock.move(1)
    assert [to for _, to, _ in wire.sent] == ["-1001234567890"], group


def test_a_group_that_says_it_moved_is_followed(stage: Stage) -> None:
    stage.add("Trực An Giang", "an-giang", telegram_id=-555)
    assert paging.chat_moved(stage.desk, -555, -1001234567890)
    assert not paging.chat_moved(stage.desk, -555, -1001234567891), "the old address is nobody's"
    wire = Timed(stage.clock)
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em")
    deliver_pages(stage.desk, {paging.STAFF_LINE: wire})
    assert [to for _, to, _ in wire.sent] == ["-1001234567890"]


class Migrating(Timed):
    """Telegram while a group becomes a supergroup: the update comes before the page's answer."""

    moves: Callable[[], object]

    def send(self, outbound: Outbound) -> Result:
        if outbound.address == "-555":
            self.moves()
            return NotSent("migrated", again=False, moved_to="-1001234567890")
        return super().send(outbound)


def test_a_page_that_was_on_its_way_while_its_group_moved_is_not_lost(stage: Stage) -> None:
    group = stage.add("Trực An Giang", "an-giang", telegram_id=-555)
    wire = Migrating(stage.clock)
    wire.moves = lambda: paging.chat_moved(stage.desk, -555, -1001234567890)
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em")
    for _ in range(4):
        deliver_pages(stage.desk, {paging.STAFF_LINE: wire})
        stage.clock.move(1)
    assert [to for _, to, _ in wire.sent] == ["-1001234567890"], group


class Hanging(Timed):
    """A provider that hangs for one address until it is let go."""

    def __init__(self, clock: Callable[[], int], hangs: str) -> None:
        super().__init__(clock, replace(TELEGRAM, limits=Limits()))
        self.hangs, self.go = hangs, threading.Event()
        self.came = threading.Condition()

    def send(self, outbound: Outbound) -> Result:
        if outbound.address == self.hangs:
            assert self.go.wait(20)
        result = super().send(outbound)
        with self.came:
            self.came.notify_all()
        return result

    def wait_for(self, count: int) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(self.sent) >= count, 10), self.sent


def test_a_chat_that_hangs_holds_one_hand_and_a_hung_provider_no_page(stage: Stage) -> None:
    stage.add("Lan", "an-giang")
    slow, staff = Hanging(stage.clock, "77"), Hanging(stage.clock, "nobody")
    sms = Hanging(stage.clock, "nobody")
    sms.name = "twilio"
    stopped = threading.Event()
    wires = {LINE: slow, paging.STAFF_LINE: staff, "twilio:+84280000111": sms}
    hands = Hands(stage.desk, wires, stopped)
    put(stage.desk, "77", "hangs")
    for number in range(10):
        put(stage.desk, f"{100 + number}")
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em")
    hands.stir("rest")
    slow.wait_for(10)  # all the others have left
    hands.stir("urgent")
    staff.wait_for(1)
    sms.wait_for(1)
    put(stage.desk, "200", "later")
    hands.stir("rest")  # the one that hangs keeps its hand, and no more
    slow.wait_for(11)
    assert not hands.rest(0)
    slow.go.set()
    assert hands.rest(10)
    assert {to for _, to, _ in slow.sent} >= {"77", "200"}
    assert MOST > 1


def test_two_workers_never_send_one_text_twice(desk: Desk, clock: Moved) -> None:
    wire = MemoryChannel(MemoryAccount(LINE))
    wire.name = "telegram"
    wanted = {put(desk, f"{300 + number}") for number in range(40)}
    stopped = threading.Event()
    workers = [Hands(desk, {LINE: wire}, stopped) for _ in range(2)]
    for hands in workers:
        hands.stir("rest")
    assert all(hands.rest(20) for hands in workers)
    assert sorted(one.id for one in wire.sent) == sorted(wanted)
    assert outbox.waiting(desk, "rest") == {}
