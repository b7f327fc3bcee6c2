"""Calls to the Bot API that are no texts to people: for `bot/` and `hotline webhooks set`.

Every function is async and takes the open bot of `connection`; none needs `getMe` first.
Errors are python-telegram-bot's (`telegram.error`).
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx
from telegram import Bot
from telegram.error import BadRequest
from telegram.request import HTTPXRequest

from channels.telegram import TelegramBot

CONNECT_S = 5.0
READ_S = 10.0
SENDER_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
STAFF_UPDATES = ("message", "callback_query")

# httpx logs every request's address, and Telegram's addresses hold the bot's token.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class RawBot(Bot):
    """The library's bot, and updates as they came: one odd update must not hide the others."""

    async def updates(self, query: dict[str, Any], read_timeout: float) -> list[dict[str, Any]]:
        result: Any = await self._post("getUpdates", query, read_timeout=read_timeout)
        return result if isinstance(result, list) else []


@asynccontextmanager
async def connection(bot: TelegramBot, *, read_s: float = READ_S) -> AsyncIterator[RawBot]:
    """Open a bot for the life of one event loop. Not to be carried across loops or forks."""
    request = HTTPXRequest(
        connection_pool_size=16,
        connect_timeout=CONNECT_S,
        read_timeout=read_s,
        write_timeout=read_s,
        pool_timeout=read_s,
        httpx_kwargs={"verify": _trust()},
    )
    base = bot.api_base.rstrip("/")
    opened = RawBot(
        bot.token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=request,
    )
    try:
        yield opened
    finally:
        await request.shutdown()


async def get_updates(
    bot: RawBot, offset: int | None, timeout: int, allowed: Sequence[str] = SENDER_UPDATES
) -> list[dict[str, Any]]:
    """Wait up to `timeout` seconds for updates from `offset` on, as Telegram wrote them.

    Asking from an offset confirms everything before it: commit first, then ask on.
    """
    query: dict[str, Any] = {"timeout": timeout, "allowed_updates": list(allowed)}
    if offset is not None:
        query["offset"] = offset
    return await bot.updates(query, read_timeout=timeout + READ_S)


async def answer_callback(bot: RawBot, callback_id: str, text: str | None = None) -> bool:
    """Stop a pressed button from turning and show `text` (at most 200 characters) for a moment.

    False if it came too late: Telegram forgets a press within a minute or so, and by then the
    answer no longer matters.
    """
    try:
        return await bot.answer_callback_query(callback_id, text=text[:200] if text else None)
    except BadRequest:
        return False


async def set_webhook(
    bot: RawBot, url: str, secret: str, allowed: Sequence[str] = SENDER_UPDATES
) -> None:
    """Have updates posted to `url`; what waits now is kept and posted too."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=list(allowed))


async def delete_webhook(bot: RawBot) -> None:
    """Go back to polling; what waits is kept."""
    await bot.delete_webhook(drop_pending_updates=False)


async def get_webhook_url(bot: RawBot) -> str:
    """Where updates are posted now; "" while they are polled."""
    return (await bot.get_webhook_info()).url


@cache
def _trust() -> ssl.SSLContext:
    """Reading the certificates takes longer than a request: once per process."""
    return httpx.create_ssl_context()
