"""Stand-ins of the providers, as the tests of the channels use them."""

from tests.simulators.stage import account, app, hotline, phone, senders, staff, world

__all__ = ["account", "app", "hotline", "phone", "senders", "staff", "world"]
