"""One server of a benchmark, as production runs it: `python -m hotline.bench.serve CASE PORT`."""

from __future__ import annotations

import os
import sys

from hotline import web
from hotline.bench import peer
from hotline.serving import serve


def application() -> peer.Wsgi:
    """What the web server loads in its worker."""
    case = os.environ["BENCH_CASE"]
    if case == "hotline":
        return web.application()
    return peer.floor() if case == "floor" else peer.yardstick()


if __name__ == "__main__":
    serve("hotline.bench.serve:application", "127.0.0.1", int(sys.argv[2]), workers=1)
