"""`hotline breach`: the register of breaches of personal data and its clock."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

import click

from desk import breaching
from desk.breach_rules import BadRules, read_rules
from desk.breaching import Refused
from desk.house import VIET_NAM
from hotline.commands.common import house, person, print_json, refuse

WHYS = {
    "not_allowed": "{name} has no right to that: it takes a supervisor, the national desk or an "
    "administrator.",
    "empty": "There is nothing in it: write what happened.",
    "too_long": "The text is too long: at most 4,000 characters.",
    "future": "A breach cannot be found in the future: check --found.",
    "no_breach": "There is no such number: see `hotline breach list`.",
    "closed": "That breach is closed; a note can still be added.",
    "nobody_such": "That is nobody of the list: use one of {ids}.",
    "untold": "These must be told first: {untold}. See `hotline breach report`.",
}
AS = click.option("--as", "name", required=True, help="Name of the member of staff.")


@click.group()
def breach() -> None:
    """Breaches of personal data: what happened, who must be told, and until when."""


def _end(refused: Refused, name: str) -> NoReturn:
    ids = ", ".join(one.id for one in read_rules().tell)
    refuse(WHYS[refused.why].format(name=name, ids=ids, untold=", ".join(refused.untold)))


@breach.command("open")
@click.argument("title")
@AS
@click.option("--found", help="When it was found, as 2026-11-22T10:00 (Viet Nam); default now.")
def open_breach(title: str, name: str, found: str | None) -> None:
    """Open an entry: TITLE says what happened, without names or numbers of senders."""
    opened = house()
    found_at = None
    if found is not None:
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:
            raise click.UsageError("--found: use a time as 2026-11-22T10:00") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=VIET_NAM)
        found_at = int(moment.timestamp() * 1000)
    number = breaching.open_(opened.desk, person(opened, name), title, found_at)
    if isinstance(number, Refused):
        _end(number, name)
    rules = read_rules()
    click.echo(f"Breach {number} is open. Within {rules.hours} hours ({rules.basis}) tell:")
    for one in rules.tell:
        click.echo(f"  {one.id:12} {'must ' if one.must else 'maybe'} {one.en}")
    click.echo(f"Write each down with `hotline breach report {number} WHOM TEXT --as {name}`.")


@breach.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_breaches(as_json: bool) -> None:
    """The register, with the clock of each. Looking is audited."""
    try:
        rows = breaching.listing(house().desk)
    except BadRules as error:
        refuse(str(error))
    assert not isinstance(rows, Refused)
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("No breach was ever entered.")
    for row in rows:
        click.echo(f"{row['number']}  found {row['found_at'][:16]}  {_clock(row)}  {row['title']}")
        for entry in row["entries"]:
            whom = f" {entry['told']}" if entry["told"] else ""
            click.echo(f"   {entry['at'][:16]} {entry['by']}: {entry['kind']}{whom}: "
                       f"{entry['text']}")  # fmt: skip


def _clock(row: dict[str, object]) -> str:
    if row["closed_at"]:
        return "closed"
    untold = ", ".join(map(str, row["untold"])) if isinstance(row["untold"], list) else ""
    if not untold:
        return "all told, not closed"
    left = float(str(row["hours_left"]))
    clock = f"{left:.0f} h left" if left >= 0 else f"OVER by {-left:.0f} h"
    return f"{clock} to tell {untold}"


@breach.command()
@click.argument("number", type=int)
@click.argument("text")
@AS
def note(number: int, text: str, name: str) -> None:
    """Write down what was learnt or done."""
    opened = house()
    refused = breaching.note(opened.desk, person(opened, name), number, text)
    if refused is not None:
        _end(refused, name)
    click.echo("Noted.")


@breach.command()
@click.argument("number", type=int)
@click.argument("whom")
@click.argument("text")
@AS
def report(number: int, whom: str, text: str, name: str) -> None:
    """Write down that WHOM was told, and how. This sends nothing."""
    opened = house()
    refused = breaching.tell(opened.desk, person(opened, name), number, whom, text)
    if refused is not None:
        _end(refused, name)
    click.echo(f"Written down: {whom} was told.")


@breach.command()
@click.argument("number", type=int)
@click.argument("text")
@AS
def close(number: int, text: str, name: str) -> None:
    """End it with what was concluded, once everybody who must be was told."""
    opened = house()
    refused = breaching.close(opened.desk, person(opened, name), number, text)
    if refused is not None:
        _end(refused, name)
    click.echo(f"Breach {number} is closed.")
