"""The bell on a real Valkey: one job for a burst, none lost by a restart, nothing raised."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from hotline import up
from hotline.place import redis_url_of
from store import bell
from store.bell import JOB, make_bell


@contextmanager
def _valkey(data: Path) -> Iterator[redis.Redis]:
    process = subprocess.Popen(
        up.valkey_command(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    client: redis.Redis = redis.Redis.from_url(redis_url_of(data))
    try:
        while True:
            try:
                client.ping()
                break
            except redis.RedisError:
                assert process.poll() is None
        yield client
    finally:
        process.terminate()
        process.wait(10)


def test_without_valkey_it_is_silent(tmp_path: Path) -> None:
    ring = make_bell(redis_url_of(tmp_path))
    ring("urgent")
    ring("rest")


def _jobs(client: redis.Redis, lane: str) -> list[str]:
    queue = Queue(lane, connection=client, serializer=JSONSerializer)
    return [job.func_name for job in queue.jobs]


def test_a_burst_is_one_job_until_it_is_heard(tmp_path: Path) -> None:
    with _valkey(tmp_path) as client:
        ring: Callable[[str], None] = make_bell(redis_url_of(tmp_path))
        for lane in ("urgent", "urgent", "rest", "urgent"):
            ring(lane)
        assert (_jobs(client, "urgent"), _jobs(client, "rest")) == ([JOB], [JOB])
        bell.heard(client, "urgent")
        ring("urgent")
        ring("rest")
        assert (_jobs(client, "urgent"), _jobs(client, "rest")) == ([JOB, JOB], [JOB])


def test_a_restart_loses_no_ring_and_an_absence_raises_nothing(tmp_path: Path) -> None:
    ring = make_bell(redis_url_of(tmp_path))
    with _valkey(tmp_path) as client:
        ring("urgent")
        assert _jobs(client, "urgent") == [JOB]
    with _valkey(tmp_path) as client:
        client.flushall()
        ring("urgent")
        assert _jobs(client, "urgent") == [JOB]
    ring("rest")
    ring("rest")
