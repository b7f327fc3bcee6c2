"""What we compare intake with, served by the same web server on the same kind of database.

`yardstick`: Flask, the form, one SQLAlchemy Core insert and its commit (SQLite WAL, FULL). It
checks no signature, reads no text and answers nobody. `floor`: a WSGI callable that answers at
once: what the server itself costs.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable
from typing import Any

ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def floor() -> Wsgi:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(ANSWER)))])
        return [ANSWER]

    return answer


def yardstick() -> Wsgi:
    from flask import Flask, request
    from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event

    engine = create_engine(os.environ["BENCH_DATABASE"], pool_size=20)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                connection.execute(f"PRAGMA {pragma}")

    metadata = MetaData()
    rows = Table("peer", metadata, Column("id", Integer, primary_key=True),
                 Column("sid", String, unique=True), Column("conv", String, index=True),
                 Column("body", String))  # fmt: skip
    metadata.create_all(engine)
    insert = rows.insert()
    numbers = itertools.count()
    app = Flask("yardstick", static_folder=None)

    @app.post("/twilio/sms")
    def take() -> Any:
        form = request.form
        with engine.begin() as connection:
            connection.execute(
                insert,
                {
                    "sid": f"{os.getpid()}-{next(numbers)}",
                    "conv": form["From"],
                    "body": form["Body"],
                },
            )
        return ANSWER, 200, {"Content-Type": "text/xml"}

    return app
