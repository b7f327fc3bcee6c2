"""What the doctor looks at on this machine: the bell, the disk, the spool, the running hotline."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis

from hotline import place
from hotline.doctor.finding import Finding
from hotline.house import House
from store import bell as belling
from store.spool import Full

LEAST_FREE = 500 * 1024 * 1024  # bytes


def bell(house: House) -> Iterator[Finding]:
    try:
        client = belling.connect(house.redis_url)
        client.ping()
        policy = _policy(client)
    except (redis.RedisError, OSError):
        where = "HOTLINE_REDIS_URL" if house.settings.redis_url else "the embedded Valkey"
        yield Finding("bell", "doubt", f"{where} does not answer: texts leave up to 2 s later")
    else:
        if policy not in (None, "noeviction"):
            yield Finding(
                "bell",
                "doubt",
                f"maxmemory-policy is {policy}: rings may be dropped; set it to noeviction",
            )
        else:
            yield Finding("bell", "good", "answers")


def _policy(client: redis.Redis) -> str | None:
    """What the server does when its memory is full; None where it may not be asked."""
    try:
        answer: Any = client.config_get("maxmemory-policy")
    except redis.RedisError:
        return None
    value = answer.get("maxmemory-policy")
    return value.decode() if isinstance(value, bytes) else value


def disk(house: House) -> Iterator[Finding]:
    yield from folder(house.settings.data)


def folder(data: Path) -> Iterator[Finding]:
    """The disk that the data lie on, and who else may read them."""
    if not data.exists():
        return
    free = shutil.disk_usage(data).free
    says = f"{free // 1024**2:,} MiB free for {data}"
    if free < LEAST_FREE:
        yield Finding("disk", "fault", f"{says}: make room")
    else:
        yield Finding("disk", "good", says)
    if data.stat().st_mode & 0o077:
        yield Finding(
            "folder", "doubt", f"others on this machine may look into {data}: chmod 700 {data}"
        )


def spool(house: House) -> Iterator[Finding]:
    try:
        house.spool.probe()
    except Full:
        yield Finding(
            "spool",
            "fault",
            f"{house.settings.data / 'spool'} takes nothing: make room "
            "on the disk, or raise HOTLINE_SPOOL_MB",
        )
    numbers = house.spool.numbers()
    aside = numbers.parked + numbers.torn
    if aside:
        yield Finding(
            "spool", "fault", f"{aside} requests could not be replayed: see `hotline spool`"
        )
    if numbers.waiting:
        yield Finding(
            "spool",
            "doubt",
            f"{numbers.waiting} requests wait for the database; the web process replays them",
        )
    elif not aside:
        yield Finding("spool", "good", "empty")


def running(house: House) -> Iterator[Finding]:
    running = place.read_running(house.settings.data)
    if running is None:
        yield Finding("hotline", "doubt", "`hotline up` is not running on this folder")
    else:
        yield Finding("hotline", "good", f"running at {running.url}")
