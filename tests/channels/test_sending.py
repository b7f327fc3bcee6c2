"""Texts leave, and what goes wrong is told apart: try again, do not, or find out first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import requests
from telegram.error import BadRequest, NetworkError, TelegramError

import locales
from channels import errors, telegram_api, telegram_send
from channels.telegram import TelegramBot
from channels.telegram_send import TelegramChannel
from channels.twilio import TwilioAccount
from channels.twilio_send import TwilioChannel
from desk.messages import Choice, NotSent, Outbound, Sent
from simulators.handset import Handset
from tests.simulators.stage import COLLEAGUE, NUMBER, PERSON

PHONE = "+84912000001"
SHORT_S = 1.5


def sms(text: str = "xin chao", to: str = PHONE, **more: Any) -> Outbound:
    return Outbound("row-1", "twilio", f"twilio:{NUMBER}", to, text, **more)


def note(text: str = "xin chào", to: int = COLLEAGUE, **more: Any) -> Outbound:
    return Outbound("row-1", "telegram", "telegram:staff", str(to), text, **more)


@pytest.fixture
def twilio(account: TwilioAccount) -> TwilioChannel:
    return TwilioChannel(account, read_s=SHORT_S)


@pytest.fixture
def page(staff: TelegramBot) -> TelegramChannel:
    return TelegramChannel(staff, read_s=SHORT_S)


@pytest.fixture
def fail(world: str) -> Iterator[Any]:
    """Order a failure; what is held is let go at the end."""

    def order(provider: str, kind: str, **more: Any) -> None:
        answer = requests.post(f"{world}/faults/{provider}", json={"kind": kind, **more})
        assert answer.status_code == 200, answer.text

    yield order
    for provider in ("twilio", "staff", "senders"):
        requests.delete(f"{world}/faults/{provider}")


def texts(phone: Handset) -> list[str]:
    """What is on the screen once the next text has come."""
    return [shown.text for shown in phone.look(5)]


# Twilio


def test_an_sms_is_sent(twilio: TwilioChannel, phone: Handset) -> None:
    sent = twilio.send(sms())
    assert isinstance(sent, Sent)
    assert sent.provider_id.startswith("SM")
    assert texts(phone) == ["xin chao"]


def test_choices_are_numbered_on_a_phone_without_buttons(
    twilio: TwilioChannel, phone: Handset
) -> None:
    twilio.send(sms("Can gi?", choices=(Choice("a", "giay to"), Choice("b", "noi o"))))
    assert texts(phone) == ["Can gi?\n1 giay to\n2 noi o"]


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("429", {"retry_after": 7}, NotSent("429", again=True, after=7.0, throttled=True)),
        ("500", {}, NotSent("20500", again=True, unsure=True)),
        ("502", {}, NotSent("20500", again=True, unsure=True)),
        ("503", {}, NotSent("20500", again=True)),
        ("timeout", {}, NotSent("timeout", again=True, unsure=True)),
        ("stall", {}, NotSent("timeout", again=True, unsure=True)),
        ("reset", {}, NotSent("connection", again=True, unsure=True)),
        ("reset_after", {}, NotSent("connection", again=True, unsure=True)),
        ("500_after", {}, NotSent("20500", again=True, unsure=True)),
        ("error", {"code": 21610}, NotSent("21610", again=False, gone=True)),
        ("error", {"code": 21211}, NotSent("21211", again=False)),
        ("error", {"code": 21614}, NotSent("21614", again=False)),
        ("error", {"code": 21611}, NotSent("21611", again=True, after=60.0)),
        ("error", {"code": 20003}, NotSent("20003", again=True, after=300.0)),
        ("error", {"code": 99999}, NotSent("99999", again=False)),
    ],
)
def test_what_twilio_says_is_told_apart(
    twilio: TwilioChannel, fail: Any, kind: str, more: dict[str, Any], told: NotSent
) -> None:
    fail("twilio", kind, **more)
    assert twilio.send(sms()) == told
    assert isinstance(twilio.send(sms()), Sent)


def test_nobody_is_there(account: TwilioAccount) -> None:
    closed = TwilioAccount("AC1", "t", NUMBER, "http://127.0.0.1:9")
    assert TwilioChannel(closed).send(sms()) == NotSent("connection", again=True)


def test_one_who_sent_stop_is_gone(twilio: TwilioChannel, phone: Handset) -> None:
    phone.say("STOP")
    assert twilio.send(sms()) == NotSent("21610", again=False, gone=True)


def test_what_cannot_be_sent_is_not_tried(twilio: TwilioChannel, world: str) -> None:
    assert twilio.send(sms(" ")) == NotSent("empty", again=False)
    assert twilio.send(sms("x" * 1601)) == NotSent("too_long", again=False)
    assert requests.get(f"{world}/calls/twilio").json()["calls"] == []


@pytest.mark.parametrize("kind", ["timeout", "reset_after", "500_after"])
def test_a_text_that_was_taken_unseen_is_found(twilio: TwilioChannel, fail: Any, kind: str) -> None:
    begun = int(time.time() * 1000)
    fail("twilio", kind)
    unsure = twilio.send(sms())
    assert isinstance(unsure, NotSent)
    assert unsure.unsure
    found = twilio.lookup(sms(), begun)
    assert isinstance(found, Sent)
    assert twilio.lookup(sms(), begun, taken={found.provider_id}) is None


@pytest.mark.parametrize("kind", ["reset", "stall", "500"])
def test_a_text_that_was_not_taken_is_not_found(
    twilio: TwilioChannel, fail: Any, kind: str
) -> None:
    begun = int(time.time() * 1000)
    fail("twilio", kind)
    twilio.send(sms())
    assert twilio.lookup(sms(), begun) is None


def test_other_texts_are_not_mistaken_for_it(twilio: TwilioChannel, phone: Handset) -> None:
    twilio.send(sms("khac"))
    twilio.send(sms(to="+84912000002"))
    phone.say("xin chao")
    later = int(time.time() * 1000) + 3_600_000
    assert twilio.lookup(sms(), int(time.time() * 1000)) is None
    twilio.send(sms())
    assert twilio.lookup(sms(), later) is None, "sent long before that attempt"


def test_a_lookup_that_fails_does_not_say_that_nothing_was_sent(account: TwilioAccount) -> None:
    closed = TwilioAccount("AC1", "t", NUMBER, "http://127.0.0.1:9")
    assert TwilioChannel(closed).lookup(sms(), 0) == NotSent("connection", again=True, unsure=True)
    forger = TwilioAccount(account.sid, "wrong", NUMBER, account.api_base)
    told = TwilioChannel(forger).lookup(sms(), 0)
    assert isinstance(told, NotSent)
    assert told.unsure


def test_a_lookup_in_an_outage_says_so(twilio: TwilioChannel, fail: Any) -> None:
    fail("twilio", "503", method="list")
    assert twilio.lookup(sms(), 0) == NotSent("503", again=True, unsure=True)


def test_a_messaging_service_keeps_the_number_that_was_written_to(account: TwilioAccount) -> None:
    service = TwilioAccount(
        account.sid, account.token, "MG00000000000000000000000000000001", account.api_base
    )
    assert isinstance(TwilioChannel(service).send(sms()), Sent)
    strange = Outbound("1", "twilio", "twilio:+15550109999", PHONE, "x")
    assert TwilioChannel(service).send(strange) == NotSent("21660", again=False)


def test_nothing_is_logged_that_names_a_person(
    twilio: TwilioChannel, page: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        twilio.send(sms("rieng tu"))
        twilio.lookup(sms("rieng tu"), 0)
        page.send(note("riêng tư"))
    logged = " ".join(record.getMessage() for record in caplog.records)
    for secret in (PHONE, "912000001", "rieng", "riêng", "token", str(COLLEAGUE)):
        assert secret not in logged


@pytest.mark.parametrize(("gateway", "code"), sorted(errors.table()))
def test_every_code_of_the_table_has_a_rule_and_words_for_staff(gateway: str, code: str) -> None:
    told = errors.not_sent(gateway, code)
    assert told is not None
    assert told.code == code
    assert not (told.gone and told.again)
    rule = errors.rule_of(gateway, code)
    assert rule is not None
    for language in ("vi", "en"):
        assert f"desk.dead.{rule.name}" in locales.catalogue(language).texts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[rule.soon]\nagain = 1", 1),
        ("[rule.soon]\nagain = true\n[twilio]\n1 = 'late'", 4),
        ("[rule.soon]\n\n[zalo]\n1 = 'soon'", 3),
    ],
)
def test_a_fault_of_the_table_is_named_by_file_and_line(
    tmp_path: Path, text: str, line: int
) -> None:
    path = tmp_path / "errors.toml"
    path.write_text(text)
    with pytest.raises(errors.BadTable, match=rf"errors\.toml:{line}:"):
        errors.table(path)


# Telegram


def test_a_text_with_buttons_is_sent_edited_and_its_press_answered(
    page: TelegramChannel, colleague: Handset
) -> None:
    sent = page.send(note("Phiếu", choices=(Choice("claim:1", "Nhận phiếu"),)))
    assert sent == Sent(f"{COLLEAGUE}:1")
    shown = colleague.next()
    assert shown is not None
    assert shown.buttons == ("Nhận phiếu",)
    colleague.press(1, 1)
    assert page.send(note("Minh đã nhận", edits=sent.provider_id)) == sent
    assert page.send(note("Minh đã nhận", edits=sent.provider_id)) == sent, "a repeat is no error"
    changed = colleague.next()
    assert changed is not None
    assert (changed.kind, changed.buttons) == ("edit", ())


def test_a_press_is_answered_once(
    page: TelegramChannel, colleague: Handset, staff: TelegramBot, world: str
) -> None:
    page.send(note("Phiếu", choices=(Choice("claim:1", "Nhận phiếu"),)))
    press = requests.post(
        f"{world}/phone/telegram/staff/press",
        json={"from": COLLEAGUE, "message_id": 1, "button": 1},
    ).json()["result"]["callback_id"]
    assert page.send(note("Đã nhận", toast=press)) == Sent(press)
    assert [one.kind for one in colleague.look()] == ["message", "toast"]
    assert page.send(note("Đã nhận", toast=press)) == NotSent("press_forgotten", again=False)


def test_a_text_is_deleted_and_a_repeat_is_no_error(
    page: TelegramChannel, colleague: Handset
) -> None:
    sent = page.send(note("lời của người nhắn"))
    assert isinstance(sent, Sent)
    assert colleague.next() is not None
    assert page.send(note("đã xóa", deletes=sent.provider_id)) == sent
    gone = colleague.next()
    assert gone is not None
    assert gone.kind == "delete"
    assert page.send(note("đã xóa", deletes=sent.provider_id)) == sent


def test_what_is_too_old_to_be_deleted_is_overwritten(
    page: TelegramChannel, colleague: Handset, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_old(*_: object, **__: object) -> bool:
        raise BadRequest("Message can't be deleted for everyone")

    sent = page.send(note("lời của người nhắn"))
    assert isinstance(sent, Sent)
    assert colleague.next() is not None
    monkeypatch.setattr(telegram_api.RawBot, "delete_message", too_old)
    assert page.send(note("đã xóa", deletes=sent.provider_id)) == sent
    changed = colleague.next()
    assert changed is not None
    assert (changed.kind, changed.text) == ("edit", "đã xóa")
    assert page.send(note("đã xóa", deletes=sent.provider_id)) == sent, "a repeat is no error"
    never = note("đã xóa", deletes=f"{COLLEAGUE}:999")
    assert page.send(never) == Sent(f"{COLLEAGUE}:999"), "what is gone needs no deleting"


def test_a_deletion_that_telegram_cannot_take_now_is_tried_again(
    page: TelegramChannel, fail: Any
) -> None:
    fail("staff", "429", retry_after=7)
    outcome = page.send(note("đã xóa", deletes=f"{COLLEAGUE}:1"))
    assert outcome == NotSent("429", again=True, after=7.0, throttled=True)


def test_words_stay_words(page: TelegramChannel, colleague: Handset) -> None:
    page.send(note("<b>1 < 2</b> *x* _y_ https://example.org"))
    assert texts(colleague) == ["<b>1 < 2</b> *x* _y_ https://example.org"]


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("429", {"retry_after": 7}, NotSent("429", again=True, after=7.0, throttled=True)),
        ("500", {}, NotSent("server_error", again=True, unsure=True)),
        ("502", {}, NotSent("server_error", again=True, unsure=True)),
        ("timeout", {}, NotSent("timeout", again=True, unsure=True)),
        ("stall", {}, NotSent("timeout", again=True, unsure=True)),
        ("reset", {}, NotSent("connection", again=True, unsure=True)),
        ("reset_after", {}, NotSent("connection", again=True, unsure=True)),
        ("error", {"code": 403}, NotSent("forbidden", again=False, gone=True)),
        ("error", {"code": 400}, NotSent("chat_not_found", again=False)),
        ("error", {"code": 401}, NotSent("token", again=True, after=300.0)),
    ],
)
def test_what_telegram_says_is_told_apart(
    page: TelegramChannel, fail: Any, kind: str, more: dict[str, Any], told: NotSent
) -> None:
    fail("staff", kind, **more)
    assert page.send(note()) == told
    assert isinstance(page.send(note()), Sent)


def test_nobody_is_there_on_telegram() -> None:
    closed = TelegramBot("1:a", "telegram:staff", "http://127.0.0.1:9")
    assert TelegramChannel(closed).send(note()) == NotSent("connection", again=True)


def test_bad_request_is_told_from_the_network_though_it_is_a_kind_of_it() -> None:
    assert issubclass(BadRequest, NetworkError)
    assert not telegram_send.meaning(BadRequest("Chat not found")).again
    assert telegram_send.meaning(NetworkError("x")).again
    assert telegram_send.meaning(TelegramError("x")).unsure


def test_a_group_that_moved_tells_its_new_id(page: TelegramChannel, world: str) -> None:
    base = f"{world}/phone/telegram/staff"
    requests.post(f"{base}/group", json={"chat": -555, "title": "Trực"})
    requests.post(f"{base}/migrate", json={"from": COLLEAGUE, "chat": -555, "to": -1001234567890})
    assert page.send(note(to=-555)) == NotSent("migrated", again=False, moved_to="-1001234567890")


def test_what_replaces_a_page_of_before_the_move_is_a_message_of_its_own(
    page: TelegramChannel, world: str
) -> None:
    """A supergroup counts its messages anew: the old number may be another ticket's page."""
    base, new = f"{world}/phone/telegram/staff", -1001234567899
    requests.post(f"{base}/group", json={"chat": -556, "title": "Trực"})
    old = page.send(note("phiếu 1", to=-556))
    requests.post(f"{base}/migrate", json={"from": COLLEAGUE, "chat": -556, "to": new})
    assert isinstance(old, Sent)
    number = int(old.provider_id.partition(":")[2])
    for count in range(1, number + 1):  # until the supergroup has a message of that number too
        page.send(note(f"phiếu khác {count}", to=new))
    done = page.send(note("đã có người nhận phiếu 1", to=new, edits=old.provider_id))
    assert isinstance(done, Sent)
    assert done.provider_id != f"{new}:{number}"
    shown = requests.get(base, params={"chat": new}).json()["events"]
    assert not [event for event in shown if event["kind"] == "edit"]
    assert shown[-1]["text"] == "đã có người nhận phiếu 1"


