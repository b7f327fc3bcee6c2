"""One process that stands in for all providers: `main` for the supervisor, `running` for tests."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flask import Flask, Response
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulators import page, phones, telegram
from simulators.faults import Faults
from simulators.telegram import BotStandIn
from simulators.telegram_people import People
from simulators.twilio import TwilioStandIn
from simulators.world import Targets, World


def create_app(world: World) -> Flask:
    """The stand-ins, the control interface and the phone page as one Flask app."""
    app = Flask("simulators")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    targets = world.targets
    faults: dict[str, Faults] = {}
    twilio = None
    if targets.twilio is not None:
        twilio = TwilioStandIn(world, targets.twilio)
        faults["twilio"] = twilio.faults
        app.register_blueprint(twilio.blueprint())
    bots = {bot.token: BotStandIn(world, bot) for bot in targets.bots}
    faults.update({bot.target.name: bot.faults for bot in bots.values()})
    people = {bot.target.name: People(bot) for bot in bots.values()}

    @app.route("/bot<token>/<method>", methods=["GET", "POST"])
    def bot_call(token: str, method: str) -> Response:
        return bots[token].call(method) if token in bots else telegram.unauthorized()

    @app.get("/file/bot<token>/<path:path>")
    def bot_file(token: str, path: str) -> Response:
        return bots[token].file(path) if token in bots else telegram.unauthorized()

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    app.register_blueprint(phones.blueprint(world, twilio, people, faults))
    app.register_blueprint(page.blueprint(world, faults))
    return app


class _Quiet(WSGIRequestHandler):
    """Addresses hold tokens and numbers, and a broken connection is often what was ordered."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def log_error(self, format: str, *args: object) -> None:
        pass

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        pass


def _server(host: str, port: int, world: World) -> BaseWSGIServer:
    server = make_server(host, port, create_app(world), threaded=True, request_handler=_Quiet)
    # A held call must not keep the process from ending.
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    return server


def main(host: str, port: int, targets: Targets) -> None:
    """Serve until SIGTERM or SIGINT. Only on loopback: the control interface has no lock."""
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("simulators listen on loopback only")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    world = World(targets)
    server = _server(host, port, world)

    def end(_signal: int, _frame: FrameType | None) -> None:
        # From a thread of its own: shutdown waits for the loop that this handler interrupts.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        server.serve_forever()
    finally:
        world.stop()
        server.server_close()


@contextmanager
def running(targets: Targets, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve in a thread for the length of a `with`; yields the origin."""
    world = World(targets)
    server = _server(host, port, world)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        world.stop()
        server.shutdown()
        server.server_close()
        thread.join(5)
