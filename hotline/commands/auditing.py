"""`hotline audit`: is what was noted still as it was noted?"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

from desk import verifying
from desk.house import iso, local
from desk.verifying import BadExport, Verdict
from hotline.commands.common import house, print_json, refuse
from store.keyfile import BadKeyFile, read_keys

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def audit() -> None:
    """The record of who did what: append-only, sealed in batches."""


@audit.command()
@click.option("--export", "target", type=FILE, help="Also write rows and seals to this new file.")
@click.option("--file", "source", type=FILE, help="Verify an export instead, without a database.")
@click.option("--key-file", type=FILE, help="With --file: the key file of that hotline.")
@click.option("--known", help="A seal that was written down earlier: is it still in the chain?")
@click.option("--json", "as_json", is_flag=True)
def verify(
    target: Path | None, source: Path | None, key_file: Path | None, known: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Work out every seal again. Exit 1, naming the first broken batch, if one does not hold.

    Seals are made by a key of the key file (HOTLINE_SECRET_KEY_FILE), and verified by it.
    """
    if source is not None and target is not None:
        raise click.UsageError("--export writes from the database, --file reads an export")
    try:
        if source is not None:
            keys = None if key_file is None else read_keys(key_file)
            verdict = verifying.verify(verifying.exported(source), keys, known)
            now = int(time.time() * 1000)
        else:
            desk = house().desk
            if target is not None:
                rows = verifying.export(desk, target)
                click.echo(f"{rows} rows are in {target}.", err=as_json)
            with verifying.database(desk) as found:
                verdict = verifying.verify(found, desk.vault.keys, known)
            now = desk.now()
    except (BadExport, BadKeyFile) as error:
        refuse(f"{error}.")
    except OSError as error:
        refuse(f"{target} cannot be written ({error.strerror}): choose another name.")
    if as_json:
        print_json({"sound": verdict.sound, **asdict(verdict), "oldest": iso(verdict.oldest)})
    else:
        _say(verdict, now)
    if not verdict.sound:
        sys.exit(1)


def _say(verdict: Verdict, now: int) -> None:
    click.echo(f"{verdict.batches} batches with {verdict.rows} rows are as they were sealed.")
    if verdict.unkeyed:
        click.echo(f"{verdict.unkeyed} of them were sealed without a key: who may write the "
                   "database could have made them.")  # fmt: skip
    if verdict.broken is not None:
        b = verdict.broken
        click.echo(f"BROKEN: batch {b.number}, rows {b.first} to {b.last}, sealed "
                   f"{local(b.sealed_at):%Y-%m-%d %H:%M:%S}: {b.why}.")  # fmt: skip
        click.echo("What is in it and after it proves nothing. Compare with a backup from before "
                   "that time, and see the runbook, 'A broken audit'.")  # fmt: skip
    if verdict.known is False:
        click.echo("MISSING: the seal that was written down is not in the chain.")
    if verdict.oldest is None:
        click.echo("Every row is sealed.")
    else:
        age = max(0, now - verdict.oldest) / 1000
        click.echo(f"{verdict.tail} rows are not sealed yet, the oldest for {age:.0f} s.")
    if verdict.newest:
        click.echo(f"Newest seal: {verdict.newest}")
