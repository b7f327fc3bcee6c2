"""What every channel is: a name, what it can do, and the two ways of a message."""

from __future__ import annotations

from typing import Any, Protocol

from desk.messages import Capabilities, Ignored, Inbound, Outbound, Receipt, Refused, Result

Parsed = Inbound | Receipt | Ignored | Refused


class Account(Protocol):
    """What an operator's settings hold for one line: its name in `Inbound.line`, at least."""

    @property
    def line(self) -> str: ...


class Channel(Protocol):
    """One line of one provider. A new channel is a file that has these four members."""

    @property
    def name(self) -> str:
        """The gateway, as in `Inbound.gateway`."""

    @property
    def can(self) -> Capabilities: ...

    def parse(self, payload: Any) -> Parsed:
        """Read what the provider delivered. Never raises, whatever comes."""

    def send(self, outbound: Outbound) -> Result:
        """Hand one text to the provider. Never raises: what went wrong is in `NotSent`."""
