"""Talks: written, read back, played; and the phone in the terminal that saves them."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram import TelegramBot
from channels.telegram_send import TelegramChannel
from channels.twilio import TwilioAccount
from channels.twilio_send import TwilioChannel
from desk.messages import Choice, Outbound
from simulators import transcript
from simulators.handset import Handset
from simulators.live import Live
from simulators.terminal import chat
from simulators.transcript import BadTranscript, Transcript, Turn, parse, play, write
from tests.simulators.stage import COLLEAGUE, NUMBER, Hotline

TALK = """\
# A soft cry.
channel: sms
from: +84912000001

sender: giup em voi
hotline: Da nhan duoc tin. …
    Gui mot so.
staff presses: Nhận phiếu
sender pins: 11.08,106.17
hotline: (nothing)
"""
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


class Echo:
    """A phone that hears back what it said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.heard: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)
        self.heard.append(f"you said {text}")

    def press(self, label: str) -> None:
        self.said.append(f"[{label}]")

    def pin(self, lat: float, lon: float) -> None:
        self.said.append(f"{lat} {lon}")

    def send(self, kind: str) -> None:
        self.said.append(f"<{kind}>")

    def edit(self, text: str) -> None:
        self.said.append(f"*{text}")

    def hear(self) -> str | None:
        return self.heard.pop(0) if self.heard else None


def test_a_talk_is_read() -> None:
    talk = parse(TALK)
    assert talk.headers == {"channel": "sms", "from": "+84912000001"}
    assert talk.turns == (
        Turn("sender", "giup em voi"),
        Turn("hotline", "Da nhan duoc tin. …\nGui mot so."),
        Turn("staff presses", "Nhận phiếu"),
        Turn("sender pins", "11.08,106.17"),
        Turn("hotline", "(nothing)"),
    )


@given(st.lists(st.builds(Turn, st.sampled_from(["sender", "hotline", "staff", "desk"]), texts)))
def test_what_is_written_is_read_back(turns: list[Turn]) -> None:
    talk = Transcript({"channel": "telegram"}, tuple(turns))
    assert parse(write(talk)) == talk


class Standing:
    """A house in which three days pass and one ticket lies."""

    waited = 0

    def wait(self, seconds: int) -> None:
        self.waited += seconds

    def ticket(self) -> dict[str, str]:
        return {"urgency": "1", "silenced": "yes"}


def test_time_passes_and_the_ticket_is_looked_at_on_a_stage_only() -> None:
    talk = parse(
        "sender sends: photo\nlater: 3 days\nother: b\nhotline to other: you said b\n"
        "sender edits: c\nticket: urgency 1, silenced no\n"
    )
    sender, other, house = Echo(), Echo(), Standing()
    phones = {"sender": sender, "other": other}
    assert play(talk, phones, house) == ["turn 6: ticket: silenced 'no', is 'yes'"]
    assert (sender.said, other.said, house.waited) == (["<photo>", "*c"], ["b"], 3 * 86400)
    with pytest.raises(BadTranscript, match="in tests only"):
        play(talk, phones)


