"""The `hotline` command. Each group of commands has its own file in `hotline/commands/`."""

from __future__ import annotations

import sys

import click

from hotline.commands import people, processes, reading, running, talking, tickets
from hotline.settings import BadSettings
from store.database import Unavailable


class Hotline(click.Group):
    """Says what is wrong in words, not in a trace: exit 1 refused, 2 wrong use."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadSettings as error:
            click.echo("The hotline cannot start:", err=True)
            for fault in error.faults:
                click.echo(f"  - {fault}", err=True)
            click.echo("Every setting is described in docs/settings.md.", err=True)
            sys.exit(1)
        except Unavailable:
            click.echo(
                "The database does not answer: is it running, is the disk full? "
                "See `hotline doctor`.",
                err=True,
            )
            sys.exit(1)


@click.group(cls=Hotline, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loi-ve", prog_name="hotline")
def main() -> None:
    """Lối Về: a hotline that is texted. Start it with `hotline up`."""


for command in (
    running.up, running.doctor, running.webhooks, talking.chat, reading.triage, reading.route,
    people.staff, people.centre, tickets.ticket,
    processes.web, processes.worker, processes.poller, processes.simulators,
):  # fmt: skip
    main.add_command(command)
