"""Twilio SMS, the way in: what its webhooks carry. The way out is `channels.twilio_send`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels import phone, wire
from channels.channel import Parsed
from channels.twilio_signature import verify
from desk.messages import Event, Ignored, Inbound, Media, Receipt, Refused

__all__ = ["TwilioAccount", "parse", "parse_sms", "parse_status", "verify"]

# Twilio's defaults where Advanced Opt-Out does not say OptOutType itself: by then Twilio has
# blocked or freed the number on its side. Only a message that is exactly one of these words
# counts. YES frees too, but it is an answer to our questions, so it stays a message.
# (Twilio, "Twilio support for opt-out keywords"; "Customize users' opt-in and opt-out
# experience with Advanced Opt-Out")
BLOCKING_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
FREEING_WORDS = frozenset({"START", "UNSTOP"})

_STATES = {"sent": "sent", "delivered": "delivered", "read": "delivered"}
_FAILURES = frozenset({"failed", "undelivered", "canceled"})
_NOT_YET = frozenset(
    {"accepted", "scheduled", "queued", "sending", "receiving", "received", "partially_delivered"}
)
_OTHER_CHANNEL = re.compile(r"([a-z]{2,20}):", re.IGNORECASE)
_MAX_MEDIA = 100  # more than any carrier passes on


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """One Twilio number. sender: a number in E.164, a sender's name, or a service's `MG...` sid.

    api_base: origin of the REST interface. status_url: where Twilio reports what became of a
    text; None for no reports. shared_keys: secrets of Twilio's newer webhook keys by their id.
    rate: parts of texts that may leave in a second; None for Twilio's default of this sender.
    """

    sid: str
    token: str = field(repr=False)
    sender: str
    api_base: str = "https://api.twilio.com"
    status_url: str | None = None
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    rate: float | None = None

    @property
    def line(self) -> str:
        return f"twilio:{self.sender}"


def parse(payload: Mapping[str, Any]) -> Parsed:
    """Read either webhook: a status report names MessageStatus, a message does not."""
    if not isinstance(payload, Mapping):
        return Refused("not a form")
    return parse_status(payload) if "MessageStatus" in payload else parse_sms(payload)


def parse_sms(params: Mapping[str, Any]) -> Inbound | Refused:
    """Read an incoming message (Twilio, "Twilio's Request to your Incoming Message Webhook URL").

    params: the form; of a repeated field the first value counts. Twilio gives no time.
    """
    external_id = wire.token(params.get("MessageSid") or params.get("SmsSid"))
    if external_id is None:
        return Refused("no MessageSid")
    for end in ("From", "To"):
        other = _OTHER_CHANNEL.match(wire.clean(params.get(end)))
        if other:
            return Refused(f"a {other[1].lower()} address on the SMS line")
    sender = phone.from_wire(params.get("From"))
    if sender is None:
        return Refused("From is no phone number")
    line = phone.from_wire(params.get("To"))
    if line is None:
        return Refused("To is no phone number")
    text = wire.clean(params.get("Body"))
    return Inbound(
        gateway="twilio",
        kind="sms",
        line=f"twilio:{line}",
        external_id=external_id,
        address=sender,
        text=text,
        event=_event(params.get("OptOutType"), text),
        frees=text.strip().upper() == "YES",
        media=_media(params),
    )


def parse_status(params: Mapping[str, Any]) -> Receipt | Refused | Ignored:
    """Read a status report (Twilio, "Track the Message Status of Outbound Messages")."""
    provider_id = wire.token(params.get("MessageSid") or params.get("SmsSid"))
    if provider_id is None:
        return Refused("no MessageSid")
    status = wire.clean(params.get("MessageStatus") or params.get("SmsStatus")).lower()
    code = wire.token(params.get("ErrorCode"), 16)
    if status in _FAILURES:
        return Receipt("twilio", provider_id, "failed", code or status)
    if status in _STATES:
        state: Any = _STATES[status]
        return Receipt("twilio", provider_id, state)
    if status in _NOT_YET:
        return Ignored(f"status:{status}")
    return Refused("no known MessageStatus")


def _event(opt_out_type: object, text: str) -> Event:
    match opt_out_type:
        case "STOP":
            return "opted_out"
        case "START":
            return "opted_in"
        case "HELP":
            return "message"
    word = text.strip().upper()
    if word in BLOCKING_WORDS:
        return "opted_out"
    return "opted_in" if word in FREEING_WORDS else "message"


def _media(params: Mapping[str, Any]) -> tuple[Media, ...]:
    """All MediaUrlN there are: NumMedia has been seen to be wrong, the fields have not."""
    found = []
    for index in range(_MAX_MEDIA):
        url = wire.token(params.get(f"MediaUrl{index}"), 2048)
        if url is None:
            break
        if url.startswith(("https://", "http://")):
            mime = wire.token(params.get(f"MediaContentType{index}"))
            found.append(Media(kind=kind_of(mime or ""), reference=url, mime=mime))
    return tuple(found)


def kind_of(mime: str) -> str:
    kinds = {"image": "photo", "audio": "voice", "video": "video"}
    if "vcard" in mime:
        return "contact"
    return kinds.get(mime.partition("/")[0].lower(), "document")
