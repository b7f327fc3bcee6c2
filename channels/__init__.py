"""The wires: each provider's format, both ways. No database, no decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from channels.channel import Account, Channel


def build(accounts: Iterable[Account]) -> dict[str, Channel]:
    """Open a channel for each account, by the line it serves (`twilio:+15550100`).

    Imports the providers' libraries here and not above: a web process only verifies and parses,
    and need not carry them.
    """
    from channels.registry import ADAPTERS

    return {account.line: ADAPTERS[type(account)](account) for account in accounts}


def pick(channels: Mapping[str, Channel], gateway: str, line: str) -> Channel | None:
    """The channel for a text: that of its line, else the only one of its gateway.

    The second case is a number that was given up for another, or one of several behind one
    messaging service: people who wrote to it are still answered.
    """
    exact = channels.get(line)
    if exact is not None:
        return exact
    same = [channel for channel in channels.values() if channel.name == gateway]
    return same[0] if len(same) == 1 else None
