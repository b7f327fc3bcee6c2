"""What all fuzzing shares: one hotline for all examples of a test, its stage cleared by nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.house import Desk
from store.database import Database
from store.vault import make_key_file, read_key_file
from tests.conftest import Moved, Rung
from tests.stage import Stage, number_chats


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Stage]:
    """A stage that lives through all examples of a file."""
    folder = tmp_path_factory.mktemp("fuzz")
    make_key_file(folder / "keys")
    shutil.copyfile(migrated_file, folder / "hotline.db")
    database = Database(f"sqlite:///{folder / 'hotline.db'}")
    clock, bell = Moved(), Rung()
    desk = Desk(db=database, vault=read_key_file(folder / "keys"), now=clock, ring=bell)
    stage = Stage(desk, clock, bell)
    number_chats(stage)
    yield stage
    database.close()
