"""`hotline outbox`: what could not be delivered, and once more."""

from __future__ import annotations

from dataclasses import asdict

import click

from channels import errors
from desk import undelivered
from desk.house import iso, local
from desk.undelivered import Again
from hotline.commands.common import house, print_json, refuse

WHYS = {
    "not_there": "There is no such text or page: see `hotline outbox list`.",
    "not_failed": "It has not failed, or is on its way again.",
    "ended": "Its ticket is closed.",
    "stale": "It is an old answer of the machine: a person should write a new one.",
    "unreadable": "It does not open any more: see `hotline doctor` about the key file.",
    "silenced": "Not sent: this sender is silenced. Nothing may reach that phone.",
    "opted_out": "Not sent: this sender's phone takes no texts from us any more.",
}


@click.group()
def outbox() -> None:
    """Texts and pages that could not be delivered."""


@outbox.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_failed(as_json: bool) -> None:
    """What failed and belongs to a ticket that is not ended, the newest first; no words of it."""
    found = undelivered.listing(house().desk)
    if as_json:
        print_json([{**asdict(one), "at": iso(one.at), "rule": _rule(one.gateway, one.code)}
                    for one in found])  # fmt: skip
        return
    if not found:
        click.echo("Nothing is stuck.")
    for one in found:
        of = f"page to {one.to}" if one.to else f"text by {one.by or 'the machine'}"
        click.echo(f"{one.id}  {local(one.at):%d/%m %H:%M}  {one.ref or '-':7}  {of}: "
                   f"{one.gateway} {one.code} ({_rule(one.gateway, one.code)})")  # fmt: skip


def _rule(gateway: str, code: str) -> str:
    rule = errors.rule_of(gateway, code)
    return "never" if rule is None else rule.name


@outbox.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that may be sent again.")
def retry(ids: tuple[str, ...], everything: bool) -> None:
    """Send once more what failed, by the ids of `hotline outbox list`."""
    desk = house().desk
    wanted = [one.id for one in undelivered.listing(desk) if one.again] if everything else ids
    refused = []
    for each in wanted:
        outcome = undelivered.send_again(desk, None, each)
        if not isinstance(outcome, Again):
            refused.append(f"{each}: {WHYS.get(outcome.why, outcome.why)}")
    click.echo(f"{len(wanted) - len(refused)} on their way again.")
    if refused:
        refuse("\n".join(refused))
