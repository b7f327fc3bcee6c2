"""The stand-in of Telegram, driven by python-telegram-bot; every answer parses there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
import requests
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from channels import telegram, telegram_api
from channels.telegram import StaffPress, StaffText, TelegramBot
from desk.messages import Inbound
from simulators.handset import Handset
from simulators.telegram_people import FILES
from tests.simulators.stage import COLLEAGUE, PERSON, Hotline

T = TypeVar("T")
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Nhận phiếu", callback_data="claim:1")]])


def ask(bot: TelegramBot, work: Callable[[Any], Awaitable[T]]) -> T:
    async def run() -> T:
        async with telegram_api.connection(bot) as opened:
            return await work(opened)

    return asyncio.run(run())


def updates(bot: TelegramBot, offset: int | None = None, wait: int = 5) -> list[dict[str, Any]]:
    return ask(bot, lambda b: telegram_api.get_updates(b, offset, wait, ()))


def refused(bot: TelegramBot, kind: type[TelegramError], work: Callable[[Bot], Any]) -> str:
    with pytest.raises(kind) as error:
        ask(bot, work)
    return error.value.message


def test_who_it_is(senders: TelegramBot) -> None:
    me = ask(senders, lambda bot: bot.get_me())
    assert (me.id, me.username, me.is_bot) == (7000001, "hoidap_bot", True)


def test_a_wrong_token_and_an_unknown_method(senders: TelegramBot, world: str) -> None:
    stranger = TelegramBot("7000009:guessed", "telegram:x", world)
    refused(stranger, InvalidToken, lambda bot: bot.get_me())
    answer = requests.post(f"{world}/bot{senders.token}/sendTelepathy")
    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")


def test_nobody_is_written_to_who_has_not_begun(senders: TelegramBot, app: Handset) -> None:
    why = refused(senders, BadRequest, lambda bot: bot.send_message(PERSON, "x"))
    assert why == "Chat not found"
    app.say("/start")
    assert ask(senders, lambda bot: bot.send_message(PERSON, "x")).text == "x"


def test_a_message_with_buttons_is_shown_edited_and_deleted(
    staff: TelegramBot, colleague: Handset
) -> None:
    sent = ask(staff, lambda bot: bot.send_message(COLLEAGUE, "Phiếu", reply_markup=KEYS))
    assert sent.reply_markup == KEYS
    shown = colleague.next()
    assert shown is not None
    assert (shown.text, shown.buttons) == ("Phiếu", ("Nhận phiếu",))
    edited = ask(staff, lambda bot: bot.edit_message_text("Đã nhận", COLLEAGUE, sent.message_id))
    assert edited.edit_date is not None
    assert edited.reply_markup is None
    again = colleague.next()
    assert again is not None
    assert (again.kind, again.text, again.buttons) == ("edit", "Đã nhận", ())
    assert ask(staff, lambda bot: bot.delete_message(COLLEAGUE, sent.message_id))
    gone = colleague.next()
    assert gone is not None
    assert gone.kind == "delete"


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (lambda bot: bot.send_message(PERSON, " "), "text is empty"),
        (lambda bot: bot.send_message(PERSON, "x" * 4097), "message is too long"),
        (lambda bot: bot.send_message("", "x"), "chat_id is empty"),
        (lambda bot: bot.edit_message_text("x", PERSON, 999), "message to edit not found"),
        (lambda bot: bot.edit_message_text("x", PERSON, 1), "message can't be edited"),
        (lambda bot: bot.delete_message(PERSON, 999), "message to delete not found"),
        (lambda bot: bot.answer_callback_query("1"), "query is too old"),
        (
            lambda bot: bot.send_message(PERSON, "x", reply_markup='{"inline_keyboard": 1}'),
            "inline_keyboard",
        ),
        (
            lambda bot: bot.send_message(
                PERSON,
                "x",
                reply_markup=InlineKeyboardMarkup(
                    [[InlineKeyboardButton("x", callback_data="ă" * 33)]]
                ),
            ),
            "BUTTON_DATA_INVALID".capitalize(),
        ),
        (lambda bot: bot.set_webhook("http://hotline.example/x"), "HTTPS URL must be provided"),
        (
            lambda bot: bot.set_webhook("https://hotline.example/x", secret_token="no spaces"),
            "unallowed characters",
        ),
        (lambda bot: bot.get_file("x"), "invalid file_id"),
    ],
)
def test_is_refused_as_by_telegram(
    senders: TelegramBot, app: Handset, work: Callable[[Bot], Any], why: str
) -> None:
    app.say("hi")
    assert why.lower() in refused(senders, BadRequest, work).lower()


def test_an_edit_that_changes_nothing(senders: TelegramBot, app: Handset) -> None:
    app.say("hi")
    sent = ask(senders, lambda bot: bot.send_message(PERSON, "x"))
    same = refused(
        senders, BadRequest, lambda bot: bot.edit_message_text("x", PERSON, sent.message_id)
    )
    assert same.startswith("Message is not modified")


def test_blocked(senders: TelegramBot, app: Handset) -> None:
    app.say("hi")
    app.block()
    why = refused(senders, Forbidden, lambda bot: bot.send_message(PERSON, "x"))
    assert why == "Forbidden: bot was blocked by the user"
    app.block(False)
    assert ask(senders, lambda bot: bot.send_message(PERSON, "x"))
    events = [telegram.parse(update, "telegram:senders") for update in updates(senders)]
    assert [one.event for one in events if isinstance(one, Inbound)] == [
        "message",
        "blocked",
        "opted_in",
    ]


def test_a_group_becomes_a_supergroup(staff: TelegramBot, world: str) -> None:
    base = f"{world}/phone/telegram/staff"
    requests.post(f"{base}/group", json={"chat": -555, "title": "Trực"})
    assert ask(staff, lambda bot: bot.send_message(-555, "x")).chat.type == "group"
    new = -1001234567890
    requests.post(f"{base}/migrate", json={"from": COLLEAGUE, "chat": -555, "to": new})
    with pytest.raises(ChatMigrated) as moved:
        ask(staff, lambda bot: bot.send_message(-555, "x"))
    assert moved.value.new_chat_id == new
    first = ask(staff, lambda bot: bot.send_message(new, "x"))
    assert (first.chat.type, first.message_id) == ("supergroup", 1), "it counts its own messages"
    (update,) = updates(staff)
    assert telegram.parse_staff(update) == telegram.StaffChatMoved(-555, new)


def test_all_that_people_send_is_read_by_the_library_and_by_us(
    senders: TelegramBot, app: Handset, world: str
) -> None:
    app.say("em ở đâu?")
    app.pin(11.08, 106.17)
    for kind in FILES:
        app.file(kind, "chú thích")
    card = {"phone_number": "+84912000009", "first_name": "Hai"}
    requests.post(f"{world}/phone/telegram/senders/message", json={"from": PERSON, "contact": card})
    edit = {"from": PERSON, "message_id": 1, "text": "sửa"}
    requests.post(f"{world}/phone/telegram/senders/edit", json=edit)
    came = updates(senders)
    assert len(came) == 4 + len(FILES)
    for update in came:
        assert Update.de_json(update, None).update_id == update["update_id"]
        said = telegram.parse(update, "telegram:senders")
        assert isinstance(said, Inbound)
        assert said.text or said.media or said.location
    photo = next(one for one in came if "photo" in one.get("message", {}))
    file_id = photo["message"]["photo"][0]["file_id"]

    async def fetch(bot: Bot) -> bytearray:
        return await (await bot.get_file(file_id)).download_as_bytearray()

    assert ask(senders, fetch)


def test_a_press_an_answer_to_it_and_a_reply(staff: TelegramBot, colleague: Handset) -> None:
    page = ask(staff, lambda bot: bot.send_message(COLLEAGUE, "Phiếu", reply_markup=KEYS))
    colleague.press(page.message_id, 1)
    colleague.say("Em ở đâu?", reply_to=page.message_id)
    press, text = map(telegram.parse_staff, updates(staff))
    assert isinstance(press, StaffPress)
    assert (press.data, press.message_id) == ("claim:1", page.message_id)
    assert isinstance(text, StaffText)
    assert (text.reply_to_message_id, text.reply_to_text) == (page.message_id, "Phiếu")

    assert ask(staff, lambda b: telegram_api.answer_callback(b, press.callback_id, "Đã nhận"))
    assert not ask(staff, lambda b: telegram_api.answer_callback(b, press.callback_id)), "once only"
    kinds = [colleague.next(), colleague.next()]
    assert [one.kind for one in kinds if one] == ["message", "toast"]


def test_updates_are_confirmed_by_the_offset_and_not_before(
    senders: TelegramBot, app: Handset
) -> None:
    for text in ("a", "b", "c"):
        app.say(text)
    first = updates(senders)
    assert [one["message"]["text"] for one in first] == ["a", "b", "c"]
    assert updates(senders) == first, "asking without an offset confirms nothing"
    second = first[1]["update_id"]
    assert [one["message"]["text"] for one in updates(senders, second)] == ["b", "c"]
    assert [one["message"]["text"] for one in updates(senders)] == ["b", "c"], "a is forgotten"
    assert [one["message"]["text"] for one in updates(senders, -1)] == ["c"]
    assert updates(senders, second + 2, wait=0) == []


def test_kinds_that_were_not_asked_for_do_not_come(senders: TelegramBot, app: Handset) -> None:
    ask(senders, lambda b: telegram_api.get_updates(b, None, 0, ("my_chat_member",)))
    app.say("unheard")
    app.block()
    assert ["my_chat_member" in one for one in updates_as_set(senders)] == [True]


def updates_as_set(bot: TelegramBot) -> list[dict[str, Any]]:
    return ask(bot, lambda b: telegram_api.get_updates(b, None, 5, ("my_chat_member",)))


def test_a_second_poll_ends_the_first(senders: TelegramBot) -> None:
    async def both(bot: Any) -> tuple[Any, Any]:
        first = asyncio.create_task(telegram_api.get_updates(bot, None, 20))
        second = None
        while not first.done():  # until the first one has arrived and is thrown out
            second = await telegram_api.get_updates(bot, None, 0)
        return await asyncio.gather(first, return_exceptions=True), second

    (ended,), other = ask(senders, both)
    assert isinstance(ended, Conflict)
    assert "terminated by other getUpdates request" in ended.message
    assert other == []


def test_a_webhook_gets_the_updates_in_order_until_they_are_taken(
    senders: TelegramBot, app: Handset, hotline: Hotline
) -> None:
    app.say("before")
    url = f"{hotline.url}/telegram/sender"
    hotline.answers = [503, 500]
    ask(senders, lambda bot: telegram_api.set_webhook(bot, url, "s3cret"))
    app.say("after")
    posts = hotline.wait(4)
    assert [post.json["message"]["text"] for post in posts] == ["before"] * 3 + ["after"]
    assert {post.headers["X-Telegram-Bot-Api-Secret-Token"] for post in posts} == {"s3cret"}
    assert ask(senders, telegram_api.get_webhook_url) == url
    why = refused(senders, Conflict, lambda b: telegram_api.get_updates(b, None, 0))
    assert "webhook is active" in why
    info = ask(senders, lambda bot: bot.get_webhook_info())
    assert info.last_error_message == "Wrong response from the webhook: 500"
    ask(senders, telegram_api.delete_webhook)
    app.say("by poll")
    assert updates(senders)[-1]["message"]["text"] == "by poll"


def test_what_cannot_be_done_on_a_phone_is_refused(app: Handset, world: str) -> None:
    app.say("hi")
    base = f"{world}/phone/telegram/senders"
    for act, asked in (
        ("press", {"from": PERSON, "message_id": 1, "button": 1}),
        ("press", {"from": PERSON, "message_id": 99, "button": 1}),
        ("message", {"from": PERSON, "chat": -5, "text": "x"}),
        ("message", {"from": PERSON, "file": "hologram"}),
        ("message", {"text": "x"}),
        ("edit", {"from": PERSON, "message_id": 99, "text": "x"}),
        ("migrate", {"from": PERSON, "chat": -5, "to": -6}),
    ):
        answer = requests.post(f"{base}/{act}", json=asked)
        assert (answer.status_code, answer.json()["ok"]) == (400, False), act
    assert requests.post(f"{base}/message", data="not json").status_code == 400
