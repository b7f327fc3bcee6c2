"""Stand-ins and phones for these tests."""

from tests.simulators.stage import (
    account,
    app,
    colleague,
    hotline,
    phone,
    senders,
    staff,
    world,
)

__all__ = ["account", "app", "colleague", "hotline", "phone", "senders", "staff", "world"]
