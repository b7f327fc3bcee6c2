"""`hotline backup` and `hotline restore`."""

from __future__ import annotations

from pathlib import Path

import click

from desk import backing, restoring
from desk.backing import NotBackedUp
from desk.house import local
from desk.restoring import NotRestored
from hotline import place, settings
from hotline.clock import DatabaseClock
from hotline.commands.common import house, refuse
from store import keyring
from store.vault import BadKeyFile, read_key_file

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write a sealed backup to FILE while everything runs, and read it back.

    Beside it lies the key ring, one for all backups of a folder: each backup replaces it, so that
    who was erased cannot be read in the older ones either. Both are needed to restore, and the
    backup key, and the key file; the last two are in neither of them.
    """
    opened = house()
    key_file = opened.settings.backup_key
    try:
        if opened.settings.backup_key_file is None and not key_file.exists():
            backing.make_key(key_file)
            click.echo(f"A backup key was made in {key_file}: keep a copy apart from the backups.")
        done = backing.backup(opened.desk, file.absolute(), backing.read_key(key_file))
    except NotBackedUp as error:
        refuse(f"No backup: {error}.")
    click.echo(f"{done.path}: {sum(done.rows.values())} rows of {len(done.rows)} tables, "
               f"{done.size / 1024:,.0f} KiB, read back and whole.")  # fmt: skip
    click.echo(f"SHA-256 {done.digest}")
    click.echo(f"Key ring: {done.ring}; keep it with the backups, always the newest.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--keyring", "ring", type=FILE, help="The key ring, if it is not beside FILE.")
@click.option("--replace", is_flag=True, help="Also over a database that holds something.")
def restore(file: Path, ring: Path | None, replace: bool) -> None:
    """Make FILE the database again. The hotline must be stopped.

    A backup of an older release is brought up to date; one of SQLite can become PostgreSQL and
    the reverse. Texts that waited then are not sent, and every phone counts as unsafe.
    """
    chosen = settings.read()
    if place.read_running(chosen.data) is not None:
        refuse(f"A hotline runs on {chosen.data}: stop it first.")
    chosen.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = DatabaseClock(file=chosen.clock_file)
    try:
        key = backing.read_key(chosen.backup_key)
        vault = read_key_file(chosen.key_file)
        found = ring or file.absolute().parent / keyring.name_of(vault)
        if not found.exists():
            refuse(f"There is no key ring {found}: bring the one from beside the backup, or "
                   "name it with --keyring. It goes by the key file: is that right?")  # fmt: skip
        done = restoring.restore(
            chosen.database, vault, file, found, key, clock(), replace=replace,
        )  # fmt: skip
    except BadKeyFile as error:
        refuse(f"The key file: {error}.")
    except NotBackedUp as error:
        refuse(f"Nothing was restored: {error}.")
    except NotRestored as error:
        refuse(f"Nothing was restored: {error}")
    click.echo(f"Restored: {sum(done.rows.values())} rows as of "
               f"{local(done.head.at):%Y-%m-%d %H:%M}.")  # fmt: skip
    click.echo(f"{done.held} texts and pages that waited then will not be sent; {done.erased} "
               "senders erased since then stay erased. Everybody signs in again.")  # fmt: skip
    click.echo("What came after the backup is not here: see the runbook, 'After a restore'.")
