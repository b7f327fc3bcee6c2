"""Health as machines read it: ready as long as a message can be kept somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from desk.house import Desk
from hotline import settings
from hotline.clock import DatabaseClock
from hotline.health import create_health
from hotline.house import House
from store.database import Database, Unavailable
from store.spool import Full, Request, Spool


@pytest.fixture
def spool(desk: Desk, tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", desk.vault, 1_000_000)


@pytest.fixture
def client(desk: Desk, spool: Spool, tmp_path: Path) -> FlaskClient:
    chosen = settings.read(HOTLINE_DATA=tmp_path)
    house = House(chosen, desk, DatabaseClock(), spool, "redis://", "http://127.0.0.1")
    return create_health(house).test_client()


def _away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise Unavailable("OperationalError")

    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(Database, "write", away)


def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise Full("OSError")

    monkeypatch.setattr(Spool, "probe", full)


def test_all_is_well(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\nspool: 0 waiting, 0 put aside\n")
    assert client.get("/healthz").text == "alive\nspool: 0 waiting, 0 put aside\n"
    assert "hotline_database_up 1.0" in client.get("/metrics").text


def test_without_the_database_messages_are_taken_and_it_shows(
    client: FlaskClient, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _away(monkeypatch)
    spool.append(Request("/twilio/sms", 1, []))
    spool.park(Request("/twilio/sms", 1, []))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "spooling" in answer.text
    assert "1 waiting, 1 put aside" in answer.text
    metrics = client.get("/metrics").text
    for line in ("hotline_database_up 0.0", "hotline_spool_waiting 1.0", "hotline_spool_aside 1.0"):
        assert line in metrics


def test_red_when_neither_takes_anything(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _full(monkeypatch)
    assert client.get("/readyz").status_code == 200, "the database does"
    _away(monkeypatch)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "disk full" in answer.text
    assert client.get("/healthz").status_code == 200, "a restart would not help"


def test_a_database_that_reads_but_cannot_write_takes_nothing(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _full(monkeypatch)
    desk.db.refuses = True
    assert client.get("/readyz").status_code == 503
    with desk.db.write():
        pass
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_numbers_are_not_for_who_comes_by_the_proxy(client: FlaskClient, header: str) -> None:
    answer = client.get("/metrics", headers={header: "203.0.113.9"})
    assert answer.status_code == 404
    assert "hotline" not in answer.text
