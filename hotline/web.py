"""The web process: webhooks, the desk, health and metrics on one port."""

from __future__ import annotations

import ctypes
import gc
import signal
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import bot.senders
import bot.staff
from channels.telegram import TelegramBot
from console import create_app as create_console
from hotline import edge, logs, settings
from hotline.greeting import make_greet
from hotline.health import create_health
from hotline.house import (
    House,
    open_house,
    origins,
    telegram_bots,
    twilio_account,
    webhook_secret,
)
from webhooks.app import Doors, create_app
from webhooks.keeping import Keeper

PR_SET_PDEATHSIG = 1
HEALTH = ("/healthz", "/readyz", "/metrics")


def build(house: House) -> edge.Wsgi:
    """One WSGI application for all doors that are web pages, and the thread that replays the spool
    of this host."""
    senders, staff = telegram_bots(house)
    keeper = Keeper(house.spool, house.desk.now)
    webhooks = create_app(house.desk, _doors(house, senders, staff), keeper)
    # Both end with the process: every request that is replayed is one transaction.
    for work in (partial(keeper.keep_replaying, threading.Event()), house.clock.keep_learning):
        threading.Thread(target=work, daemon=True).start()
    health = create_health(house)
    desk = create_console(house.desk, house.settings.public_url or "")

    def dispatch(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/desk" or path.startswith("/desk/"):
            return desk(environ, start)
        return (health if path in HEALTH else webhooks)(environ, start)

    https = house.public_url.startswith("https:")
    return edge.guarded(dispatch, edge.networks(house.settings.proxies), https=https)


def _doors(house: House, senders: TelegramBot | None, staff: TelegramBot | None) -> Doors:
    desk = house.desk
    by_webhook = house.settings.public_url is not None
    greet = make_greet(staff)
    return Doors(
        twilio=twilio_account(house),
        origins=origins(house),
        telegram_secret=webhook_secret(house) if by_webhook else None,
        senders=(lambda update: bot.senders.take(desk, update)) if senders else None,
        staff=(lambda update: bot.staff.take(desk, greet, update)) if staff else None,
    )


def application() -> edge.Wsgi:
    """What the web server loads in each of its workers (`hotline.web:application`)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # no orphan if the server is killed
    logs.set_up("web")
    application = build(open_house(settings.read(), patient=True))
    gc.collect()
    gc.freeze()  # the data stays: without this each full collection walks through all of it
    return application


def serve(chosen: settings.Settings) -> None:
    """Run the web server until SIGTERM."""
    from hotline.serving import serve as serve_wsgi

    serve_wsgi("hotline.web:application", chosen.host, chosen.port, chosen.web_workers)
