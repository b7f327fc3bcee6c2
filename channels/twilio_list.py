"""What Twilio has taken for a number: the list that is compared with what we stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from channels import twilio
from channels.twilio import TwilioAccount
from channels.twilio_send import rest
from desk.messages import Inbound, Media

MOST = 5000  # messages of one comparison
_ALLOWANCE = timedelta(seconds=30)  # Twilio's clock is not ours


def received(account: TwilioAccount, since: int) -> Iterator[Inbound]:
    """Messages that came in since then (ms), as Twilio lists them. Raises Twilio's own errors."""
    start = datetime.fromtimestamp(since / 1000, UTC) - _ALLOWANCE
    client = rest(account)
    asked: dict[str, Any] = {"date_sent_after": start, "limit": MOST}
    if not account.sender.startswith("MG"):
        asked["to"] = account.sender
    for one in client.messages.stream(**asked):
        if one.direction != "inbound":
            continue
        form = {"MessageSid": one.sid, "From": one.from_, "To": one.to, "Body": one.body or ""}
        read = twilio.parse_sms(form)
        if not isinstance(read, Inbound):
            continue
        when = one.date_sent or one.date_created
        yield Inbound(
            gateway=read.gateway, kind=read.kind, line=read.line, external_id=read.external_id,
            address=read.address, text=read.text, event=read.event,
            at=None if when is None else int(when.timestamp() * 1000),
            media=tuple(_media(client, account, one)),
        )  # fmt: skip


def _media(client: Any, account: TwilioAccount, message: Any) -> Iterator[Media]:
    if not int(message.num_media or 0):
        return
    for one in client.messages(message.sid).media.list(limit=20):
        url = f"{account.api_base.rstrip('/')}{str(one.uri).removesuffix('.json')}"
        yield Media(twilio.kind_of(one.content_type or ""), url, one.content_type)
