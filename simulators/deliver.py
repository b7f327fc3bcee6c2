"""Posting a webhook to the hotline, as a provider would."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

TIMEOUT_S = 15.0  # Twilio's default for a webhook


@dataclass(frozen=True, slots=True)
class Answer:
    """status: None where no answer came; then text says why."""

    status: int | None
    text: str

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float = TIMEOUT_S) -> Answer:
    """Post and report what came back. Only http and https, and never through a proxy."""
    if not url.startswith(("http://", "https://")):
        return Answer(None, "no web address")
    asked = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310
    try:
        with _OPENER.open(asked, timeout=timeout) as answer:
            return Answer(answer.status, answer.read(65536).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(65536).decode("utf-8", "replace"))
    except (OSError, ValueError) as error:
        return Answer(None, type(error).__name__)
