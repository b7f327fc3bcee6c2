"""Logs are never worth a message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.real import ROOT

LOG = """
import logging, resource, sys
import structlog
from hotline import logs
logs.set_up("test")
structlog.get_logger().info("before")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
for _ in range(100):
    structlog.get_logger().info("many")
    logging.getLogger("library").warning("many")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
structlog.get_logger().info("after")
"""


def test_a_disk_that_takes_no_lines_costs_the_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with path.open("wb") as file:
        subprocess.run([sys.executable, "-c", LOG, "1000"], stderr=file, check=True,
                       env=environment, cwd=ROOT)  # fmt: skip
    written = path.read_text()
    assert '"event": "before"' in written
    assert '"event": "after"' in written
