"""`make audit`: known weaknesses of what the lock names, by pip-audit in an environment of its own.

Its own, because it brings thirty packages that the hotline does not need. Where advisories cannot
be asked (no network, or a mirror that knows none) it says by name what was left out; silence would
read as "nothing was found".
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".venv-audit"
TOOL = "pip-audit==2.10.1"
LEFT_OUT = "left out: the audit of dependencies"


def main() -> int:
    tool = HOME / "bin" / "pip-audit"
    if not tool.exists():
        why = _install()
        if why is not None:
            print(f"{LEFT_OUT} ({why})")
            return 0
    done = subprocess.run(
        [tool, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json",
         "-r", ROOT / "requirements.lock"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"{LEFT_OUT} (advisories could not be asked: {last[:120]})")
        return 0
    return report(found)


def _install() -> str | None:
    """None, or why the tool could not be installed."""
    venv.create(HOME, with_pip=True, clear=True)
    done = subprocess.run(
        [HOME / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", TOOL],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return None if done.returncode == 0 else f"{TOOL} cannot be installed here"


def report(found: list[dict[str, Any]]) -> int:
    """Say what is weak and what was not looked at; 1 if anything is weak."""
    weak = [one for one in found if one.get("vulns")]
    unknown = [one["name"] for one in found if "skip_reason" in one]
    if unknown and len(unknown) == len(found):
        print(f"{LEFT_OUT} (the index here knows no advisories: none of {len(found)} was audited)")
        return 0
    for one in weak:
        for each in one["vulns"]:
            fixed = ", ".join(each.get("fix_versions") or []) or "no release yet"
            print(f"weak: {one['name']} {one['version']}: {each['id']}, mended in {fixed}")
    if unknown:
        print(f"left out of the audit: {', '.join(unknown)}")
    print(f"audited: {len(found) - len(unknown)} of {len(found)}, {len(weak)} weak")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
