"""The web server: Granian, with one listening socket for all of its workers.

On Linux Granian gives each worker a socket of its own; what waits at a worker that ends is refused,
and while the only worker is changed nobody listens. With one socket, held by the main process, a
SIGHUP changes the workers and every request that comes meanwhile waits its turn. (Granian itself
does so with Unix sockets and on other systems.)
"""

from __future__ import annotations

import socket
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec  # type: ignore[attr-defined]
from granian.server.mp import MPServer


class OneSocket(MPServer):
    """Granian whose workers all accept from the socket of the main process."""

    def _init_shared_socket(self) -> None:
        holder: Any = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd = holder
        self._sfd = holder.get_fd()
        self._sso: Any = socket.socket(fileno=holder.get_fd())


def serve(target: str, host: str, port: int, workers: int) -> None:
    """Serve the WSGI application that `target` makes until SIGTERM; SIGHUP changes the workers."""
    OneSocket(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        backlog=1024,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        factory=True,
    ).serve()
