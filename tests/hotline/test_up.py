"""`hotline up` as its user meets it: real processes, real HTTP, plugs pulled."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.real import Hotline, running, status_of, until

HELD = "em bi nhot o bavet, ho thu ho chieu, que em o an giang"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory, taken: int) -> Iterator[Hotline]:
    """One hotline for all these tests; it was told to listen at a port that is taken."""
    with running(tmp_path_factory.mktemp("up"), taken) as started:
        yield started


def test_a_taken_port_is_said_and_another_picked(hotline: Hotline, taken: int) -> None:
    assert hotline.url != f"http://127.0.0.1:{taken}"
    assert hotline.process.stdout is not None
    assert hotline.process.stdout.readline().startswith(f"Port {taken} is taken; using ")


def _new_ticket(hotline: Hotline, before: list[str]) -> dict[str, object]:
    def look() -> list[dict[str, object]]:
        return [t for t in hotline.tickets() if t["ref"] not in before]

    (found,) = until(look, what="a ticket")
    return found


def test_the_story_of_the_readme(hotline: Hotline) -> None:
    before = [t["ref"] for t in hotline.tickets()]
    hotline.sms(HELD)
    (answer,) = until(hotline.sms_shown, 5, "an answer")
    assert answer.startswith("Da nhan duoc tin.")
    ticket = _new_ticket(hotline, before)
    assert (ticket["urgency"], ticket["centre"]) == (1, "an-giang")
    (page,) = until(lambda: hotline.staff_shown("lan"), what="a page")
    assert "bavet" not in page["text"].lower()
    hotline.press("lan", page)
    until(lambda: hotline.show(str(ticket["ref"]))["claimed_by"] == "lan", what="the claim")
    hotline.answer("lan", page, "Chi la nguoi truc. Luc nao ranh thi viet.")
    until(lambda: "Chi la nguoi truc. Luc nao ranh thi viet." in hotline.sms_shown())
    states = [m["state"] for m in hotline.show(str(ticket["ref"]))["messages"]]
    assert states[0] == "received"


def test_the_same_by_telegram(hotline: Hotline) -> None:
    before = [t["ref"] for t in hotline.tickets()]
    hotline.telegram("em bị nhốt ở Bavet, quê em ở An Giang", 5002)
    until(lambda: hotline.telegram_shown(5002), what="an answer")
    ticket = _new_ticket(hotline, before)
    hotline.cli("ticket", "claim", str(ticket["ref"]), "--as", "lan")
    refused = hotline.cli("ticket", "claim", str(ticket["ref"]), "--as", "minh", fails=True)
    assert "lan has" in refused
    hotline.cli("ticket", "reply", str(ticket["ref"]), "Chị đang đọc.", "--as", "lan")
    until(lambda: "Chị đang đọc." in [e["text"] for e in hotline.telegram_shown(5002)])


def test_a_forged_signature_gets_403_and_no_row(hotline: Hotline) -> None:
    before = len(hotline.tickets())
    body = b"MessageSid=SM1&From=%2B84912000009&To=%2B84280000111&Body=cuu"
    assert status_of(f"{hotline.url}/twilio/sms", body, FORM) == 403
    forged = {**FORM, "X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    assert status_of(f"{hotline.url}/twilio/sms", body, forged) == 403
    assert len(hotline.tickets()) == before


def test_a_body_of_ten_megabytes_is_refused_and_the_client_is_told(hotline: Hotline) -> None:
    assert status_of(f"{hotline.url}/twilio/sms", b"a" * 10_000_000, FORM) == 413


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_wrong_content_type_is_refused(hotline: Hotline, kind: str) -> None:
    status = status_of(f"{hotline.url}/twilio/sms", b"{}", {"Content-Type": kind})
    assert status in (400, 403)


def test_the_bell_emptied_between_message_and_delivery_loses_nothing(hotline: Hotline) -> None:
    client = redis.Redis(unix_socket_path=str(hotline.socket))
    for number in range(5):
        hotline.sms("cuu em voi", f"+8491200010{number}")
        client.flushall()
    for number in range(5):
        until(lambda n=number: hotline.sms_shown(f"+8491200010{n}"), what="an answer")  # type: ignore[misc]


def test_the_bell_frozen_delays_and_loses_nothing(hotline: Hotline) -> None:
    pid = hotline.bell_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        hotline.sms("cuu em voi", "+84912000201")
        until(lambda: hotline.sms_shown("+84912000201"), 10, "an answer without the bell")
    finally:
        os.kill(pid, signal.SIGCONT)


def test_the_bell_killed_is_started_again_and_nothing_is_lost(hotline: Hotline) -> None:
    before = hotline.bell_pid()
    os.kill(before, signal.SIGKILL)
    hotline.sms("cuu em voi", "+84912000301")
    until(lambda: hotline.sms_shown("+84912000301"), 10, "an answer")
    until(lambda: hotline.bell_pid() not in (0, before), what="the bell's return")


def test_workers_killed_while_sending_deliver_at_most_twice(hotline: Hotline) -> None:
    hotline.phone("/faults/twilio", {"kind": "stall", "count": 1, "seconds": 3})
    hotline.sms("cuu em voi", "+84912000401")
    until(lambda: _calls(hotline), 10, "a call that stalls")
    hotline.kill("hotline worker urgent")
    until(lambda: hotline.sms_shown("+84912000401"), 60, "the delivery")
    assert 1 <= len(hotline.sms_shown("+84912000401")) <= 2


def _calls(hotline: Hotline) -> bool:
    from tests.real import get

    return any(
        "84912000401" in str(call) for call in get(f"{hotline.simulators}/calls/twilio")["calls"]
    )


def test_the_web_server_killed_comes_back(hotline: Hotline) -> None:
    hotline.kill("hotline web")
    until(lambda: _ready(hotline), 20, "the web server's return")
    hotline.sms("cuu em voi", "+84912000501")
    until(lambda: hotline.sms_shown("+84912000501"), what="an answer")


def _ready(hotline: Hotline) -> bool:
    import urllib.request

    try:
        with urllib.request.urlopen(f"{hotline.url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_logs_and_metrics_hold_nothing_of_anybody(hotline: Hotline) -> None:
    import urllib.request

    hotline.sms("bi mat rat rieng cua em o lang son", "+84912000601")
    until(lambda: hotline.sms_shown("+84912000601"), what="an answer")
    with urllib.request.urlopen(f"{hotline.url}/metrics", timeout=5) as answer:
        metrics = answer.read()
    assert b"hotline_tickets" in metrics
    client = redis.Redis(unix_socket_path=str(hotline.socket))
    bells = b"".join(bytes(key) + bytes(client.dump(key) or b"") for key in client.keys("*"))
    logs = b"".join(path.read_bytes() for path in (hotline.data / "logs").iterdir())
    for secret in (b"rat rieng", b"912000601", b"nhot o bavet", b"912000001"):
        for place in (metrics, logs, bells):
            assert secret not in place


def test_the_doctor_finds_a_running_hotline_in_order(hotline: Hotline) -> None:
    said = hotline.cli("doctor")
    assert "running at" in said
    assert "FAULT" not in said


def test_a_second_up_on_the_same_folder_is_refused(hotline: Hotline) -> None:
    assert "stop it first" in hotline.cli("up", "--port", "9", fails=True)


def test_a_bad_environment_stops_the_start_and_lists_every_fault(tmp_path: Path) -> None:
    bad = {
        "PATH": os.environ["PATH"],
        "HOTLINE_DATA": str(tmp_path),
        "TWILIO_ACCOUNT_SID": "AC1",
        "TELEGRAM_BOT_TOKEN": "not a token",
        "HOTLINE_DATABASE_URL": "mysql://x",
        "HOTLINE_PUBLIC_URL": "ftp://x",
        "HOTLINE_SECRET_KEY_FILE": "/nowhere/keys",
    }
    done = subprocess.run(
        [sys.executable, "-m", "hotline", "up"], env=bad, capture_output=True, text=True,
        timeout=60, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    for name in ("TWILIO_AUTH_TOKEN", "TELEGRAM_BOT_TOKEN", "HOTLINE_DATABASE_URL",
                 "HOTLINE_PUBLIC_URL", "HOTLINE_SECRET_KEY_FILE"):  # fmt: skip
        assert name in done.stderr


def test_killing_the_supervisor_leaves_no_orphan(hotline: Hotline) -> None:
    """The last test of this file: it ends the hotline of the others."""
    assert len(hotline.pids("")) > 5
    workers = hotline.pids("hotline worker")
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)  # so that they are told to stop when the bell is gone already
    os.kill(hotline.process.pid, signal.SIGKILL)
    hotline.process.wait()
    until(lambda: not hotline.bell_pid(), 60, "the end of the bell")
    for pid in workers:
        os.kill(pid, signal.SIGCONT)
    until(lambda: not hotline.pids(""), 60, "the end of everything")
