"""`hotline ticket`: the queue, one ticket, a claim, an answer."""

from __future__ import annotations

from typing import Any

import click

from desk import claims, queue, replies, silence
from desk.claims import Claimed, Lost, NotClaimable
from desk.house import local
from desk.replies import NotSent
from hotline.commands.common import house, person, print_json, refuse

WHYS = {
    "no_ticket": "There is no ticket {ref}: see `hotline ticket list`.",
    "ended": "Ticket {ref} is closed.",
    "not_allowed": "{name} may not claim tickets.",
    "not_yours": "Ticket {ref} is not {name}'s: claim it first.",
    "empty": "There is nothing in it: write a text.",
    "too_long": "The text is too long: at most 1,600 characters.",
    "silenced": "Not sent: this sender is silenced. Nothing may reach that phone.",
    "opted_out": "Not sent: this sender's phone takes no texts from us any more.",
    "not_silenced": "The sender of ticket {ref} is not silenced.",
}


@click.group()
def ticket() -> None:
    """The queue and the tickets in it."""


@ticket.command("list")
@click.option("--json", "as_json", is_flag=True, help="One array of every ticket.")
def list_tickets(as_json: bool) -> None:
    """Every ticket in queue order: open ones by urgency and age, then the others."""
    rows = queue.listing(house().desk)
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("No tickets.")
    for row in rows:
        click.echo(_line(row))


def _line(row: dict[str, Any]) -> str:
    holder = row["claimed_by"] or ""
    silent = "silenced" if row["silenced"] else ""
    return (
        f"{row['ref']}  U{row['urgency']}  {row['status']:9} {row['intent']:14} "
        f"{row['centre']:20} {row['waiting_since'][:16]}  {holder} {silent}".rstrip()
    )


@ticket.command()
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True)
def show(ref: str, as_json: bool) -> None:
    """One ticket with its messages. The reading is written to the audit."""
    found = queue.show(house().desk, None, ref)
    if found is None:
        refuse(WHYS["no_ticket"].format(ref=ref))
    if as_json:
        print_json(found)
        return
    click.echo(_line(found))
    for message in found["messages"]:
        arrow = "->" if message["direction"] == "out" else "<-"
        click.echo(f"{message['at'][11:19]} {arrow} [{message['state']}] {message['text']}")
        for reason in message.get("reading", {}).get("reasons", ()):
            click.echo(f"            {reason['effect']}: {reason['words']!r}")


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff.")
def claim(ref: str, name: str) -> None:
    """Claim a ticket; the loser is told who has it and since when."""
    opened = house()
    match claims.claim(opened.desk, person(opened, name), ref):
        case Claimed(again=True):
            click.echo(f"{ref} was {name}'s already.")
        case Claimed():
            click.echo(f"{ref} is {name}'s.")
        case Lost(_, by, since):
            refuse(f"{by} has {ref} since {local(since):%H:%M:%S}.")
        case NotClaimable(_, why):
            refuse(WHYS[why].format(ref=ref, name=name))


@ticket.command()
@click.argument("ref")
@click.argument("text")
@click.option("--as", "name", required=True, help="Name of the member of staff who holds it.")
def reply(ref: str, text: str, name: str) -> None:
    """Send TEXT to the sender, on the line they wrote to."""
    opened = house()
    match replies.reply(opened.desk, person(opened, name), ref, text):
        case NotSent(_, why):
            refuse(WHYS[why].format(ref=ref, name=name))
        case _:
            click.echo("On its way.")


@ticket.command("lift-silence")
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff who holds it.")
@click.option("--reason", required=True, help="Why it is safe to write again; kept.")
def lift_silence(ref: str, name: str, reason: str) -> None:
    """Let texts reach a silenced sender again. Only with a reason, and it is kept."""
    opened = house()
    why = silence.lift(opened.desk, person(opened, name), ref, reason)
    if why is not None:
        refuse(WHYS[why].format(ref=ref, name=name))
    click.echo(f"Texts can reach the sender of {ref} again.")
