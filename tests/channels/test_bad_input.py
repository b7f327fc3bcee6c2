"""Whatever arrives, parsing answers with one of its types, and what it answers can be stored."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from channels import telegram, twilio
from desk.messages import Ignored, Inbound, Receipt, Refused

weird = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(alphabet=st.characters(), max_size=30),
    st.sampled_from(["", "\x00", "\ud800", "a" * 100_000, "\u202e", "a\u0300" * 500]),
)
anything = st.recursive(
    weird,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
SMS = {
    "MessageSid": "SM1",
    "From": "+84912000001",
    "To": "+15550100001",
    "Body": "x",
    "NumMedia": "1",
    "MediaUrl0": "https://x.example/1",
    "MediaContentType0": "image/png",
    "OptOutType": "STOP",
    "MessageStatus": "sent",
    "ErrorCode": "30003",
}
PERSON = {"id": 5, "is_bot": False, "first_name": "A", "language_code": "vi"}
CHAT = {"id": 5, "type": "private"}
FILE = {"file_id": "F", "width": 1, "height": 1, "file_size": 1, "mime_type": "x/y"}
MESSAGE = {
    "message_id": 1,
    "from": PERSON,
    "chat": CHAT,
    "date": 1,
    "edit_date": 2,
    "text": "x",
    "caption": "y",
    "photo": [FILE],
    "voice": FILE,
    "contact": {"phone_number": "1", "first_name": "A"},
    "location": {"latitude": 1.0, "longitude": 1.0},
    "reply_to_message": {"message_id": 2, "text": "z"},
    "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]},
}
QUERY = {"id": "1", "from": PERSON, "message": MESSAGE, "data": "a"}
MEMBER = {"chat": CHAT, "from": PERSON, "date": 1, "new_chat_member": {"status": "kicked"}}
UPDATES = [
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 1, "edited_message": MESSAGE},
    {"update_id": 1, "callback_query": QUERY},
    {"update_id": 1, "my_chat_member": MEMBER},
]


def can_be_kept(said: Any) -> None:
    """UTF-8 without NUL, numbers a 64-bit column holds, ids that fit theirs."""
    if not isinstance(said, Inbound):
        return
    texts = [said.text, said.address, said.line, said.external_id, said.choice or ""]
    texts += [said.language_hint or "", *(media.reference for media in said.media)]
    texts += [media.name or "" for media in said.media]
    for text in texts:
        assert "\x00" not in text
        text.encode()
    assert said.at is None or abs(said.at) < 2**63
    assert 0 < len(said.external_id) <= 128


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in inside:
            found += paths(inner, (*here, key))
    return found


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if new is None:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return copy


@given(anything)
def test_anything_at_all(payload: Any) -> None:
    assert isinstance(twilio.parse(payload), Inbound | Receipt | Ignored | Refused)
    assert isinstance(telegram.parse(payload, "telegram:x"), Inbound | Ignored | Refused)
    staff = telegram.parse_staff(payload)
    assert type(staff).__name__ in ("StaffPress", "StaffText", "StaffChatMoved", "Ignored")


@given(st.sampled_from(sorted(SMS)), anything, st.booleans())
def test_a_form_with_one_field_spoilt(name: str, value: Any, report: bool) -> None:
    form: dict[str, Any] = {**SMS, name: value}
    if not report:
        form.pop("MessageStatus")
    said = twilio.parse(form)
    assert isinstance(said, Inbound | Receipt | Ignored | Refused)
    can_be_kept(said)


@settings(max_examples=300)
@given(st.data())
def test_an_update_with_one_field_spoilt_or_missing(data: st.DataObject) -> None:
    update = data.draw(st.sampled_from(UPDATES))
    spoilt = put(update, data.draw(st.sampled_from(paths(update))), data.draw(anything))
    said = telegram.parse(spoilt, "telegram:x")
    assert isinstance(said, Inbound | Ignored | Refused)
    can_be_kept(said)
    telegram.parse_staff(spoilt)


def test_every_field_missing_in_turn() -> None:
    for update in UPDATES:
        for path in paths(update):
            can_be_kept(telegram.parse(put(update, path, None), "telegram:x"))
            telegram.parse_staff(put(update, path, None))


def test_a_text_is_kept_whole_however_long() -> None:
    said = twilio.parse({**SMS, "MessageStatus": None, "Body": "x" * 100_000})
    assert isinstance(said, Refused | Ignored)  # a report, for it names MessageStatus
    form = {key: value for key, value in SMS.items() if key != "MessageStatus"}
    said = twilio.parse({**form, "Body": "x" * 100_000})
    assert isinstance(said, Inbound)
    assert said.text == "x" * 100_000
