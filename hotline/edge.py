"""What holds for every answer and every request, whichever door they belong to."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# For answers that state none of their own: machines read them, and nothing in them is ever run.
HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
# What a proxy may say and nobody else; what remains of it after us is nobody's word.
SPOKEN_FOR = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP", "HTTP_FORWARDED",
)  # fmt: skip


def networks(text: str) -> tuple[Network, ...]:
    """Read HOTLINE_PROXIES: addresses or networks, by commas. Raises ValueError."""
    parts = [part.strip() for part in text.split(",")]
    return tuple(ipaddress.ip_network(part, strict=False) for part in parts if part)


def guarded(app: Wsgi, proxies: Sequence[Network], *, https: bool) -> Wsgi:
    """The application behind its edge: who really asks, and headers on every answer.

    proxies: whose word on a client's address counts. https: the public address is one.
    """

    def edge(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = client(environ, proxies)
        for name in SPOKEN_FOR:
            environ.pop(name, None)

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            wanted = (*HEADERS, HTTPS_ONLY) if https else HEADERS
            more = [pair for pair in wanted if pair[0].lower() not in said]
            return start(status, [*headers, *more], *rest)

        return app(environ, begin)

    return edge


def client(environ: dict[str, Any], proxies: Sequence[Network]) -> str:
    """The address of who asks: what the nearest proxies of ours noted, never what a client says.

    Each proxy adds the address it saw to the right, so the first from the right that is no proxy
    of ours is the client's.
    """
    peer = str(environ.get("REMOTE_ADDR") or "")
    said = str(environ.get("HTTP_X_FORWARDED_FOR") or "")
    noted = said.split(",") if said else []
    found = peer
    while noted and _is_one(found, proxies):
        before = noted.pop().strip()
        if not _is_address(before):
            break
        found = before
    return found


def _is_one(address: str, proxies: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
