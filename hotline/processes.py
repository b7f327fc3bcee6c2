"""The processes that `up` starts beside the web server: worker lanes and the poller."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from functools import partial
from types import FrameType

import redis
import structlog
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

import bot.senders
import bot.staff
from bot.polling import poll
from channels.telegram_api import SENDER_UPDATES, STAFF_UPDATES
from hotline import logs, settings
from hotline.greeting import make_greet
from hotline.house import House, open_house, telegram_bots, twilio_account, wires
from store import bell, version
from store.spool import Request
from worker import jobs
from worker.comparing import Post, Providers, keep_comparing
from worker.hands import Hands

log = structlog.get_logger()


def run_worker(lane: str) -> None:
    """Work in one lane until SIGTERM: RQ's job in the main thread, the sweep in another.

    SimpleWorker and not the forking one: a fork beside a running thread can inherit its locks,
    and a job costs 25 ms of start-up. The application is imported before the first job either way.
    """
    logs.set_up(f"worker-{lane}")
    house = open_house(settings.read(), patient=True)
    client = bell.connect(house.redis_url)
    stopped, awake = threading.Event(), threading.Event()
    hands = Hands(house.desk, wires(house), stopped)
    jobs.equip(
        jobs.Equipment(
            desk=house.desk,
            hands=hands,
            quieten=lambda lane: bell.heard(client, lane),
            refresh=house.clock.learn,
            sweeper=awake,
            version=version.NEWEST,
        )
    )
    sweeper = threading.Thread(target=jobs.keep_sweeping, args=(lane, stopped), daemon=True)
    sweeper.start()
    if lane == "rest":
        arguments = (house.desk, _providers(house), stopped)
        threading.Thread(target=keep_comparing, args=arguments, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):  # until RQ puts its own handlers in place
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        try:
            _listen(house.redis_url, lane, stopped)
            break  # RQ came back without a fault: it was told to stop
        except (redis.RedisError, OSError) as error:
            log.warning("bell_away", lane=lane, fault=type(error).__name__)
            stopped.wait(1.0)
    stopped.set()
    awake.set()  # or the next sweep would be waited for
    sweeper.join(timeout=10)
    hands.rest(10)


def _providers(house: House) -> Providers:
    """What is compared with the providers: Twilio's list, and bots that are posted to."""
    posts = {}
    senders, staff = telegram_bots(house)
    desk = house.desk
    if house.settings.public_url is not None:
        if senders is not None:
            url = f"{house.public_url}/telegram/sender"
            posts[senders.line] = Post(
                senders, url, SENDER_UPDATES, partial(bot.senders.take, desk)
            )
        if staff is not None:
            url = f"{house.public_url}/telegram/staff"
            greet = make_greet(staff)
            posts[staff.line] = Post(
                staff, url, STAFF_UPDATES, partial(bot.staff.take, desk, greet)
            )
    return Providers(twilio_account(house), posts)


class _Listener(SimpleWorker):
    """RQ asks the bell what it was doing before it stops; told to stop, we do so without a bell."""

    stopped: threading.Event

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopped.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def _listen(url: str, lane: str, stopped: threading.Event) -> None:
    connection: redis.Redis = redis.Redis.from_url(url)
    connection.ping()
    queue = Queue(lane, connection=connection, serializer=JSONSerializer)
    worker = _Listener([queue], connection=connection, serializer=JSONSerializer)
    worker.stopped = stopped
    worker.log_result_lifespan = False
    worker.work(logging_level="WARNING", with_scheduler=False)


def run_poller() -> None:
    """Poll both bots until SIGTERM."""
    logs.set_up("poller")
    house = open_house(settings.read(), patient=True)
    senders, staff = telegram_bots(house)
    desk = house.desk
    greet = make_greet(staff)

    async def run() -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        tasks = []
        if senders is not None:
            take = lambda update: bot.senders.take(desk, update)  # noqa: E731
            park = partial(_park, house, "/telegram/sender")
            tasks.append(poll(desk, senders, take, park, SENDER_UPDATES, stopped))
        if staff is not None:
            serve = lambda update: bot.staff.take(desk, greet, update)  # noqa: E731
            park = partial(_park, house, "/telegram/staff")
            tasks.append(poll(desk, staff, serve, park, STAFF_UPDATES, stopped))
        group = asyncio.gather(*tasks)
        await stopped.wait()
        group.cancel()  # a request that is held open has confirmed nothing
        await asyncio.gather(group, return_exceptions=True)

    started = time.monotonic()
    asyncio.run(run())
    log.info("poller_stopped", after=round(time.monotonic() - started))


def _park(house: House, door: str, update: object) -> None:
    house.spool.park(Request(door, house.desk.now(), update))
