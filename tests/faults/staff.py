"""Rows 15 to 17: what is pressed, moved and taken away while staff work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from desk import paging, roster
from store.people import Person
from tests.faults import oracle, people
from tests.faults.load import new_number, new_person
from tests.faults.people import Browser
from tests.faults.row import Scene
from tests.faults.stack import STAFF
from tests.real import post, until

HOUR = 3_600_000  # ms
RACERS, RACES = 16, 5
BACK = 60.0  # seconds until a ticket whose holder left must be in the queue


def tampered(scene: Scene) -> None:
    """15: forged, foreign, old and odd buttons change nothing; what staff press is audited."""
    stack, rng = scene.stack, scene.rng
    here, there = people.chat_of("an-giang"), people.chat_of("lang-son")
    mine = people.report(scene.load, new_number(), "an giang")
    other = people.report(scene.load, new_number(), "lang son")
    for chat, ref in ((here, mine), (there, other)):
        people.page_of(stack, chat, ref)
    before = _tickets(scene, mine, other)
    presses = [(who, data) for data in _forged(scene, mine, other) for who in (here, there)]
    presses += [
        (there, _button(scene, mine)),  # ours, and not for this desk
        (here, _button(scene, other)),
    ]
    rng.shuffle(presses)
    audited = _refused(scene)
    for who, data in presses:
        assert people.press(stack, who, data) == 200, "Telegram would send it for ever"
    readable = sum(isinstance(data, str) and 0 < len(data) <= 64 and data.isprintable()
                   and data.isascii() for _, data in presses)  # fmt: skip
    strangers = [new_person() for _ in range(3)]
    for who in strangers:  # nobody's button, and a button for staff at the senders' door
        assert people.press(stack, who, _button(scene, mine)) == 200
    assert _refused(scene) - audited == readable, "a refused press that nobody can look up"
    assert _tickets(scene, mine, other) == before, "a forged button had an effect"
    genuine = _button(scene, mine)
    for _ in range(3):
        assert people.press(stack, here, genuine) == 200
    after = _tickets(scene, mine, other)
    assert after[mine]["status"] == "claimed", "and a good one still works"
    assert _claims(scene, mine) == 1
    assert after[other] == before[other]
    scene.count("presses refused", len(presses) + len(strangers))
    oracle.check_intake(stack, scene.ledger)


def _button(scene: Scene, ref: str, age: int = 0, act: str = "c") -> str:
    """What a button of ours carries that was made so many hours ago."""
    desk = scene.stack.desk
    return paging.button(replace(desk, now=lambda: desk.now() - age * HOUR), act, ref)


def _forged(scene: Scene, mine: str, other: str) -> list[object]:
    rng = scene.rng
    genuine = _button(scene, mine)
    said, _, signature = genuine.rpartition(":")
    place = rng.randrange(len(signature))
    wrong = "A" if signature[place] != "A" else "B"
    return [
        genuine.replace(mine, other),
        genuine.replace("c:", "a:", 1),
        genuine.replace("c:", "r:", 1),
        f"{said}:{signature[:place]}{wrong}{signature[place + 1 :]}",
        f"{said}:{signature[:-1]}",
        f"{said}:",
        said,
        genuine.upper(),
        _button(scene, mine, age=49),
        _button(scene, mine, age=24 * 365),
        _button(scene, mine, age=-48),
        "x" * 64,
        ":" * 64,
        f"c:{mine}:zz:{signature}"[:64],
        "x" * 65,
        "",
        "c:\x00:" + genuine[4:],
        "nhận phiếu",
        None,
        {"c": mine},
        [genuine],
        rng.randrange(10**9),
    ]


def _tickets(scene: Scene, *refs: str) -> dict[str, dict[str, Any]]:
    """What a press could change of these tickets."""
    named = ", ".join(f"'{ref}'" for ref in refs)
    kept = ("status", "claimed_by", "claimed_at", "lease_until", "offer_id", "offered_to",
            "urgency", "intent", "centre", "desk", "outcome")  # fmt: skip
    found = oracle.rows(scene.stack, f"SELECT * FROM tickets WHERE ref IN ({named})")
    return {row["ref"]: {name: row[name] for name in kept} for row in found}


def _refused(scene: Scene) -> int:
    found = oracle.rows(
        scene.stack, "SELECT count(*) AS n FROM audit WHERE verb = 'button_refused'"
    )
    return int(found[0]["n"])


def _claims(scene: Scene, ref: str) -> int:
    """How often a ticket was won, by the audit."""
    asked = (
        "SELECT count(*) AS n FROM audit a JOIN tickets t ON a.subject = 'tickets:' || t.id "
        f"WHERE a.verb = 'claimed' AND t.ref = '{ref}'"
    )
    return int(oracle.rows(scene.stack, asked)[0]["n"])


def migrated(scene: Scene) -> None:
    """16: a centre's group becomes a supergroup while one of its tickets is claimed."""
    stack, rng = scene.stack, scene.rng
    old, new = -600_000 - scene.seed, -1_000_000_600_000 - scene.seed
    bot = f"{stack.world}/phone/telegram/staff"
    post(f"{bot}/group", {"chat": old, "title": "Trực An Giang"})
    group = people.add(stack, "an-giang", telegram_id=old)
    try:
        here = people.chat_of("an-giang")
        first = people.report(scene.load, new_number(), "an giang")
        for chat in (old, here):
            people.page_of(stack, chat, first)
        late = rng.random() < 0.5  # nobody tells us until we write there
        if late:
            _ask_bot(scene, "deleteWebhook")
        acts: list[Callable[[], object]] = [
            lambda: people.press(stack, here, _button(scene, first)),
            lambda: post(f"{bot}/migrate", {"from": here, "chat": old, "to": new}),
            lambda: people.report(scene.load, new_number(), "an giang"),
        ]
        at_once = [threading.Timer(rng.uniform(0, 0.3), act) for act in acts]
        for timer in at_once:
            timer.start()
        for timer in at_once:
            timer.join(60)
        third = people.report(scene.load, new_number(), "an giang")
        people.page_of(stack, new, third)
        if late:
            _ask_bot(scene, "setWebhook", url=f"{stack.url}/telegram/staff",
                     secret_token=stack.settings["TELEGRAM_WEBHOOK_SECRET"])  # fmt: skip
        until(lambda: _told(scene, (old, new), first), 60, "word that the first one is taken")
        people.press(stack, here, _button(scene, third))
        until(lambda: _told(scene, (new,), third), 60, "word that the third one is taken")
        until(lambda: not oracle.waiting(stack), oracle.LONGEST, "the last notice")
        lost = oracle.rows(stack, "SELECT kind, state, error FROM pages WHERE state = 'failed' "
                                  f"AND staff_id = '{group.id}'")  # fmt: skip
        assert not lost, f"notices of the group that were lost: {lost}"
    finally:
        roster.remove(stack.desk, group.name)
    oracle.check_intake(stack, scene.ledger)


