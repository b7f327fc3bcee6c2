"""Phone numbers, choices and the registry."""

from __future__ import annotations

import pytest

import channels
from channels import phone
from channels.choices import laid_out
from channels.memory import PLAIN, MemoryAccount, MemoryChannel
from channels.telegram import TelegramBot
from channels.telegram_send import CAN as TELEGRAM_CAN
from channels.twilio import TwilioAccount
from desk.messages import Choice, NotSent, Outbound, Sent


@pytest.mark.parametrize(
    "text",
    [
        "+84912000001",
        "84912000001",
        "0084912000001",
        "0912000001",
        "0912 000 001",
        "0912.000.001",
        "84.912.000.001",
        "+84 (0) 912 000 001",
        "(+84) 912-000-001",
        "０９１２０００００１",
        "+840912000001",
    ],
)
def test_a_vietnamese_number_in_every_dress(text: str) -> None:
    assert phone.typed(text) == "+84912000001"


@pytest.mark.parametrize(
    ("text", "number"), [("+855 12 345 678", "+85512345678"), ("+1 202 555 0143", "+12025550143")]
)
def test_a_foreign_number(text: str, number: str) -> None:
    assert phone.typed(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "111", "alo", "0163 200 0001", "09120000011", "+", "00", "9" * 500, "\x00", "\ud800"],
)
def test_no_number_a_person_could_have(text: str) -> None:
    assert phone.typed(text) is None


@pytest.mark.parametrize(
    "text", ["whatsapp:+84912000001", "", "a" * 40, "+84\x00912", "<b>", "+12"]
)
def test_no_address_of_a_gateway(text: str) -> None:
    assert phone.from_wire(text) is None


def offer(text: str, *labels: str) -> Outbound:
    choices = tuple(Choice(f"v{n}", label) for n, label in enumerate(labels))
    return Outbound("1", "memory", "memory:1", "+84912000001", text, choices)


def test_choices_become_a_numbered_list_where_there_are_no_buttons() -> None:
    assert laid_out(offer("Can gi?", "giay to", "noi o"), PLAIN) == (
        "Can gi?\n1 giay to\n2 noi o",
        (),
    )


def test_a_text_that_names_its_numbers_is_not_lengthened() -> None:
    text = (
        "Da nhan duoc tin. Gui mot so: 1 can ngay, 2 hom nay hoac mai, 3 luc nay khong viet duoc."
    )
    asked = offer(text, "can ngay", "hom nay hoac mai", "khong viet duoc")
    assert laid_out(asked, PLAIN) == (text, ())


def test_numbers_of_other_things_do_not_count() -> None:
    text, _ = laid_out(offer("Goi 113 hoac 115. O dau?", "trong nuoc", "nuoc ngoai"), PLAIN)
    assert text.endswith("1 trong nuoc\n2 nuoc ngoai")


def test_choices_become_buttons_where_there_are_any() -> None:
    asked = offer("Cần gì?", "giấy tờ")
    assert laid_out(asked, TELEGRAM_CAN) == ("Cần gì?", asked.choices)


def test_the_registry_is_read_by_line() -> None:
    opened = channels.build(
        [
            TwilioAccount("AC1", "t", "+15550100001"),
            TelegramBot("1:a", "telegram:senders"),
            TelegramBot("2:b", "telegram:staff"),
            MemoryAccount(),
        ]
    )
    assert {line: channel.name for line, channel in opened.items()} == {
        "twilio:+15550100001": "twilio",
        "telegram:senders": "telegram",
        "telegram:staff": "telegram",
        "memory:1": "memory",
    }


def test_a_line_that_was_given_up_is_answered_by_the_one_that_is_left() -> None:
    opened = channels.build(
        [
            TwilioAccount("AC1", "t", "+15550100001"),
            TelegramBot("1:a", "telegram:senders"),
            TelegramBot("2:b", "telegram:staff"),
        ]
    )
    old = channels.pick(opened, "twilio", "twilio:+15550100009")
    assert old is opened["twilio:+15550100001"]
    lost = channels.pick(opened, "telegram", "telegram:gone")
    assert lost is None, "never through a bot of another purpose"


def test_secrets_do_not_show() -> None:
    shown = repr([TwilioAccount("AC1", "tok-en", "+1"), TelegramBot("1:to-ken", "l", secret="s-e")])
    assert not any(secret in shown for secret in ("tok-en", "to-ken", "s-e"))


def test_the_memory_channel_keeps_what_it_took() -> None:
    channel = MemoryChannel()
    assert channel.send(offer("a")) == Sent("memory-1")
    channel.answer = lambda _: NotSent("no", again=True)
    assert channel.send(offer("b")) == NotSent("no", again=True)
    assert [one.text for one in channel.sent] == ["a"]
