"""A simulated phone, held by a program: the client side of the control interface."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unplugged(Exception):
    """The simulators did not answer, or refused; the message says which."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What came on the screen. kind: message, edit, delete or toast. buttons: their labels."""

    seq: int
    kind: str
    text: str
    message_id: int | None = None
    buttons: tuple[str, ...] = ()


@dataclass
class Handset:
    """One phone. channel: `sms`, or `telegram` with the bot it writes to.

    address: a number in E.164, or a Telegram id. seen: how far the screen was read.
    """

    base_url: str
    channel: str
    address: str
    bot: str = "senders"
    seen: int = 0
    pending: list[Shown] = field(default_factory=list)

    def say(self, text: str, reply_to: int | None = None) -> str | None:
        """Send words; returns why they did not reach the hotline, or None."""
        if self.channel == "sms":
            answer = self._post("/phone/sms", {"from": self.address, "text": text})
            if answer["delivered"]:
                return None
            last = answer["answers"][-1]
            return f"the hotline answered {last['status'] or last['text']}"
        more = {} if reply_to is None else {"reply_to": reply_to}
        self._telegram("message", text=text, **more)
        return None

    def pin(self, lat: float, lon: float) -> None:
        self._telegram("message", location={"latitude": lat, "longitude": lon})

    def file(self, kind: str, caption: str | None = None) -> None:
        """Send a photo, voice note or other file."""
        self._telegram("message", file=kind, **({"text": caption} if caption else {}))

    def press(self, message_id: int, button: int) -> None:
        """Press the n-th button, from 1, under a message."""
        self._telegram("press", message_id=message_id, button=button)

    def block(self, blocked: bool = True) -> None:
        self._telegram("block", blocked=blocked)

    def look(self, wait: float = 0.0) -> list[Shown]:
        """What came on the screen since the last look; waits up to `wait` seconds."""
        if self.channel == "sms":
            path, query = "/phone/sms", {"number": self.address}
        else:
            path, query = f"/phone/telegram/{self.bot}", {"chat": self.address}
        query |= {"since": str(self.seen), "wait": str(wait)}
        screen = self._get(f"{path}?{urlencode(query)}", wait + 10)
        self.seen = screen["next"]
        return [
            Shown(one["seq"], one["kind"], one.get("text", ""), one.get("message_id"),
                  tuple(one.get("buttons", ())))
            for one in screen["events"]
            if one["kind"] != "typing"
        ]  # fmt: skip

    def next(self, wait: float = 5.0) -> Shown | None:
        """The next thing on the screen, or None if none comes within `wait` seconds."""
        if not self.pending:
            self.pending = self.look(wait)
        return self.pending.pop(0) if self.pending else None

    def _telegram(self, act: str, **what: Any) -> None:
        self._post(f"/phone/telegram/{self.bot}/{act}", {"from": int(self.address), **what})

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._open(
            urllib.request.Request(self.base_url + path, data, headers),  # noqa: S310
            60.0,
        )

    def _get(self, path: str, timeout: float) -> dict[str, Any]:
        return self._open(urllib.request.Request(self.base_url + path), timeout)  # noqa: S310

    def _open(self, asked: urllib.request.Request, timeout: float) -> dict[str, Any]:
        try:
            with _OPENER.open(asked, timeout=timeout) as answer:
                value: dict[str, Any] = json.load(answer)
                return value
        except urllib.error.HTTPError as error:
            raise Unplugged(f"refused: {error.read(2000).decode('utf-8', 'replace')}") from None
        except (OSError, ValueError) as error:
            raise Unplugged(f"no answer from {self.base_url}: {error}") from None