def _told(scene: Scene, chats: tuple[int, ...], ref: str) -> bool:
    """Whether a group's phones say of a ticket that somebody has it."""
    events = [event for chat in chats for event in people.shown(scene.stack, chat)]
    return any(ref in e.get("text", "") and not e.get("buttons") for e in events)


def _ask_bot(scene: Scene, method: str, **asked: str) -> None:
    post(f"{scene.stack.world}/bot{STAFF}/{method}", asked)


def left_and_raced(scene: Scene) -> None:
    """17: somebody leaves while they claim; then many claim in the same moment."""
    _leave(scene)
    _race(scene)
    oracle.check_intake(scene.stack, scene.ledger)


def _leave(scene: Scene) -> None:
    """Their tickets are back in the queue, and called for; their session ends."""
    stack, rng = scene.stack, scene.rng
    leaver = people.sign_in(stack, people.add(stack, "an-giang"))
    refs = [people.report(scene.load, new_number(), "an giang") for _ in range(3)]
    gone = threading.Event()

    def work() -> None:
        while not gone.is_set():
            for ref in refs:
                leaver.post(f"/t/{ref}/claim")
            if rng.random() < 0.3:
                leaver.post(f"/t/{rng.choice(refs)}/release")
        for ref in refs:  # with the page that is still open
            leaver.post(f"/t/{ref}/claim")

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        until(lambda: _held(scene, leaver.person), 30, "a ticket in their hands")
        stack.hotline.cli("staff", "remove", leaver.person.name)
        left = time.monotonic()
        gone.set()
        working.result(120)
    assert leaver.get("/queue").url.path == "/desk/sign-in", "the session goes on"
    until(lambda: not _held(scene, leaver.person), BACK, "the tickets' return")
    scene.note("returned", time.monotonic() - left)
    found = oracle.rows(stack, "SELECT ref, status, climb_at FROM tickets WHERE ref IN "
                               f"({', '.join(repr(ref) for ref in refs)})")  # fmt: skip
    stuck = [row for row in found if row["status"] != "open" or row["climb_at"] is None]
    assert not stuck, f"not in the queue, or nobody will be called: {stuck}"
    ref = rng.choice(refs)
    people.press(stack, people.chat_of("an-giang"), _button(scene, ref))
    assert _tickets(scene, ref)[ref]["status"] == "claimed", "the next one takes it"


