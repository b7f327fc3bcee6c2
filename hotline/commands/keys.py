"""`hotline keys`: change them while everything runs, and see what depends on which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from desk import rotating
from desk.rotating import NotRotated
from hotline.commands.common import house, print_json, refuse
from store.keyfile import BadKeyFile, Kind


@click.group()
def keys() -> None:
    """The keys that seal and find. Their ids and counts are shown, never the keys."""


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (NotRotated, BadKeyFile) as error:
        refuse(f"{error}.")


LOOKUP = click.option("--lookup", is_flag=True, help="The key of look-up hashes, not the master.")


@keys.command()
@LOOKUP
@click.option(
    "--prepare", is_flag=True, help="Only add the new key, to copy the file to every host first."
)
@click.option(
    "--batch", type=click.IntRange(1, 10_000), default=rotating.BATCH, show_default=True,
    help="Rows in one transaction.",
)  # fmt: skip
def rotate(lookup: bool, prepare: bool, batch: int) -> None:
    """Change to a new key. May be interrupted at any moment and run again.

    Running processes of this host see the new file by themselves. With several hosts: run it with
    --prepare, copy the key file to all of them, run it without, and copy the file again.
    """
    opened = house()
    kind: Kind = "lookup" if lookup else "master"
    with _refusing():
        if prepare:
            key_id = rotating.prepare(opened.desk, opened.settings.key_file, kind)
            again = "hotline keys rotate" + " --lookup" * lookup
            click.echo(f"{key_id} is prepared: copy {opened.settings.key_file} to every host, "
                       f"then run `{again}`.")  # fmt: skip
            return
        done = rotating.rotate(
            opened.desk, opened.settings.key_file, kind, batch=batch, say=click.echo
        )
    click.echo(f"{done.key} is in use; {done.changed} rows were changed.")
    if done.unreadable:
        click.echo(f"{done.unreadable} rows open with no key of this file and stay as they are.")
    if done.resumed:
        click.echo("That was the rotation that had been interrupted; run it again for a new key.")
    click.echo("Keep a copy of the key file apart from the backups. Make a backup now; when that "
               "is done, `hotline keys drop` removes the old key.")  # fmt: skip


def _shown(as_json: bool) -> None:
    rows = rotating.status(house().desk)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        counts = ", ".join(f"{name} {count}" for name, count in row["needed_by"].items())
        click.echo(f"{row['id']:5} {row['kind']:7} {row['state']:9} {row['made'] or '-':11} "
                   f"{counts or 'needed by nothing'}")  # fmt: skip


@keys.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Each key's id, state and how many rows need it."""
    _shown(as_json)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_keys(as_json: bool) -> None:
    """The same as status."""
    _shown(as_json)


@keys.command()
@click.argument("key_id")
def drop(key_id: str) -> None:
    """Remove an old key from the file, once nothing needs it.

    Copies of the key ring that were written before the rotation need it still: make a backup to
    each place first.
    """
    opened = house()
    if key_id in opened.spool.wrapped_by():
        refuse(f"{key_id} is still needed by this host's spool: see `hotline spool`")
    with _refusing():
        rotating.drop(opened.desk, opened.settings.key_file, key_id)
    click.echo(f"{key_id} is gone. Remove it from the safe copies of the key file too.")
