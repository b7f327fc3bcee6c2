"""systemd itself reads the units. A lane of its own: it needs Debian's systemd."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.deploy.test_units import FOLDER, PROGRAM, SERVICES


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    for path in (*SERVICES, FOLDER / "hotline.target"):
        text = path.read_text().replace(PROGRAM, "/bin/true")
        (tmp_path / path.name.replace("@.", "@urgent.")).write_text(text)
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True, text=True, check=False, timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    faults = [line for line in done.stderr.splitlines() if "hotline" in line]
    assert faults == []
