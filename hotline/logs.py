"""Logs: JSON lines that hold ids, codes and counts, and never what identifies a person.

An exception is logged as its type and the places it passed through. Its message is left out: a
driver's message can quote a value, and a value can be what somebody wrote.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

Event = MutableMapping[str, Any]
_encode = json.JSONEncoder(ensure_ascii=True, default=repr).encode


class Unfailing(io.StringIO):
    """Standard error, where a line that cannot be written is dropped: a full disk must not turn a
    kept message into an error."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up(process: str) -> None:
    """Send all logging of this process to standard error as JSON lines."""
    structlog.configure(
        processors=[_line(process)],
        logger_factory=structlog.WriteLoggerFactory(Unfailing()),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(Unfailing())
    handler.setFormatter(_Quiet(process))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _line(process: str) -> Any:
    """One line, made in one go: structlog's own steps cost three times as much together."""

    def line(_logger: object, method: str, event: MutableMapping[str, Any]) -> str:
        error = event.pop("exc_info", None)
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        said = {"process": process, **event, "level": method, "timestamp": at}
        if isinstance(error, BaseException):
            said["fault"] = type(error).__name__
            said["places"] = places_of(error)
        return _encode(said)

    return line


def places_of(error: BaseException) -> list[str]:
    """Where an exception passed: `file:line function`, innermost last, without any value."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-12:]]


class _Quiet(logging.Formatter):
    """Lines of libraries: their logger and level, the message only where it is a constant."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "process": self._process,
            "event": "library",
            "logger": record.name,
            "level": record.levelname.lower(),
            "message": str(record.msg),  # unformatted: the values may be personal
        }
        if record.exc_info and record.exc_info[1] is not None:
            event["fault"] = type(record.exc_info[1]).__name__
            event["places"] = places_of(record.exc_info[1])
        return _encode(event)
