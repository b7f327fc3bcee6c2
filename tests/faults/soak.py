"""Row 20: many messages through one running hotline; memory, descriptors and cost stay flat.

What is checked is forgotten at once, here and by the stand-ins, so that a million is no more to
hold than five thousand.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from desk import claims, closing
from store.people import Person
from tests.faults import oracle, people
from tests.faults.load import PLACES, WORDS, new_number
from tests.faults.row import Scene
from tests.real import until

MESSAGES = int(os.environ.get("FAULTS_SOAK", "5000"))
PIECES = 20  # messages of a conversation; then staff take it and close it
CLIENTS = 8
PROCESSES = ("web", "worker urgent", "worker rest")
TICKS = os.sysconf("SC_CLK_TCK")  # a second of processor time, as /proc counts


@dataclass(frozen=True)
class Held:
    """What a process holds. rss: MB. files: open descriptors. cpu: seconds used since its start."""

    pids: tuple[int, ...]
    rss: float
    files: int
    cpu: float


def soak(scene: Scene) -> None:
    """A first half of the messages warms up; in the second nothing grows by a tenth."""
    stack, load = scene.stack, scene.load
    load.keeps_forms = scene.ledger.keeps = False
    staff = [people.add(stack, "quoc-gia", "national") for _ in range(CLIENTS)]
    tenth = max(MESSAGES // 10, PIECES * CLIENTS)
    seen = [_held(scene)]
    for turn in range(1, 11):
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as threads:
            jobs = [
                threads.submit(_conversation, scene, staff[number % CLIENTS])
                for number in range(tenth // PIECES)
            ]
            for job in jobs:
                job.result()
        seen.append(_held(scene))
        line = _line(turn * tenth, tenth, seen[-2], seen[-1], time.monotonic() - began)
        scene.progress.append(line)
        print(f"       row 20 {stack.dialect}: {line}", file=sys.stderr, flush=True)
    first, last = seen[5], seen[-1]
    for name, now in last.items():
        before = first[name]
        # How many are open moves with what is being sent: the least of each half tells of a leak.
        files = [min(one[name].files for one in half) for half in (seen[1:6], seen[6:])]
        assert now.pids == before.pids, f"{name} was started anew"
        grown = now.rss / before.rss - 1
        scene.figures[f"{name} MB"] = round(now.rss)
        scene.figures[f"{name} grown %"] = round(100 * grown, 1)
        assert grown < 0.10, f"{name} grew from {before.rss:.0f} to {now.rss:.0f} MB"
        assert files[1] <= files[0] + 4, f"{name} holds {files[1]} files at least, had {files[0]}"
    costs = [_cost(before, after) / tenth for before, after in itertools.pairwise(seen[1:])]
    scene.figures |= {"ms a message at first": round(1000 * costs[0], 1),
                      "ms a message at last": round(1000 * costs[-1], 1)}  # fmt: skip
    assert costs[-1] < 1.5 * costs[0], f"a message costs more and more: {costs}"
    until(lambda: not oracle.waiting(stack), 900, "the answers")


def _conversation(scene: Scene, staff: Person) -> None:
    """One phone writes; everything it was acknowledged is stored once, on one ticket, in order;
    staff claim it and close it."""
    stack, sender = scene.stack, new_number()
    rng = random.Random(f"{scene.seed}{sender}")
    for sequence in range(1, PIECES + 1):
        text = rng.choice(WORDS) + " " + rng.choice(PLACES)
        assert scene.load.sms(sender, sequence, text) == 200
    ids = ", ".join(f"'SM{sender[1:]}x{sequence}'" for sequence in range(1, PIECES + 1))
    asked = (
        "SELECT m.external_id, t.ref FROM messages m JOIN tickets t ON t.id = m.ticket_id "
        f"WHERE m.external_id IN ({ids}) ORDER BY m.at, m.id"
    )
    until(lambda: len(oracle.rows(stack, asked)) >= PIECES, oracle.LONGEST, "the stored messages")
    rows = oracle.rows(stack, asked)
    order = [int(row["external_id"].partition("x")[2]) for row in rows]
    assert order == list(range(1, PIECES + 1)), f"L, D, O: {sender}: {order}"
    (ref,) = {row["ref"] for row in rows}
    claims.claim(stack.desk, staff, ref)
    closed = closing.close(stack.desk, staff, ref, "helped")
    assert isinstance(closed, closing.Closed), closed


def _line(
    done: int, count: int, before: dict[str, Held], after: dict[str, Held], seconds: float
) -> str:  # fmt: skip
    rss = " / ".join(f"{after[name].rss:.0f}" for name in PROCESSES)
    files = " / ".join(str(after[name].files) for name in PROCESSES)
    cost = 1000 * _cost(before, after) / count
    return (
        f"{done:>9,} messages: {rss} MB and {files} descriptors of web / urgent / rest, "
        f"{cost:.1f} ms of a core a message, {count / seconds:.0f} a second"
    )


def _cost(before: dict[str, Held], after: dict[str, Held]) -> float:
    """Seconds of processor time that the hotline's processes used in between."""
    return sum(after[name].cpu - before[name].cpu for name in PROCESSES)


def _held(scene: Scene) -> dict[str, Held]:
    found = {}
    for name in PROCESSES:
        pids = tuple(sorted(scene.stack.pids(name)))
        found[name] = Held(
            pids,
            sum(memory(pid) for pid in pids),
            sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids),
            sum(_used(pid) for pid in pids),
        )
    return found


def memory(pid: int) -> float:
    """Resident memory of a process, MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _used(pid: int) -> float:
    """Processor time of a process, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
