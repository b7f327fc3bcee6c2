"""The real pages in Debian's Chromium: the WSGI application in a thread, the stage behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from console import create_app
from desk import access
from store.people import Person
from tests.stage import Stage

PASSWORD = "ba con meo den"
AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What the browser shows does not depend on the database: tests/console runs on both."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(scope="module")  # while it is open, no other test could use asyncio
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Site:
    """The desk on a port of this machine; `lost` cuts the line as a bad network does."""

    url: str
    stage: Stage
    lost: bool = False


@pytest.fixture
def site(stage: Stage) -> Iterator[Site]:
    app = create_app(stage.desk)
    made = Site("", stage)

    def served(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if made.lost:
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b""]
        return app(environ, start)

    server = make_server("127.0.0.1", 0, served, threaded=True)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Window:
    """A person's browser: their own cookies, their own page, and what went wrong in it."""

    page: Page
    site: Site
    person: Person
    faults: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self) -> Page:
        """Through the door, with the code that the app shows at this moment."""
        self.open("/desk/sign-in")
        self.page.get_by_label("Tên").fill(self.person.name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_label("Mã 6 số").fill(self.code())
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_url("**/desk/queue*")
        return self.page

    def code(self) -> str:
        self.site.stage.clock.move(31)  # a code is good once
        shown = access.code_now(self.site.stage.desk, self.person.name)
        assert shown is not None
        return shown


@pytest.fixture
def window(chromium: Browser, site: Site) -> Iterator[Callable[..., Window]]:
    """Open a browser for a person: `window(person, width=360, scheme="dark")`."""
    opened: list[BrowserContext] = []

    def make(person: Person, *, width: int = 1280, scheme: str = "light") -> Window:
        access.provide(site.stage.desk, person.name, PASSWORD)
        context = chromium.new_context(
            viewport={"width": width, "height": 800 if width > 500 else 740},
            color_scheme=scheme, locale="vi-VN",
        )  # fmt: skip
        context.set_default_timeout(8000)
        opened.append(context)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
        return Window(page, site, person, faults)

    yield make
    for context in opened:
        context.close()


def _is_fault(said: Any) -> bool:
    """A script that was blocked or broke; a request that failed is what tests may want."""
    return said.type == "error" and "Failed to load resource" not in said.text


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, one line each."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


expect.set_options(timeout=8000)
