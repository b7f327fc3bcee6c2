"""Polling: an update at which we fail ourselves is put aside, and those behind it pass."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.polling import poll
from channels.telegram import TelegramBot
from channels.telegram_api import SENDER_UPDATES
from desk.house import Desk
from simulators import server
from simulators.handset import Handset
from simulators.world import BotTarget, Targets

TOKEN = "7000001:senders"


def test_a_poisoned_update_holds_up_nobody(desk: Desk) -> None:
    targets = Targets(bots=(BotTarget("senders", TOKEN, "s_bot", "S", True),))
    with server.running(targets) as world:
        for text in ("mot", "doc", "hai"):
            Handset(world, "telegram", "5001").say(text)
        taken, parked = asyncio.run(_poll(desk, TelegramBot(TOKEN, "telegram:senders", world)))
    assert taken == ["mot", "hai"]
    assert parked == ["doc", "doc"], "not confirmed before it was put aside"


async def _poll(desk: Desk, bot: TelegramBot) -> tuple[list[str], list[str]]:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    taken: list[str] = []
    parked: list[str] = []

    def take(update: Any) -> None:
        text = update["message"]["text"]
        if text == "doc":
            raise ZeroDivisionError
        taken.append(text)
        if text == "hai":
            loop.call_soon_threadsafe(stopped.set)

    def park(update: Any) -> None:
        parked.append(update["message"]["text"])
        if len(parked) == 1:
            raise OSError(28, "no space left")

    running = asyncio.create_task(poll(desk, bot, take, park, SENDER_UPDATES, stopped))
    await asyncio.wait_for(stopped.wait(), 30)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return taken, parked
