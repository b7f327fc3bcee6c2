"""`make test`: every test, and the name of every lane that had to be left out.

A lane needs a Debian package. With HOTLINE_ALL_LANES=1 (as in `.ci/run`) a lane that is left out
is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

PROCESSES = "3"  # on two cores: whoever starts a hotline mostly waits for it


@dataclass(frozen=True, slots=True)
class Lane:
    """Tests that need a Debian package: folder or file, the package, the program it brings."""

    folder: str
    package: str
    program: str


LANES: tuple[Lane, ...] = (
    Lane("tests/browser", "chromium", "chromium"),
    Lane("tests/deploy/test_systemd.py", "systemd", "systemd-analyze"),
)


def main() -> int:
    missing = [lane for lane in LANES if shutil.which(lane.program) is None]
    left_out = [f"--ignore={lane.folder}" for lane in missing]
    command = [sys.executable, "-m", "pytest", "-p", "tests.sharing", "-n", PROCESSES, *left_out]
    code = subprocess.call([*command, *sys.argv[1:]], env=_environment())
    if not missing:
        print("lanes: all were run")
        return code
    for lane in missing:
        print(f"left out: {lane.folder} (apt install {lane.package})")
    if os.environ.get("HOTLINE_ALL_LANES") == "1":
        print("HOTLINE_ALL_LANES=1: a lane that is left out is a failure")
        return code or 1
    return code


def _environment() -> dict[str, str]:
    """This process's own, with byte code kept: the tests start some hundred processes of the
    hotline, and compiling it anew was a third of the start of each."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


if __name__ == "__main__":
    sys.exit(main())
