"""`hotline chat`: a phone in the terminal, through the stand-ins and the real webhooks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from desk import roster
from hotline import place, settings
from hotline.commands.common import house, person, refuse
from simulators import terminal


@click.command()
@click.option("--channel", type=click.Choice(["sms", "telegram"]), default="sms", show_default=True)
@click.option(
    "--from",
    "sender",
    default="+84912000001",
    show_default=True,
    help="Number of the phone; for Telegram any number serves as the person's id.",
)
@click.option("--staff", help="Be this member of staff in the staff bot instead.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the talk as a journey.")
def chat(channel: str, sender: str, staff: str | None, save: Path | None) -> None:
    """A phone in the terminal. Needs a running `hotline up` that stands in for the provider."""
    running = place.read_running(settings.read().data)
    if running is None:
        refuse("Nothing runs on this folder: start `make run` (or `hotline up`) first.")
    if running.simulators is None:
        refuse("This hotline talks to real providers: use a real phone.")
    staff_telegram_id = None
    if staff is not None:
        opened = house()
        staff_telegram_id = roster.telegram_id_of(opened.desk, person(opened, staff))
        if staff_telegram_id is None:
            refuse(f"{staff} has no Telegram: `hotline staff add` with --telegram-id.")
    sys.exit(
        terminal.chat(
            running.simulators, channel, sender, staff_telegram_id, save, sys.stdin, sys.stdout
        )
    )
