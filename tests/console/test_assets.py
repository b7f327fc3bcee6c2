"""What is vendored is what was published; pages stay small; texts and pages agree."""

from __future__ import annotations

import ast
import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

import locales
from console.assets import HERE
from store.people import Person
from tests.console.conftest import Visit
from tests.stage import Stage

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "console/static/vendor", ROOT / "tests/browser/vendor")
FIRST_PAGE = 150_000  # bytes, everything it loads


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_vendored_files_are_as_published(folder: Path) -> None:
    sums = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    for path in folder.iterdir():
        if path.name != "SHA256SUMS":
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sums.pop(path.name), path.name
    assert sums == {}
    assert list(folder.glob("*LICENSE")), "a vendored file keeps its licence"


def _weight(app: Flask, page: str, *, packed: bool) -> int:
    """Bytes of a page and of everything that it loads."""
    total = len(page.encode())
    headers = {"Accept-Encoding": "gzip"} if packed else {}
    for address in set(re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', page)):
        answer = app.test_client().get(address, headers=headers)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        total += len(answer.data)
    return total


def test_first_page_weighs_little_even_unpacked(app: Flask) -> None:
    page = app.test_client().get("/desk/sign-in").text
    assert _weight(app, page, packed=False) < FIRST_PAGE


def test_a_full_queue_weighs_little(
    app: Flask, stage: Stage, visit: Callable[[Person], Visit]
) -> None:
    seen = visit(stage.add("quoc", "quoc-gia", role="national"))
    for number in range(45):
        stage.write("toi bi nhot, cuu toi", f"+8490000{number:04d}")
    page = seen.get("/queue").text
    assert page.count('class="row"') == 40
    assert _weight(app, page, packed=True) < FIRST_PAGE


def test_packed_and_plain_are_the_same(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/desk/static/desk.css").data
    packed = client.get("/desk/static/desk.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain == (HERE / "desk.css").read_bytes()


def test_nothing_but_static_files_is_served(app: Flask) -> None:
    for name in ("../app.py", "vendor/SHA256SUMS", "vendor", "%2e%2e/app.py", "nothing.css"):
        assert app.test_client().get(f"/desk/static/{name}").status_code == 404, name


def _named_in_code() -> set[str]:
    """Texts of the desk that templates and code name in full."""
    found = set()
    for path in (ROOT / "console/templates").glob("*.html"):
        found |= set(re.findall(r"""\bt\(["']([a-z_.0-9]+)["'][,)]""", path.read_text()))
    for path in (ROOT / "console").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return {f"desk.{name}" for name in found if not name.startswith(("kind.", "urgency."))}


# Families that are put together from a code of ours.
FAMILIES = (
    "role", "signal", "fact", "value", "verb", "error", "event", "media", "silence", "tongue",
    "point", "why", "fault", "state", "status", "channel", "look", "refused", "empty", "shelf",
    "by", "caution", "class", "clue", "consent", "country", "dead", "tied", "point_kind",
    "age.late", "sign_in", "write", "count",
)  # fmt: skip


def test_every_text_is_written_and_every_written_text_is_used() -> None:
    families = tuple(f"desk.{family}" for family in FAMILIES)
    for language in ("vi", "en"):
        written = {name for name in locales.catalogue(language).texts if name.startswith("desk.")}
        assert _named_in_code() - written == set()
        loose = {name for name in written if not name.startswith(families)}
        assert loose - _named_in_code() == set()
