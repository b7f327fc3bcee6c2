"""What went wrong with a text by Twilio, and whether trying again can help."""

from __future__ import annotations

import requests
import urllib3
from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.response import Response  # type: ignore[import-untyped]

from desk.messages import NotSent

MEND_S = 300.0  # something the operator must mend first: texts wait, no hammering
LATER_S = 60.0
UNREACHABLE_S = 600.0  # a phone that is off or out of reach

_GONE = NotSent("gone", again=False, gone=True)
_NEVER = NotSent("never", again=False)
_MEND = NotSent("mend", again=True, after=MEND_S)
_LATER = NotSent("later", again=True, after=LATER_S)
_SOON = NotSent("soon", again=True)

# Twilio, "Error and Warning Dictionary". Codes that are not here: 4xx never, 5xx again.
CODES: dict[str, NotSent] = {
    "20003": _MEND,  # wrong sid or token
    "20005": _MEND,  # account not active
    "20404": _MEND,  # no such account
    "20429": _SOON,  # too many requests
    "14107": _SOON,  # rate limit of texts
    "21211": _NEVER,  # To is no valid number
    "21212": _NEVER,  # From is no valid number
    "21214": _NEVER,  # To cannot be reached
    "21217": _NEVER,  # To does not look like a number
    "21408": _NEVER,  # this country is not allowed in the account's settings
    "21602": _NEVER,  # no body
    "21603": _NEVER,  # no From
    "21604": _NEVER,  # no To
    "21606": _NEVER,  # From cannot send texts, or not to there
    "21608": _NEVER,  # trial account: number not verified
    "21610": _GONE,  # the reader sent STOP
    "21611": _LATER,  # this sender's queue is full
    "21612": _NEVER,  # no way from this From to this To
    "21614": _NEVER,  # To is no mobile number
    "21617": _NEVER,  # over 1,600 characters
    "21635": _NEVER,  # To is a landline
    "21660": _NEVER,  # From is not of this account
    "21730": _LATER,  # maintenance
    "30001": _LATER,  # queue overflow
    "30002": _MEND,  # account suspended
    "30003": NotSent("unreachable", again=True, after=UNREACHABLE_S),  # phone off, no network
    "30004": NotSent("blocked", again=False, gone=True),  # the reader or carrier blocks us
    "30005": _NEVER,  # unknown number
    "30006": _NEVER,  # landline, or a carrier that cannot be reached
    "30007": _NEVER,  # filtered by the carrier
    "30008": _LATER,  # unknown
    "30010": _NEVER,  # dearer than allowed
    "30034": _NEVER,  # sender not registered
}


class Throttled(TwilioException):  # type: ignore[misc]
    """Answered 429. after: seconds to wait, where Twilio said so."""

    def __init__(self, after: float | None) -> None:
        super().__init__("too many requests")
        self.after = after


def by_code(code: str) -> NotSent:
    """What Twilio's error code means, in an answer or in a later report (`Receipt.code`)."""
    known = CODES.get(code, _NEVER)
    return NotSent(code, again=known.again, after=known.after, gone=known.gone)


def meaning(error: Exception) -> NotSent:
    """What an exception of a request to Twilio means. Anything unknown is worth another try."""
    match error:
        case Throttled():
            return NotSent("429", again=True, after=error.after)
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
    if code in CODES:
        return by_code(code)
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
