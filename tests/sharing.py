"""How `make test` shares the tests among its processes: a plugin of pytest-xdist.

What starts a hotline or a browser for a whole file stays in one process, or it would be started in
each. What takes longest is begun first, so that no process ends alone. Everything else goes, test
by test, to whichever process is free.

Not by the mark `xdist_group`: with pytest 9.2 it groups nothing and says nothing
(https://github.com/pytest-dev/pytest-xdist/issues/1386).
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Each line is one piece of work: every test whose name begins with it. The longest come first.
TOGETHER = (
    "tests/hotline/test_planted.py::test_nothing_of_anybody_lies_anywhere[sqlite]",
    "tests/hotline/test_up.py::",
    "tests/browser/test_phones.py::",
    "tests/hotline/test_planted.py::test_nothing_of_anybody_lies_anywhere[postgresql]",
    "tests/faults/test_short.py::test_nothing_is_lost[postgresql]",
    "tests/hotline/test_contract.py::",
    "tests/faults/test_short.py::test_nothing_is_lost[sqlite]",
    "tests/hotline/test_up_away.py::",
    "tests/browser/test_desk.py::",
    "tests/console/test_queue.py::test_ten_thousand_tickets_are_shown_page_by_page",
)


def piece_of(test: str) -> str:
    """The piece of work that a test belongs to: a line of TOGETHER, or the test alone."""
    return next((line for line in TOGETHER if test.startswith(line)), test)


def begin_with(test: str) -> int:
    """Where a test's piece of work stands among all of them."""
    piece = piece_of(test)
    return TOGETHER.index(piece) if piece in TOGETHER else len(TOGETHER)


class Sharing(LoadScopeScheduling):
    """One piece of work after the other, to whichever process is free."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    config.option.loadscopereorder = False  # the order is ours
    return Sharing(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: begin_with(item.nodeid))
