"""Scripts and styles: read once, packed once, named by their content so that browsers keep them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

HERE = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
YEAR = "public, max-age=31536000, immutable"
pages = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    mime: str
    body: bytes
    packed: bytes
    mark: str  # of its content


@cache
def asset(name: str) -> Asset | None:
    """A file of `static/`, or None."""
    found = {str(p.relative_to(HERE)): p for p in HERE.rglob("*") if p.suffix in KINDS}.get(name)
    if found is None:
        return None
    body = found.read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:12]
    return Asset(KINDS[found.suffix], body, gzip.compress(body, mtime=0), mark)


def address_of(name: str) -> str:
    """The address of a file, with the mark of its content."""
    found = asset(name)
    assert found is not None, name
    return f"/desk/static/{name}?v={found.mark}"


@pages.get("/static/<path:name>")
def static(name: str) -> Response:
    found = asset(name)
    if found is None:
        abort(404)
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(found.packed if packs else found.body, mimetype=found.mime)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    right = request.args.get("v") == found.mark
    response.headers["Cache-Control"] = YEAR if right else "no-cache"
    return response
