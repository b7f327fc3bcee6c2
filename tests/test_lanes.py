"""How `make test` shares its work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import sharing

ROOT = Path(__file__).parent.parent
TWELVE = """
import pytest

@pytest.mark.parametrize("number", range(12))
def test_one(number):
    pass
"""


def test_every_piece_of_work_is_there() -> None:
    for line in sharing.TOGETHER:
        file, _, name = line.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text() or not name, line


def test_what_belongs_together_runs_in_one_process_and_the_rest_in_both(tmp_path: Path) -> None:
    (tmp_path / "tests" / "hotline").mkdir(parents=True)
    (tmp_path / "tests" / "a_first.py").write_text(TWELVE)
    (tmp_path / "tests" / "hotline" / "test_up.py").write_text(TWELVE)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.sharing", "-p", "no:cacheprovider", "-n", "2",
         "-v", "--rootdir", str(tmp_path), "tests/a_first.py", "tests/hotline/test_up.py"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    ran = [line for line in done.stdout.splitlines() if "PASSED" in line]
    assert len(ran) == 24
    assert len({line.split("]")[0] for line in ran if "test_up.py" in line}) == 1
    assert len({line.split("]")[0] for line in ran if "a_first.py" in line}) == 2
