"""An outside harness: stand-ins of its own given by settings, staff by the command line.

Runs on PostgreSQL with Telegram by webhook, and on SQLite with Telegram polled.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from channels.twilio_signature import sign
from hotline import up
from simulators import server
from simulators.world import BotTarget, Targets, TwilioTarget
from tests.real import ROOT, Hotline, running, until

SID, TOKEN, NUMBER = "AC" + "1" * 32, "outside-token", "+84280000222"
HELD = "em bi nhot o bavet, ho thu ho chieu, que em o an giang"
SECRET = "outside-secret"
BOTS = (
    BotTarget("senders", "8001:outside", "x_bot", "X", open_to_all=True),
    BotTarget("staff", "8002:outside", "y_bot", "Y", open_to_all=True),
)


@pytest.fixture(scope="module", params=["postgresql-webhook", "sqlite-polling"])
def outside(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Hotline, Path]]:
    folder = tmp_path_factory.mktemp("outside")
    clock = folder / "clock"
    clock.write_text("0")
    port = up.free_port("127.0.0.1", 40_000 + os.getpid() % 10_000)
    url = f"http://127.0.0.1:{port}"
    targets = Targets(TwilioTarget(SID, TOKEN, NUMBER, f"{url}/twilio/sms"), BOTS)
    with server.running(targets) as stand_ins:
        settings = {
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": stand_ins,
            "TELEGRAM_BOT_TOKEN": BOTS[0].token,
            "TELEGRAM_STAFF_BOT_TOKEN": BOTS[1].token,
            "TELEGRAM_API_BASE": stand_ins,
            "HOTLINE_CLOCK_FILE": str(clock),
        }
        if request.param == "postgresql-webhook":
            settings["HOTLINE_DATABASE_URL"] = _new_database(
                request.getfixturevalue("postgres_url")
            )
            settings["HOTLINE_PUBLIC_URL"] = url
            settings["TELEGRAM_WEBHOOK_SECRET"] = SECRET
        with running(folder / "data", port, **settings) as started:
            started.simulators = stand_ins
            yield started, clock


def _new_database(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        name = f"outside_{os.getpid()}"
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    parts = urllib.parse.urlsplit(url)
    return parts._replace(path=f"/{name}").geturl()


def _post_signed(hotline: Hotline, sid: str, text: str, sender: str) -> int:
    form = {"MessageSid": sid, "AccountSid": SID, "From": sender, "To": NUMBER, "Body": text,
            "NumMedia": "0", "NumSegments": "1"}  # fmt: skip
    url = f"{hotline.url}/twilio/sms"
    headers = {"X-Twilio-Signature": sign(url, list(form.items()), TOKEN)}
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


def test_no_demo_staff_and_every_centre_from_the_start(outside: tuple[Hotline, Path]) -> None:
    hotline, _ = outside
    assert json.loads(hotline.cli("staff", "list", "--json")) == []
    codes = {row["code"] for row in json.loads(hotline.cli("centre", "list", "--json"))}
    assert len(codes) == 63 + 3 + 1
    assert {"lang-son", "ba-ria-vung-tau", "thua-thien-hue", "ho-chi-minh", "quoc-gia"} <= codes


def test_the_whole_way_from_outside(outside: tuple[Hotline, Path]) -> None:
    hotline, clock = outside
    hotline.cli("staff", "add", "An", "--centre", "an-giang", "--telegram-id", "501")
    hotline.cli("staff", "add", "Be", "--centre", "an-giang", "--telegram-id", "502")
    hotline.cli("staff", "add", "Na", "--centre", "quoc-gia", "--telegram-id", "503")
    sender = "+84912000701"
    for _ in range(3):
        assert _post_signed(hotline, "SM" + "a" * 32, HELD, sender) == 200
    (answer,) = until(lambda: hotline.sms_shown(sender), what="an answer")
    assert len(answer) <= 160
    (ticket,) = json.loads(hotline.cli("ticket", "list", "--json"))
    for key in ("ref", "status", "intent", "urgency", "signals", "language", "vn_province",
                "centre", "desk", "opened_at", "claimed_by", "silenced"):  # fmt: skip
        assert key in ticket
    assert ticket["status"] == "open"
    assert ticket["claimed_by"] is None
    assert (ticket["centre"], ticket["vn_province"]) == ("an-giang", "An Giang")

    (page,) = until(lambda: hotline.telegram_shown(501, "staff"), what="a page")
    assert page["buttons"]
    clock.write_text(str(9 * 60))
    until(lambda: hotline.telegram_shown(503, "staff"), 20, "the climb to the nation")

    press = {"from": 501, "message_id": page["message_id"], "button": 1}
    hotline.phone("/phone/telegram/staff/press", press)
    until(lambda: hotline.show(ticket["ref"])["claimed_by"] == "An", what="the claim")
    refused = hotline.cli("ticket", "claim", ticket["ref"], "--as", "Be", fails=True)
    assert "An has" in refused
    reply = {"from": 501, "text": "Chị đây, viết tiếp nhé.", "reply_to": page["message_id"]}
    hotline.phone("/phone/telegram/staff/message", reply)
    until(lambda: "Chi day, viet tiep nhe." in hotline.sms_shown(sender), what="the answer")

    assert _post_signed(hotline, "SM" + "b" * 32, "bi phat hien roi", sender) == 200
    until(lambda: hotline.show(ticket["ref"])["silenced"], what="the silence")
    shown = hotline.sms_shown(sender)
    refused = hotline.cli("ticket", "reply", ticket["ref"], "Sao rồi?", "--as", "An", fails=True)
    assert "silenced" in refused
    assert hotline.sms_shown(sender) == shown
    shown_now = json.loads(hotline.cli("ticket", "show", ticket["ref"], "--json"))
    states = [m["state"] for m in shown_now["messages"]]
    assert states[-1] == "refused"


def test_telegram_from_outside(outside: tuple[Hotline, Path]) -> None:
    hotline, _ = outside
    hotline.telegram("cứu em, em bị nhốt", 6001)
    until(lambda: hotline.telegram_shown(6001), what="an answer")


def test_reading_and_routing_hold_their_contract() -> None:
    lines = [
        {"id": "1", "channel": "sms", "text": HELD},
        {"id": "2", "channel": "sms", "text": "", "at": "2026-01-01"},
    ]
    for answer in _pipe("triage", lines):
        assert {"id", "intent", "urgency", "signals", "place", "language", "reasons"} <= set(answer)
    routed = _pipe(
        "route", [{"id": "a", "text": "Lạng Sơn"}, {"id": "b", "lat": 10.0, "lon": 105.1}]
    )
    for answer in routed:
        assert {"id", "country", "vn_province", "old_province", "mention", "candidates", "centre",
                "distance_km"} <= set(answer)  # fmt: skip
    assert [answer["centre"] for answer in routed] == ["lang-son", "kien-giang"]


def _pipe(command: str, lines: list[dict[str, object]]) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "hotline", command], cwd=ROOT, text=True, check=True, timeout=60,
        input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]
