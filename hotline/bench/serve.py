"""One server of a benchmark: `python -m hotline.bench.serve CASE PORT`."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hotline import web
from hotline.bench import peer


def application() -> peer.Wsgi:
    """What the web server loads in its worker."""
    case = os.environ["BENCH_CASE"]
    if case == "hotline":
        return web.application()
    return peer.floor() if case == "floor" else peer.yardstick()


if __name__ == "__main__":
    Granian(
        "hotline.bench.serve:application",
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_level=LogLevels.warning,
        factory=True,
    ).serve()
