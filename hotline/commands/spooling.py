"""`hotline spool`: what waits on this host's disk for the database, and what was put aside."""

from __future__ import annotations

import click

from desk.house import iso
from hotline import settings
from hotline.house import open_spool


@click.group(invoke_without_command=True)
@click.pass_context
def spool(ctx: click.Context) -> None:
    """Show what waits on this host's disk while the database is away."""
    if ctx.invoked_subcommand is not None:
        return
    chosen = settings.read()
    numbers = open_spool(chosen).numbers()
    since = f", the oldest since {iso(numbers.oldest_at)}" if numbers.oldest_at else ""
    click.echo(f"waiting: {numbers.waiting}{since}; the web process replays them by itself")
    click.echo(f"put aside: {numbers.parked}; mend the fault named `spool_parked` in the logs, "
               "then `hotline spool retry`")  # fmt: skip
    click.echo(f"unreadable: {numbers.torn}; torn by a power cut before anybody was told that we "
               "have them, or sealed with a key that is not in the key file")  # fmt: skip
    click.echo(f"size: {numbers.size:,} of {chosen.spool_mb * 1024 * 1024:,} bytes")


@spool.command()
def retry() -> None:
    """Let what was put aside be replayed once more."""
    moved = open_spool(settings.read()).retry()
    click.echo(f"{moved} moved back; the web process replays them within a second or two.")
