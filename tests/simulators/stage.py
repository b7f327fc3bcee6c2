"""A world of stand-ins, and a hotline that only writes down what is posted to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from channels.telegram import TelegramBot
from channels.twilio import TwilioAccount
from simulators import server
from simulators.handset import Handset
from simulators.world import BotTarget, Targets, TwilioTarget

SID, TOKEN, NUMBER = "AC00000000000000000000000000000001", "twilio-token", "+15550100001"
SENDERS, STAFF = "7000001:senders-token", "7000002:staff-token"
PERSON, COLLEAGUE = 5550001, 6660001


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        read = parse_qs(self.body.decode(), keep_blank_values=True)
        return {key: values[0] for key, values in read.items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Hotline:
    """answers: statuses to give, in turn; then 200."""

    url: str
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int) -> list[Post]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.posts) >= count, 10), self.posts
            return list(self.posts)

    def wait_inbound(self, count: int) -> list[Post]:
        """The first messages, without the reports on texts of ours that come in between."""

        def inbound() -> list[Post]:
            return [post for post in self.posts if post.path == "/twilio/sms"]

        with self.came:
            assert self.came.wait_for(lambda: len(inbound()) >= count, 10), self.posts
            return inbound()


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with here.came:
                here.posts.append(Post(self.path, dict(self.headers.items()), body))
                status = here.answers.pop(0) if here.answers else 200
                here.came.notify_all()
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Hotline(f"http://127.0.0.1:{web.server_port}")
    threading.Thread(target=web.serve_forever, args=(0.02,), daemon=True).start()
    yield here
    web.shutdown()
    web.server_close()


def targets(hotline: Hotline, state: Path | None = None) -> Targets:
    return Targets(
        twilio=TwilioTarget(SID, TOKEN, NUMBER, f"{hotline.url}/twilio/sms"),
        bots=(
            BotTarget("senders", SENDERS, "hoidap_bot", "Hỏi Đáp"),
            BotTarget("staff", STAFF, "lichtruc_bot", "Lịch trực", open_to_all=True),
        ),
        state=state,
    )


@pytest.fixture
def world(hotline: Hotline) -> Iterator[str]:
    """The origin of running stand-ins."""
    with server.running(targets(hotline)) as origin:
        yield origin


@pytest.fixture
def account(world: str, hotline: Hotline) -> TwilioAccount:
    return TwilioAccount(SID, TOKEN, NUMBER, world, f"{hotline.url}/twilio/status")


@pytest.fixture
def senders(world: str) -> TelegramBot:
    return TelegramBot(SENDERS, "telegram:senders", world, "s3cret")


@pytest.fixture
def staff(world: str) -> TelegramBot:
    return TelegramBot(STAFF, "telegram:staff", world, "s3cret")


@pytest.fixture
def phone(world: str) -> Handset:
    """An SMS phone."""
    return Handset(world, "sms", "+84912000001")


@pytest.fixture
def app(world: str) -> Handset:
    """The Telegram of a sender."""
    return Handset(world, "telegram", str(PERSON))


@pytest.fixture
def colleague(world: str) -> Handset:
    """The Telegram of a member of staff."""
    return Handset(world, "telegram", str(COLLEAGUE), bot="staff")
