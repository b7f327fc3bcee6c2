"""The doors for providers: verify, hand to the desk, answer. Nothing here decides anything.

Bodies are bounded before they are parsed; a forged request gets 403 and costs one hash. What the
database cannot take is spooled (`webhooks.keeping`) and answered as if it had; what cannot be kept
at all is answered 503, so that the provider tries again.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from channels import twilio
from channels.twilio import TwilioAccount
from channels.twilio_signature import SETTINGS, SIGNATURE
from desk import intake, outbox
from desk.house import Desk
from desk.messages import Inbound, Receipt, Refused
from store.database import Unavailable
from webhooks.forms import Fields, fields, first_values
from webhooks.keeping import Keeper

log = structlog.get_logger()

LARGEST = 256 * 1024  # bytes: ten times the longest SMS with ten media, or Telegram update
MOST_FIELDS = 1000  # of a form: Twilio sends some thirty, and two for each of its media
OVERTAKEN = (0.1, 0.4, 1.5)  # seconds between looks for the text that a receipt is of
MOST_READ_AWAY = 16 * 1024 * 1024  # bytes
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

TakeUpdate = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Doors:
    """Which doors are open. origins: the public origins that a signature may have been made for.

    senders, staff: what takes an update of each bot; None where Telegram is polled or not used.
    """

    twilio: TwilioAccount | None
    origins: tuple[str, ...]
    telegram_secret: str | None
    senders: TakeUpdate | None
    staff: TakeUpdate | None


def create_app(desk: Desk, doors: Doors, keeper: Keeper | None = None) -> Flask:
    """Build the Flask app of the webhooks. keeper: learns how each door takes in what it spooled;
    None: what the database cannot take is refused."""
    keeper = keeper or Keeper(None, desk.now)
    app = Flask("webhooks", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST
    app.config["MAX_FORM_PARTS"] = 400
    app.before_request(_bounded)
    app.register_error_handler(Unavailable, _away)
    app.register_error_handler(HTTPException, _plain)
    if doors.twilio is not None:
        _open_twilio(app, desk, doors, doors.twilio, keeper)
    for path, take in (("/telegram/sender", doors.senders), ("/telegram/staff", doors.staff)):
        if take is not None:  # also where it is polled: what was parked there is tried again here
            keeper.takes[path] = partial(_replay_update, take)
        if doors.telegram_secret is not None:
            _open_telegram(app, path, doors.telegram_secret, take, keeper)
    return app


def _open_twilio(
    app: Flask, desk: Desk, doors: Doors, account: TwilioAccount, keeper: Keeper
) -> None:
    keeper.takes["/twilio/sms"] = partial(_replay_sms, desk)
    keeper.takes["/twilio/status"] = partial(_replay_status, desk)

    @app.post("/twilio/sms")
    def twilio_sms() -> Response:
        posted = fields(request.get_data())
        if not _is_twilio(doors, account, posted):
            return _answer("forbidden\n", 403)
        parsed = twilio.parse_sms(first_values(posted))
        if isinstance(parsed, Refused):
            log.warning("refused", gateway="twilio", why=parsed.why)
            return _answer(parsed.why + "\n", parsed.status)
        keeper.keep(request.path, posted, partial(_take_in, desk, parsed))
        return Response(EMPTY_TWIML, mimetype="text/xml")

    @app.post("/twilio/status")
    def twilio_status() -> Response:
        posted = fields(request.get_data())
        if not _is_twilio(doors, account, posted):
            return _answer("forbidden\n", 403)
        parsed = twilio.parse_status(first_values(posted))
        if isinstance(parsed, Receipt):
            keeper.keep(request.path, posted, partial(_take_receipt, desk, parsed))
        elif isinstance(parsed, Refused):
            return _answer(parsed.why + "\n", parsed.status)
        return Response(status=204)


def _bounded() -> Response | None:
    """Refuse what no provider sends before it is parsed: reading ten thousand fields costs more
    than the longest message."""
    if request.method != "POST":
        return None
    if (request.content_length or 0) > LARGEST:
        _read_away()
        return _answer("too large\n", 413)
    if request.path.startswith("/twilio/") and SIGNATURE not in request.headers:
        _read_away()
        return _answer("forbidden\n", 403)
    if request.get_data(cache=True).count(b"&") >= MOST_FIELDS and not request.is_json:
        return _answer("too many fields\n", 413)
    return None


def _is_twilio(doors: Doors, account: TwilioAccount, posted: Fields) -> bool:
    """Check the signature against the public address, never against the Host header."""
    path = request.full_path if request.query_string else request.path
    headers = {name: request.headers.get(name, "") for name in (SIGNATURE, SETTINGS)}
    return any(
        twilio.verify(origin + path, posted, headers, account.token, account.shared_keys)
        for origin in doors.origins
    )


def _replay_sms(desk: Desk, posted: Any, arrived: int) -> None:
    parsed = twilio.parse_sms(first_values(posted))
    assert isinstance(parsed, Inbound), "it was one when it came"
    _take_in(desk, replace(parsed, at=arrived))  # Twilio itself tells no time


def _replay_status(desk: Desk, posted: Any, _arrived: int) -> None:
    parsed = twilio.parse_status(first_values(posted))
    assert isinstance(parsed, Receipt), "it was one when it came"
    _take_receipt(desk, parsed, pauses=())


def _take_receipt(desk: Desk, receipt: Receipt, pauses: tuple[float, ...] = OVERTAKEN) -> None:
    """Apply what became of a text. Twilio may report before the worker has noted Twilio's id:
    without a second look a text that never arrived would pass for sent.

    pauses: seconds between looks. None in a replay, where messages would wait behind it.
    """
    known = outbox.receipt(desk, receipt)
    for seconds in pauses:
        if known:
            break
        time.sleep(seconds)
        known = outbox.receipt(desk, receipt)
    log.info("receipt", gateway=receipt.gateway, state=receipt.state, code=receipt.code,
             known=known)  # fmt: skip


def _take_in(desk: Desk, inbound: Inbound) -> None:
    received = intake.take_in(desk, inbound)
    log.info("received", gateway=inbound.gateway, id=received.message_id,
             duplicate=received.duplicate, fault=received.fault)  # fmt: skip


def _replay_update(take: TakeUpdate, update: object, _arrived: int) -> None:
    take(update)  # it names its own time


def _open_telegram(
    app: Flask, path: str, secret: str, take: TakeUpdate | None, keeper: Keeper
) -> None:
    def telegram_update() -> Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode()):
            return _answer("forbidden\n", 403)
        if take is None:
            return _answer("no such bot\n", 404)
        try:
            update = request.get_json(silent=True)
        except RecursionError:  # lists in lists in lists
            update = None
        if not isinstance(update, dict):
            return _answer("a JSON object was expected\n", 400)
        keeper.keep(path, update, partial(take, update))
        return Response(status=200)

    app.add_url_rule(path, endpoint=path, view_func=telegram_update, methods=["POST"])


def _away(_error: Unavailable) -> Response:
    """We could not keep it, so we must not say that we have."""
    log.error("nothing_can_keep_it")
    return _answer("try again later\n", 503)


def _plain(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        _read_away()
        return _answer("too large\n", 413)
    return _answer(f"{error.name.lower()}\n", error.code or 500)


def _read_away() -> None:
    """Take in what is still coming, within bounds: a client that is cut off sees no answer."""
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, MOST_READ_AWAY)
    while left > 0 and (chunk := stream.read(min(left, 65_536))):
        left -= len(chunk)


def _answer(text: str, status: int) -> Response:
    return Response(text, status=status, mimetype="text/plain")
