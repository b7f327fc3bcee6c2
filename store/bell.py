"""The bell: tells the workers that rows are due. It carries a lane's name and nothing else.

Rows are the truth. A bell that is not heard costs at most the two seconds until the next sweep,
so ringing never raises and never waits long.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from rq import Queue
from rq.serializers import JSONSerializer

LANES = ("urgent", "rest")
JOB = "worker.jobs.drain"
QUIET_AFTER_FAILURE = 2.0  # seconds in which we do not try again: the sweep is at work


def connect(url: str) -> redis.Redis:
    """Return a client that gives up quickly: the bell must not hold up a webhook."""
    client: redis.Redis = redis.Redis.from_url(
        url, socket_timeout=0.3, socket_connect_timeout=0.3, health_check_interval=0
    )
    return client


def make_bell(url: str) -> Callable[[str], None]:
    """Return `ring(lane)`.

    Rings that come while a job is already waiting are swallowed by a key that the job removes
    before it looks, so a burst of messages costs one job and no due row is overlooked.
    """
    client = connect(url)
    queues = {lane: Queue(lane, connection=client, serializer=JSONSerializer) for lane in LANES}
    silent_until = 0.0
    mine = threading.local()

    def is_first(lane: str) -> bool:
        """Whether no job waits for this lane yet.

        On a connection that each thread keeps: the client's own `set` costs five times as much.
        """
        if getattr(mine, "pid", None) != os.getpid():  # a connection is not shared across a fork
            wire: Any = client.connection_pool.get_connection()
            mine.wire = wire
            mine.words = {
                one: wire.pack_command("SET", f"bell:{one}", 1, "NX", "PX", 2000) for one in LANES
            }
            mine.pid = os.getpid()
        mine.wire.send_packed_command(mine.words[lane])
        return mine.wire.read_response() is not None

    def ring(lane: str) -> None:
        nonlocal silent_until
        if time.monotonic() < silent_until:
            return
        try:
            try:
                first = is_first(lane)
            except redis.ConnectionError:  # it was restarted since: once more, on a new connection
                first = is_first(lane)
            if first:
                queues[lane].enqueue(JOB, lane, result_ttl=0, failure_ttl=60, job_timeout=60)
        except (redis.RedisError, OSError):
            silent_until = time.monotonic() + QUIET_AFTER_FAILURE

    return ring


def heard(client: redis.Redis, lane: str) -> None:
    """Called by the job before it looks at the rows: from now on a new ring makes a new job."""
    client.delete(f"bell:{lane}")
