"""Point a Twilio number at our webhooks: for `hotline webhooks set` and `hotline doctor`."""

from __future__ import annotations

from typing import Any

from channels.twilio import TwilioAccount
from channels.twilio_send import rest

RETRIES = "rc=3&rp=all"  # three more times, whatever the failure was


class NoSuchNumber(Exception):
    """The account has no number of that name; the message says what to do."""


def set_webhook(account: TwilioAccount, url: str) -> None:
    """Have incoming SMS posted to `url`. Raises NoSuchNumber, or Twilio's own errors.

    Twilio repeats a webhook that failed to connect, and with `rp=all` in the fragment one that was
    answered 5xx too (Twilio, "Webhooks (HTTP callbacks): Connection Overrides").
    """
    _number(account).update(sms_url=f"{url}#{RETRIES}", sms_method="POST")


def webhook_url(account: TwilioAccount) -> str:
    """Where incoming SMS are posted now."""
    return str(_number(account).sms_url or "")


def _number(account: TwilioAccount) -> Any:
    found = rest(account).incoming_phone_numbers.list(phone_number=account.sender, limit=1)
    if not found:
        raise NoSuchNumber(
            f"Twilio knows no number {account.sender} in this account: set the webhook of your "
            "messaging service in Twilio's console"
        )
    return found[0]
