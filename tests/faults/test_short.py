"""The short form of the fault harness: the gravest rows over one seed (`make faults` does all).

A database has the rows in which it matters most: SQLite, where all that write are killed at once,
the workers and the disk; PostgreSQL, whose server is killed, the web server and the upgrade.
"""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.faults.rows import ROWS
from tests.faults.run import Outcome, run_seeds
from tests.faults.stack import folder_of_its_own, postgres, stack

SEED = 1


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_nothing_is_lost(dialect: str) -> None:
    rows = [row for row in ROWS if dialect in row.short]
    with ExitStack() as held:
        folder = held.enter_context(folder_of_its_own())
        server = held.enter_context(postgres(folder / "pg")) if dialect == "postgresql" else None
        made = held.enter_context(stack(dialect, folder / "stack", server))
        for row in rows:
            outcome = Outcome(row.number, dialect)
            run_seeds(row, made, [SEED], folder, outcome)
            assert not outcome.failed, f"row {row.number}, {row.fault}: {outcome.failed}"
            assert outcome.messages > 5
