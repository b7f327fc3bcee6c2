"""The fault matrix, row by row."""

from __future__ import annotations

from tests.faults import deliveries, injection, kills, providers, soak, staff
from tests.faults.row import Row

SQLITE, POSTGRESQL = ("sqlite",), ("postgresql",)
ROWS: tuple[Row, ...] = (
    Row(1, "kill -9 of the web server under load", kills.web_killed, kills=True,
        short=POSTGRESQL),
    Row(2, "kill -9 of the workers around a send", kills.workers_killed, kills=True,
        short=SQLITE),
    Row(3, "kill -9 of the bell, back empty", kills.bell_killed, kills=True),
    Row(4, "the bell frozen", kills.bell_frozen, shares=True),
    Row(5, "kill -9 of the database's server or writers", kills.database_killed, kills=True,
        short=SQLITE + POSTGRESQL),
    Row(6, "the same delivery up to 50 times, and a day later", deliveries.repeated, shares=True),
    Row(7, "deliveries in any order", deliveries.shuffled, shares=True),
    Row(8, "Telegram: 429, 5xx, lost answers, resets", providers.telegram_refuses, shares=True),
    Row(9, "Twilio: 429, 5xx, lost answers, resets, 21610, 30003", providers.twilio_refuses),
    Row(10, "disk full", kills.disk_full, small_disk=True, short=SQLITE),
    Row(11, "the clock leaps two hours on and back", deliveries.leaping_clock, shares=True),
    Row(12, "odd and huge bodies", deliveries.odd_bodies, shares=True, replies=False),
    Row(13, "forged, missing, replayed signatures", deliveries.forged, shares=True),
    Row(14, "code in words, into pages and exports", injection.injected, shares=True),
    Row(15, "buttons tampered with", staff.tampered, shares=True),
    Row(16, "a group becomes a supergroup during a claim", staff.migrated, shares=True),
    Row(17, "staff leave or claim in the same moment", staff.left_and_raced, shares=True,
        store="tests/desk/test_claims.py::test_of_sixteen_racers_one_wins_every_round"),
    Row(18, "reload, restart, second start, upgrade under load", kills.restarted, kills=True,
        short=POSTGRESQL),
    Row(19, "poisoned texts and jobs", providers.poisoned),
    Row(20, "many messages through one hotline", soak.soak, lone=True, replies=False),
)  # fmt: skip
