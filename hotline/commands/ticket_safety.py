"""`hotline ticket window`, `word`, `consent`, `close-to`, `open-to`, `join`: writing safely."""

from __future__ import annotations

import click

from desk import consents, joining, keeping_safe, mustnot
from hotline.commands.common import house, person
from hotline.commands.common import refuse as end
from hotline.commands.whys import WHYS

HOLDER = click.option(
    "--as", "name", required=True, help="Name of the member of staff who holds it."
)
REASON = click.option("--reason", required=True, help="Why; kept, sealed.")


def _done(why: str | None, ref: str, name: str, good: str) -> None:
    if why is not None:
        end(WHYS[why].format(ref=ref, name=name))
    click.echo(good)


@click.command()
@click.argument("ref")
@click.option("--from", "first", default="", help="As 08:00, by the clock where the sender is.")
@click.option("--until", "last", default="", help="As 10:30.")
@HOLDER
def window(ref: str, first: str, last: str, name: str) -> None:
    """Set the hours in which this sender can be written; without them, none are known."""
    opened = house()
    why = keeping_safe.set_window(opened.desk, person(opened, name), ref, first, last)
    _done(why, ref, name, "The hours are set." if first or last else "No hours are known now.")


@click.command()
@click.argument("ref")
@click.argument("said")
@HOLDER
def word(ref: str, said: str, name: str) -> None:
    """Check whether SAID is the code word that the sender chose. Every try is in the audit."""
    opened = house()
    why = keeping_safe.check_word(opened.desk, person(opened, name), ref, said)
    _done(why, ref, name, "That is the code word.")


@click.command()
@click.argument("ref")
@click.argument("purpose")
@click.option("--given/--refused", required=True, help="What the sender answered.")
@HOLDER
def consent(ref: str, purpose: str, given: bool, name: str) -> None:
    """Note the sender's answer for PURPOSE: keep, police, share:WHOM or contact."""
    opened = house()
    outcome = consents.record(opened.desk, person(opened, name), ref, purpose, given=given)
    _done(outcome.why if outcome else None, ref, name, "The answer is noted.")


@click.command("close-to")
@click.argument("ref")
@click.argument("whom")
@REASON
@HOLDER
def close_to(ref: str, whom: str, reason: str, name: str) -> None:
    """Let WHOM, a centre or a member of staff, know nothing of this ticket."""
    opened = house()
    outcome = mustnot.close_to(opened.desk, person(opened, name), ref, whom, reason)
    _done(outcome.why if outcome else None, ref, name, f"{whom} sees nothing of {ref} any more.")


@click.command("open-to")
@click.argument("ref")
@click.argument("whom")
@REASON
@click.option("--as", "name", required=True, help="Name of the one who leads there.")
def open_to(ref: str, whom: str, reason: str, name: str) -> None:
    """Let WHOM know of this ticket again."""
    opened = house()
    outcome = mustnot.open_to(opened.desk, person(opened, name), ref, whom, reason)
    _done(outcome.why if outcome else None, ref, name, f"{whom} may see {ref} again.")


@click.command()
@click.argument("ref")
@click.argument("other")
@REASON
@HOLDER
def join(ref: str, other: str, reason: str, name: str) -> None:
    """Note that the senders of REF and OTHER are one person: a silence holds on both phones."""
    opened = house()
    why = joining.join(opened.desk, person(opened, name), ref, other, reason)
    _done(why, ref, name, f"{ref} and {other} are one person's.")


COMMANDS = (window, word, consent, close_to, open_to, join)
