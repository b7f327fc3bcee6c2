"""Requests that no provider would send: never an error of ours, never a row without a signature."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from bot import senders
from bot import staff as staff_bot
from channels.twilio import TwilioAccount
from channels.twilio_signature import sign
from desk import queue
from tests.fuzz.effort import fuzzed
from tests.stage import Stage
from webhooks.app import LARGEST, MOST_FIELDS, Doors, create_app

ORIGIN = "https://hotline.example"
ACCOUNT = TwilioAccount("AC1", "token", "+84280000111")
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
NAMES = (
    "MessageSid",
    "SmsSid",
    "From",
    "To",
    "Body",
    "NumMedia",
    "MediaUrl0",
    "OptOutType",
    "MessageStatus",
    "SmsStatus",
    "ErrorCode",
    "MediaContentType0",
)

texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "\x00",
            "+84900000001",
            "SM1",
            "a" * 5000,
            "\u202e\u0301" * 50,
            "-1",
            "x:y",
            "STOP",
            "delivered",
            "whatsapp:+84900000001",
        ]
    ),
)
forms = st.dictionaries(st.one_of(st.sampled_from(NAMES), texts), texts, max_size=12)
values: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.sampled_from(
                    [
                        "message",
                        "callback_query",
                        "edited_message",
                        "my_chat_member",
                        "chat",
                        "from",
                        "id",
                        "text",
                        "type",
                        "data",
                        "message_id",
                        "update_id",
                        "date",
                        "photo",
                        "location",
                        "reply_to_message",
                        "migrate_to_chat_id",
                    ]
                ),
                texts,
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=25,
)


@pytest.fixture(scope="module")
def client(played: Stage) -> FlaskClient:
    doors = Doors(
        twilio=ACCOUNT,
        origins=(ORIGIN,),
        telegram_secret="secret",
        senders=lambda update: senders.take(played.desk, update),
        staff=lambda update: staff_bot.take(played.desk, lambda *_: None, update),
    )
    return create_app(played.desk, doors).test_client()


def post(client: FlaskClient, path: str, form: dict[str, str]) -> int:
    """Post a form as Twilio would sign it."""
    encoded = urlencode(form, errors="replace")
    read = list(form.items())
    pairs = [
        (a.encode(errors="replace").decode(), b.encode(errors="replace").decode()) for a, b in read
    ]
    headers = {"X-Twilio-Signature": sign(f"{ORIGIN}{path}", pairs, "token")}
    mime = "application/x-www-form-urlencoded"
    return client.post(path, data=encoded, headers=headers, content_type=mime).status_code


@fuzzed
@given(form=forms)
def test_any_signed_form_is_taken_or_refused(client: FlaskClient, form: dict[str, str]) -> None:
    for path in ("/twilio/sms", "/twilio/status"):
        assert post(client, path, form) in (200, 204, 400, 403)


@fuzzed
@given(update=values)
def test_any_json_with_the_secret_is_taken_or_refused(client: FlaskClient, update: Any) -> None:
    for path in ("/telegram/sender", "/telegram/staff"):
        body = json.dumps(update)
        answer = client.post(path, data=body, headers=SECRET, content_type="application/json")
        assert answer.status_code in (200, 400)


@fuzzed
@given(body=st.binary(max_size=400), path=st.sampled_from(["/twilio/sms", "/telegram/sender"]))
def test_bytes_without_proof_leave_no_row(
    client: FlaskClient, played: Stage, body: bytes, path: str
) -> None:
    before = len(queue.listing(played.desk))
    for mime in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data"):
        answer = client.post(
            path,
            data=body,
            content_type=mime,
            headers={"X-Twilio-Signature": "x", **dict.fromkeys(SECRET, "y")},
        )
        assert answer.status_code in (400, 403, 413)
    assert len(queue.listing(played.desk)) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a" * (10 * 1024 * 1024), 413),
        (b"a" * (LARGEST + 1), 413),
        ("&".join(f"f{n}=1" for n in range(10_000)).encode(), 413),
        (b"&" * MOST_FIELDS, 413),
        (b"Body=%ff%fe\xff\xfe&MessageSid=SM1", 403),
        (b"Body=%00&From=%00", 403),
    ],
    ids=["ten megabytes", "one too many", "10,000 fields", "only signs", "no UTF-8", "NUL"],
)
def test_what_no_provider_sends_is_refused_before_it_is_parsed(
    client: FlaskClient, body: bytes, status: int
) -> None:
    began = time.process_time()
    answer = client.post(
        "/twilio/sms",
        data=body,
        headers={"X-Twilio-Signature": "x"},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status
    assert time.process_time() - began < 1.0
    form = {"MessageSid": "SM-after", "From": "+84900000009", "To": "+84280000111", "Body": "alo"}
    assert post(client, "/twilio/sms", form) == 200, "the next message is not affected"


def test_without_a_signature_nothing_is_even_read(client: FlaskClient) -> None:
    too_large = b"a" * (LARGEST + 1)
    assert client.post("/twilio/sms", data=too_large).status_code == 413, "whoever sends it"
    body = f"Body={quote_plus('x' * 1000)}"
    answer = client.post("/twilio/sms", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 403
