"""Rows 8, 9 and 19: the far side refuses, hangs and forgets; what is poisoned holds up nobody."""

from __future__ import annotations

import time

from store import bell
from tests.faults import oracle
from tests.faults.load import OPENINGS, PLACES, new_number, new_person
from tests.faults.row import Scene
from tests.real import get, until

RETRY_AFTER = 4


def telegram_refuses(scene: Scene) -> None:
    """8: 429 with retry_after, 5xx, a time-out after accepting, a reset. Others are not held up."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    kinds = ["429", "500", "502", "reset", "reset_after", "500_after"]
    rng.shuffle(kinds)
    people = {kind: new_person() for kind in kinds}
    easy = new_person()
    for kind, person in people.items():
        stack.fail(
            "senders", kind=kind, to=str(person), retry_after=RETRY_AFTER, method="sendMessage"
        )
    began = time.time()
    for person in (*people.values(), easy):
        text = OPENINGS[0].format(place=rng.choice(PLACES))
        assert load.telegram(person, 1, text, time.time()) == 200
    until(lambda: _shown(scene, easy), 60, "the answer to one whose chat is in order")
    scene.note("others waited", time.time() - began)
    for kind, person in people.items():
        until(lambda p=person: _shown(scene, p), 60, f"the answer after {kind}")  # type: ignore[misc]
        shown = _shown(scene, person)
        twice = len(shown) - len(set(shown))
        assert twice <= kind.endswith("_after"), f"{kind}: {twice} texts came twice"
    for kind, person in people.items():
        assert any(c["fault"] == kind for c in stack.calls("senders", "sendMessage")
                   if c["to"] == str(person)), f"{kind} did not fall"  # fmt: skip
    calls = [c for c in stack.calls("senders", "sendMessage") if c["to"] == str(people["429"])]
    gap = calls[1]["at"] - calls[0]["at"]
    assert gap >= RETRY_AFTER, f"sent {gap:.1f} s after a 429 with retry_after {RETRY_AFTER}"
    oracle.check_intake(stack, scene.ledger)


def _shown(scene: Scene, person: int) -> list[str]:
    shown = get(f"{scene.stack.world}/phone/telegram/senders?chat={person}")["events"]
    return [event["text"] for event in shown if event["kind"] == "message"]


def twilio_refuses(scene: Scene) -> None:
    """9: 429, 5xx, a time-out after accepting, a reset; and for good: 21610, 30003."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    passing = ["429", "500", "503", "reset", "reset_after", "500_after"]
    rng.shuffle(passing)
    senders = {kind: new_number() for kind in passing}
    for kind, number in senders.items():
        stack.fail("twilio", kind=kind, to=number, retry_after=1, method="create")
    stopped = new_number()
    stack.fail("twilio", kind="error", code=21610, to=stopped, method="create", count=99)
    gone = new_number()
    stack.hotline.phone("/phone/sms/reach", {"number": gone, "reachable": False})
    for number in (*senders.values(), stopped, gone):
        assert load.sms(number, 1, OPENINGS[0].format(place=rng.choice(PLACES))) == 200
    until(lambda: not oracle.waiting(stack), oracle.LONGEST, "the texts that only had to wait")
    taken = {one["to"] for one in oracle.texts_at_twilio(stack)}
    for kind, number in senders.items():
        assert number in taken, f"never repeated after {kind}"
    until(lambda: len(_failed(scene)) >= 2, 60, "what staff are shown")
    errors = {row["error"] for row in _failed(scene)}
    assert errors >= {"21610", "30003"}, errors
    refused = [c for c in stack.calls("twilio", "create") if c["to"] == stopped]
    assert len(refused) == 1, f"{len(refused)} tries at one who opted out"
    stack.mend("twilio")
    scene.ledger.entries = [e for e in scene.ledger.entries if e.conversation != stopped]
    scene.twice += 2
    oracle.check_intake(stack, scene.ledger)


def _failed(scene: Scene) -> list[dict[str, object]]:
    return oracle.rows(scene.stack, "SELECT id, error FROM messages WHERE direction = 'out' AND "
                                    "state = 'failed' AND error IN ('21610', '30003')")  # fmt: skip


def poisoned(scene: Scene) -> None:
    """19: a text that cannot be opened, and jobs that raise or kill their worker."""
    stack, load = scene.stack, scene.load
    victim, other = new_number(), new_number()
    stack.fail("twilio", kind="503", to=victim, method="create", count=99)
    assert load.sms(victim, 1, OPENINGS[0].format(place="an giang")) == 200
    texts = (
        "SELECT m.id, m.state, m.error, m.attempts FROM messages m JOIN messages i ON "
        f"i.contact_id = m.contact_id AND i.external_id = 'SM{victim[1:]}x1' "
        "WHERE m.direction = 'out'"
    )  # fmt: skip
    (text,) = until(lambda: oracle.rows(stack, texts), 20, "the answer's row")
    with stack.database.write() as tx:
        mark = "%s" if stack.dialect == "postgresql" else "?"
        tx._cursor.execute(f"UPDATE messages SET body_sealed = {mark} WHERE id = {mark}",
                           (b"poison", text["id"]))  # fmt: skip
    jobs = bell.connect(f"unix://{stack.hotline.socket}")
    before = {pid for lane in bell.LANES for pid in stack.pids(f"worker {lane}")}
    for lane in bell.LANES:
        queue = bell.Queue(lane, connection=jobs, serializer=bell.JSONSerializer)
        queue.enqueue("worker.jobs.no_such_job", failure_ttl=60)
        queue.enqueue("os._exit", 1, failure_ttl=60)
    until(lambda: len(_workers(scene) - before) >= 2, 30, "workers anew")
    stack.mend("twilio")
    assert load.sms(other, 1, OPENINGS[0].format(place="lang son")) == 200
    until(lambda: other in {one["to"] for one in oracle.texts_at_twilio(stack)}, 60,
          "the answer to somebody else")  # fmt: skip
    until(lambda: oracle.rows(stack, texts)[0]["state"] == "failed", 60, "its being put aside")
    (row,) = oracle.rows(stack, texts)
    assert row["error"] == "unreadable"
    assert row["attempts"] <= 5
    with stack.database.write() as tx:  # so that the oracle can open what was said
        tx._cursor.execute(f"DELETE FROM messages WHERE id = {mark}", (text["id"],))
    scene.ledger.entries = [e for e in scene.ledger.entries if e.conversation != victim]
    oracle.check_intake(stack, scene.ledger)


def _workers(scene: Scene) -> set[int]:
    return {pid for lane in bell.LANES for pid in scene.stack.pids(f"worker {lane}")}
