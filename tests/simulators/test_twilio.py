"""The stand-in of Twilio, driven by Twilio's own library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from channels import twilio
from channels.twilio import TwilioAccount
from channels.twilio_send import rest
from desk.messages import Inbound
from simulators.handset import Handset
from tests.simulators.stage import NUMBER, SID, TOKEN, Hotline

PHONE = "+84912000001"


def test_a_text_is_taken_delivered_and_reported(
    account: TwilioAccount, phone: Handset, hotline: Hotline
) -> None:
    sent = rest(account).messages.create(
        to=PHONE, from_=NUMBER, body="xin chao", status_callback=account.status_url
    )
    assert (sent.status, sent.direction, sent.body) == ("queued", "outbound-api", "xin chao")
    assert sent.date_created.tzinfo is not None
    assert sent.date_sent is None
    shown = phone.next()
    assert shown is not None
    assert shown.text == "xin chao"
    reports = hotline.wait(2)
    assert [post.form["MessageStatus"] for post in reports] == ["sent", "delivered"]
    for post in reports:
        assert post.path == "/twilio/status"
        signature = post.headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(account.status_url, post.form, signature)
    assert rest(account).messages(sent.sid).fetch().status == "delivered"


def test_an_unreachable_phone_is_reported(
    account: TwilioAccount, phone: Handset, hotline: Hotline, world: str
) -> None:
    requests.post(f"{world}/phone/sms/reach", json={"number": PHONE, "reachable": False})
    rest(account).messages.create(
        to=PHONE, from_=NUMBER, body="x", status_callback=account.status_url
    )
    last = hotline.wait(2)[-1].form
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")
    assert phone.look() == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "", "from_": NUMBER, "body": "x"}, 21604),
        ({"to": PHONE, "body": "x"}, 21603),
        ({"to": PHONE, "from_": NUMBER, "body": ""}, 21602),
        ({"to": PHONE, "from_": NUMBER, "body": "x" * 1601}, 21617),
        ({"to": "0912000001", "from_": NUMBER, "body": "x"}, 21211),
        ({"to": PHONE, "from_": "+15550109999", "body": "x"}, 21660),
        ({"to": NUMBER, "from_": NUMBER, "body": "x"}, 21266),
        ({"to": PHONE, "from_": NUMBER, "body": "x", "status_callback": "nowhere"}, 21609),
    ],
)
def test_is_refused_as_by_twilio(account: TwilioAccount, fields: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        rest(account).messages.create(**fields)
    assert (refused.value.code, refused.value.status) == (code, 400)


def test_wrong_credentials_and_wrong_paths(account: TwilioAccount) -> None:
    forger = TwilioAccount(SID, "guessed", NUMBER, account.api_base)
    with pytest.raises(TwilioRestException) as refused:
        rest(forger).messages.create(to=PHONE, from_=NUMBER, body="x")
    assert (refused.value.code, refused.value.status) == (20003, 401)
    with pytest.raises(TwilioRestException) as missing:
        rest(account).messages("SM" + "0" * 32).fetch()
    assert (missing.value.code, missing.value.status) == (20404, 404)


def test_the_list_is_newest_first_filtered_and_paged(account: TwilioAccount) -> None:
    client = rest(account)
    for number in range(7):
        client.messages.create(to=PHONE, from_=NUMBER, body=f"text {number}")
    client.messages.create(to="+84912000002", from_=NUMBER, body="another")
    texts = [one.body for one in client.messages.list(to=PHONE, page_size=3)]
    assert texts == [f"text {number}" for number in range(6, -1, -1)]
    assert [one.body for one in client.messages.list(to=PHONE, limit=2)] == ["text 6", "text 5"]
    assert client.messages.list(from_="+84912000002") == []
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert client.messages.list(to=PHONE, date_sent_after=tomorrow) == []


def test_a_phone_writes_and_the_webhook_is_signed(phone: Handset, hotline: Hotline) -> None:
    assert phone.say("em bị nhốt") is None
    (post,) = hotline.wait(1)
    signature = post.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(f"{hotline.url}/twilio/sms", post.form, signature)
    said = twilio.parse(post.form)
    assert isinstance(said, Inbound)
    assert (said.text, said.address, said.line) == ("em bị nhốt", PHONE, f"twilio:{NUMBER}")


def test_the_newer_signature(world: str, hotline: Hotline) -> None:
    asked = {"from": PHONE, "text": "x", "scheme": "HMAC_SHA256"}
    requests.post(f"{world}/phone/sms", json=asked)
    (post,) = hotline.wait(1)
    assert twilio.verify(f"{hotline.url}/twilio/sms", list(post.form.items()), post.headers, TOKEN)
    assert post.headers["X-Twilio-Webhooks-Signature-Settings"].endswith("HMAC_SHA256")


def test_one_text_can_come_three_times_and_with_pictures(world: str, hotline: Hotline) -> None:
    asked = {"from": PHONE, "text": "x", "times": 3, "media": ["image/jpeg"] * 10}
    answer = requests.post(f"{world}/phone/sms", json=asked).json()
    assert [one["status"] for one in answer["answers"]] == [200, 200, 200]
    posts = hotline.wait(3)
    assert len({post.form["MessageSid"] for post in posts}) == 1
    said = twilio.parse(posts[0].form)
    assert isinstance(said, Inbound)
    assert len(said.media) == 10
    kept = requests.get(said.media[0].reference, auth=(SID, TOKEN))
    assert kept.headers["Content-Type"] == "image/jpeg"


def test_a_refused_webhook_is_told_to_the_phone(phone: Handset, hotline: Hotline) -> None:
    hotline.answers = [503]
    assert phone.say("x") == "the hotline answered 503"


def test_stop_blocks_and_start_frees(
    account: TwilioAccount, phone: Handset, hotline: Hotline
) -> None:
    phone.say("Stop")
    with pytest.raises(TwilioRestException) as refused:
        rest(account).messages.create(to=PHONE, from_=NUMBER, body="x")
    assert refused.value.code == 21610
    assert hotline.wait(1)[0].form["Body"] == "Stop", "the webhook is told all the same"
    phone.say("stop ho em")
    phone.say("START")
    assert rest(account).messages.create(to=PHONE, from_=NUMBER, body="x").sid


def test_help_is_answered_by_twilio_itself(phone: Handset) -> None:
    phone.say("HELP")
    shown = phone.next()
    assert shown is not None
    assert shown.text.startswith("Reply STOP")


def test_the_webhook_of_the_number_can_be_set(
    account: TwilioAccount, phone: Handset, hotline: Hotline
) -> None:
    client = rest(account)
    (number,) = client.incoming_phone_numbers.list(phone_number=NUMBER)
    assert number.sms_url == f"{hotline.url}/twilio/sms"
    number.update(sms_url=f"{hotline.url}/elsewhere#rc=3")
    phone.say("x")
    assert hotline.wait(1)[0].path == "/elsewhere"
    assert client.incoming_phone_numbers.list(phone_number="+15550100002") == []
    assert client.api.accounts(SID).fetch().status == "active"
