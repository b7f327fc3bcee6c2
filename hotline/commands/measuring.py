"""`hotline bench`: measured against a floor and a peer in the same run."""

from __future__ import annotations

import sys
from typing import Any

import click

from hotline.commands.common import print_json, refuse


@click.command()
@click.argument("name", type=click.Choice(["intake", "triage"]), default="intake")
@click.option("--json", "as_json", is_flag=True)
def bench(name: str, as_json: bool) -> None:
    """Run a benchmark; exit 1 when its goal is missed. Loads this machine for about a minute."""
    found = _intake() if name == "intake" else _triage()
    if as_json:
        print_json(found)
    elif name == "intake":
        _say_intake(found)
    else:
        _say_triage(found)
    if not found["met"]:
        sys.exit(1)


def _intake() -> dict[str, Any]:
    from hotline.bench import intake

    try:
        return intake.run()
    except intake.Lost as error:
        refuse(f"intake: {error}")


def _triage() -> dict[str, Any]:
    from hotline.bench import reading

    try:
        return reading.run()
    except reading.NoSets as error:
        refuse(f"triage: {error}")


def _say_intake(found: dict[str, Any]) -> None:
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


def _say_triage(found: dict[str, Any]) -> None:
    for row in found["adversarial"]:
        click.echo(
            f"{row['text']:24} {row['characters']:6} characters {row['ms']:8.2f} ms  "
            f"{row['us_per_300']:8.1f} us for 300  growth {row['growth']:.2f}"
        )
    click.echo(
        f"300 characters: {found['us_per_300']} us (goal {found['goal_us']}), "
        f"{found['ratio_to_floor']} times the bare automatons ({found['floor_us_per_300']} us)"
    )
    click.echo(
        f"a character of 10,000 against one of 1,000: {found['growth_10000_to_1000']} "
        f"(at most {found['most_growth']})"
    )
    click.echo(
        f"loading the data: {found['start_ms']} ms, {found['start_mib']} MiB "
        f"(goal {found['goal_start'][0]} ms, {found['goal_start'][1]} MiB); "
        f"the very first start, which makes what is kept: {found['first_start_ms']} ms"
    )
    click.echo("met" if found["met"] else f"missed: {', '.join(found['missed'])}")
