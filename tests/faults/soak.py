"""Row 20: many messages through one running hotline; memory, descriptors and cost stay flat."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults import oracle
from tests.faults.load import PLACES, WORDS, new_number
from tests.faults.row import Scene
from tests.real import until

MESSAGES = int(os.environ.get("FAULTS_SOAK", "10000"))
SENDERS = 200
CLIENTS = 8


def soak(scene: Scene) -> None:
    """A tenth of the messages warms up; then what a process holds must not grow by a tenth."""
    stack, load, rng = scene.stack, scene.load, scene.rng
    senders = [new_number() for _ in range(SENDERS)]
    sequences = dict.fromkeys(senders, 0)

    def write(sender: str) -> None:
        sequences[sender] += 1
        text = rng.choice(WORDS) + " " + rng.choice(PLACES)
        assert load.sms(sender, sequences[sender], text) == 200

    def send(count: int) -> float:
        """Messages a second. Every client has senders of its own, so that each keeps its order."""
        began = time.monotonic()

        def client(number: int) -> None:
            own = senders[number::CLIENTS]
            for turn in range(count // CLIENTS):
                write(own[turn % len(own)])

        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(client, range(CLIENTS)))
        return count / (time.monotonic() - began)

    tenth = MESSAGES // 10
    send(tenth)
    first = send(tenth)
    before = _held(scene)
    for _ in range(7):
        send(tenth)
    last = send(tenth)
    after = _held(scene)
    scene.figures |= {"messages": MESSAGES, "first/s": round(first), "last/s": round(last)}
    for name, (rss, files) in after.items():
        grown = rss / before[name][0] - 1
        scene.figures[f"{name} MB"] = round(rss)
        scene.figures[f"{name} grown %"] = round(100 * grown, 1)
        assert grown < 0.10, f"{name} grew from {before[name][0]:.0f} to {rss:.0f} MB"
        assert files <= before[name][1] + 4, f"{name} holds {files} descriptors, {before[name][1]}"
    until(lambda: not oracle.waiting(stack), 900, "the answers")
    oracle.check_intake(stack, scene.ledger)


def _held(scene: Scene) -> dict[str, tuple[float, int]]:
    """Memory in MB and open descriptors of each process."""
    found = {}
    for name in ("web", "worker urgent", "worker rest"):
        pids = scene.stack.pids(name)
        found[name] = (sum(memory(pid) for pid in pids), sum(_files(pid) for pid in pids))
    return found


def memory(pid: int) -> float:
    """Resident memory of a process, MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
