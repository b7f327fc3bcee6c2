"""A hotline in one process for journeys: real database, real desk, phones that keep their texts.

Time stands until it is moved, and nothing is delivered until the stage says so: what a worker
would do within two seconds happens in `settle`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot import staff as staff_bot
from channels.memory import MemoryAccount, MemoryChannel
from desk import claims, erasing, intake, paging, queue, roster, timing, transfers
from desk.house import Desk
from desk.intake import Received
from desk.messages import Inbound, Location, Media, NotSent, Outbound, Result, Sent
from desk.paging import STAFF_LINE
from desk.roster import NotAdded
from store.people import Person
from tests.conftest import Moved, Rung
from worker.delivery import deliver_pages, deliver_texts

SMS_LINE = "twilio:+84280000111"
TELEGRAM_LINE = "telegram:senders"


@dataclass
class Stage:
    """What tests drive: phones write, staff press and answer, the clock is moved."""

    desk: Desk
    clock: Moved
    bell: Rung
    sms: MemoryChannel = field(default_factory=lambda: MemoryChannel(MemoryAccount(SMS_LINE)))
    telegram: MemoryChannel = field(
        default_factory=lambda: MemoryChannel(MemoryAccount(TELEGRAM_LINE))
    )
    staff: MemoryChannel = field(default_factory=lambda: MemoryChannel(MemoryAccount(STAFF_LINE)))
    greeted: list[int] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def wires(self) -> dict[str, Any]:
        return {SMS_LINE: self.sms, TELEGRAM_LINE: self.telegram, STAFF_LINE: self.staff}

    def write(
        self, text: str, sender: str = "+84900000001", *, at: int | None = None, **more: Any
    ) -> Received:
        """A text from a phone; `external_id` to repeat a delivery."""
        by_telegram = not sender.startswith("+")
        values: dict[str, Any] = {
            "gateway": "telegram" if by_telegram else "twilio",
            "kind": "telegram" if by_telegram else "sms",
            "line": TELEGRAM_LINE if by_telegram else SMS_LINE,
            "external_id": f"SM{next(self.numbers):06d}",
            "address": sender,
            "text": text,
            "at": at,
            **more,
        }
        return intake.take_in(self.desk, Inbound(**values))

    def talk(self, text: str, sender: str = "+84900000001", **more: Any) -> list[str]:
        """Write, let the pause for pieces pass, and return what the phone shows next."""
        before = len(self.phone(sender))
        self.write(text, sender, **more)
        self.settle()
        return self.phone(sender)[before:]

    def settle(self, seconds: float = 1.5) -> None:
        """Let time pass and do what the workers would do meanwhile."""
        self.deliver()
        self.clock.move(seconds)
        paging.climb(self.desk)
        claims.expire(self.desk)
        transfers.lapse(self.desk)
        timing.run_due(self.desk)
        erasing.run_due(self.desk)
        self.deliver()

    def deliver(self) -> None:
        deliver_pages(self.desk, self.wires)
        for lane in ("urgent", "rest"):
            deliver_texts(self.desk, self.wires, lane)

    def phone(self, sender: str = "+84900000001") -> list[str]:
        """Everything that a sender's phone has shown."""
        return [o.text for o in (*self.sms.sent, *self.telegram.sent) if o.address == sender]

    def add(self, name: str, centre: str, **more: Any) -> Person:
        telegram_id = more.pop("telegram_id", 9000 + next(self.numbers))
        added = roster.add(self.desk, name, centre, telegram_id=telegram_id, **more)
        assert not isinstance(added, NotAdded), added
        return added

    def pages(self, person: Person) -> list[Outbound]:
        """Everything that a member of staff was sent by the staff bot, presses' answers too."""
        chat = str(roster.telegram_id_of(self.desk, person))
        return [o for o in self.staff.sent if o.address == chat]

    def press(self, person: Person, page: Outbound | None = None, data: str | None = None) -> None:
        """Press the first button of a page (the newest one with a button)."""
        telegram_id = roster.telegram_id_of(self.desk, person)
        shown = page or [o for o in self.pages(person) if o.choices][-1]
        update = {
            "update_id": next(self.numbers),
            "callback_query": {
                "id": f"press-{next(self.numbers)}",
                "from": {"id": telegram_id, "is_bot": False, "first_name": "x"},
                "message": {"message_id": 1, "chat": {"id": telegram_id, "type": "private"}},
                "data": shown.choices[0].value if data is None else data,
            },
        }
        staff_bot.take(self.desk, self._greet, update)
        self.deliver()

    def answer(self, person: Person, text: str, to: Outbound) -> None:
        """Reply in the staff bot to a message that it sent."""
        telegram_id = roster.telegram_id_of(self.desk, person)
        number = self.staff.sent.index(to) + 1
        update = {
            "update_id": next(self.numbers),
            "message": {
                "message_id": 100_000 + next(self.numbers),
                "from": {"id": telegram_id, "is_bot": False, "first_name": "x"},
                "chat": {"id": telegram_id, "type": "private"},
                "text": text,
                "reply_to_message": {"message_id": number, "text": to.text,
                                     "chat": {"id": telegram_id, "type": "private"}},
            },
        }  # fmt: skip
        staff_bot.take(self.desk, self._greet, update)
        self.deliver()

    def _greet(self, chat_id: int, telegram_id: int) -> None:
        self.greeted.append(telegram_id)

    def ticket(self, ref: str | None = None) -> dict[str, Any]:
        """One ticket with everything; the only one if no reference is given."""
        if ref is None:
            (only,) = queue.listing(self.desk)
            ref = only["ref"]
        shown = queue.show(self.desk, None, ref)
        assert shown is not None
        return shown

    def tickets(self) -> list[dict[str, Any]]:
        return queue.listing(self.desk)


def number_chats(stage: Stage) -> None:
    """Let the staff channel answer with Telegram's `chat:message` ids."""

    def taken(outbound: Outbound) -> Result:
        return Sent(f"{outbound.address}:{len(stage.staff.sent) + 1}")

    stage.staff.answer = taken


def failing(*results: Result, then: Callable[[Outbound], Result] | None = None) -> Any:
    """An answer for a memory channel: these results in turn, then everything is taken."""
    left = list(results)

    def answer(outbound: Outbound) -> Result:
        if left:
            return left.pop(0)
        return then(outbound) if then else Sent(f"later-{outbound.id}")

    return answer


__all__ = ["Location", "Media", "NotSent", "Sent", "Stage", "failing", "number_chats"]
