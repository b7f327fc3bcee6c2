"""What the doctor asks the providers: does the account work, do they post, is our clock right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from telegram import WebhookInfo

from channels import telegram_api, twilio_setup
from channels.telegram import TelegramBot
from desk import missed
from hotline.doctor.finding import Finding
from hotline.house import House, telegram_bots, twilio_account

MOST_SKEW = 30.0  # seconds between this host and a provider, whose answers travel
MOST_WAITING = 20  # updates that Telegram may hold for us
RECENT = 900  # seconds in which a failure to post still says something
STALE = 3_600_000  # ms since the last comparison that worked
TOKENS = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_STAFF_BOT_TOKEN")


def twilio(house: House) -> Iterator[Finding]:
    account = twilio_account(house)
    if account is None:
        yield Finding("twilio", "doubt", "not set up: no SMS by Twilio")
        return
    yield from _skew("twilio", account.api_base)
    try:
        posted = twilio_setup.webhook_url(account)
    except twilio_setup.NoSuchNumber as error:
        yield Finding("twilio", "doubt", str(error))
        return
    except Exception as error:  # the library raises many kinds; each means that it did not work
        yield Finding(
            "twilio",
            "fault",
            f"refused us or is away ({type(error).__name__}): check "
            "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
        )
        return
    wanted = f"{house.public_url}/twilio/sms"
    url, _, retries = posted.partition("#")
    if url != wanted:
        yield Finding("twilio", "fault", f"does not post to {wanted}: `hotline webhooks set`")
    elif retries != twilio_setup.RETRIES:
        yield Finding(
            "twilio",
            "fault",
            "does not repeat a webhook that was answered 5xx: `hotline webhooks set`",
        )
    else:
        yield Finding("twilio", "good", "posts to us, and repeats what fails")


def telegram(house: House) -> Iterator[Finding]:
    asked = False
    for name, bot in zip(TOKENS, telegram_bots(house), strict=True):
        if bot is None:
            yield Finding(name, "doubt", "not set")
            continue
        if not asked:
            yield from _skew("telegram", bot.api_base)
            asked = True
        try:
            info = asyncio.run(_webhook(bot))
        except Exception as error:  # as above
            yield Finding(
                name,
                "fault",
                f"refused or away ({type(error).__name__}): check the token with BotFather",
            )
            continue
        yield from _bot(house, name, info)


async def _webhook(bot: TelegramBot) -> WebhookInfo:
    async with telegram_api.connection(bot) as opened:
        return await opened.get_webhook_info()


def _bot(house: House, name: str, info: WebhookInfo) -> Iterator[Finding]:
    path = "/telegram/sender" if name == TOKENS[0] else "/telegram/staff"
    wanted = "" if house.settings.public_url is None else f"{house.public_url}{path}"
    if info.url != wanted:
        yield Finding(name, "fault", "posts elsewhere, or not at all: `hotline webhooks set`")
        return
    failed = info.last_error_date
    if failed is not None and (datetime.now(UTC) - failed).total_seconds() < RECENT:
        yield Finding(
            name,
            "fault",
            f"could not post to us at {failed:%H:%M} UTC "
            f"({(info.last_error_message or '')[:80]}): can {house.public_url} be reached "
            "from outside, is its certificate good?",
        )
    elif info.pending_update_count > MOST_WAITING:
        yield Finding(
            name,
            "fault",
            f"{info.pending_update_count} updates wait at Telegram: is the "
            "web process, or the poller, running?",
        )
    else:
        yield Finding(name, "good", f"works, {info.pending_update_count} updates wait")


def _skew(about: str, base: str) -> Iterator[Finding]:
    """Our clock against the Date of a provider's answer, whatever the answer is."""
    try:
        answer = httpx.get(base, timeout=5)
        there = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return  # that it is away is said where it is asked for something
    skew = abs((datetime.now(UTC) - there).total_seconds())
    if skew > MOST_SKEW:
        yield Finding("clock", "fault", f"{skew:.0f} s off {about}'s: set up NTP")


def compared(house: House) -> Iterator[Finding]:
    """Whether what the webhook never saw would have been found."""
    wanted = twilio_account(house)
    found = {last.line: last for last in missed.last(house.desk)}
    if wanted is not None and wanted.line not in found:
        yield Finding(
            "missed",
            "doubt",
            "not yet compared with Twilio's list: the `rest` worker does it every five minutes",
        )
    for last in found.values():
        kind = last.line.partition(":")[0] if last.line.startswith("twilio") else last.line
        if last.age is None or last.age > STALE:
            yield Finding(
                "missed",
                "doubt",
                f"{kind}: not compared for an hour ({last.fault or 'is the rest worker running?'})",
            )
        else:
            yield Finding(
                "missed",
                "good",
                f"{kind}: compared {last.age // 60_000} min ago, "
                f"{last.day_missing} missing in a day, {last.waiting} waiting",
            )
