"""`python -m simulators --port N`: the stand-ins by themselves, for a hotline run elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from simulators import server
from simulators.world import BotTarget, Targets, TwilioTarget


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, required=True)
@click.option("--state", type=click.Path(path_type=Path), help="Folder to remember in.")
@click.option("--most", type=int, help="How much of each kind to remember.")
@click.option("--app", default="http://127.0.0.1:8080", show_default=True, help="The hotline.")
@click.option("--twilio", nargs=3, metavar="SID TOKEN NUMBER", help="Stand in for Twilio.")
@click.option("--bot", nargs=2, multiple=True, metavar="NAME TOKEN", help="Stand in for a bot.")
@click.option("--open-bot", multiple=True, metavar="NAME", help="Bot that may write to anybody.")
def main(
    host: str,
    port: int,
    state: Path | None,
    most: int | None,
    app: str,
    twilio: tuple[str, str, str] | None,
    bot: tuple[tuple[str, str], ...],
    open_bot: tuple[str, ...],
) -> None:
    """Stand in for the providers named, on loopback, until stopped."""
    sms_url = f"{app.rstrip('/')}/twilio/sms"
    targets = Targets(
        twilio=TwilioTarget(*twilio, sms_url) if twilio else None,
        bots=tuple(
            BotTarget(name, token, f"{name}_bot", name.title(), name in open_bot)
            for name, token in bot
        ),
        state=state,
        most=most,
    )
    server.main(host, port, targets)


if __name__ == "__main__":
    main()
