"""`python -m locales.check`: exit 1 and one line per fault when a text breaks a rule."""

from __future__ import annotations

import sys

from locales.faults import check


def main() -> int:
    faults = check()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
