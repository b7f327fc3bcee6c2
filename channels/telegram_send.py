"""Telegram, the way out: texts, buttons and edits, and what Telegram's refusals mean."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from channels import errors, telegram, telegram_api
from channels.channel import Parsed
from channels.choices import laid_out
from channels.telegram import TelegramBot
from channels.telegram_api import RawBot
from desk.messages import Capabilities, Choice, Limits, NotSent, Outbound, Pace, Result, Sent

CAN = Capabilities(
    buttons=True,
    media=True,
    location=True,
    accents=True,
    receipts=False,
    max_length=4096,
    # 30 a second, 1 a second to a chat, 20 a minute to a group (Telegram, "Bots FAQ: My bot is
    # hitting limits"); a little less, because what leaves evenly does not arrive evenly.
    limits=Limits(line=Pace(40), chat=Pace(1100), group=Pace(4000, burst=5)),
)
MAX_DATA = 64  # bytes of a button's value
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    """Sends as one bot. Each call opens and closes its own loop and connections: a loop that was
    inherited across a worker's fork hangs. Not to be called from inside a running loop."""

    name = "telegram"
    can = CAN

    def __init__(self, bot: TelegramBot, *, read_s: float = telegram_api.READ_S) -> None:
        self._bot = bot
        self._read_s = read_s

    def parse(self, payload: Any) -> Parsed:
        return telegram.parse(payload, self._bot.line)

    def send(self, outbound: Outbound) -> Result:
        return asyncio.run(self._send(outbound))

    async def _send(self, outbound: Outbound) -> Result:
        async with telegram_api.connection(self._bot, read_s=self._read_s) as bot:
            return await _send(bot, outbound)


async def _send(bot: RawBot, outbound: Outbound) -> Result:
    if outbound.deletes is not None:
        try:
            return await _delete(bot, outbound)
        except Exception as error:
            return meaning(error)
    text, buttons = laid_out(outbound, CAN)
    if not text.strip():
        return NotSent("empty", again=False)
    if len(text) > CAN.max_length:
        return NotSent("too_long", again=False)
    if any(not 0 < len(choice.value.encode()) <= MAX_DATA for choice in buttons):
        return NotSent("button_too_long", again=False)
    try:
        if outbound.toast is not None:
            return await _toast(bot, outbound.toast, text)
        if outbound.edits is not None and _is_there(outbound, outbound.edits):
            return await _edit(bot, outbound, text, _keyboard(buttons))
        # No parse_mode: what a person wrote must not turn into markup, or fail to.
        message = await bot.send_message(
            chat_id=int(outbound.address),
            text=text,
            reply_markup=_keyboard(buttons),
            link_preview_options=_NO_PREVIEW,
        )
        return Sent(f"{outbound.address}:{message.message_id}")
    except Exception as error:
        return meaning(error)


def _is_there(outbound: Outbound, message: str) -> bool:
    """Whether a message stands in the chat that is written to. A group that became a supergroup
    counts anew: the number of its old message may be another ticket's page by now."""
    return message.rpartition(":")[0] == outbound.address


async def _toast(bot: RawBot, callback_id: str, text: str) -> Result:
    """Telegram forgets a press within a minute or so; by then its answer no longer matters."""
    if not await telegram_api.answer_callback(bot, callback_id, text):
        return NotSent("press_forgotten", again=False)
    return Sent(callback_id)


async def _edit(
    bot: RawBot, outbound: Outbound, text: str, keyboard: InlineKeyboardMarkup | None
) -> Result:
    message_id = int(str(outbound.edits).rpartition(":")[2])
    try:
        await bot.edit_message_text(
            text,
            chat_id=int(outbound.address),
            message_id=message_id,
            reply_markup=keyboard,
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as error:
        # It already reads so: a repeat of an edit whose answer was lost.
        if "not modified" not in error.message.lower():
            raise
    return Sent(f"{outbound.address}:{message_id}")


async def _delete(bot: RawBot, outbound: Outbound) -> Result:
    """Delete a message of ours; after 48 hours Telegram lets us only put other words there."""
    message_id = int(str(outbound.deletes).rpartition(":")[2])
    try:
        await bot.delete_message(chat_id=int(outbound.address), message_id=message_id)
    except BadRequest as error:
        said = error.message.lower()
        if "can't be deleted" in said:
            try:
                return await _edit(
                    bot, replace(outbound, edits=outbound.deletes), outbound.text, None
                )
            except BadRequest as refused:
                if "not found" not in refused.message.lower():
                    raise
        elif "not found" not in said:
            raise
    return Sent(str(outbound.deletes))  # done, or done before: a repeat whose answer was lost


def _keyboard(buttons: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """One button a row: labels are whole words, and phones are narrow."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(choice.label, callback_data=choice.value)] for choice in buttons]
    )


# Parts of Telegram's descriptions, and our words for them: descriptions can hold an address.
_REFUSALS = {
    "chat not found": "chat_not_found",
    "message to edit not found": "edit_not_found",
    "can't be edited": "edit_refused",
    "message is too long": "too_long",
    "button_data_invalid": "button_too_long",
    "not enough rights": "no_rights",
    "have no rights": "no_rights",
    "chat_write_forbidden": "no_rights",
}


def meaning(error: Exception) -> NotSent:
    """What an exception of a call means. The order matters: BadRequest is a NetworkError."""
    match error:
        case RetryAfter():
            return NotSent("429", again=True, after=_seconds(error.retry_after), throttled=True)
        case ChatMigrated():
            return NotSent("migrated", again=False, moved_to=str(error.new_chat_id))
        case Forbidden():
            return _said("forbidden")
        case InvalidToken():
            return _said("token")
        case BadRequest():
            text = error.message.lower()
            words = (word for part, word in _REFUSALS.items() if part in text)
            return _said(next(words, "bad_request"))
        case TimedOut():
            unsure = not isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)
            return _said("timeout", unsure=unsure)
        case NetworkError():
            cause = error.__cause__
            if not isinstance(cause, httpx.HTTPError):  # answered, with 5xx
                return _said("server_error", unsure=True)
            unsure = not isinstance(cause, httpx.ConnectError | httpx.ProxyError)
            return _said("connection", unsure=unsure)
        case ValueError():
            # An address or message id that is no number: ours, and it will not get better.
            return _said("bad_address")
    return _said("unreadable", unsure=True)


def _said(code: str, *, unsure: bool = False) -> NotSent:
    """What a word of ours means, by the table of errors."""
    found = errors.not_sent("telegram", code, unsure=unsure)
    assert found is not None, code
    return found


def _seconds(delay: int | timedelta) -> float:
    return delay.total_seconds() if isinstance(delay, timedelta) else float(delay)
