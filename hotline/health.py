"""Health for machines: alive, ready, and numbers for Prometheus. Nothing here is about a person.

Numbers are read from the database at each scrape: rows are the truth, and every process of every
host would otherwise have to be asked.
"""

from __future__ import annotations

from flask import Flask, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from desk import queue
from hotline.house import House
from store.database import Unavailable


def create_health(house: House) -> Flask:
    app = Flask("health", static_folder=None)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        try:
            queue.numbers(house.desk)
        except Unavailable:
            return Response("the database does not answer\n", status=503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        try:
            return Response(generate_latest(_registry(house)), mimetype="text/plain")
        except Unavailable:
            return Response("the database does not answer\n", status=503, mimetype="text/plain")

    return app


def _registry(house: House) -> CollectorRegistry:
    numbers = queue.numbers(house.desk)
    registry = CollectorRegistry()
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
    return registry
