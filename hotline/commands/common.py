"""What several commands share."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import click

from desk import roster
from hotline import settings
from hotline.house import House, open_house
from store import version
from store.people import Person


def refuse(why: str) -> NoReturn:
    """End with exit 1 and the reason on standard error."""
    click.echo(why, err=True)
    sys.exit(1)


def house(*, load: bool = False) -> House:
    """Open the hotline that HOTLINE_DATA names, its tables brought up to date."""
    opened = open_house(settings.read(), load=load)
    if not version.is_current(opened.desk.db):
        from store import migrate  # Alembic takes longer to import than most commands to run

        try:
            migrate.upgrade(opened.desk.db)
        except migrate.TooNew as error:
            refuse(str(error))
    return opened


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def person(opened: House, name: str) -> Person:
    """The member of staff of that name, or exit 1."""
    found = roster.named(opened.desk, name)
    if found is None:
        refuse(f"There is no {name} among the staff: see `hotline staff list`.")
    return found
