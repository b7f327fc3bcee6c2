"""A channel that keeps what it was given: for tests of everything above channels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from channels.channel import Parsed
from desk.messages import Capabilities, Inbound, Outbound, Refused, Result, Sent

PLAIN = Capabilities(
    buttons=False, media=False, location=False, accents=False, receipts=False, max_length=1600
)


@dataclass(frozen=True, slots=True)
class MemoryAccount:
    line: str = "memory:1"
    can: Capabilities = PLAIN


@dataclass
class MemoryChannel:
    """sent: what was taken, in order. answer: decides on each text; takes all unless set."""

    account: MemoryAccount = field(default_factory=MemoryAccount)
    sent: list[Outbound] = field(default_factory=list)
    answer: Callable[[Outbound], Result] | None = None
    name: str = "memory"

    @property
    def can(self) -> Capabilities:
        return self.account.can

    def parse(self, payload: Any) -> Parsed:
        """Payloads are messages already."""
        return payload if isinstance(payload, Inbound) else Refused("not a message")

    def send(self, outbound: Outbound) -> Result:
        result = self.answer(outbound) if self.answer else Sent(f"memory-{len(self.sent) + 1}")
        if isinstance(result, Sent):
            self.sent.append(outbound)
        return result
