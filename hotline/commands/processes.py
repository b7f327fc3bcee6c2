"""The processes that `up` starts; with a supervisor of your own, start them yourself."""

from __future__ import annotations

import click

from hotline import settings
from store.bell import LANES

# Each process imports what it runs and no more: a start is mostly imports.


@click.command()
@click.option("--port", type=int)
def web(port: int | None) -> None:
    """Serve webhooks, health and metrics."""
    from hotline.web import serve

    serve(settings.read(**({} if port is None else {"HOTLINE_PORT": port})))


@click.command()
@click.argument("lane", type=click.Choice(LANES))
def worker(lane: str) -> None:
    """Work in one LANE: deliver, page, escalate, seal."""
    from hotline.processes import run_worker

    run_worker(lane)


@click.command()
def poller() -> None:
    """Poll Telegram, where there is no public address for webhooks."""
    from hotline.processes import run_poller

    run_poller()


@click.command(hidden=True)
@click.option("--port", type=int, required=True)
@click.option("--app", required=True, help="Address of the hotline's web server.")
@click.option("--twilio", is_flag=True)
@click.option("--telegram", is_flag=True)
def simulators(port: int, app: str, twilio: bool, telegram: bool) -> None:
    """Stand-ins of the providers, for `up` without accounts."""
    from hotline.demo import run_simulators

    chosen = settings.read()
    token = chosen.twilio_token if twilio else None
    run_simulators(port, app, chosen.public_url, chosen.data, token, telegram)
