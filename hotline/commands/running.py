"""`hotline up`, `hotline doctor`, `hotline webhooks set`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from channels import telegram_api, twilio_setup
from desk import pause as pausing
from hotline import demo, place, settings
from hotline import up as supervisor
from hotline.commands.common import house as the_house
from hotline.commands.common import refuse
from hotline.doctor import examine
from hotline.house import House, open_house, telegram_bots, twilio_account
from store import migrate
from store.database import Unavailable

AWAY = 1.0  # seconds between two looks for a database that is away


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for everything it keeps.")
def up(port: int | None, data: Path | None) -> None:
    """Run the whole hotline: web, workers, bell, and stand-ins for what has no account."""
    chosen = settings.read(**_given(port, data))
    chosen.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        held = supervisor.lock(chosen.data)
    except supervisor.AlreadyRunning as error:
        refuse(f"{error}: stop it first, or use another folder with --data.")
    with held:
        _run(chosen)


def _given(port: int | None, data: Path | None) -> dict[str, object]:
    given: dict[str, object] = {}
    if port is not None:
        given["HOTLINE_PORT"] = port
    if data is not None:
        given["HOTLINE_DATA"] = data
    return given


def _run(chosen: settings.Settings) -> None:
    free = supervisor.free_port(chosen.host, chosen.port)
    if free != chosen.port:
        click.echo(f"Port {chosen.port} is taken; using {free}.")
    chosen = chosen.model_copy(update={"port": free})
    house = open_house(chosen, patient=True)
    stop = threading.Event()
    try:
        _prepare(house)
    except NotPrepared as error:
        refuse(str(error))
    except Unavailable:
        click.echo(
            "The database does not answer (HOTLINE_DATABASE_URL). Messages are taken in all the "
            "same and kept on this disk; they are read when it is back."
        )
        threading.Thread(target=_keep_preparing, args=(house, stop), daemon=True).start()
    else:
        house.desk.db.close()
    stand_ins = demo.plan(chosen)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    extra = {"HOTLINE_PORT": str(free), **stand_ins.environment}
    environment = supervisor.environment_of(chosen, extra)
    watched = supervisor.Supervisor(chosen.data, environment, say=click.echo)
    try:
        _start(watched, chosen, stand_ins)
        url = f"http://{chosen.host}:{free}"
        if not _wait_until_ready(watched, url, stop):
            return
        place.write_running(chosen.data, place.Running(os.getpid(), url, stand_ins.url))
        _introduce(chosen, stand_ins)
        if chosen.public_url is not None and chosen.has_telegram:
            threading.Thread(target=_keep_setting, args=(chosen, stop), daemon=True).start()
        while not stop.wait(0.2):
            watched.watch()
        click.echo("Stopping ...")
    finally:
        place.forget_running(chosen.data)
        watched.stop()
    click.echo("Stopped.")


class NotPrepared(Exception):
    """The database cannot be used as it is; the message says what to do."""


def _prepare(house: House) -> None:
    """Bring the tables to this release, and see who is on call. Raises NotPrepared, Unavailable."""
    chosen = house.settings
    try:
        migrate.upgrade(house.desk.db, house.desk.vault)
    except migrate.TooNew as error:
        raise NotPrepared(str(error)) from error
    if not chosen.has_provider:
        demo.add_staff(house.desk)
        return
    left = demo.staff_left(house.desk)
    if left and chosen.public_url is not None and not chosen.only_stand_ins:
        raise NotPrepared(demo.how_to_part(left))


def _keep_preparing(house: House, stop: threading.Event) -> None:
    """Prepare the database as soon as it is back; what was started waits for that."""
    while not stop.wait(AWAY):
        try:
            _prepare(house)
        except NotPrepared as error:
            click.echo(f"Stopping: {error}", err=True)
            stop.set()
        except (Unavailable, DBAPIError):  # the second: it went away in the midst of it
            continue
        else:
            click.echo("The database is back and has the tables of this release.")
            house.desk.db.close()
            return


def _start(
    watched: supervisor.Supervisor, chosen: settings.Settings, stand_ins: demo.StandIns
) -> None:
    command = supervisor.hotline_command
    if chosen.redis_url is None:
        watched.start("valkey", supervisor.valkey_command(chosen.data))
    if stand_ins.port is not None:
        app = f"http://{chosen.host}:{chosen.port}"
        words = ["simulators", "--port", str(stand_ins.port), "--app", app]
        words += ["--twilio"] * stand_ins.twilio + ["--telegram"] * stand_ins.telegram
        watched.start("simulators", command(*words))
    for lane in ("urgent", "rest"):
        watched.start(f"worker-{lane}", command("worker", lane))
    watched.start("web", command("web"))
    if chosen.public_url is None or stand_ins.telegram:
        watched.start("poller", command("poller"))


def _wait_until_ready(watched: supervisor.Supervisor, url: str, stop: threading.Event) -> bool:
    began = time.monotonic()
    told = False
    while not stop.is_set():
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer,  # noqa: S310
        ):
            if answer.status == 200:
                return True
        watched.watch()
        if time.monotonic() - began > 20 and not told:
            click.echo(f"Still starting; the logs are in {watched.data / 'logs'}.")
            told = True
        stop.wait(0.1)
    return False


def _introduce(chosen: settings.Settings, stand_ins: demo.StandIns) -> None:
    click.echo(f"\nThe hotline is running; its data and logs: {chosen.data.resolve()}")
    click.echo(demo.introduction(chosen, stand_ins))
    click.echo("Ctrl-C stops all of it.\n")
    sys.stdout.flush()


def _keep_setting(chosen: settings.Settings, stop: threading.Event) -> None:
    """Tell Telegram where to post, until it has taken it."""
    while not stop.is_set():
        try:
            _set_telegram(chosen)
        except Exception as error:  # whatever keeps Telegram from it, we try again
            click.echo(f"  Telegram's webhook is not set yet ({type(error).__name__}); trying on")
            stop.wait(15)
        else:
            return


@click.group()
def webhooks() -> None:
    """Tell the providers where to post."""


@webhooks.command("set")
def set_webhooks() -> None:
    """Point Twilio's number and Telegram's bots at HOTLINE_PUBLIC_URL."""
    chosen = settings.read()
    if chosen.public_url is None:
        refuse(
            "HOTLINE_PUBLIC_URL is not set: without it Telegram is polled and Twilio cannot post."
        )
    failed = False
    for name, present, run in (
        ("Twilio", chosen.has_twilio, _set_twilio),
        ("Telegram", chosen.has_telegram or chosen.has_staff_bot, _set_telegram),
    ):
        if not present:
            continue
        failed |= not _tried(name, run, chosen)
    if failed:
        sys.exit(1)


def _tried(name: str, run: Callable[[settings.Settings], None], chosen: settings.Settings) -> bool:
    try:
        run(chosen)
    except twilio_setup.NoSuchNumber as error:
        click.echo(f"{name}: {error}", err=True)
    except Exception as error:  # a provider's library raises many kinds; none may end in a trace
        click.echo(f"{name}: not set ({type(error).__name__}); see `hotline doctor`.", err=True)
    else:
        click.echo(f"{name}: set.")
        return True
    return False


def _set_twilio(chosen: settings.Settings) -> None:
    house = open_house(chosen, load=False)
    account = twilio_account(house)
    assert account is not None
    twilio_setup.set_webhook(account, f"{house.public_url}/twilio/sms")


def _set_telegram(chosen: settings.Settings) -> None:
    house = open_house(chosen, load=False)
    senders, staff = telegram_bots(house)

    async def run() -> None:
        for bot, path, kinds in (
            (senders, "/telegram/sender", telegram_api.SENDER_UPDATES),
            (staff, "/telegram/staff", telegram_api.STAFF_UPDATES),
        ):
            if bot is not None:
                async with telegram_api.connection(bot) as opened:
                    url = f"{house.public_url}{path}"
                    await telegram_api.set_webhook(opened, url, bot.secret or "", kinds)

    asyncio.run(run())


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Say what is wrong, and how to mend it. Exit 1 if anything is."""
    findings: list[dict[str, Any]] = [f.as_json() for f in examine()]
    if as_json:
        from hotline.commands.common import print_json

        print_json(findings)
    else:
        for finding in findings:
            sign = {"good": "ok   ", "doubt": "note ", "fault": "FAULT"}[finding["state"]]
            click.echo(f"{sign} {finding['about']}: {finding['says']}")
    if any(finding["state"] == "fault" for finding in findings):
        sys.exit(1)


@click.command()
@click.option("--off", is_flag=True, help="End the pause.")
def pause(off: bool) -> None:
    """Take in everything, call people, and answer senders with one neutral line only.

    For the hour in which the machine must not talk. What staff write still leaves.
    """
    desk = the_house().desk
    if off:
        click.echo("The pause has ended." if pausing.end(desk) else "It was not paused.")
    else:
        says = "It is paused already."
        if pausing.begin(desk):
            says = (
                "Paused: senders get one neutral line, people are called as ever. "
                "`hotline pause --off` ends it."
            )
        click.echo(says)
