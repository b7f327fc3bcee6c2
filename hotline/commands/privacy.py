"""`hotline person` and `hotline retain`: what is kept of somebody, how long, and its end."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NoReturn

import click

from desk import personal, retaining
from desk.erasing import Ground
from desk.personal import Refused
from desk.retention import BadRetention, read_retention
from hotline.commands.common import house, print_json, refuse
from hotline.commands.common import person as named

WHYS = {
    "nobody": "There is nobody behind that: see `hotline ticket list`.",
    "not_allowed": "{name} has no right to that: it takes a supervisor of the place or the "
    "national desk, who may read every ticket of this person.",
    "empty": "Say why with --reason; it is kept.",
    "open_urgent": "Ticket {ref} is open at urgency 1 or 2: whoever asks may not be the sender. "
    "Let the one who holds it decide and close it first.",
    "gone": "That person was erased before.",
}
CANNOT = {
    "audit": "the audit: who did what and when, by ids only",
    "figures": "bare figures: place, urgency, times, without a name or number",
    "provider_copies": "copies at the carrier, Twilio or Telegram: ask there",
    "senders_phone": "the texts on the sender's own phone",
    "passed_on": "what was passed on to others: ask them",
    "silence": "the keyed hash of the address, so that nothing is ever sent to it",
}


@click.group()
def person() -> None:
    """The rights of one person: a copy of everything, or its end."""


def _whom(ref: str | None, contact: str | None) -> dict[str, str]:
    if (ref is None) == (contact is None):
        raise click.UsageError("name a ticket by its REF, or a contact with --contact")
    return {"ref": ref} if ref is not None else {"contact_id": str(contact)}


def _end(refused: Refused, name: str) -> NoReturn:
    refuse(WHYS[refused.why].format(name=name, ref=refused.ref))


@person.command()
@click.argument("ref", required=False)
@click.option("--contact", help="Id of a contact, where there is no ticket to name.")
@click.option("--as", "name", required=True, help="Name of the supervisor who asks.")
@click.option("--reason", required=True, help="Why; kept, sealed, with the ticket.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this new file instead.")
def export(ref: str | None, contact: str | None, name: str, reason: str, out: Path | None) -> None:
    """Everything that is kept of the person behind ticket REF, as JSON. It is audited."""
    whom = _whom(ref, contact)
    opened = house()
    given = personal.export(opened.desk, named(opened, name), reason, **whom)
    if isinstance(given, Refused):
        _end(given, name)
    if out is None:
        print_json(given.held)
        return
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        refuse(f"{out} cannot be written ({error.strerror}): choose another name.")
    with os.fdopen(descriptor, "w") as file:
        json.dump(given.held, file, ensure_ascii=False, indent=1)
    click.echo(f"Written to {out}: it is not sealed. Hand it over and delete it.")


@person.command()
@click.argument("ref", required=False)
@click.option("--contact", help="Id of a contact, where there is no ticket to name.")
@click.option("--as", "name", required=True, help="Name of the supervisor who decides it.")
@click.option("--ground", type=click.Choice(["asked", "mistake"]), default="asked",
              show_default=True)  # fmt: skip
@click.confirmation_option(prompt="Words, numbers and their key are destroyed for good. Erase?")
def erase(ref: str | None, contact: str | None, name: str, ground: str) -> None:
    """Erase the person behind ticket REF, on all addresses that staff joined."""
    whom = _whom(ref, contact)
    opened = house()
    chosen: Ground = "asked" if ground == "asked" else "mistake"
    done = personal.forget(opened.desk, named(opened, name), chosen, **whom)
    if isinstance(done, Refused):
        _end(done, name)
    click.echo(f"Erased, with {done.contacts} address(es). What cannot be erased:")
    for code in done.cannot:
        click.echo(f"  - {CANNOT[code]}")
    click.echo("Make a backup to each place soon: it takes the key out of the older ones too.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def retain(dry_run: bool) -> None:
    """Forget what has been kept long enough (the sweep does it every hour by itself).

    How long is in desk/retention.toml.
    """
    desk = house().desk
    try:
        rules = read_retention()
    except BadRetention as error:
        refuse(str(error))
    for due in retaining.due(desk, rules):
        doubt = "" if due.rule.confirmed else "  (not confirmed by a lawyer yet)"
        click.echo(f"{due.rows:6} due  after {due.rule.days} days: {due.rule.en}{doubt}")
    if dry_run:
        click.echo("Nothing was touched.")
        return
    click.echo(f"{retaining.purge(desk, rules)} people were forgotten.")