def _held(scene: Scene, who: Person) -> list[Any]:
    return oracle.rows(scene.stack, f"SELECT ref FROM tickets WHERE claimed_by = '{who.id}'")


def _race(scene: Scene) -> None:
    """Half of the racers at the desk's pages, half on their phones; each race has one winner."""
    stack = scene.stack
    half = RACERS // 2
    chats = [new_person() for _ in range(half)]
    phones = [people.add(stack, "an-giang", telegram_id=chat) for chat in chats]
    seated = [people.add(stack, "an-giang") for _ in range(half)]
    try:
        with ThreadPoolExecutor(RACERS) as threads:
            browsers = list(threads.map(lambda who: people.sign_in(stack, who), seated))
            for _ in range(RACES):
                ref = people.report(scene.load, new_number(), "an giang")
                _one_race(scene, threads, ref, browsers, list(zip(phones, chats, strict=True)))
    finally:
        for who in (*phones, *seated):
            roster.remove(stack.desk, who.name)
    scene.count("races", RACES)


def _one_race(
    scene: Scene, threads: ThreadPoolExecutor, ref: str, browsers: list[Browser],
    phones: list[tuple[Person, int]],
) -> None:  # fmt: skip
    stack = scene.stack
    start = threading.Barrier(len(browsers) + len(phones))
    data = _button(scene, ref)

    def at_the_desk(browser: Browser) -> str:
        start.wait(60)
        return browser.post(f"/t/{ref}/claim").text

    def by_phone(chat: int) -> int:
        start.wait(60)
        return people.press(stack, chat, data)

    pages = [threads.submit(at_the_desk, browser) for browser in browsers]
    presses = [threads.submit(by_phone, chat) for _, chat in phones]
    assert {press.result(60) for press in presses} == {200}
    said = [page.result(60) for page in pages]
    (ticket,) = oracle.rows(stack, f"SELECT id, claimed_by FROM tickets WHERE ref = '{ref}'")
    everybody = [*(browser.person for browser in browsers), *(who for who, _ in phones)]
    winner = next(who for who in everybody if who.id == ticket["claimed_by"])
    assert _claims(scene, ref) == 1, "several won"
    seated = winner in (browser.person for browser in browsers)
    assert sum("Anh/chị đã nhận phiếu này" in text for text in said) == seated
    assert sum(f"{winner.name} đã nhận trước" in text for text in said) == len(said) - seated
    kinds = [row["kind"] for row in oracle.rows(
        stack, f"SELECT kind FROM pages WHERE ticket_id = '{ticket['id']}'")]  # fmt: skip
    assert kinds.count("toast.claimed.you") == (not seated)
    assert kinds.count("toast.claim.lost") == len(phones) - (not seated)
