"""Rows 1 to 5, 10 and 18: processes are killed, stopped and starved under load."""

from __future__ import annotations

import os
import signal
import time

from tests.faults import oracle
from tests.faults.row import HELD, Scene
from tests.faults.stack import children
from tests.real import until


def web_killed(scene: Scene) -> None:
    """1: kill -9 of the web server under load."""
    load, rng = scene.load, scene.rng
    with load.running():
        time.sleep(rng.uniform(0.1, 1.0))
        pids = scene.stack.pids("web")
        whole = rng.random() < 0.5
        for pid in pids if whole else pids[1:] or pids:  # all of it, or only the one that serves
            scene.kill(pid)
        scene.note_return(time.monotonic())
        time.sleep(0.3)
    oracle.check_intake(scene.stack, scene.ledger)


def workers_killed(scene: Scene) -> None:
    """2: kill -9 of the workers before a send, during it, and before the mark."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    kind = rng.choice(("stall", "timeout", None))
    if kind is not None:  # held by Twilio before it takes the text, or after
        stack.fail("twilio", kind=kind, count=2, seconds=20, method="create")
    before = len(stack.calls("twilio", "create"))
    with load.running(3):
        until(lambda: len(stack.calls("twilio", "create")) > before, 20, "a text on its way")
        time.sleep(rng.uniform(0, 0.2))
        for lane in ("urgent", "rest"):
            stack.kill(f"worker {lane}")
        scene.twice += HELD
        stack.mend("twilio")
    oracle.check_intake(stack, scene.ledger)
    began = time.monotonic()
    until(lambda: not oracle.waiting(stack), oracle.LONGEST, "what was interrupted")
    scene.note("recovered", time.monotonic() - began)


def bell_killed(scene: Scene) -> None:
    """3: kill -9 of the bell, which comes back empty."""
    stack, rng = scene.stack, scene.rng
    with scene.load.running():
        time.sleep(rng.uniform(0.1, 0.8))
        before = stack.hotline.bell_pid()
        scene.kill(before)
        until(lambda: stack.hotline.bell_pid() not in (0, before), 20, "the bell's return")
    refused = [e for e in scene.ledger.entries if e.status != 200]
    assert not refused, f"intake failed for want of a bell: {refused[:3]}"
    oracle.check_intake(stack, scene.ledger)


def bell_frozen(scene: Scene) -> None:
    """4: the bell does not answer."""
    pid = scene.stack.hotline.bell_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        with scene.load.running():
            time.sleep(4)
    finally:
        os.kill(pid, signal.SIGCONT)
    took = sorted(entry.took for entry in scene.ledger.entries)
    scene.note("webhook p99", took[int(len(took) * 0.99)])
    assert all(entry.status == 200 for entry in scene.ledger.entries)
    oracle.check_intake(scene.stack, scene.ledger)


def database_killed(scene: Scene) -> None:
    """5: PostgreSQL goes without a word; on SQLite all that write to it are killed at once."""
    stack, rng = scene.stack, scene.rng
    server = stack.postgres
    scene.twice += HELD
    with scene.load.running():
        time.sleep(rng.uniform(0.1, 0.8))
        if server is None:
            for name in ("web", "worker urgent", "worker rest"):
                stack.kill(name)
            scene.note_return(time.monotonic())
        else:  # what was on its way cannot be marked, and is looked up or sent again
            if rng.random() < 0.5:
                server.stop_at_once()
            else:
                server.kill()
            down = time.monotonic()
            scene.note_return(down)
            before = len(scene.ledger.acknowledged())
            time.sleep(rng.uniform(0.5, 1.2))
            scene.count("spooled", len(scene.ledger.acknowledged()) - before)
            if rng.random() < 0.3:  # and the web server with it: the spool outlives it
                stack.kill("web")
            server.start()
            scene.note("away", time.monotonic() - down)
    stack.database.engine.dispose()
    until(stack.ready, 30, "being ready again")
    oracle.check_intake(stack, scene.ledger)


def disk_full(scene: Scene) -> None:
    """10: the disk is full. Without database and spool it is 503, and red; then it heals."""
    stack, rng = scene.stack, scene.rng
    server = stack.postgres
    scene.say("a full disk of 8 MB" if stack.small_disk else "files that may not grow")
    with scene.load.running():
        time.sleep(rng.uniform(0.3, 0.8))
        if server is not None:
            server.stop_at_once()
        stack.fill_disk(True)
        began = time.time()
        until(lambda: any(e.status == 503 for e in scene.since(began)), 30, "a 503")
        until(lambda: stack.look("/readyz")[0] == 503, 30, "red health")
        settled = time.time()
        time.sleep(0.7)
        statuses = {one.status for one in scene.since(settled) if one.at - one.took > settled}
        # On a real disk a byte may come free, and what fits is kept: L says whether it was.
        allowed = {200, 503} if stack.small_disk else {503}
        assert statuses <= allowed, f"answered {statuses} while nothing could keep it"
        stack.fill_disk(False)
        if server is not None:
            server.start()
            stack.database.engine.dispose()
        until(lambda: stack.look("/readyz")[0] == 200, 30, "green health")
    oracle.check_intake(stack, scene.ledger)


def restarted(scene: Scene) -> None:
    """18: a second supervisor, a reload without a gap, a restart and the upgrade under load."""
    stack, rng = scene.stack, scene.rng
    scene.load.pause = 0.5  # each step waits for processes to start
    with scene.load.running():
        time.sleep(rng.uniform(0.1, 0.5))
        began = time.time()
        served = set(stack.pids("web"))
        (web,) = served - {child for pid in served for child in children(pid)}
        os.kill(web, signal.SIGHUP)
        until(lambda: set(stack.pids("web")) - served, 20, "the new one that serves")
        until(lambda: not (served - {web}) & set(stack.pids("web")), 20, "the end of the old one")
        time.sleep(0.3)
        failed = [entry for entry in scene.since(began) if entry.status != 200]
        assert not failed, f"a reload refused {failed[:3]}"
        if rng.random() < 0.3:
            stack.hotline.cli("ticket", "list", "--json")  # brings the tables up to date first
        if rng.random() < 0.2:
            stack.hotline.cli("up", fails=True)
        began = time.time()
        for pid in stack.hotline.pids("hotline web"):
            os.kill(pid, signal.SIGTERM)
        scene.note_return(time.monotonic())
        broken = [entry for entry in scene.since(began) if entry.status not in (0, 200)]
        assert not broken, f"answered {broken[:3]} while it stopped"
    oracle.check_intake(stack, scene.ledger)