@pytest.mark.parametrize("line", ["Sender: hi", "hello", "bank: hi", "channel:x", "later: a while"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(BadTranscript, match="line 3"):
        parse(f"sender: hi\n\n{line}\n")


def test_a_talk_is_played_and_differences_are_told() -> None:
    sender, staff = Echo(), Echo()
    talk = parse(
        "sender: a\nhotline: you … a\nhotline: (nothing)\nsender: b\nhotline: you said c\n"
        "staff presses: Nhận\nsender pins: 1,2\nhotline: x\n"
    )
    assert play(talk, {"sender": sender, "staff": staff}) == [
        "turn 5: hotline: 'you said c', heard 'you said b'",
        "turn 8: hotline: 'x', heard '(nothing)'",
    ]
    assert (sender.said, staff.said) == (["a", "b", "1.0 2.0"], ["[Nhận]"])


@pytest.mark.parametrize(
    ("expected", "heard", "same"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("a…", "ab\nc", True),
        ("…b…", "abc", True),
        ("a...c", "abc", True),
        ("a.c", "abc", False),
        ("(nothing)", None, True),
        ("(nothing)", "a", False),
        ("…", None, False),
    ],
)
def test_what_counts_as_the_same(expected: str, heard: str | None, same: bool) -> None:
    assert transcript.matches(expected, heard) is same


# The phone in the terminal


@pytest.fixture
def answering(account: TwilioAccount, hotline: Hotline) -> Iterator[None]:
    """A hotline that answers each text with its number."""
    channel = TwilioChannel(account)

    def work() -> None:
        for count in (1, 2):
            got = hotline.wait_inbound(count)
            text = f"answer {count} to {got[count - 1].form['Body']}"
            channel.send(Outbound("1", "twilio", f"twilio:{NUMBER}", "+84912000001", text))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    thread.join(10)


def test_a_piped_talk_waits_for_each_answer_and_is_saved(
    world: str, answering: None, tmp_path: Path
) -> None:
    screen, file = io.StringIO(), tmp_path / "talk"
    typed = io.StringIO("em bi nhot\n\no bavet\n")
    assert chat(world, "sms", "+84912000001", None, file, typed, screen, settle_s=3.0) == 0
    talk = [
        "sender: em bi nhot",
        "hotline: answer 1 to em bi nhot",
        "sender: o bavet",
        "hotline: answer 2 to o bavet",
    ]
    assert screen.getvalue().splitlines()[1:5] == talk
    saved = parse(file.read_text())
    assert saved.headers == {"channel": "sms", "from": "+84912000001"}
    assert write(Transcript(turns=saved.turns)).splitlines() == talk


def test_a_staff_phone_shows_pages_presses_and_answers_the_ticket(
    world: str, staff: TelegramBot, colleague: Handset
) -> None:
    channel = TelegramChannel(staff)
    claim = (Choice("claim:1", "Nhận phiếu"), Choice("more:1", "Xem"))
    for text, choices in (("Phiếu 1234567 khẩn 1", claim), ("Xin chào", ())):
        channel.send(
            Outbound("1", "telegram", "telegram:staff", str(COLLEAGUE), text, choices=choices)
        )
    screen = io.StringIO()
    typed = io.StringIO("1\nEm ở đâu?\n9\n")
    assert chat(world, "telegram", "", COLLEAGUE, None, typed, screen, settle_s=0.1) == 0
    shown = screen.getvalue()
    assert "desk: Phiếu 1234567 khẩn 1\n    [1] Nhận phiếu\n    [2] Xem\ndesk: Xin chào\n" in shown
    assert "staff presses: Nhận phiếu\n" in shown
    assert "staff: Em ở đâu?\n" in shown
    assert "(there is no button 9)\n" in shown
    assert "staff: 9\n" not in shown, "never words to a sender by a slip of the finger"


def test_a_telegram_phone_sends_places_and_files(world: str, senders: TelegramBot) -> None:
    screen = io.StringIO()
    typed = io.StringIO(":pin 11.08,106.17\n:photo biển số\n:pin here\nxin chào\n")
    assert chat(world, "telegram", "+84912000001", None, None, typed, screen, settle_s=0.1) == 0
    assert "sender pins: 11.08,106.17" in screen.getvalue()
    assert "a place is two numbers" in screen.getvalue()


def test_without_a_hotline_it_says_what_to_start(tmp_path: Path) -> None:
    screen = io.StringIO()
    nowhere = "http://127.0.0.1:9"
    assert chat(nowhere, "sms", "+84912000001", None, None, io.StringIO("x\n"), screen) == 1
    assert "hotline up" in screen.getvalue()


def test_what_the_hotline_refused_is_said(world: str, hotline: Hotline) -> None:
    hotline.answers = [403]
    screen = io.StringIO()
    chat(world, "sms", "+84912000001", None, None, io.StringIO("x\n"), screen, settle_s=0.1)
    assert "(not delivered: the hotline answered 403)" in screen.getvalue()


def test_a_talk_is_played_on_simulated_phones(
    world: str, staff: TelegramBot, colleague: Handset
) -> None:
    channel = TelegramChannel(staff)
    claim = (Choice("claim:1", "Nhận phiếu"),)
    channel.send(Outbound("1", "telegram", "telegram:staff", str(COLLEAGUE), "Phiếu", claim))
    phone = Live(colleague, wait_s=0.1)
    talk = parse("desk: Phiếu\nstaff presses: Nhận phiếu\nstaff presses: Xem\nstaff: Em ở đâu?\n")
    assert play(talk, {"staff": phone}) == []
    assert phone.problems == ["there is no button 'Xem'"]
