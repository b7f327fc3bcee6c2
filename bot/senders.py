"""The senders' bot: one update in, handed to the desk."""

from __future__ import annotations

import structlog

from channels import telegram
from desk import intake
from desk.house import Desk
from desk.messages import Ignored, Inbound, Refused

log = structlog.get_logger()
LINE = "telegram:senders"


def take(desk: Desk, update: object) -> None:
    """Take in one update of the senders' bot. Raises `Unavailable` when it could not be kept."""
    parsed = telegram.parse(update, LINE)
    match parsed:
        case Inbound():
            received = intake.take_in(desk, parsed)
            log.info("received", gateway="telegram", id=received.message_id,
                     duplicate=received.duplicate, fault=received.fault)  # fmt: skip
        case Ignored(kind):
            log.info("ignored", gateway="telegram", kind=kind)
        case Refused(why):
            log.warning("refused", gateway="telegram", why=why)
