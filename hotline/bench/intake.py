"""`hotline bench intake`: a full signed SMS webhook against "Flask + Core insert + commit".

Both on the same web server with the same settings and on a database of the same kind, in turn,
round by round; rows, replies and errors are counted after each round, and a round that lost one
fails.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text

from channels.twilio_signature import sign
from desk import roster
from hotline import settings, up
from hotline.bench import load
from hotline.house import open_house
from store import migrate
from store.database import Database

GOAL = 0.70
ROUNDS, REQUESTS, CLIENTS, SENDERS = 3, 1500, 8, 300
SID, TOKEN, NUMBER = "AC" + "0" * 32, "bench", "+84280000111"
BODY = (
    "em la nguoi o xa Tan Phu, em bi giu giay to khong cho ra ngoai, xin cuu em voi, con em moi 3 "
    "tuoi, em so lam, o gan cho Ben Tre, em khong dam goi dien thoai, mong anh chi giup em cang "
    "som cang tot, em cam on nhieu, so nha 12 duong Nguyen Hue phuong 4 thanh pho Ben Tre, nha xanh"
)
CASES = ("floor", "yardstick", "hotline")


class Lost(Exception):
    """A round did not keep what it acknowledged."""


@dataclass(frozen=True, slots=True)
class Round:
    case: str
    per_second: float
    cpu_ms: float  # of the server's processes, for each message
    p50_ms: float
    p99_ms: float
    rows: int
    replies: int
    errors: int


def run(database_url: str | None = None) -> dict[str, Any]:
    """Run all rounds; return rates, the ratio to the yardstick and whether the goal is met."""
    rounds: dict[str, list[Round]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        for number in range(ROUNDS):
            for case in CASES:
                data = Path(folder) / f"{case}-{number}"
                rounds[case].append(_round(case, data, database_url))
    rates = {case: statistics.median(r.per_second for r in rounds[case]) for case in CASES}
    ratios = [
        ours.per_second / theirs.per_second
        for ours, theirs in zip(rounds["hotline"], rounds["yardstick"], strict=True)
    ]
    ratio = statistics.median(ratios)
    return {
        "bench": "intake",
        "requests": REQUESTS,
        "clients": CLIENTS,
        "per_second": rates,
        "ratio_to_yardstick": round(ratio, 3),
        "ratios": [round(r, 3) for r in ratios],
        "goal": GOAL,
        "met": ratio >= GOAL,
        "rounds": [asdict(r) for case in CASES for r in rounds[case]],
    }


def _round(case: str, data: Path, database_url: str | None) -> Round:
    data.mkdir()
    port = up.free_port("127.0.0.1", 18_080)
    environment = _environment(case, data, port, database_url)
    if case == "hotline":
        _prepare(environment)
    requests = [_request(port, n) for n in range(REQUESTS)]
    with _bell(data), _server(case, port, environment) as server:
        before = _cpu(server)
        outcome = load.run("127.0.0.1", port, requests, CLIENTS)
        cpu = _cpu(server) - before
    rows, replies = _count(case, environment)
    if case != "floor" and (rows != REQUESTS or outcome.bad):
        raise Lost(f"{case}: {outcome.good} acknowledged, {outcome.bad} errors, {rows} rows")
    if case == "hotline" and replies < SENDERS:
        raise Lost(f"{case}: {replies} replies for {SENDERS} senders")
    return Round(
        case, round(outcome.good / outcome.seconds, 1), round(cpu / REQUESTS * 1000, 3),
        round(outcome.percentile(0.5), 2), round(outcome.percentile(0.99), 2), rows, replies,
        outcome.bad,
    )  # fmt: skip


def _environment(case: str, data: Path, port: int, database_url: str | None) -> dict[str, str]:
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("HOTLINE_", "TWILIO_", "TELEG"))
    }
    return {
        **clean,
        "HOTLINE_DATA": str(data),
        "HOTLINE_DATABASE_URL": database_url or f"sqlite:///{data / 'hotline.db'}",
        "HOTLINE_PORT": str(port),
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": NUMBER,
        "TWILIO_API_BASE": "http://127.0.0.1:9",
        "BENCH_CASE": case,
        "BENCH_DATABASE": database_url or f"sqlite:///{data / 'peer.db'}",
    }


def _prepare(environment: dict[str, str]) -> None:
    """The tables, and people on call where the messages go, so that pages are made too."""
    house = open_house(_settings(environment), load=False)
    migrate.upgrade(house.desk.db)
    for name, centre in (("a", "ben-tre"), ("b", "quoc-gia")):
        roster.add(house.desk, name, centre, telegram_id=ord(name))
    house.desk.db.close()


def _settings(environment: dict[str, str]) -> settings.Settings:
    names = {f.alias for f in settings.Settings.model_fields.values()}
    return settings.read(**{k: v for k, v in environment.items() if k in names})


def _request(port: int, number: int) -> bytes:
    form = {
        "MessageSid": f"SM{number:032d}", "SmsSid": f"SM{number:032d}", "AccountSid": SID,
        "From": f"+8490{number % SENDERS:07d}", "To": NUMBER, "Body": BODY, "NumSegments": "2",
        "NumMedia": "0", "FromCity": "", "FromState": "", "FromZip": "", "FromCountry": "VN",
        "ToCity": "", "ToState": "", "ToZip": "", "ToCountry": "VN", "SmsStatus": "received",
        "SmsMessageSid": f"SM{number:032d}", "ApiVersion": "2010-04-01",
        "MessagingServiceSid": "MG" + "2" * 32,
    }  # fmt: skip
    body = urlencode(form).encode()
    signature = sign(f"http://127.0.0.1:{port}/twilio/sms", list(form.items()), TOKEN)
    head = (
        f"POST /twilio/sms HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def _bell(data: Path) -> Iterator[None]:
    """The embedded Valkey, so that ringing costs what it costs; nobody hears it."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        up.valkey_command(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _server(case: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "hotline.bench.serve", case, str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - loopback
        except urllib.error.HTTPError:
            return  # it answers, if only with 404 or 405
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Lost(f"{url} does not answer")


def _cpu(group: int) -> float:
    """Seconds of processor time that the processes of a group have used so far."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group:
                total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _count(case: str, environment: dict[str, str]) -> tuple[int, int]:
    if case == "floor":
        return 0, 0
    name = "BENCH_DATABASE" if case == "yardstick" else "HOTLINE_DATABASE_URL"
    database = Database(environment[name])
    with database.engine.connect() as connection:
        if case == "yardstick":
            return int(connection.execute(text("SELECT count(*) FROM peer")).scalar() or 0), 0
        counted = connection.execute(
            text("SELECT direction, count(*) FROM messages GROUP BY direction")
        )
        rows = {str(direction): int(count) for direction, count in counted}
    database.close()
    return rows.get("in", 0), rows.get("out", 0)
