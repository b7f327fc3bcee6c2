"""Our own polling loop: the offset moves only after the desk has committed.

`Updater.start_polling` confirms updates that live only in memory; here asking for the next ones is
the confirmation, and it is asked only for what is kept. An update at which we fail ourselves is put
aside, or it would come again for ever and hold up those behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from channels import telegram_api
from channels.telegram import TelegramBot
from desk import polled
from desk.house import Desk
from store.database import Unavailable

log = structlog.get_logger()
WAIT = 25  # seconds that Telegram holds a request open while there is nothing new
PAUSES = (1, 2, 5, 10, 30)  # seconds after failures in a row

Take = Callable[[object], None]


async def poll(
    desk: Desk,
    bot: TelegramBot,
    take: Take,
    park: Take,
    allowed: tuple[str, ...],
    stopped: asyncio.Event,
) -> None:
    """Poll one bot until stopped. Faults are waited out; nothing is confirmed that is not kept.

    park: keeps an update that `take` fails at, or raises OSError.
    """
    failures = 0
    removed = False
    while not stopped.is_set():
        try:
            async with telegram_api.connection(bot) as open_bot:
                if not removed:
                    await telegram_api.delete_webhook(open_bot)  # or getUpdates answers 409
                    removed = True
                while not stopped.is_set():
                    await _round(desk, bot, open_bot, take, park, allowed)
                    failures = 0
        except RetryAfter as error:
            await _pause(stopped, float(error.retry_after))  # type: ignore[arg-type]
        except (TelegramError, Unavailable, OSError) as error:
            pause = PAUSES[min(failures, len(PAUSES) - 1)]
            failures += 1
            removed = removed and not isinstance(error, Conflict)
            level = log.error if isinstance(error, InvalidToken) else log.warning
            if failures > 1 or not isinstance(error, NetworkError):
                level("poll_failed", line=bot.line, fault=type(error).__name__, again_in=pause)
            await _pause(stopped, pause)


async def _round(
    desk: Desk, bot: TelegramBot, open_bot: Any, take: Take, park: Take, allowed: tuple[str, ...]
) -> None:
    offset = await asyncio.to_thread(polled.offset, desk, bot.line)
    updates = await telegram_api.get_updates(open_bot, offset, WAIT, allowed)
    for update in updates:
        try:
            await asyncio.to_thread(take, update)
        except Unavailable:
            raise
        except Exception as error:  # whatever it is, it must not hold up those behind it
            log.error("update_parked", line=bot.line, exc_info=error)
            await asyncio.to_thread(park, update)
        if isinstance(update.get("update_id"), int):
            await asyncio.to_thread(polled.move, desk, bot.line, update["update_id"] + 1)


async def _pause(stopped: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopped.wait(), seconds)
    except TimeoutError:
        return
