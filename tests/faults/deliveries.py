"""Rows 6, 7, 11, 12 and 13: what is delivered oddly, by odd clocks, with odd bodies, or forged."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

from channels.twilio_signature import sign
from store import leaps as noted
from tests.faults import oracle
from tests.faults.load import NUMBER, OPENINGS, TOKEN, WORDS, new_number, new_person, post
from tests.faults.row import HELD, Scene
from tests.real import until

DAY = 24 * 3600
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def repeated(scene: Scene) -> None:
    """6: the same delivery 2 to 50 times, at once and a day later."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    with load.running():
        time.sleep(1.5)
    oracle.check_intake(stack, scene.ledger)
    until(lambda: not oracle.waiting(stack), oracle.LONGEST, "the answers")
    before = _counts(scene)
    chosen = rng.sample(sorted(load.forms), min(12, len(load.forms)))
    for late in (0, DAY):
        stack.move_clock(late)
        with ThreadPoolExecutor(12) as threads:
            jobs = [
                threads.submit(load.post_form, load.forms[one], "again", 0)
                for one in chosen
                for _ in range(rng.randint(2, 50) if not late else 2)
            ]
            assert {job.result() for job in jobs} == {200}
    scene.ledger.entries = [e for e in scene.ledger.entries if e.conversation != "again"]
    stack.move_clock(0)
    oracle.settle(stack)
    assert _counts(scene) == before, "a repeated delivery had an effect"
    oracle.check_intake(stack, scene.ledger)


def _counts(scene: Scene) -> list[Any]:
    return [
        oracle.rows(scene.stack, f"SELECT count(*) AS n FROM {what}")[0]["n"]
        for what in ("messages", "tickets", "facts")
    ]


def shuffled(scene: Scene) -> None:
    """7: Telegram delivers in any order: what is late is kept in its place."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    people = [new_person() for _ in range(4)]
    now = time.time() - 60
    order = []
    for person in people:
        parts = [(person, n, now + 5 * n) for n in range(1, 7)]
        first, rest = parts[:1], parts[1:]
        rng.shuffle(rest)
        order += [*first, *rest]
    for person, number, date in order:
        text = OPENINGS[0].format(place="an giang") if number == 1 else rng.choice(WORDS)
        assert load.telegram(person, number, text, date) == 200
    oracle.check_intake(stack, scene.ledger, ordered=False)
    stored = oracle.incoming(stack)
    for person in people:
        found = [
            (stored[oracle.stored_id(stack, f"{person}:{n}")][0]["at"], n) for n in range(1, 7)
        ]
        assert sorted(found) == found, "stored by the provider's time"


def leaping_clock(scene: Scene) -> None:
    """11: the clock is two hours ahead, then two behind, in mid-talk."""
    stack, rng = scene.stack, scene.rng
    before = {row["id"] for row in oracle.rows(stack, "SELECT id FROM tickets")}
    forward = len(stack.leaps)
    leaps = [7200, -7200, 0]
    rng.shuffle(leaps)
    try:
        with scene.load.running():
            for leap in leaps:
                time.sleep(rng.uniform(0.4, 0.9))
                stack.move_clock(leap)
                until(lambda: _noticed(scene), 60, "a sweep by the new clock")
    finally:
        stack.move_clock(0)
    # A leap ahead ends the lease of every text that is being sent.
    scene.twice += HELD * (len(stack.leaps) - forward)
    oracle.check_intake(stack, scene.ledger)
    called = "SELECT ticket_id, staff_id, count(*) AS n FROM pages GROUP BY ticket_id, staff_id"
    storm = [r for r in oracle.rows(stack, called) if r["ticket_id"] not in before and r["n"] > 12]
    assert not storm, f"an escalation storm: {storm[:3]}"
    listed = {row["ref"] for row in stack.hotline.tickets()}
    assert {row["ref"] for row in oracle.rows(stack, "SELECT ref FROM tickets")} == listed


def _noticed(scene: Scene) -> bool:
    """Whether a worker has noted the time as it is now."""
    with scene.stack.database.read() as tx:
        return abs(noted.seen(tx) - scene.stack.now()) < 60_000


def odd_bodies(scene: Scene) -> None:
    """12: bodies that no phone sends. Stored or refused within a second, never 5xx."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    before = _memory(scene)
    sender = new_number()
    texts = [
        "cuu em\0voi", "a" * 1600, "cuu " * 20_000, "\u202eمساعدة", "c" + "\u0301" * 5000,
        "\ud83d".encode("utf-8", "replace").decode(), "'; DROP TABLE messages; --", "", " \n\t",
    ]  # fmt: skip
    rng.shuffle(texts)
    for number, text in enumerate(texts, 1):
        assert load.sms(sender, number, text) == 200, text[:20]
    raw = {
        "ten megabytes": b"Body=" + b"a" * 10_000_000,
        "ten thousand fields": urlencode([(f"f{n}", "x") for n in range(10_000)]).encode(),
        "no utf-8": b"MessageSid=SMx&From=%2B84912999999&To=%2B84280000111&Body=\xff\xfe%ff%c3(",
        "nothing": b"",
        "binary": rng.randbytes(5000),
    }
    for name, body in raw.items():
        began = time.monotonic()
        status = post(stack.url, "/twilio/sms", body, FORM)
        scene.note("refused within", time.monotonic() - began)
        assert 400 <= status < 500, (name, status)
    for body in (b"\xff\xfe", b"[" * 100_000, b'{"update_id": 1e999}', b'{"message": {"chat": 1}}'):
        secret = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": stack.settings["TELEGRAM_WEBHOOK_SECRET"],
        }
        status = post(stack.url, "/telegram/sender", body, secret)
        assert status in (200, 400), (body[:20], status)
    assert load.sms(sender, 99, "cuu em voi") == 200, "the next message is unaffected"
    oracle.check_intake(stack, scene.ledger)
    grown = _memory(scene) - before
    scene.most("grown MB", grown)
    assert grown < 50, f"the web process grew by {grown} MB"


