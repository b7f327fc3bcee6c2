"""What went wrong with a text by Twilio; what its codes mean is in `errors.toml`."""

from __future__ import annotations

import requests
import urllib3
from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.response import Response  # type: ignore[import-untyped]

from channels import errors
from desk.messages import NotSent

MEND_S = 300.0  # something the operator must mend first: texts wait, no hammering


class Throttled(TwilioException):  # type: ignore[misc]
    """Answered 429. after: seconds to wait, where Twilio said so."""

    def __init__(self, after: float | None) -> None:
        super().__init__("too many requests")
        self.after = after


def meaning(error: Exception) -> NotSent:
    """What an exception of a request to Twilio means. Anything unknown is worth another try."""
    match error:
        case Throttled():
            return NotSent("429", again=True, after=error.after, throttled=True)
        case TwilioRestException() | TwilioServiceException():
            return _answered(str(error.code), error.status)
        case TwilioException(args=(_, Response(status_code=status))):  # a page of a list
            return _answered(str(status), status)
        case requests.Timeout() if not isinstance(error, requests.ConnectTimeout):
            return NotSent("timeout", again=True, unsure=True)
        case requests.ConnectionError():
            # Once bytes have left, a broken connection does not tell whether they arrived.
            unsure = not _never_left(error)
            return NotSent("connection", again=True, unsure=unsure)
        case requests.RequestException():
            return NotSent("connection", again=True, unsure=True)
    # An answer that could not be read, for one: the text may have been taken.
    return NotSent("unreadable", again=True, unsure=True)


def _answered(code: str, status: int) -> NotSent:
    known = errors.not_sent("twilio", code)
    if known is not None:
        return known
    if status >= 500:
        return NotSent(code, again=True, unsure=status != 503)
    if status in (401, 403, 404):
        return NotSent(code, again=True, after=MEND_S)
    return NotSent(code, again=status in (408, 425))


def _never_left(error: requests.ConnectionError) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)
