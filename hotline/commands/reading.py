"""`hotline triage` and `hotline route`: JSON lines in, one judgement per line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

import places
import triage as reader
from desk.house import VIET_NAM
from hotline.commands.common import print_json, refuse


class Triage(click.Group):
    """Correcting and exporting touch tickets: their imports are paid for only when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *OF_TICKETS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in OF_TICKETS:
            return super().get_command(ctx, cmd_name)
        from hotline.commands import tickets

        command = getattr(tickets, cmd_name)
        assert isinstance(command, click.Command)
        return command


OF_TICKETS = ("correct", "export")


@click.group(cls=Triage, invoke_without_command=True)
@click.pass_context
def triage(ctx: click.Context) -> None:
    """Read JSON lines {"id","channel","text"[,"at"]} and print one reading per line."""
    if ctx.invoked_subcommand is None:
        _each_line(_read)


@triage.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@click.option("--misses", is_flag=True, help="name the misread messages (refused for kept sets)")
def evaluate(file: Path, as_json: bool, misses: bool) -> None:
    """Compare readings with the labels in FILE; exit 1 when a goal is missed."""
    try:
        if misses:
            for miss in reader.misses(file):
                print_json(miss)
            return
        evaluation = reader.evaluate_file(file)
    except (reader.KeptSet, reader.DataError) as error:
        refuse(str(error))
    if as_json:
        print_json(evaluation.as_json())
    else:
        click.echo(evaluation.as_text())
    missed = evaluation.missed_goals()
    for goal in missed:
        click.echo(f"missed: {goal}", err=True)
    if missed:
        sys.exit(1)


@click.command()
def route() -> None:
    """Read JSON lines {"id","text"} or {"id","lat","lon"} and print where each belongs."""
    _each_line(_route)


def _read(item: dict[str, Any]) -> dict[str, Any]:
    reading = reader.read(str(item["text"]), on=_on(item))
    return reader.record(item["id"], reading)


def _route(item: dict[str, Any]) -> dict[str, Any]:
    if "text" in item:
        place = places.find(str(item["text"]), on=_on(item))
    else:
        place = places.nearest(float(item["lat"]), float(item["lon"]), on=_on(item))
    return {
        "id": item["id"],
        "country": place.country,
        "vn_province": place.vn_province,
        "old_province": place.old_province,
        "mention": place.mention,
        "candidates": list(place.candidates),
        "centre": place.centre,
        "distance_km": place.distance_km,
    }


def _on(item: dict[str, Any]) -> date:
    if item.get("at"):
        return date.fromisoformat(str(item["at"])[:10])
    from datetime import datetime

    return datetime.now(VIET_NAM).date()


def _each_line(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer line by line, so that a caller may hold the pipe open and talk to us."""
    stream = sys.stdin.buffer
    for number, raw in enumerate(stream, 1):
        if not raw.strip():
            continue
        try:
            item = json.loads(raw.decode("utf-8", "surrogateescape"))
            line = json.dumps(answer(item), ensure_ascii=False)
        except (ValueError, KeyError, TypeError) as error:
            refuse(f"line {number}: {type(error).__name__}: a JSON object with its fields expected")
        sys.stdout.buffer.write(line.encode("utf-8", "surrogatepass") + b"\n")
        sys.stdout.buffer.flush()
