"""`python -m tests.screenshots`: the two pictures of the README, from a demo that plays a story.

Needs Debian's chromium. Starts a whole hotline on a folder of its own and ends it again.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import zlib
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotline import up
from hotline.demo import PASSWORD
from tests.real import ROOT, Hotline, running, until

IMAGES = ROOT / "docs" / "images"
LARGEST = 200_000  # bytes; the README loads both
SIZE = (1280, 800)
COMES = 20_000  # ms
ANSWER = "Chi la nguoi truc. Luc nao ranh thi viet tiep, tung chu cung duoc."


def main() -> int:
    """Take both pictures. Exit 1 if one is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = up.free_port("127.0.0.1", 28_000 + os.getpid() % 20_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-lcd-text"],
        )
        with running(Path(folder), port) as hotline:
            taken = [phones(browser, hotline), desk(browser, hotline)]
        browser.close()
    too_large = [path.name for path in taken if path.stat().st_size > LARGEST]
    for path in taken:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    if too_large:
        print(f"larger than {LARGEST // 1000} kB: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


def phones(browser: Browser, hotline: Hotline) -> Path:
    """Two stories are played; Lan claims what came from Bavet and writes back."""
    page = _page(browser, f"{hotline.simulators}/")
    for story in ("tip", "held"):
        page.locator(f'[data-story="{story}"] [data-play="vi"]').click()
        page.wait_for_selector(f'#playing[data-done="{story}"]', timeout=60_000)
    staff = page.locator("#staff .talk:visible li")
    staff.get_by_role("button", name="Nhận phiếu").first.click()
    expect(staff.filter(has_text="casino").last).to_be_visible(timeout=COMES)
    page.locator("#staff-text").fill(ANSWER)
    page.locator("#staff-text").press("Enter")
    expect(page.locator("#sms .talk:visible li.theirs").last).to_contain_text(ANSWER, timeout=COMES)
    expect(page.locator("#staff .toast")).to_be_hidden(timeout=COMES)
    page.locator("#stop").click()  # what the story said is read
    return _taken(page, "phones.png")


def desk(browser: Browser, hotline: Hotline) -> Path:
    """Lan's ticket as she reads it, beside the queue it came from."""
    page = _page(browser, f"{hotline.url}/desk/sign-in")
    page.locator("[name=name]").fill("lan")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=code]").fill(hotline.cli("staff", "code", "lan").strip())
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/desk/queue*")
    (ref,) = until(lambda: [t["ref"] for t in hotline.tickets() if t["claimed_by"] == "lan"])
    page.goto(f"{hotline.url}/desk/t/{ref}")
    expect(page.locator("main")).to_contain_text("casino")
    return _taken(page, "desk.png")


def _page(browser: Browser, url: str) -> Page:
    width, height = SIZE
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    return page


def _taken(page: Page, name: str) -> Path:
    path = IMAGES / name
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    path.write_bytes(packed(page.screenshot()))
    return path


def packed(png: bytes) -> bytes:
    """The same picture with its rows unfiltered: a quarter smaller where much is flat.

    png: as Chromium writes it, 8 bits of red, green and blue, not interlaced.
    """
    head, pixels, at = b"", b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        head, pixels = head or body, pixels + body * (kind == b"IDAT")
        at += length + 12
    raw, size = zlib.decompress(pixels), 3 * int.from_bytes(head[:4], "big")
    rows, above = [], bytearray(size + 3)
    for start in range(0, len(raw), size + 1):
        row = bytearray(3) + raw[start + 1 : start + 1 + size]
        for i in range(3, size + 3):
            row[i] = (row[i] + _guess(raw[start], row[i - 3], above[i], above[i - 3])) & 255
        rows.append(b"\0" + row[3:])
        above = row
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return png[:8] + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    """What a PNG filter takes a byte to be (PNG specification, "Filter types for method 0")."""
    if kind == 4:
        return min((left, up, corner), key=lambda known: abs(left + up - corner - known))
    return (0, left, up, (left + up) // 2)[kind]


if __name__ == "__main__":
    sys.exit(main())
