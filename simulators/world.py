"""What all stand-ins share: the settings they are given, one lock, and what phones show."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulators.kept import Kept


@dataclass(frozen=True, slots=True)
class TwilioTarget:
    """A Twilio account with one number, and the hotline's webhook for it (signed as written)."""

    sid: str
    token: str = field(repr=False)
    number: str
    sms_url: str


@dataclass(frozen=True, slots=True)
class BotTarget:
    """A bot. name: what phones call it by ("senders", "staff").

    open_to_all: everybody counts as having pressed Start, as demo staff must.
    """

    name: str
    token: str = field(repr=False)
    username: str
    first_name: str
    open_to_all: bool = False

    @property
    def id(self) -> int:
        head = self.token.partition(":")[0]
        return int(head) if head.isdigit() else 7000000


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the demo staff, to be chosen on the phone page. centre: as people call it."""

    name: str
    telegram_id: int
    centre: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What to stand in for. state: a folder to remember in, None for a world that forgets.

    most: how much of each kind is remembered (messages, screens, calls), None for all.
    desk: address of the desk, and staff: who is on call, both for the phone page only.
    """

    twilio: TwilioTarget | None = None
    bots: tuple[BotTarget, ...] = ()
    state: Path | None = None
    most: int | None = None
    desk: str | None = None
    staff: tuple[Colleague, ...] = ()


class World:
    """Holds `changed` around every change, and wakes whoever waits for one."""

    def __init__(self, targets: Targets) -> None:
        self.targets = targets
        self.changed = threading.Condition(threading.RLock())
        self.kept = Kept(targets.state, targets.most)
        self.stopping = False
        self._screens: dict[str, list[dict[str, Any]]] = {}
        for shown in self.kept.table("screen").values():
            self._screens.setdefault(shown["phone"], []).append(shown)

    def number(self, name: str, start: int = 1) -> int:
        """The next number of a series that a restart does not begin anew."""
        with self.changed:
            value = int(self.kept.table("numbers").get(name, start - 1)) + 1
            self.kept.put("numbers", name, value)
            return value

    def show(self, phone: str, event: dict[str, Any]) -> None:
        """Put something on a phone's screen, and wake those who watch it."""
        with self.changed:
            seq = self.number("screen")
            shown = {"seq": seq, "phone": phone, "at": time.time(), **event}
            forgotten = self.kept.put("screen", str(seq), shown)
            self._screens.setdefault(phone, []).append(shown)
            if forgotten is not None:
                screen = self._screens[forgotten["phone"]]
                screen.remove(forgotten)
                if not screen:
                    del self._screens[forgotten["phone"]]
            self.changed.notify_all()

    def show_sent(self, phone: str, event: dict[str, Any]) -> None:
        """Note what a phone itself has sent; kept apart, so that a screen holds what came."""
        self.show(f"sent:{phone}", event)

    def screen(self, phone: str, since: int = 0, wait: float = 0.0) -> list[dict[str, Any]]:
        """What came on a phone's screen after number `since`; waits up to `wait` seconds."""
        return self.screens((phone,), since, wait)

    def screens(
        self, phones: Collection[str], since: int = 0, wait: float = 0.0
    ) -> list[dict[str, Any]]:
        """The same of several phones, in the order in which it came."""

        def new() -> list[dict[str, Any]]:
            shown = (one for phone in phones for one in self._screens.get(phone, ()))
            return sorted((one for one in shown if one["seq"] > since), key=lambda one: one["seq"])

        with self.changed:
            self.changed.wait_for(lambda: new() or self.stopping, timeout=wait)
            return new()

    def stop(self) -> None:
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
