"""Which adapter serves which kind of account. A new channel is one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from channels.channel import Channel
from channels.memory import MemoryAccount, MemoryChannel
from channels.telegram import TelegramBot
from channels.telegram_send import TelegramChannel
from channels.twilio import TwilioAccount
from channels.twilio_send import TwilioChannel

ADAPTERS: dict[type[Any], Callable[[Any], Channel]] = {
    TwilioAccount: TwilioChannel,
    TelegramBot: TelegramChannel,
    MemoryAccount: MemoryChannel,
}
