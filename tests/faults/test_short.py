"""The short form of the fault harness: the gravest rows over one seed (`make faults` does all).

A database has the rows in which it matters most: on SQLite, where all that write are killed at
once, the workers and the disk; on PostgreSQL, whose server is killed, the web server and the upgrade.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.faults.row import Row
from tests.faults.rows import ROWS
from tests.faults.run import Outcome, run_seeds
from tests.faults.stack import Stack, folder_of_its_own, postgres, stack

SEED = 1


def _cases() -> list[Any]:
    """One process of the tests runs all rows of a database, on one stack."""
    return [
        pytest.param(
            name, row, id=f"{name}-row{row.number}", marks=pytest.mark.xdist_group(f"faults-{name}")
        )
        for name in ("sqlite", "postgresql")
        for row in ROWS
        if name in row.short
    ]


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with ExitStack() as held:
        folder = held.enter_context(folder_of_its_own())
        on_postgres = request.param == "postgresql"
        server = held.enter_context(postgres(folder / "pg")) if on_postgres else None
        yield held.enter_context(stack(request.param, folder / "stack", server))


@pytest.mark.parametrize(("made", "row"), _cases(), indirect=["made"])
def test_nothing_is_lost(made: Stack, row: Row) -> None:
    outcome = Outcome(row.number, made.dialect)
    run_seeds(row, made, [SEED], made.clock_file.parent, outcome)
    assert not outcome.failed, f"{row.fault}: {outcome.failed}"
    assert outcome.messages > 5
