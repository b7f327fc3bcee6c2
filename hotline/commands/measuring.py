"""`hotline bench`: measured against a floor and a peer in the same run."""

from __future__ import annotations

import sys
from typing import Any

import click

from hotline.bench import intake
from hotline.commands.common import print_json, refuse


@click.command()
@click.argument("name", type=click.Choice(["intake"]), default="intake")
@click.option("--json", "as_json", is_flag=True)
def bench(name: str, as_json: bool) -> None:
    """Run a benchmark; exit 1 when its goal is missed. Loads this machine for about a minute."""
    try:
        found = intake.run()
    except intake.Lost as error:
        refuse(f"{name}: {error}")
    if as_json:
        print_json(found)
    else:
        _say(found)
    if not found["met"]:
        sys.exit(1)


def _say(found: dict[str, Any]) -> None:
    for row in found["rounds"]:
        click.echo(
            f"{row['case']:10} {row['per_second']:8.0f}/s  cpu {row['cpu_ms']:6.3f} ms  "
            f"p50 {row['p50_ms']:6.2f}  p99 {row['p99_ms']:7.2f} ms  rows {row['rows']}  "
            f"replies {row['replies']}  errors {row['errors']}"
        )
    click.echo(
        f"hotline / yardstick = {found['ratio_to_yardstick']} (rounds {found['ratios']}; "
        f"goal {found['goal']}: {'met' if found['met'] else 'missed'})"
    )
