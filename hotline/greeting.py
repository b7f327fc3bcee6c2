"""What a stranger who finds the staff bot is told: their own id, so that they can be added."""

from __future__ import annotations

import time

import structlog

import locales
from bot.staff import Greet
from channels.telegram import TelegramBot
from channels.telegram_send import TelegramChannel
from desk.messages import NotSent, Outbound

log = structlog.get_logger()
ONCE_IN = 60.0  # seconds between two greetings of one stranger


def make_greet(bot: TelegramBot | None) -> Greet:
    """Return a function that answers a stranger, at most once a minute, and forgets them."""
    greeted: dict[int, float] = {}

    def greet(chat_id: int, telegram_id: int) -> None:
        now = time.monotonic()
        for who in [w for w, at in greeted.items() if now - at > ONCE_IN]:
            del greeted[who]
        if bot is None or telegram_id in greeted or len(greeted) > 1000:
            return
        greeted[telegram_id] = now
        text = locales.render("staff.unknown", "vi", params={"ma": str(telegram_id)})
        result = TelegramChannel(bot).send(
            Outbound("greeting", "telegram", bot.line, str(chat_id), text)
        )
        if isinstance(result, NotSent):
            log.info("greeting_not_sent", code=result.code)

    return greet
