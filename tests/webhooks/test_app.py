"""The doors: only what a provider signed comes in, and only what is kept is said to be kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot import senders
from channels.twilio import TwilioAccount
from channels.twilio_signature import sign
from desk import outbox
from desk.messages import Sent
from desk.outbox import Leased
from store.database import Unavailable
from tests.stage import Stage
from webhooks.app import EMPTY_TWIML, Doors, create_app
from worker.delivery import limits_of

ORIGIN = "https://hotline.example"
ACCOUNT = TwilioAccount("AC1", "token", "+84280000111")
FORM = {"MessageSid": "SM1", "From": "+84900000001", "To": "+84280000111", "Body": "cuu em voi"}


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    doors = Doors(
        twilio=ACCOUNT,
        origins=(ORIGIN,),
        telegram_secret="secret",
        senders=lambda update: senders.take(stage.desk, update),
        staff=None,
    )
    return create_app(stage.desk, doors).test_client()


def _sms(client: FlaskClient, form: dict[str, str] = FORM, **more: Any) -> Any:
    headers = {"X-Twilio-Signature": sign(f"{ORIGIN}/twilio/sms", list(form.items()), "token")}
    return client.post(
        "/twilio/sms", data=form, headers={**headers, **more.pop("headers", {})}, **more
    )


def test_a_signed_message_is_taken_in_and_answered_with_nothing(
    client: FlaskClient, stage: Stage
) -> None:
    answer = _sms(client)
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, EMPTY_TWIML)
    assert stage.ticket()["urgency"] == 1


def test_the_signature_covers_the_public_address_not_the_host(client: FlaskClient) -> None:
    assert _sms(client, headers={"Host": "evil.example"}).status_code == 200


@pytest.mark.parametrize("change", [{"Body": "other"}, {"From": "+84900000002"}, {"Extra": "1"}])
def test_a_changed_field_is_forged(
    client: FlaskClient, stage: Stage, change: dict[str, str]
) -> None:
    signature = sign(f"{ORIGIN}/twilio/sms", list(FORM.items()), "token")
    answer = client.post(
        "/twilio/sms", data=FORM | change, headers={"X-Twilio-Signature": signature}
    )
    assert answer.status_code == 403
    assert stage.tickets() == []


def test_the_newer_signature_is_taken_too(client: FlaskClient) -> None:
    signature = sign(f"{ORIGIN}/twilio/sms", list(FORM.items()), "token", "sha256")
    headers = {
        "X-Twilio-Signature": signature,
        "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
    }
    assert client.post("/twilio/sms", data=FORM, headers=headers).status_code == 200


def test_a_replayed_request_has_no_second_effect(client: FlaskClient, stage: Stage) -> None:
    assert [_sms(client).status_code for _ in range(3)] == [200, 200, 200]
    assert len(stage.ticket()["messages"]) == 2, "one in, one out"


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM2"}, {**FORM, "From": "whatsapp:+849"}])
def test_a_signed_request_that_is_no_sms_gets_a_reason(
    client: FlaskClient, form: dict[str, str]
) -> None:
    answer = _sms(client, form)
    assert answer.status_code == 400
    assert answer.get_data(as_text=True).strip()


def test_when_nothing_can_be_kept_the_provider_is_told_to_try_again(
    client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> object:
        raise Unavailable("OperationalError")

    monkeypatch.setattr(type(stage.desk.db), "write", lambda self: away())
    assert _sms(client).status_code == 503


def test_telegram_needs_its_secret(client: FlaskClient, stage: Stage) -> None:
    person = {"id": 5, "is_bot": False}
    message = {"message_id": 1, "date": 1_795_000_000, "text": "cứu em", "from": person}
    update = {"update_id": 1, "message": {**message, "chat": {"id": 5, "type": "private"}}}
    for secret in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
        assert client.post("/telegram/sender", json=update, headers=secret).status_code == 403
    assert stage.tickets() == []
    right = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
    assert client.post("/telegram/sender", json=update, headers=right).status_code == 200
    assert client.post("/telegram/sender", json=update, headers=right).status_code == 200
    assert len(stage.tickets()) == 1


@pytest.mark.parametrize("body", ["", "[]", "1", "{", '"x"', "null", "[" * 100_000])
def test_what_is_no_update_gets_400(client: FlaskClient, body: str) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": "secret", "Content-Type": "application/json"}
    assert client.post("/telegram/sender", data=body, headers=headers).status_code == 400


@pytest.mark.parametrize("update", [{}, {"update_id": 1}, {"update_id": 1, "poll": {"id": "1"}},
                                    {"message": {"text": ["x"]}}, {"message": None}])  # fmt: skip
def test_unknown_updates_are_taken_and_ignored(client: FlaskClient, update: dict[str, Any]) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": "secret", "Content-Type": "application/json"}
    answer = client.post("/telegram/sender", data=json.dumps(update), headers=headers)
    assert answer.status_code == 200


def test_a_receipt_marks_the_text_delivered(client: FlaskClient, stage: Stage) -> None:
    stage.sms.answer = None
    _sms(client)
    stage.settle()
    form = {"MessageSid": "memory-1", "MessageStatus": "delivered"}
    signature = sign(f"{ORIGIN}/twilio/status", list(form.items()), "token")
    answer = client.post("/twilio/status", data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 204
    assert stage.ticket()["messages"][-1]["state"] == "delivered"


def test_a_receipt_that_comes_before_the_id_is_noted_is_not_lost(
    client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sms(client)
    stage.clock.move(2)
    leased = outbox.take(stage.desk, "urgent", "twilio", limits_of(stage.wires))
    assert isinstance(leased, Leased)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        outbox.mark(stage.desk, leased, Sent("SMlate"))

    monkeypatch.setattr("webhooks.app.time.sleep", pause)
    form = {"MessageSid": "SMlate", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    signature = sign(f"{ORIGIN}/twilio/status", list(form.items()), "token")
    answer = client.post("/twilio/status", data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 204
    assert len(pauses) == 1
    assert stage.ticket()["messages"][-1]["error"] == "30003"


def test_a_door_that_is_not_open_does_not_exist(client: FlaskClient) -> None:
    right = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
    assert client.post("/telegram/staff", json={}, headers=right).status_code == 404
    assert client.get("/twilio/sms").status_code == 405
