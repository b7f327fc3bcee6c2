"""Failing on demand: the next calls to a provider fail in the way that is asked for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, request

# Before the provider takes the call; then nothing has happened.
BEFORE = frozenset({"429", "500", "502", "503", "error", "reset", "stall"})
# After it was taken; the caller cannot know.
AFTER = frozenset({"timeout", "reset_after", "500_after"})


@dataclass
class Fault:
    """kind: of BEFORE or AFTER. count: how many calls. method, to: only these, None for all.

    retry_after: seconds named by a 429. seconds: how long a "stall" or "timeout" holds the call.
    code: the provider's own error, for kind "error" (Twilio: 21610; Telegram: 403).
    """

    kind: str
    count: int = 1
    method: str | None = None
    to: str | None = None
    retry_after: int = 30
    seconds: float = 30.0
    code: int = 0

    def __post_init__(self) -> None:
        if self.kind not in BEFORE | AFTER:
            raise ValueError(f"kind must be one of {', '.join(sorted(BEFORE | AFTER))}")


@dataclass(frozen=True)
class Call:
    """One call that reached a stand-in. at: seconds since 1970."""

    provider: str
    method: str
    to: str
    at: float
    fault: str | None


class Faults:
    """The faults in waiting of one provider, and the calls it has seen (the last `most`)."""

    def __init__(
        self, provider: str, refuse: Callable[[Fault], Response], most: int | None = None
    ) -> None:
        self._provider = provider
        self._most = most
        self._refuse = refuse
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        self._waiting: list[Fault] = []
        self.calls: list[Call] = []
        self._cleared = 0  # calls seen when all was last in order

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)
            self._let_go.clear()

    def clear(self) -> None:
        """Forget all faults and let go of every call that is held."""
        with self._lock:
            self._waiting.clear()
            self._cleared = len(self.calls)
            self._let_go.set()

    def failed(self) -> int:
        """How many calls have failed since the faults were last cleared."""
        with self._lock:
            return sum(call.fault is not None for call in self.calls[self._cleared :])

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def around(self, method: str, to: str, take: Callable[[], Response]) -> Response:
        """Answer one call: by `take`, or by the fault whose turn it is."""
        fault = self._next(method, to)
        if fault is None:
            return take()
        if fault.kind in AFTER:
            take()
        match fault.kind:
            case "reset" | "reset_after":
                _reset()
                return Response(status=500)  # goes nowhere: the connection is gone
            case "stall" | "timeout":
                self._let_go.wait(fault.seconds)
        return self._refuse(fault)

    def _next(self, method: str, to: str) -> Fault | None:
        with self._lock:
            found = None
            for fault in self._waiting:
                if fault.method in (None, method) and fault.to in (None, to):
                    found = fault
                    break
            if found is not None:
                found.count -= 1
                if found.count <= 0:
                    self._waiting.remove(found)
            kind = found.kind if found else None
            self.calls.append(Call(self._provider, method, to, time.time(), kind))
            if self._most is not None and len(self.calls) > 2 * self._most:
                del self.calls[: self._most]
                self._cleared = max(0, self._cleared - self._most)
            return found


def _reset() -> None:
    """Break the connection off without an answer. What is written to it afterwards is lost."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
