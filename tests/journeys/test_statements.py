"""How often one message goes to the database: a bound that nobody passes without noticing.

All of a turn happens while other writers wait, so each statement more is paid by everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from hotline.bench.intake import BODY
from store.sql import Row, Statement, Tx
from tests.stage import Stage


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is run, in its order."""
    said: list[str] = []
    one, each = Tx._execute, Tx.run_each

    def note_one(self: Tx, statement: Statement, values: dict[str, Any]) -> None:
        said.append(statement.text(self._dialect)[0])
        one(self, statement, values)

    def note_each(self: Tx, statement: Statement, rows: Sequence[Row]) -> None:
        if rows:
            said.append(statement.text(self._dialect)[0])
        each(self, statement, rows)

    monkeypatch.setattr(Tx, "_execute", note_one)
    monkeypatch.setattr(Tx, "run_each", note_each)
    return said


def test_a_first_message_and_those_after_it(stage: Stage, statements: list[str]) -> None:
    stage.add("lan", "ben-tre")
    statements.clear()
    stage.write(BODY)
    first = list(statements)
    stage.clock.move(60)
    statements.clear()
    stage.write(BODY)
    following = list(statements)
    stage.clock.move(60)
    statements.clear()
    stage.write(BODY, "+84900000002")
    assert len(first) == len(statements) <= 20, "\n".join(first)
    assert len(following) <= 9, "\n".join(following)


def test_nothing_is_written_twice(stage: Stage, statements: list[str]) -> None:
    stage.write(BODY)
    stage.clock.move(60)
    statements.clear()
    stage.write("ho dang toi")
    changed = [s for s in statements if s.startswith(("INSERT", "UPDATE"))]
    assert len({s.split("WHERE")[0] for s in changed}) == len(changed), "\n".join(changed)
