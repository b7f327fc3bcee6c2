"""A real hotline for tests: `hotline up` in processes of its own, driven from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import redis
from click.testing import CliRunner

from desk import queue
from desk.house import Desk
from hotline.cli import main
from hotline.clock import DatabaseClock
from hotline.place import socket_of
from store.database import Database
from store.vault import read_key_file

T = TypeVar("T")
SETTINGS = ("HOTLINE_", "TWILIO_", "TELEG")  # how the names of our settings begin
ROOT = Path(__file__).parent.parent
TELEGRAM_IDS = {"lan": 7001, "minh": 7002, "hoa": 7003, "thu": 7004, "quoc": 7006}


def until(look: Callable[[], T], seconds: float = 15.0, what: str = "it") -> T:
    """Look again and again until there is something; a bound on waiting, never a pause."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(0.05)


@dataclass
class Hotline:
    """A running hotline: its process, where it listens, and phones to write with."""

    process: subprocess.Popen[str]
    data: Path
    url: str
    simulators: str
    environment: dict[str, str] = field(repr=False)

    def cli(self, *words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hotline", *words],
            env=self.environment, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, (words, done.returncode, done.stdout, done.stderr)
        return done.stderr if fails else done.stdout

    def command(self, *words: str) -> str:
        """The same in this process: what a command does, without another start of Python."""
        own = {k: v for k, v in self.environment.items() if k.startswith(SETTINGS)}
        others = {k: None for k in os.environ if k.startswith(SETTINGS) and k not in own}
        done = CliRunner(env={**others, **own}).invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, (words, done.output)
        return done.stdout

    @cached_property
    def desk(self) -> Desk:
        """The desk as the command line opens it, in this process: for whoever looks again and again
        a process for each look took longer than what it waited for."""
        url = self.environment.get("HOTLINE_DATABASE_URL", f"sqlite:///{self.data}/hotline.db")
        clock_file = self.environment.get("HOTLINE_CLOCK_FILE")
        database = Database(url)
        clock = DatabaseClock(database, Path(clock_file) if clock_file else None)
        clock.learn()
        return Desk(database, read_key_file(self.data / "keys"), clock, lambda _lane: None)

    def tickets(self) -> list[dict[str, Any]]:
        """What `hotline ticket list --json` prints."""
        return queue.listing(self.desk)

    def show(self, ref: str) -> dict[str, Any]:
        """What `hotline ticket show --json` prints; the reading is in the audit as there."""
        found = queue.show(self.desk, None, ref)
        assert found is not None, ref
        return found

    def sms(self, text: str, sender: str = "+84912000001", **more: Any) -> dict[str, Any]:
        return self.phone("/phone/sms", {"from": sender, "text": text, **more})

    def sms_shown(self, sender: str = "+84912000001") -> list[str]:
        shown = get(f"{self.simulators}/phone/sms?number={sender.replace('+', '%2B')}")
        return [e["text"] for e in shown["events"] if e["kind"] == "message"]

    def telegram(self, text: str, person: int = 5001) -> dict[str, Any]:
        return self.phone("/phone/telegram/senders/message", {"from": person, "text": text})

    def telegram_shown(self, person: int, bot: str = "senders") -> list[dict[str, Any]]:
        shown = get(f"{self.simulators}/phone/telegram/{bot}?chat={person}")
        return [e for e in shown["events"] if e["kind"] == "message"]

    def staff_shown(self, name: str) -> list[dict[str, Any]]:
        return self.telegram_shown(TELEGRAM_IDS[name], "staff")

    def press(self, name: str, message: dict[str, Any]) -> None:
        self.phone(
            "/phone/telegram/staff/press",
            {"from": TELEGRAM_IDS[name], "message_id": message["message_id"], "button": 1},
        )

    def answer(self, name: str, message: dict[str, Any], text: str) -> None:
        self.phone(
            "/phone/telegram/staff/message",
            {"from": TELEGRAM_IDS[name], "text": text, "reply_to": message["message_id"]},
        )

    def phone(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return post(self.simulators + path, body)

    def pids(self, name: str) -> list[int]:
        """Processes of this hotline by the word that follows `hotline` in their command."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
                environ = (folder / "environ").read_bytes()
            except OSError:
                continue
            ours = f"HOTLINE_DATA={self.data}".encode() in environ.split(b"\0")
            if ours and name.encode() in b" ".join(command):
                found.append(int(folder.name))
        return found

    def kill(self, name: str) -> None:
        for pid in self.pids(name):
            os.kill(pid, signal.SIGKILL)

    def bell_pid(self) -> int:
        """Process id of the embedded Valkey, 0 if it does not answer."""
        try:
            client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1)
            return int(client.info("server")["process_id"])  # type: ignore[index]
        except redis.RedisError:
            return 0

    @property
    def socket(self) -> Path:
        return socket_of(self.data)


def get(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return dict(json.loads(answer.read()))


def text_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return dict(json.loads(answer.read()))


def status_of(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status with which a POST is answered."""
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@contextmanager
def running(data: Path, port: int, **settings: str) -> Iterator[Hotline]:
    """Start `hotline up` on DATA, wait until it is ready, stop it at the end."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)}
    environment = {**kept, "PYTHONPATH": str(ROOT), "HOTLINE_DATA": str(data), **settings}
    data.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline", "up", "--port", str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True, cwd=data,
    )  # fmt: skip
    try:
        ready = data / "running.json"
        until(lambda: ready.exists() or process.poll() is not None, 120, "starting")
        assert process.poll() is None, process.communicate()[0]
        found = json.loads(ready.read_text())
        hotline = Hotline(process, data, found["url"], found["simulators"], environment)
        try:
            yield hotline
        finally:
            if "desk" in vars(hotline):
                hotline.desk.db.close()
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
