"""The providers' side under load: signed webhooks, repeated until they are acknowledged, and a
ledger of its own, fsynced line by line, of what was answered."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from channels.twilio_signature import sign
from tests.faults.stack import NUMBER, SECRET, TOKEN, Stack

OPENINGS = (
    "em bi nhot o bavet, ho thu ho chieu, que em o {place}",
    "cuu em voi, ho giu giay to, em o {place}",
)
PLACES = ("an giang", "lang son", "lao cai", "tay ninh", "nghe an", "quang ninh")
WORDS = (
    "co hai nguoi nua o cung em", "em khong biet dia chi", "ho dang ngu", "nha mau vang",
    "em so lam", "cua khoa ngoai", "em nghe tieng xe", "chua ai biet em nhan tin",
)  # fmt: skip
MOST_OF_ONE = 15  # messages of a phone: one that writes more in a minute is answered slowly
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. status: 0 where no answer came. at, took: seconds."""

    provider_id: str
    conversation: str
    sequence: int
    status: int
    at: float
    took: float


@dataclass
class Ledger:
    """What was posted and how it was answered. keeps: whether the lines are kept in memory too."""

    path: Path
    keeps: bool = True
    accepted: int = 0
    entries: list[Entry] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, entry: Entry) -> None:
        with self.lock:
            with self.path.open("a") as file:
                file.write(json.dumps([getattr(entry, n) for n in Entry.__slots__]) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self.accepted += 200 <= entry.status < 300
            if self.keeps:
                self.entries.append(entry)

    def acknowledged(self) -> list[Entry]:
        """The first acknowledgement of each message, in the order in which they came."""
        first: dict[str, Entry] = {}
        for entry in self.entries:
            if 200 <= entry.status < 300:
                first.setdefault(entry.provider_id, entry)
        return list(first.values())

    def conversations(self) -> list[str]:
        return sorted({entry.conversation for entry in self.entries})


@dataclass
class Load:
    """Conversations that go on until they are told to stop."""

    stack: Stack
    ledger: Ledger
    rng: random.Random
    stopped: threading.Event = field(default_factory=threading.Event)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    keeps_forms: bool = True
    pause: float = 0.15

    def sms(self, conversation: str, sequence: int, text: str, tries: int = 400) -> int:
        """Post one SMS until it is acknowledged, as a provider that repeats does."""
        provider_id = f"SM{conversation[1:]}x{sequence}"
        form = {"MessageSid": provider_id, "From": conversation, "To": NUMBER, "Body": text}
        if self.keeps_forms:
            self.forms[provider_id] = form
        for _ in range(tries):
            status = self.post_form(form, conversation, sequence)
            if 200 <= status < 300:
                return status
            time.sleep(0.1)
        return 0

    def post_form(self, form: dict[str, str], conversation: str, sequence: int) -> int:
        url = f"{self.stack.url}/twilio/sms"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(url, list(form.items()), TOKEN),
        }
        return self._post("/twilio/sms", urlencode(form).encode(), headers, form["MessageSid"],
                          conversation, sequence)  # fmt: skip

    def telegram(self, person: int, sequence: int, text: str, date: float) -> int:
        """Post one update of the senders' bot until it is acknowledged."""
        chat = {"id": person, "type": "private", "first_name": "X"}
        message = {"message_id": sequence, "date": int(date), "text": text, "chat": chat,
                   "from": {"id": person, "is_bot": False, "first_name": "X"}}  # fmt: skip
        body = json.dumps({"update_id": next(_numbers), "message": message}).encode()
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
        for _ in range(400):
            status = self._post("/telegram/sender", body, headers, f"{person}:{sequence}",
                                f"tg{person}", sequence)  # fmt: skip
            if status == 200:
                return status
            time.sleep(0.1)
        return 0

    def _post(
        self, path: str, body: bytes, headers: dict[str, str], provider_id: str,
        conversation: str, sequence: int,
    ) -> int:  # fmt: skip
        began = time.monotonic()
        status = post(self.stack.url, path, body, headers)
        took = time.monotonic() - began
        self.ledger.write(
            Entry(provider_id, conversation, sequence, status, time.time(), round(took, 4))
        )
        return status

    def talk(self, conversation: str, seed: float, place: str) -> None:
        """One conversation after the other: the next message follows when the one before is
        acknowledged."""
        rng = random.Random(seed)
        text = rng.choice(OPENINGS).format(place=place)
        sequence = 0
        while not self.stopped.is_set():
            if sequence == MOST_OF_ONE:
                conversation, sequence = new_number(), 0
                text = rng.choice(OPENINGS).format(place=place)
            sequence += 1
            self.sms(conversation, sequence, text)
            text = rng.choice(WORDS)
            self.stopped.wait(rng.uniform(0.3, 1.7) * self.pause)

    @contextmanager
    def running(self, conversations: int = 6) -> Iterator[None]:
        """Keep new conversations going for the length of a `with`; then each has been answered."""
        threads = [
            threading.Thread(
                target=self.talk, args=(new_number(), self.rng.random(), PLACES[n % len(PLACES)])
            )
            for n in range(conversations)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(90)
            self.stopped.clear()
            assert not any(thread.is_alive() for thread in threads), "never acknowledged"


def new_number() -> str:
    """A phone that has not written before; its block is kept for invention."""
    return f"+84912{next(_numbers):06d}"


def new_person() -> int:
    return 5_500_000 + next(_numbers)


def post(url: str, path: str, body: bytes, headers: dict[str, str], timeout: float = 15.0) -> int:
    """Post as a provider does, over a connection of its own; 0 where no answer came."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
