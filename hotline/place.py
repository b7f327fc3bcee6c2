"""Where a running hotline keeps what its own commands need to find it: everything under DATA."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 107


@dataclass(frozen=True, slots=True)
class Running:
    """What `up` started: how the terminal phone and a browser reach it."""

    pid: int
    url: str
    simulators: str | None


def socket_of(data: Path) -> Path:
    """The socket of the embedded Valkey: in DATA, or in a private folder if that path is long."""
    inside = data.resolve() / "valkey.sock"
    if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"hotline-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else: set TMPDIR to a folder of yours")
    return folder / f"{name}.sock"


def redis_url_of(data: Path) -> str:
    return f"unix://{socket_of(data)}"


def write_running(data: Path, running: Running) -> None:
    target = data / "running.json"
    fresh = data / f"running.{os.getpid()}"
    fresh.write_text(json.dumps(asdict(running)))
    fresh.replace(target)


def read_running(data: Path) -> Running | None:
    """What runs on this DATA, or None if nothing does."""
    try:
        running = Running(**json.loads((data / "running.json").read_text()))
        os.kill(running.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return running


def forget_running(data: Path) -> None:
    (data / "running.json").unlink(missing_ok=True)