def _memory(scene: Scene) -> float:
    """Resident memory of the web processes, MB."""
    from tests.faults.soak import memory

    return sum(memory(pid) for pid in scene.stack.pids("web"))


def forged(scene: Scene) -> None:
    """13: forged, missing and replayed signatures get 403 and no row; a replay is a duplicate."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    url = f"{stack.url}/twilio/sms"
    sender = new_number()
    assert load.sms(sender, 1, OPENINGS[0].format(place="lao cai")) == 200
    oracle.settle(stack)
    before = _counts(scene)
    form = {"MessageSid": "SMforged", "From": sender, "To": NUMBER, "Body": "cuu em"}
    right = sign(url, list(form.items()), TOKEN)
    wrong = [
        None, "", "AAAA", right[:-2] + "A=", right.lower(), sign(url, list(form.items()), "other"),
        sign("https://other.example/twilio/sms", list(form.items()), TOKEN),
        sign(url, [("Body", "x")], TOKEN), "=" * 5000, right + "\u00e9",
    ]  # fmt: skip
    rng.shuffle(wrong)
    for signature in wrong:
        headers = FORM if signature is None else {**FORM, "X-Twilio-Signature": signature}
        body = urlencode(form).encode()
        assert post(stack.url, "/twilio/sms", body, headers) == 403, signature
        assert post(stack.url, "/twilio/status", body, headers) == 403, signature
    for secret in ("", "wrong", stack.settings["TELEGRAM_WEBHOOK_SECRET"] + "x"):
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
        for path in ("/telegram/sender", "/telegram/staff"):
            assert post(stack.url, path, b'{"update_id": 1}', headers) == 403
    for _ in range(3):
        assert load.sms(sender, 1, OPENINGS[0].format(place="lao cai")) == 200
    oracle.settle(stack)
    after = _counts(scene)
    assert after[1:] == before[1:], "a forged request had an effect"
    stored = oracle.incoming(stack)
    assert "SMforged" not in stored
    oracle.check_intake(stack, scene.ledger)
