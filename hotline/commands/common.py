"""What several commands share."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, NoReturn

import click

from desk import roster
from hotline import settings
from hotline.house import House, open_house
from store import version
from store.people import Person

# What a terminal obeys instead of showing it: control characters, breaks of a line, and marks that
# turn the direction of what follows. (Unicode categories Cc, Zl, Zp; bidirectional embeddings,
# overrides and isolates, Unicode Standard Annex 9.)
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_INDENT = "\n" + " " * 9


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
            migrate.upgrade(opened.desk.db, opened.desk.vault)
        except migrate.TooNew as error:
            refuse(str(error))
    return opened


def print_json(value: Any) -> None:
    click.echo(to_json(value, indent=1))


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON that people can read, and that a terminal shows and does not obey."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def words(text: str) -> str:
    """Words of others for a line of ours: what could steer the terminal is shown as an escape, and
    their own lines are set in, so that none looks like one of ours."""
    seen = _STEERS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return seen.replace("\n", _INDENT)


def person(opened: House, name: str) -> Person:
    """The member of staff of that name, or exit 1."""
    found = roster.named(opened.desk, name)
    if found is None:
        refuse(f"There is no {name} among the staff: see `hotline staff list`.")
    return found
