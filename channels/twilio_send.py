"""Twilio SMS, the way out: REST through Twilio's library, and what its answers mean."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from channels import twilio
from channels.channel import Parsed
from channels.choices import laid_out
from channels.twilio import TwilioAccount
from channels.twilio_errors import Throttled, meaning
from desk.messages import Capabilities, Limits, NotSent, Outbound, Pace, Result, Sent

CAN = Capabilities(
    buttons=False, media=True, location=False, accents=False, receipts=True, max_length=1600
)
# Parts a second by sender (Twilio, "Understanding Twilio Rate Limits and Message Queues"): what
# is handed over faster waits in Twilio's own queue, where nothing urgent can pass it.
NORTH_AMERICAN = 1.0
OTHERS = 10.0
BURST_S = 20.0  # as much may wait in Twilio's queue; a quarter of it if it is not urgent
CONNECT_S = 5.0
READ_S = 15.0
# Twilio's clock is not ours, and it writes whole seconds. An equal text to the same number this
# close before says the same thing, so taking it for ours costs the reader nothing.
CLOCK_ALLOWANCE = timedelta(seconds=30)
LOOK_BACK = 50  # newest texts between two numbers to look through


def limits(account: TwilioAccount) -> Limits:
    """How fast an account's sender may be used."""
    rate = account.rate
    if rate is None:
        rate = NORTH_AMERICAN if account.sender.startswith("+1") else OTHERS
    pace = Pace(max(1, round(1000 / rate)), burst=max(1, round(rate * BURST_S)))
    return Limits(line=pace, by_parts=True, throttled="line")


class TwilioChannel:
    """Sends and looks up texts of one account. Safe to keep across a fork, not across threads
    that must not wait for each other: they share one pool of connections."""

    name = "twilio"

    def __init__(self, account: TwilioAccount, *, read_s: float = READ_S) -> None:
        self.can = replace(CAN, limits=limits(account))
        self._account = account
        self._read_s = read_s
        self._client: Any = None
        self._pid = 0

    def parse(self, payload: Mapping[str, Any]) -> Parsed:
        return twilio.parse(payload)

    def send(self, outbound: Outbound) -> Result:
        text, _ = laid_out(outbound, CAN)
        if not text.strip():
            return NotSent("empty", again=False)
        if len(text) > CAN.max_length:
            return NotSent("too_long", again=False)
        fields = {"to": outbound.address, "body": text, **self._origin(outbound)}
        if self._account.status_url:
            fields["status_callback"] = self._account.status_url
        try:
            return Sent(self._rest().messages.create(**fields).sid)
        except Exception as error:
            return meaning(error)

    def lookup(
        self, outbound: Outbound, since: int, taken: Container[str] = ()
    ) -> Sent | NotSent | None:
        """Tell whether a text whose sending timed out was taken after all.

        since: when that attempt began, ms since 1970 UTC. taken: provider ids of other texts.
        None: it was not. NotSent: Twilio could not be asked; ask again before repeating.
        """
        text, _ = laid_out(outbound, CAN)
        start = datetime.fromtimestamp(since / 1000, UTC) - CLOCK_ALLOWANCE
        try:
            # Not filtered by DateSent: a text still in Twilio's queue has none.
            found = self._rest().messages.list(to=outbound.address, limit=LOOK_BACK)
        except Exception as error:
            failed = meaning(error)
            return NotSent(failed.code, again=True, after=failed.after, unsure=True)
        for one in found:
            if (
                str(one.direction).startswith("outbound")
                and (one.body or "").strip() == text.strip()
                and (one.date_created is None or one.date_created >= start)
                and one.sid not in taken
            ):
                return Sent(one.sid)
        return None

    def _origin(self, outbound: Outbound) -> dict[str, str]:
        """What to send from. Behind a messaging service the number that was written to answers,
        so that the reader sees one conversation."""
        sender = self._account.sender
        if not sender.startswith("MG"):
            return {"from_": sender}
        number = outbound.line.partition(":")[2]
        return {"messaging_service_sid": sender} | ({"from_": number} if number != sender else {})

    def _rest(self) -> Any:
        """Made anew in a forked child: a socket shared with the parent mixes up answers."""
        if self._client is None or self._pid != os.getpid():
            self._client = rest(self._account, self._read_s)
            self._pid = os.getpid()
        return self._client


def rest(account: TwilioAccount, read_s: float = READ_S) -> Any:
    """Twilio's REST client for an account. read_s: seconds to wait for an answer."""
    return Client(
        account.sid,
        account.token,
        http_client=_Origin(account.api_base, read_s),
        environment={"TWILIO_EDGE": ""},  # not what happens to be in the environment
    )


class _Origin(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's HTTP client, aimed at `api_base` and silent: its log lines carry numbers."""

    def __init__(self, api_base: str, read_s: float) -> None:
        super().__init__()
        self._base = urlsplit(api_base)
        self.timeout = (CONNECT_S, read_s)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        aimed = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        response = super().request(method, aimed.geturl(), *args, **kwargs)
        if response.status_code == 429:
            raise Throttled(_seconds((response.headers or {}).get("Retry-After")))
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        pass

    def log_response(self, status_code: int, response: Any) -> None:
        pass


def _seconds(value: object) -> float | None:
    """Retry-After as seconds; the form with a date is not used by Twilio."""
    text = str(value or "").strip()
    return float(text) if text.isdigit() else None
