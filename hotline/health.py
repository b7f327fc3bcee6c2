"""Health for machines: alive, ready, and numbers for Prometheus. Nothing here is about a person.

Numbers are read from the database and this host's spool at each scrape: rows and files are the
truth, and every process would otherwise have to be asked.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from desk import missed, pause, queue, signs
from hotline.house import House
from store.database import Unavailable
from store.spool import Full, Numbers, Spool

PROXIED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")  # it came from outside, by the proxy


def create_health(house: House) -> Flask:
    app = Flask("health", static_folder=None)

    @app.get("/healthz")
    def healthz() -> Response:
        return _says("alive (paused)" if _paused(house) else "alive", 200, house.spool.numbers())

    @app.get("/readyz")
    def readyz() -> Response:
        """Ready as long as a message can be kept somewhere: in the database, or in the spool."""
        in_database = _answers(house) and not house.desk.db.refuses
        in_spool = _spools(house.spool)
        numbers = house.spool.numbers()
        if not in_database and not in_spool:
            says = "the database takes nothing and neither does the spool: is the disk full?"
            return _says(says, 503, numbers)
        if not in_database:
            return _says("spooling: the database takes nothing at the moment", 200, numbers)
        return _says("ready", 200, numbers)

    @app.get("/metrics")
    def metrics() -> Response:
        """Not for the street: whoever watches how many urgent tickets there are learns that
        somebody has just written."""
        if any(name in request.headers for name in PROXIED):
            return Response("not found\n", status=404, mimetype="text/plain")
        return Response(generate_latest(_registry(house)), mimetype="text/plain")

    return app


def _paused(house: House) -> bool:
    try:
        return pause.since(house.desk) is not None
    except Unavailable:
        return False


def _answers(house: House) -> bool:
    try:
        queue.numbers(house.desk)
    except Unavailable:
        return False
    return True


def _spools(spool: Spool) -> bool:
    try:
        spool.probe()
    except Full:
        return False
    return True


def _says(what: str, status: int, spool: Numbers) -> Response:
    lines = [what, f"spool: {spool.waiting} waiting, {spool.parked + spool.torn} put aside", ""]
    return Response("\n".join(lines), status=status, mimetype="text/plain")


def _registry(house: House) -> CollectorRegistry:
    """Of the spool always; of the rows when the database answers."""
    registry = CollectorRegistry()
    _count_spool(registry, house)
    up = Gauge("hotline_database_up", "Whether the database answers", registry=registry)
    try:
        _count_rows(registry, queue.numbers(house.desk))
        _count_standing(registry, house)
    except Unavailable:
        up.set(0)
    else:
        up.set(1)
    return registry


def _count_spool(registry: CollectorRegistry, house: House) -> None:
    spool = house.spool.numbers()
    oldest = 0 if spool.oldest_at is None else house.desk.now() - spool.oldest_at
    for name, says, value in (
        ("waiting", "Requests on this host's disk that wait for the database", spool.waiting),
        ("aside", "Requests that could not be replayed", spool.parked + spool.torn),
        ("bytes", "Size of the spool", spool.size),
        ("oldest_seconds", "How long the oldest waits", max(oldest, 0) / 1000),
    ):
        Gauge(f"hotline_spool_{name}", says, registry=registry).set(value)


def _count_standing(registry: CollectorRegistry, house: House) -> None:
    paused = Gauge("hotline_paused", "Whether senders get one neutral line only", registry=registry)
    paused.set(pause.since(house.desk) is not None)
    age = Gauge("hotline_process_sign_seconds", "Since a process last gave a sign of life",
                ("process",), registry=registry)  # fmt: skip
    for sign in signs.of_all(house.desk):
        age.labels(sign.name).set(sign.age / 1000)
    gauges = {
        name: Gauge(f"hotline_compared_{name}", says, ("line",), registry=registry)
        for name, says in (
            ("age_seconds", "Since a line was compared with its provider's list"),
            ("missing", "Messages of a day that only the comparison found"),
            ("waiting", "Updates that the provider still holds"),
        )
    }
    for last in missed.last(house.desk):
        line = (
            "twilio" if last.line.startswith("twilio") else last.line
        )  # a number is nobody's label
        gauges["age_seconds"].labels(line).set(-1 if last.age is None else last.age / 1000)
        gauges["missing"].labels(line).set(last.day_missing)
        gauges["waiting"].labels(line).set(last.waiting)


def _count_rows(registry: CollectorRegistry, numbers: dict[str, Any]) -> None:
    tickets = Gauge("hotline_tickets", "Tickets that are not ended", ("status", "urgency"),
                    registry=registry)  # fmt: skip
    oldest = Gauge("hotline_oldest_ticket_seconds", "Longest waiting", ("status", "urgency"),
                   registry=registry)  # fmt: skip
    for row in numbers["tickets"]:
        tickets.labels(row["status"], row["urgency"]).set(row["count"])
        oldest.labels(row["status"], row["urgency"]).set(row["oldest_s"])
    due = Gauge("hotline_outbox_due", "Texts that should have left", ("lane",), registry=registry)
    late = Gauge("hotline_outbox_late_seconds", "How late the oldest is", ("lane",),
                 registry=registry)  # fmt: skip
    for row in numbers["outbox"]:
        due.labels(row["lane"]).set(row["count"])
        late.labels(row["lane"]).set(row["oldest_s"])
    Gauge("hotline_audit_unsealed", "Audit rows without a seal", registry=registry).set(
        numbers["audit_unsealed"]
    )
    Gauge("hotline_centres_manned", "Centres with someone on call", registry=registry).set(
        len(numbers["manned"])
    )
