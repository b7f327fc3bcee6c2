"""`hotline ticket`: the queue, one ticket, a claim, an answer."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from desk import (
    cases,
    claims,
    closing,
    correcting,
    linking,
    notes,
    queue,
    replies,
    silence,
    transfers,
)
from desk.cases import NotExported
from desk.claims import Claimed, Lost, NotClaimable, NotReleased, Outcome
from desk.closing import OUTCOMES, NotClosed
from desk.correcting import INTENTS, NotCorrected
from desk.house import local
from desk.notes import NotNoted
from desk.replies import NotSent, Queued
from desk.transfers import NotOffered, NotRefused
from hotline.commands import ticket_safety
from hotline.commands.common import house, person, print_json, to_json, words
from hotline.commands.common import refuse as end
from hotline.commands.whys import WHYS


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
        end(WHYS["no_ticket"].format(ref=ref))
    if as_json:
        print_json(found)
        return
    click.echo(_line(found))
    for message in found["messages"]:
        arrow = "->" if message["direction"] == "out" else "<-"
        click.echo(f"{message['at'][11:19]} {arrow} [{message['state']}] {words(message['text'])}")
        for reason in message.get("reading", {}).get("reasons", ()):
            click.echo(f"            {reason['effect']}: {reason['words']!r}")
    for note in found["notes"]:
        click.echo(f"{note['at'][11:19]} note by {note['by']}: {words(note['text'])}")
    if found["offer"]:
        to = found["offer"]["to"] or found["offer"]["to_centre"]
        click.echo(f"offered to {to} until {found['offer']['until'][11:16]}")
    if found["outcome"]:
        click.echo(f"closed: {found['outcome']}")


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff.")
def claim(ref: str, name: str) -> None:
    """Claim a ticket; the loser is told who has it and since when."""
    opened = house()
    _tell(claims.claim(opened.desk, person(opened, name), ref), ref, name)


def _tell(outcome: Outcome, ref: str, name: str) -> None:
    match outcome:
        case Claimed(again=True):
            click.echo(f"{ref} was {name}'s already.")
        case Claimed():
            click.echo(f"{ref} is {name}'s.")
        case Lost(_, by, since):
            end(f"{by} has {ref} since {local(since):%H:%M:%S}.")
        case NotClaimable(_, why):
            end(WHYS[why].format(ref=ref, name=name))


@ticket.command()
@click.argument("ref")
@click.argument("text")
@click.option("--as", "name", required=True, help="Name of the member of staff who holds it.")
@click.option("--sure", is_flag=True, help="Its dangerous words were looked at once more.")
@click.option("--override", default="", help="Why it must be sent now all the same; kept.")
@click.option("--once", "given", default="", help="Any word; the same TEXT under it is sent once.")
def reply(ref: str, text: str, name: str, sure: bool, override: str, given: str) -> None:
    """Send TEXT to the sender, on the line they wrote to."""
    opened = house()
    who = person(opened, name)
    outcome = replies.reply(
        opened.desk, who, ref, text, looked=sure, override=override, given=given
    )
    match outcome:
        case NotSent(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case Queued(again=True):
            click.echo("It was on its way already; nothing was added.")
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
        end(WHYS[why].format(ref=ref, name=name))
    click.echo(f"Texts can reach the sender of {ref} again.")


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff who holds it.")
def release(ref: str, name: str) -> None:
    """Put a ticket back into the queue; it waits on as long as it has waited."""
    opened = house()
    match claims.release(opened.desk, person(opened, name), ref):
        case NotReleased(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case _:
            click.echo(f"{ref} waits in the queue again.")


@ticket.command()
@click.argument("ref")
@click.argument("to")
@click.option("--as", "name", required=True, help="Name of the member of staff who holds it.")
@click.option("--note", default="", help="What the next one should know; sealed.")
def transfer(ref: str, to: str, name: str, note: str) -> None:
    """Offer a ticket to TO, a member of staff or a centre; NAME holds it until they accept."""
    opened = house()
    match transfers.offer(opened.desk, person(opened, name), ref, to, note):
        case NotOffered(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case offered:
            click.echo(f"{ref} is offered to {to} until {local(offered.until):%H:%M}.")


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff it is offered to.")
def accept(ref: str, name: str) -> None:
    """Take over a ticket that was offered."""
    opened = house()
    _tell(transfers.accept(opened.desk, person(opened, name), ref), ref, name)


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff it is offered to.")
@click.option("--why", "reason", default="", help="Why not; sealed.")
def refuse(ref: str, name: str, reason: str) -> None:
    """Say no to an offer; by the one who holds the ticket: take the offer back."""
    opened = house()
    match transfers.refuse(opened.desk, person(opened, name), ref, reason):
        case NotRefused(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case _:
            click.echo(f"{ref} stays with who holds it.")


@ticket.command()
@click.argument("ref")
@click.argument("text")
@click.option("--as", "name", required=True, help="Name of the member of staff who writes it.")
def note(ref: str, text: str, name: str) -> None:
    """Add a note for the staff; the sender never sees it."""
    opened = house()
    match notes.add(opened.desk, person(opened, name), ref, text):
        case NotNoted(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case _:
            click.echo("Noted.")


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", required=True, help="Name of the member of staff who holds it.")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--note", "text", default="", help="A last note for the staff.")
def close(ref: str, name: str, outcome: str, text: str) -> None:
    """Close a ticket. Nothing is sent to the sender by it."""
    opened = house()
    match closing.close(opened.desk, person(opened, name), ref, outcome, text):
        case NotClosed(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case _:
            click.echo(f"{ref} is closed.")


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", help="Name of the member of staff who decides it; else the operator.")
@click.option("--urgency", type=click.IntRange(1, 4))
@click.option("--intent", type=click.Choice(INTENTS))
@click.option("--signals", help="All that hold, with commas between; '' for none.")
@click.option("--centre", help="Code of the centre that is responsible.")
@click.option("--why", "reason", default="", help="Why urgency 1 is lowered; kept as a note.")
def correct(
    ref: str, name: str | None, urgency: int | None, intent: str | None, signals: str | None,
    centre: str | None, reason: str,
) -> None:  # fmt: skip
    """Set by hand what the machine understood; it keeps that."""
    opened = house()
    who = None if name is None else person(opened, name)
    named = None if signals is None else tuple(s.strip() for s in signals.split(",") if s.strip())
    match correcting.correct(opened.desk, who, ref, urgency, intent, centre, named, reason=reason):
        case NotCorrected(_, why):
            end(WHYS[why].format(ref=ref, name=name))
        case now:
            click.echo(f"{ref}: urgency {now.urgency}, {now.intent}, {now.centre}.")


@click.command()
@click.argument("refs", metavar="[REF]...", nargs=-1)
@click.option("--as", "name", help="Name of the member of staff who exports; else the operator.")
@click.option("--without", multiple=True, help="A word to take out as well, such as a name.")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Add to FILE.")
def export(
    refs: tuple[str, ...], name: str | None, without: tuple[str, ...], file: Path | None
) -> None:
    """Print corrected tickets as test cases, without what points at a person.

    All corrected tickets if no REF is named. Read what comes out before it leaves this house:
    a name without a capital letter cannot be known by a machine; take it out with --without.
    """
    opened = house()
    who = None if name is None else person(opened, name)
    lines = []
    for ref in refs or cases.corrected(opened.desk):
        match cases.export(opened.desk, who, ref, without):
            case NotExported(_, why):
                end(WHYS[why].format(ref=ref, name=name))
            case case:
                lines.append(to_json(case.line) + "\n")
                taken = ", ".join(f"{count} {kind}" for kind, count in case.taken) or "nothing"
                click.echo(f"{ref}: taken out: {taken}. Read it before you share it.", err=True)
    if file is None:
        sys.stdout.write("".join(lines))
    else:
        with file.open("a", encoding="utf-8") as stream:
            stream.writelines(lines)


@ticket.command()
@click.argument("ref")
@click.option("--as", "name", help="Name of the member of staff who looks; else the operator.")
@click.option("--json", "as_json", is_flag=True)
def linked(ref: str, name: str | None, as_json: bool) -> None:
    """Other tickets that name the same phone, plate, account, house, recruiter or place."""
    opened = house()
    card = linking.card(opened.desk, None if name is None else person(opened, name), ref)
    if card is None:
        end(WHYS["no_ticket"].format(ref=ref))
    if as_json:
        print_json(asdict(card))
        return
    if not card.tickets and not card.hidden:
        click.echo(f"No other ticket names what {ref} names.")
    for shared in card.shared:
        others = " ".join(shared.refs) or "(other desks)"
        click.echo(f"{shared.kind} {words(shared.value or '?')}: {others}")
    for other in card.tickets:
        click.echo(
            f"{other.ref}  U{other.urgency}  {other.status:9} {other.intent:14} {other.centre:20} "
            f"{', '.join(other.shares)}{'' if other.direct else ' (by way of another)'}"
        )
        for field, (here, there) in other.differs.items():
            click.echo(words(f"         {field}: {here} here, {there} there"))
    if card.hidden:
        click.echo(f"{card.hidden} more at desks that {name} does not see.")


for command in ticket_safety.COMMANDS:
    ticket.add_command(command)
