"""The stand-ins as a process: they remember across a restart, end when told, and stay at home."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from channels import telegram_api
from channels.telegram import TelegramBot
from channels.twilio import TwilioAccount
from channels.twilio_send import TwilioChannel
from desk.messages import NotSent, Outbound, Sent
from simulators import server
from simulators.handset import Handset
from simulators.kept import Kept
from simulators.world import Targets
from tests.simulators.stage import NUMBER, PERSON, SENDERS, SID, TOKEN, Hotline, targets


def test_a_restart_forgets_nothing(hotline: Hotline, tmp_path: Path) -> None:
    text = Outbound("1", "twilio", f"twilio:{NUMBER}", "+84912000001", "xin chao")
    with server.running(targets(hotline, tmp_path)) as world:
        Handset(world, "telegram", str(PERSON)).say("trước")
        assert isinstance(TwilioChannel(TwilioAccount(SID, TOKEN, NUMBER, world)).send(text), Sent)
        assert Handset(world, "sms", "+84912000001").look(5)
        Handset(world, "sms", "+84912000002").say("STOP")

    with server.running(targets(hotline, tmp_path)) as world:
        channel = TwilioChannel(TwilioAccount(SID, TOKEN, NUMBER, world))
        assert isinstance(channel.lookup(text, 0), Sent)
        stopped = Outbound("1", "twilio", f"twilio:{NUMBER}", "+84912000002", "x")
        assert channel.send(stopped) == NotSent("21610", again=False, gone=True)
        assert [one.text for one in Handset(world, "sms", "+84912000001").look()] == ["xin chao"]
        bot = TelegramBot(SENDERS, "telegram:senders", world)
        assert [one["message"]["text"] for one in poll(bot)] == ["trước"]


def poll(bot: TelegramBot) -> list[dict[str, dict[str, str]]]:
    async def run() -> list[dict[str, dict[str, str]]]:
        async with telegram_api.connection(bot) as opened:
            return await telegram_api.get_updates(opened, None, 0)

    return asyncio.run(run())


def test_a_journal_cut_off_in_mid_line_is_read(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.put("a", "x", 1)
    kept.put("a", "y", 2)
    kept.drop("a", "x")
    journal = tmp_path / "journal.jsonl"
    with journal.open("a") as file:
        file.write('["a", "z", {"cut')
    assert Kept(tmp_path).table("a") == {"y": 2}
    assert journal.stat().st_mode & 0o077 == 0, "it holds what people wrote"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_they_are_not_offered_to_a_network(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        server.main(host, 0, Targets())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "simulators", "--port", str(port), "--bot", "staff", "1:a"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            with connected(port, process) as answer:
                assert answer.read() == b"ok\n"
        finally:
            process.send_signal(number)
        assert process.wait(10) == 0


def connected(port: int, process: subprocess.Popen[bytes]) -> urllib.request._UrlopenRet:
    """Ask until it answers; a process that has ended never will."""
    while process.poll() is None:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5)
        except OSError:
            continue
    raise AssertionError(process.stderr.read() if process.stderr else "")
