"""What the doctor looks at. Each check says what it found and, if it is bad, how to mend it."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import redis

from channels import telegram_api, twilio_setup
from desk import queue
from desk.routing import NATION
from hotline import place, settings
from hotline.house import House, open_house, telegram_bots, twilio_account
from store import bell, migrate
from store.database import Unavailable
from store.spool import Full

LEAST_FREE = 500 * 1024 * 1024  # bytes
MOST_SKEW = 5.0  # seconds between this host and the database


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    state: Literal["good", "doubt", "fault"]
    says: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> list[Finding]:
    """Run every check; one that cannot run does not keep the others from it."""
    try:
        house = open_house(settings.read())
    except settings.BadSettings as error:
        return [Finding("settings", "fault", fault) for fault in error.faults]
    found = [Finding("settings", "good", "readable and complete")]
    found += _database(house)
    found += _bell(house)
    found += _disk(house)
    found += _spool(house)
    found += _running(house)
    found += _twilio(house)
    found += _telegram(house)
    return found


def _database(house: House) -> Iterator[Finding]:
    try:
        missing = migrate.differences(house.desk.db)
        numbers = queue.numbers(house.desk) if not missing else None
    except Unavailable:
        yield Finding("database", "fault", "does not answer: is it running, is the disk full?")
        return
    if missing or numbers is None:
        yield Finding("database", "fault", "older than this release: start `hotline up` once")
        return
    yield Finding("database", "good", f"{house.desk.db.dialect}, up to date")
    if house.desk.db.dialect == "postgresql":
        skew = abs(house.desk.db.server_time() / 1000 - time.time())
        if skew > MOST_SKEW:
            yield Finding("clock", "fault", f"{skew:.0f} s off the database's: set up NTP")
    manned = numbers["manned"]
    if not manned:
        yield Finding("staff", "fault", "nobody is on call anywhere: `hotline staff add`")
    elif NATION not in manned:
        yield Finding("staff", "fault", "nobody at the national desk, where every ladder ends: "
                      f"`hotline staff add NAME --centre {NATION}`")  # fmt: skip
    else:
        yield Finding("staff", "good", f"{len(manned)} centres have someone on call")
    late = [row for row in numbers["outbox"] if row["oldest_s"] > 60]
    if late:
        yield Finding("outbox", "fault", f"{sum(r['count'] for r in late)} texts are late: are "
                      "the workers running, does the provider answer?")  # fmt: skip
    if numbers["audit_oldest_s"] > 300:
        yield Finding("audit", "fault", "unsealed for minutes: is the `rest` worker running?")


def _bell(house: House) -> Iterator[Finding]:
    try:
        bell.connect(house.redis_url).ping()
    except (redis.RedisError, OSError):
        where = "HOTLINE_REDIS_URL" if house.settings.redis_url else "the embedded Valkey"
        yield Finding("bell", "doubt", f"{where} does not answer: texts leave up to 2 s later")
    else:
        yield Finding("bell", "good", "answers")


def _disk(house: House) -> Iterator[Finding]:
    free = shutil.disk_usage(house.settings.data).free
    says = f"{free // 1024**2:,} MiB free for {house.settings.data}"
    if free < LEAST_FREE:
        yield Finding("disk", "fault", f"{says}: make room")
    else:
        yield Finding("disk", "good", says)


def _spool(house: House) -> Iterator[Finding]:
    try:
        house.spool.probe()
    except Full:
        yield Finding("spool", "fault", f"{house.settings.data / 'spool'} takes nothing: make room "
                      "on the disk, or raise HOTLINE_SPOOL_MB")  # fmt: skip
    numbers = house.spool.numbers()
    aside = numbers.parked + numbers.torn
    if aside:
        yield Finding("spool", "fault", f"{aside} requests could not be replayed: see "
                      "`hotline spool`")  # fmt: skip
    if numbers.waiting:
        yield Finding("spool", "doubt", f"{numbers.waiting} requests wait for the database; the "
                      "web process replays them")  # fmt: skip
    elif not aside:
        yield Finding("spool", "good", "empty")


def _running(house: House) -> Iterator[Finding]:
    running = place.read_running(house.settings.data)
    if running is None:
        yield Finding("hotline", "doubt", "`hotline up` is not running on this folder")
    else:
        yield Finding("hotline", "good", f"running at {running.url}")


def _twilio(house: House) -> Iterator[Finding]:
    account = twilio_account(house)
    if account is None:
        yield Finding("twilio", "doubt", "not set up: no SMS by Twilio")
        return
    try:
        url = twilio_setup.webhook_url(account).partition("#")[0]
    except twilio_setup.NoSuchNumber as error:
        yield Finding("twilio", "doubt", str(error))
    except Exception as error:  # the library raises many kinds; each means that it did not work
        yield Finding("twilio", "fault", f"refused us or is away ({type(error).__name__}): check "
                      "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")  # fmt: skip
    else:
        wanted = f"{house.public_url}/twilio/sms"
        state: Literal["good", "fault"] = "good" if url == wanted else "fault"
        yield Finding("twilio", state, "posts to us" if url == wanted else
                      f"does not post to {wanted}: `hotline webhooks set`")  # fmt: skip


def _telegram(house: House) -> Iterator[Finding]:
    names = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_STAFF_BOT_TOKEN")
    for name, bot in zip(names, telegram_bots(house), strict=True):
        if bot is None:
            yield Finding(name, "doubt", "not set")
            continue

        async def ask(bot: Any = bot) -> str:
            async with telegram_api.connection(bot) as opened:
                return await telegram_api.get_webhook_url(opened)

        try:
            url = asyncio.run(ask())
        except Exception as error:  # as above
            yield Finding(name, "fault", f"refused or away ({type(error).__name__}): check the "
                          "token with BotFather")  # fmt: skip
            continue
        polled = house.settings.public_url is None
        good = (url == "") if polled else url.startswith(house.public_url)
        yield Finding(name, "good" if good else "fault",
                      "works" if good else "posts elsewhere: `hotline webhooks set`")  # fmt: skip
