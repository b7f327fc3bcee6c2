"""The `hotline` command. Each group of commands has its own file in `hotline/commands/`."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from hotline.settings import BadSettings
from store.database import Unavailable

# The file of each command: only what is asked for is imported, or every call would pay seconds.
COMMANDS = {
    "up": "running",
    "doctor": "running",
    "pause": "running",
    "webhooks": "running",
    "spool": "spooling",
    "chat": "talking",
    "triage": "reading",
    "route": "reading",
    "staff": "people",
    "centre": "people",
    "ticket": "tickets",
    "person": "privacy",
    "retain": "privacy",
    "breach": "breach",
    "audit": "auditing",
    "keys": "keys",
    "backup": "saving",
    "restore": "saving",
    "outbox": "outbox",
    "bench": "measuring",
    "web": "processes",
    "worker": "processes",
    "poller": "processes",
    "simulators": "processes",
}


class Hotline(click.Group):
    """Says what is wrong in words, not in a trace: exit 1 refused, 2 wrong use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"hotline.commands.{COMMANDS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

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
