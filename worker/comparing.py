"""Compare what the providers hold with what we stored, every five minutes, and take in the rest.

A provider gives up: Twilio after the retries that its webhook asks for, Telegram after a day. What
the webhook never saw is found in Twilio's list of messages. Telegram tells only how much it still
holds; it is told our address again, which makes it post at once, and if that does not help the
updates are fetched as if there were no webhook.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from channels import telegram_api, twilio_list
from channels.telegram import TelegramBot
from channels.telegram_api import RawBot
from channels.twilio import TwilioAccount
from desk import missed
from desk.house import Desk
from desk.missed import Compared
from store.database import Unavailable

log = structlog.get_logger()
PAUSE = 20.0  # seconds between two looks at whose turn it is


@dataclass(frozen=True, slots=True)
class Post:
    """A bot that is posted to: where, what kinds of update, and who takes one in."""

    bot: TelegramBot
    url: str
    kinds: Sequence[str]
    take: Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Providers:
    """What is compared. posts: bots whose updates come by webhook; polled ones miss nothing."""

    twilio: TwilioAccount | None = None
    posts: Mapping[str, Post] = field(default_factory=dict)


def keep_comparing(desk: Desk, providers: Providers, stopped: threading.Event) -> None:
    """Compare until told to stop. Of all hosts one takes each turn."""
    while not stopped.wait(PAUSE):
        try:
            compare_all(desk, providers)
        except Unavailable:
            log.warning("database_away", lane="comparing")
        except Exception as error:  # tried again at the next turn
            log.error("comparing_failed", exc_info=error)


def compare_all(desk: Desk, providers: Providers) -> None:
    """Compare every line whose turn has come."""
    account = providers.twilio
    if account is not None and missed.my_turn(desk, account.line):
        _compare(desk, account.line, partial(_twilio, desk, account))
    for line, post in providers.posts.items():
        if missed.my_turn(desk, line):
            _compare(desk, line, partial(_telegram, desk, post))


def _compare(desk: Desk, line: str, work: Callable[[int], Compared]) -> None:
    since = missed.since(desk, line)
    try:
        found = work(since)
    except Unavailable:
        raise
    except Exception as error:  # the libraries raise many kinds; each means: not this time
        found = Compared(fault=type(error).__name__)
    missed.note(desk, line, since, found)
    kind = line.partition(":")[0] if line.startswith("twilio") else line
    if found.fault is not None:
        log.warning("not_compared", line=kind, fault=found.fault)
    else:
        log.info("compared", line=kind, says=f"{found.missing} missing",
                 looked_at=found.looked_at, waiting=found.waiting)  # fmt: skip


def _twilio(desk: Desk, account: TwilioAccount, since: int) -> Compared:
    return missed.take_in_missing(desk, twilio_list.received(account, since))


def _telegram(desk: Desk, post: Post, _since: int) -> Compared:
    return asyncio.run(_nudge(desk, post))


async def _nudge(desk: Desk, post: Post) -> Compared:
    secret = post.bot.secret or ""
    async with telegram_api.connection(post.bot) as bot:
        info = await bot.get_webhook_info()
        waiting = info.pending_update_count
        if info.url not in ("", post.url):  # somebody else's: two that pull would only fight
            return Compared(waiting=waiting, fault="posted_elsewhere")
        if info.url == post.url and waiting == 0:
            return Compared()
        held = [one for one in missed.last(desk) if one.line == post.bot.line]
        if not (info.url and held and held[0].waiting):
            await telegram_api.set_webhook(bot, post.url, secret, post.kinds)
            return Compared(waiting=waiting)
        fetched = await _fetch(bot, post)
        return Compared(looked_at=fetched, missing=fetched)


async def _fetch(bot: RawBot, post: Post) -> int:
    """Take in what Telegram could not post, and let it post again, whatever happens meanwhile."""
    fetched, offset = 0, None
    await telegram_api.delete_webhook(bot)
    try:
        while updates := await telegram_api.get_updates(bot, offset, 0, post.kinds):
            for update in updates:
                await asyncio.to_thread(post.take, update)
                fetched += 1
                offset = int(update["update_id"]) + 1
    finally:
        await telegram_api.set_webhook(bot, post.url, post.bot.secret or "", post.kinds)
    return fetched
