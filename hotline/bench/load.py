"""A small load: requests prepared beforehand, kept-alive connections, each answer checked.

Bounded in count and time, and for this machine only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SECONDS = 300.0  # a machine that others use too is slow, and that is no fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round of load found: answers with status 200, others, and each answer's time in ms."""

    good: int
    bad: int
    seconds: float
    times: tuple[float, ...]

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def run(host: str, port: int, requests: Sequence[bytes], clients: int) -> Outcome:
    """Send all requests over `clients` connections; return when all are answered."""
    return asyncio.run(asyncio.wait_for(_run(host, port, requests, clients), MOST_SECONDS))


async def _run(host: str, port: int, requests: Sequence[bytes], clients: int) -> Outcome:
    waiting = iter(requests)
    times: list[float] = []
    bad = 0

    async def client() -> None:
        nonlocal bad
        reader, writer = await asyncio.open_connection(host, port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            if head.startswith(b"HTTP/1.1 200"):
                times.append((time.perf_counter() - began) * 1000)
            else:
                bad += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Outcome(len(times), bad, time.perf_counter() - began, tuple(times))


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