def test_one_who_blocked_the_bot_is_gone(senders: TelegramBot, app: Handset) -> None:
    app.say("hi")
    app.block()
    told = TelegramChannel(senders).send(note(to=PERSON))
    assert told == NotSent("forbidden", again=False, gone=True)


def test_what_telegram_would_not_take_is_not_tried(page: TelegramChannel, world: str) -> None:
    assert page.send(note("")) == NotSent("empty", again=False)
    assert page.send(note("x" * 4097)) == NotSent("too_long", again=False)
    long = (Choice("x" * 65, "x"),)
    assert page.send(note(choices=long)) == NotSent("button_too_long", again=False)
    odd = Outbound("1", "telegram", "telegram:staff", "Minh", "x")
    assert page.send(odd) == NotSent("bad_address", again=False)
    assert requests.get(f"{world}/calls/staff").json()["calls"] == []


def send_in_child(channel: Any, outbound: Outbound, results: Any) -> None:
    results.put(channel.send(outbound))


@pytest.mark.parametrize("gateway", ["twilio", "telegram"])
def test_a_worker_may_fork_after_it_has_sent(
    account: TwilioAccount, staff: TelegramBot, gateway: str
) -> None:
    channel = TwilioChannel(account) if gateway == "twilio" else TelegramChannel(staff)
    outbound = sms() if gateway == "twilio" else note()
    assert isinstance(channel.send(outbound), Sent)
    context = get_context("fork")
    results = context.Queue()
    child = context.Process(target=send_in_child, args=(channel, outbound, results))
    child.start()
    assert isinstance(results.get(timeout=20), Sent)
    child.join(10)
    assert isinstance(channel.send(outbound), Sent)
