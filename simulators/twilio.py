"""A stand-in of Twilio's Messages resource, and of Twilio's own handling of STOP.

It checks what Twilio checks and answers in Twilio's shapes. Sources: Twilio, "Message resource",
"Error and Warning Dictionary", "Twilio support for opt-out keywords".
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, jsonify, request
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from simulators import deliver
from simulators.faults import Fault, Faults
from simulators.world import TwilioTarget, World

MAX_BODY = 1600
STOP = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START = {"START", "YES", "UNSTOP"}
HELP = {"HELP", "INFO"}
_HELP_TEXT = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
_NUMBER_SID = "PN00000000000000000000000000000001"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_GSM = re.compile(
    r"[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\\[~\]|€]*"
)


class TwilioStandIn:
    """One account. Inbound texts come by `receive`, outbound ones through the blueprint."""

    def __init__(self, world: World, target: TwilioTarget) -> None:
        self._world = world
        self._target = target
        # Set anew at every start: a hotline that was started again may listen elsewhere.
        self._sms_url = target.sms_url
        self.faults = Faults("twilio", self._refuse, world.targets.most)

    # The hotline's side: the REST interface

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio", __name__, url_prefix="/2010-04-01/Accounts")
        routes.add_url_rule("/<sid>.json", view_func=self._account)
        routes.add_url_rule("/<sid>/Messages.json", view_func=self._messages, methods=["GET"])
        routes.add_url_rule("/<sid>/Messages.json", "send", self._send, methods=["POST"])
        routes.add_url_rule("/<sid>/Messages/<message>.json", view_func=self._message)
        routes.add_url_rule("/<sid>/Messages/<message>/Media.json", view_func=self._media_list)
        routes.add_url_rule("/<sid>/Messages/<message>/Media/<media>", view_func=self._media)
        routes.add_url_rule("/<sid>/IncomingPhoneNumbers.json", view_func=self._numbers)
        routes.add_url_rule(
            "/<sid>/IncomingPhoneNumbers/<number>.json", view_func=self._change_number,
            methods=["POST"],
        )  # fmt: skip
        routes.url_value_preprocessor(_note_account)
        routes.before_request(self._check_account)
        return routes

    def _check_account(self) -> Response | None:
        given, sid = request.authorization, g.sid
        if (
            given is None
            or given.username != self._target.sid
            or given.password != self._target.token
        ):
            return _error(401, 20003, "Authenticate")
        if sid != self._target.sid:
            return _missing()
        return None

    def _account(self) -> Response:
        sid = self._target.sid
        return jsonify(sid=sid, friendly_name="Stand-in", status="active", type="Full",
                       owner_account_sid=sid, uri=f"/2010-04-01/Accounts/{sid}.json")  # fmt: skip

    def _numbers(self) -> Response:
        asked = request.args.get("PhoneNumber")
        here = [self._number()] if asked in (None, self._target.number) else []
        uri = f"/2010-04-01/Accounts/{self._target.sid}/IncomingPhoneNumbers.json"
        return jsonify(incoming_phone_numbers=here, page=0, page_size=50, start=0, end=len(here),
                       uri=uri, first_page_uri=uri, next_page_uri=None,
                       previous_page_uri=None)  # fmt: skip

    def _change_number(self, number: str) -> Response:
        if number != _NUMBER_SID:
            return _missing()
        url = request.form.get("SmsUrl")
        if url and not urlsplit(url).netloc:
            return _error(400, 21502, f"{url} is not a valid URL")
        if url is not None:
            self._sms_url = url
        return _json(self._number())

    def _number(self) -> dict[str, Any]:
        uri = f"/2010-04-01/Accounts/{self._target.sid}/IncomingPhoneNumbers/{_NUMBER_SID}.json"
        return {
            "sid": _NUMBER_SID, "account_sid": self._target.sid, "uri": uri,
            "phone_number": self._target.number, "friendly_name": self._target.number,
            "sms_url": self._sms_url, "sms_method": "POST", "api_version": "2010-04-01",
            "capabilities": {"sms": True, "mms": True, "voice": False, "fax": False},
        }  # fmt: skip

    def _send(self) -> Response:
        form = request.form

        def take() -> Response:
            refused = self._why_not(form)
            if refused is not None:
                return refused
            sender = form.get("From") or self._target.number
            message = self._new("outbound-api", sender, form["To"], form["Body"])
            self._deliver(message, form.get("StatusCallback"))
            return _json(message, 201)

        return self.faults.around("create", form.get("To", ""), take)

    def _why_not(self, form: Mapping[str, str]) -> Response | None:
        to, body = form.get("To", ""), form.get("Body", "")
        if not to:
            return _error(400, 21604, "A 'To' phone number is required.")
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return _error(400, 21603, "A 'From' phone number is required.")
        if not body:
            return _error(400, 21602, "Message body is required.")
        if len(body) > MAX_BODY:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 character "
                          "limit")  # fmt: skip
        if not _E164.fullmatch(to):
            return _error(400, 21211, f"Invalid 'To' Phone Number: {to[:12]}")
        if form.get("From", self._target.number) != self._target.number:
            return _error(400, 21660, "Mismatch between the 'From' number and the account")
        if to == self._target.number:
            return _error(400, 21266, "'To' and 'From' number cannot be the same")
        callback = form.get("StatusCallback")
        if callback and not urlsplit(callback).netloc:
            return _error(400, 21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
        if to in self._world.kept.table("opted_out"):
            return _error(400, 21610, "Attempt to send to unsubscribed recipient")
        return None

    def _messages(self) -> Response:
        return self.faults.around("list", request.args.get("To", ""), self._list)

    def _list(self) -> Response:
        asked = request.args
        size = min(max(asked.get("PageSize", 50, int), 1), 1000)
        page = max(asked.get("Page", 0, int), 0)
        with self._world.changed:
            everything = list(self._world.kept.table("sms").values())
        found = [one for one in reversed(everything) if _wanted(one, asked)]
        here = found[page * size : (page + 1) * size]
        path = f"/2010-04-01/Accounts/{self._target.sid}/Messages.json"

        def uri(number: int) -> str:
            query = {**asked.to_dict(), "PageSize": str(size), "Page": str(number)}
            return f"{path}?{urlencode(query)}"

        more = len(found) > (page + 1) * size
        return jsonify(
            messages=here, page=page, page_size=size, start=page * size,
            end=page * size + max(len(here) - 1, 0), uri=uri(page), first_page_uri=uri(0),
            next_page_uri=uri(page + 1) if more else None,
            previous_page_uri=uri(page - 1) if page else None,
        )  # fmt: skip

    def _message(self, message: str) -> Response:
        found = self._world.kept.table("sms").get(message)
        return _missing() if found is None else _json(found)

    def _media_list(self, message: str) -> Response:
        base = f"/2010-04-01/Accounts/{self._target.sid}/Messages/{message}/Media"
        with self._world.changed:
            kept = dict(self._world.kept.table("media"))
        here = [
            {"sid": name.partition("/")[2], "account_sid": self._target.sid, "parent_sid": message,
             "content_type": mime, "uri": f"{base}/{name.partition('/')[2]}.json"}
            for name, mime in kept.items() if name.startswith(f"{message}/")
        ]  # fmt: skip
        uri = f"{base}.json"
        return jsonify(media_list=here, page=0, page_size=50, start=0, end=max(len(here) - 1, 0),
                       uri=uri, first_page_uri=uri, next_page_uri=None,
                       previous_page_uri=None)  # fmt: skip

    def _media(self, message: str, media: str) -> Response:
        found = self._world.kept.table("media").get(f"{message}/{media}")
        if found is None:
            return _missing()
        return Response(f"stand-in for {media}".encode(), mimetype=found)

    def _refuse(self, fault: Fault) -> Response:
        if fault.kind == "429":
            answer = _error(429, 20429, "Too Many Requests")
            answer.headers["Retry-After"] = str(fault.retry_after)
            return answer
        if fault.kind == "error":
            return _error(400, fault.code or 21211, "as ordered")
        status = int(fault.kind[:3]) if fault.kind[:3].isdigit() else 500
        return _error(status, 20500, "Internal Server Error")

    # What becomes of a text

    def _new(self, direction: str, sender: str, to: str, body: str, sid: str | None = None) -> Any:
        now = format_datetime(datetime.now(UTC))
        sid = sid or f"SM{uuid.uuid4().hex}"
        uri = f"/2010-04-01/Accounts/{self._target.sid}/Messages/{sid}"
        inbound = direction == "inbound"
        message = {
            "sid": sid, "account_sid": self._target.sid, "messaging_service_sid": None,
            "body": body, "from": sender, "to": to, "direction": direction,
            "status": "received" if inbound else "queued", "num_segments": str(_segments(body)),
            "num_media": "0", "date_created": now, "date_updated": now,
            "date_sent": now if inbound else None, "price": None, "price_unit": "USD",
            "error_code": None, "error_message": None, "api_version": "2010-04-01",
            "uri": f"{uri}.json", "subresource_uris": {"media": f"{uri}/Media.json"},
        }  # fmt: skip
        with self._world.changed:
            self._world.kept.put("sms", sid, message)
        return dict(message)

    def _deliver(self, message: Mapping[str, Any], callback: str | None) -> None:
        """Bring it to the phone and report, as Twilio does: after the answer, not before."""

        def work() -> None:
            unreachable = message["to"] in self._world.kept.table("unreachable")
            self._report(message["sid"], "sent", callback)
            if not unreachable:
                self._world.show(f"sms:{message['to']}", {
                    "kind": "message", "sid": message["sid"], "from": message["from"],
                    "text": message["body"]})  # fmt: skip
            self._report(message["sid"], "undelivered" if unreachable else "delivered", callback)

        threading.Thread(target=work, daemon=True).start()

    def _report(self, sid: str, status: str, callback: str | None) -> None:
        with self._world.changed:
            message = dict(self._world.kept.table("sms")[sid])
            now = format_datetime(datetime.now(UTC))
            message.update(status=status, date_updated=now, date_sent=message["date_sent"] or now)
            if status == "undelivered":
                message.update(error_code=30003, error_message="Unreachable destination handset")
            self._world.kept.put("sms", sid, message)
        if callback:
            form = {
                "SmsSid": sid, "SmsStatus": status, "MessageStatus": status, "MessageSid": sid,
                "To": message["to"], "From": message["from"], "AccountSid": self._target.sid,
                "ApiVersion": "2010-04-01",
            }  # fmt: skip
            if message["error_code"]:
                form["ErrorCode"] = str(message["error_code"])
            self._post(callback, form)

    # The phone's side

    def receive(
        self, sender: str, text: str, *, sid: str | None = None, media: tuple[str, ...] = (),
        scheme: str = "HMAC_SHA1", times: int = 1,
    ) -> list[deliver.Answer]:  # fmt: skip
        """A phone sends a text: tell the hotline, `times` over for the same text.

        media: their content types. scheme: how the webhook is signed.
        """
        message = self._new("inbound", sender, self._target.number, text, sid)
        message["num_media"] = str(len(media))
        with self._world.changed:
            self._world.kept.put("sms", message["sid"], dict(message))
        form = self._incoming(message, media)
        self._world.show_sent(
            f"sms:{sender}", {"kind": "sent", "sid": message["sid"], "text": text}
        )
        word = text.strip().upper()
        with self._world.changed:
            if word in STOP:
                self._world.kept.put("opted_out", sender, True)
            elif word in START:
                self._world.kept.drop("opted_out", sender)
        # The fragment only sets Twilio's own time-outs and retries; it is not sent or signed.
        url = self._sms_url.partition("#")[0]
        answers = [self._post(url, form, scheme) for _ in range(times)]
        if not all(answer.ok for answer in answers):
            self._world.show_sent(f"sms:{sender}", {"kind": "undelivered", "sid": message["sid"]})
        if word in HELP:
            self._deliver(
                self._new("outbound-reply", self._target.number, sender, _HELP_TEXT), None
            )
        return answers

    def _incoming(self, message: Mapping[str, Any], media: tuple[str, ...]) -> dict[str, str]:
        sid = message["sid"]
        form = {
            "ToCountry": "US", "ToState": "", "SmsMessageSid": sid, "NumMedia": str(len(media)),
            "ToCity": "", "FromZip": "", "SmsSid": sid, "FromState": "", "SmsStatus": "received",
            "FromCity": "", "Body": message["body"], "FromCountry": "VN", "To": message["to"],
            "ToZip": "", "NumSegments": message["num_segments"], "MessageSid": sid,
            "AccountSid": self._target.sid, "From": message["from"], "ApiVersion": "2010-04-01",
        }  # fmt: skip
        for index, content_type in enumerate(media):
            name = f"ME{uuid.uuid4().hex}"
            with self._world.changed:
                self._world.kept.put("media", f"{sid}/{name}", content_type)
            uri = f"/2010-04-01/Accounts/{self._target.sid}/Messages/{sid}/Media/{name}"
            form[f"MediaUrl{index}"] = f"{request.host_url.rstrip('/')}{uri}" if request else uri
            form[f"MediaContentType{index}"] = content_type
        return form

    def _post(self, url: str, form: dict[str, str], scheme: str = "HMAC_SHA1") -> deliver.Answer:
        signature = RequestValidator(self._target.token).compute_signature(url, form, scheme)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": uuid.uuid4().hex,
            "User-Agent": "TwilioProxy/1.1",
        }
        if scheme != "HMAC_SHA1":
            headers["X-Twilio-Webhooks-Signature-Settings"] = (
                f"key=webhooks_sharedkey_standin,algorithm={scheme}"
            )
        return deliver.post(url, urlencode(form, errors="replace").encode(), headers)


def _wanted(message: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    for name, key in (("To", "to"), ("From", "from")):
        if asked.get(name) and message[key] != asked[name]:
            return False
    sent = parsedate_to_datetime(message["date_sent"]) if message["date_sent"] else None
    for name, holds in _DATES.items():
        if asked.get(name) and not (sent and holds(sent, asked[name])):
            return False
    return True


_DATES: dict[str, Callable[[datetime, str], bool]] = {
    "DateSent": lambda sent, asked: sent.date().isoformat() == asked[:10],
    "DateSent<": lambda sent, asked: sent <= _moment(asked),
    "DateSent>": lambda sent, asked: sent >= _moment(asked),
}


def _moment(text: str) -> datetime:
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _segments(text: str) -> int:
    """Parts of a text: GSM-7 holds 160 characters, or 153 in each of several; UCS-2 70 and 67."""
    plain = _GSM.fullmatch(text) is not None
    units = sum(2 if plain and one in "^{}\\[~]|€" else 1 for one in text)
    if not plain:
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    whole, part = (160, 153) if plain else (70, 67)
    return 1 if units <= whole else -(-units // part)


def _note_account(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Every address begins with the account; only the check of it needs to know."""
    g.sid = (values or {}).pop("sid", None)


def _missing() -> Response:
    return _error(404, 20404, f"The requested resource {request.path} was not found")


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    answer = jsonify(value)
    answer.status_code = status
    return answer


def _error(status: int, code: int, message: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return _json({"code": code, "message": message, "more_info": more, "status": status}, status)
