"""The phone page of `make run`, with a whole hotline behind it: real webhooks, real workers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from hotline import up
from tests.browser.conftest import axe
from tests.real import Hotline, running

COMES = 15_000  # ms within which an answer or a page must be seen
HELD = "em bị nhốt ở bavet, họ thu hộ chiếu, quê em ở an giang"


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    port = up.free_port("127.0.0.1", 23_000 + os.getpid() % 20_000)
    with running(tmp_path_factory.mktemp("phones"), port) as started:
        yield started


@dataclass
class Phones:
    """The page, its three phones, and what went wrong in it."""

    page: Page
    faults: list[str]

    def phone(self, name: str) -> Locator:
        return self.page.locator(f"#{name}")

    def texts(self, name: str, side: str = "theirs") -> Locator:
        """What is to be read on a phone, of them or of its own, oldest first."""
        return self.phone(name).locator(f".talk:visible li.{side}")

    def fresh(self, name: str) -> str:
        """Take another phone; returns its number."""
        own = self.phone(name).get_by_label("Số", exact=False).first
        before = own.input_value()
        self.phone(name).get_by_role("button", name="Máy khác").click()
        expect(own).not_to_have_value(before)
        return own.input_value()

    def write(self, name: str, text: str) -> None:
        self.phone(name).get_by_label("Viết tin").fill(text)
        self.phone(name).get_by_label("Viết tin").press("Enter")

    def person(self, name: str) -> Locator:
        return self.page.get_by_role("radio", name=re.compile(rf"^{name}\b"))

    def be(self, name: str) -> Locator:
        """Be this member of staff; returns the messages on the phone."""
        self.person(name).check()
        return self.texts("staff")

    def play(self, story: str, language: str = "vi") -> None:
        self.page.locator(f'[data-story="{story}"] [data-play="{language}"]').click()
        done = self.page.locator(f'#playing[data-done="{story}"]')
        expect(done).to_be_visible(timeout=40_000)


Open = Callable[..., Phones]


@pytest.fixture
def browse(chromium: Browser, hotline: Hotline) -> Iterator[Open]:
    """Open the page: `browse(width=360, scheme="dark", locale="en-GB")`."""
    opened: list[BrowserContext] = []

    def make(width: int = 1280, scheme: str = "light", locale: str = "vi-VN") -> Phones:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale,
            reduced_motion="reduce",
        )  # fmt: skip
        opened.append(context)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{hotline.simulators}/")
        expect(page.locator("[data-ready]")).to_be_visible()  # what was there before is shown
        return Phones(page, faults)

    yield make
    for context in opened:
        context.close()


def test_a_sender_writes_and_sees_the_answer(browse: Open) -> None:
    phones = browse()
    phones.fresh("sms")
    phones.write("sms", HELD)
    expect(phones.texts("sms", "mine")).to_contain_text("em bi nhot o bavet, ho thu ho chieu")
    expect(phones.texts("sms").first).to_contain_text("Da nhan duoc tin.", timeout=COMES)
    assert phones.faults == []


def test_staff_claims_and_answers_and_the_sender_reads_it(browse: Open) -> None:
    phones = browse()
    phones.fresh("sms")
    lan = phones.be("Lan")
    before = lan.count()
    phones.write("sms", HELD)
    page = lan.nth(before)
    expect(page).to_contain_text("Phiếu", timeout=COMES)
    expect(page).not_to_contain_text("bavet", ignore_case=True)
    page.get_by_role("button").first.click()
    words = lan.filter(has_text="thu ho chieu").last
    expect(words).to_be_visible(timeout=COMES)
    words.get_by_role("button", name="Trả lời").click()
    phones.write("staff", "Chi la nguoi truc. Luc nao ranh thi viet.")
    expect(phones.texts("sms").last).to_contain_text("Chi la nguoi truc.", timeout=COMES)
    assert phones.faults == []


def test_a_page_for_somebody_else_is_counted_at_their_name(browse: Open) -> None:
    phones = browse()
    phones.be("Quoc")
    phones.fresh("sms")
    phones.write("sms", HELD)
    lan = phones.person("Lan")
    expect(lan).to_have_accessible_name("Lan An Giang 1 tin mới", timeout=COMES)
    lan.check()
    expect(lan).to_have_accessible_name("Lan An Giang")


def test_a_story_is_played_with_a_place_and_a_photo(browse: Open) -> None:
    phones = browse()
    phones.play("tip")
    mine = phones.texts("telegram", "mine")
    expect(mine).to_have_count(3)
    expect(mine.nth(1)).to_contain_text("Cửa khẩu Tân Thanh")
    expect(mine.nth(2)).to_contain_text("Ảnh")
    expect(phones.texts("telegram").first).to_be_visible()
    expect(phones.person("Minh")).to_be_checked()
    expect(phones.texts("staff").last).to_contain_text("Lạng Sơn", timeout=COMES)
    assert phones.faults == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_other_story_reaches_its_member_of_staff(browse: Open, language: str) -> None:
    phones = browse()
    for story, who in (("held", "Lan"), ("returnee", "Thu"), ("child", "Hoa")):
        before = phones.be(who).count()
        phones.play(story, language)
        expect(phones.texts("staff").nth(before)).to_contain_text("Phiếu", timeout=COMES)


def test_found_out_is_followed_by_silence_whoever_asks(browse: Open) -> None:
    phones = browse()
    lan = phones.be("Lan")
    before = lan.count()
    phones.play("found-out")
    expect(phones.texts("sms")).to_have_count(1)
    lan.nth(before).get_by_role("button", name="Nhận phiếu").click()
    expect(lan.filter(has_text="phat hien").last).to_be_visible(timeout=COMES)
    shown = lan.count()
    phones.write("staff", "em oi, con do khong")
    expect(lan.nth(shown)).to_contain_text("không gửi", timeout=COMES)
    expect(phones.texts("sms")).to_have_count(1)


def test_a_story_can_be_stopped(browse: Open) -> None:
    phones = browse()
    held: list[Route] = []
    phones.page.route("**/phone/sms", lambda route: held.append(route))
    with phones.page.expect_request("**/phone/sms"):
        phones.page.locator('[data-story="found-out"] [data-play="vi"]').click()
    phones.page.get_by_role("button", name="Dừng").click()
    held[0].continue_()
    expect(phones.page.locator("#playing")).to_have_text("Đã dừng.")
    expect(phones.texts("sms", "mine")).to_have_count(1)
    phones.page.get_by_role("button", name="Đóng").click()
    expect(phones.page.locator("#playing")).to_be_hidden()
    assert len(held) == 1


@pytest.mark.parametrize("switch", ["twilio_500", "twilio_timeout", "telegram_429"])
def test_a_provider_fails_and_the_page_says_so(browse: Open, switch: str) -> None:
    phones = browse()
    name = "telegram" if switch.startswith("telegram") else "sms"
    button = phones.page.locator(f'[data-switch="{switch}"]')
    strip = phones.phone(name).locator(".failing")
    expect(strip).to_be_hidden()
    button.click()
    expect(button).to_have_attribute("aria-checked", "true")
    try:
        phones.fresh(name)
        phones.write(name, HELD)
        expect(strip).to_contain_text("Đang hỏng")
        expect(strip).not_to_contain_text("đã hỏng 0 lượt", timeout=COMES)
        # Where it was taken, the text is there although nobody was told, and stays the only one.
        expect(phones.texts(name)).to_have_count(1 if switch == "twilio_timeout" else 0)
    finally:
        button.click()
    expect(button).to_have_attribute("aria-checked", "false")
    expect(strip).to_be_hidden()
    expect(phones.texts(name)).to_have_count(1, timeout=60_000)


def test_a_place_is_sent_from_the_menu(browse: Open) -> None:
    phones = browse()
    phones.fresh("telegram")
    telegram = phones.phone("telegram")
    telegram.get_by_role("button", name="Gửi vị trí").click()
    telegram.get_by_label("Chọn nơi").select_option("mong-cai")
    telegram.locator(".place").get_by_role("button", name="Gửi").click()
    expect(phones.texts("telegram", "mine")).to_contain_text("Móng Cái")
    expect(telegram.get_by_label("Chọn nơi")).to_be_hidden()


def test_words_are_never_markup(browse: Open) -> None:
    phones = browse()
    phones.fresh("telegram")
    words = "<img src=x onerror=alert(1)> =1+1 {{ 7*7 }}"
    phones.write("telegram", words)
    expect(phones.texts("telegram", "mine").locator(".words")).to_have_text(words)
    assert phones.faults == []


def test_a_reload_shows_the_same_phones(browse: Open) -> None:
    phones = browse()
    number = phones.fresh("sms")
    phones.write("sms", HELD)
    expect(phones.texts("sms")).to_have_count(1, timeout=COMES)
    phones.be("Hoa")
    phones.page.reload()
    expect(phones.phone("sms").get_by_label("Số của máy")).to_have_value(number)
    expect(phones.texts("sms", "mine")).to_have_count(1)
    expect(phones.texts("sms")).to_have_count(1)
    expect(phones.person("Hoa")).to_be_checked()


def test_a_lost_connection_is_shown_and_caught_up(browse: Open, hotline: Hotline) -> None:
    phones = browse()
    number = phones.fresh("sms")
    phones.page.context.set_offline(True)
    expect(phones.page.get_by_text("Mất kết nối")).to_be_visible()
    phones.write("sms", "xin chao")
    expect(phones.phone("sms").get_by_label("Viết tin")).to_have_value("xin chao")
    hotline.sms(HELD, number)
    phones.page.context.set_offline(False)
    expect(phones.texts("sms")).to_have_count(1, timeout=COMES)
    expect(phones.page.get_by_text("Mất kết nối")).to_be_hidden()


def test_the_keyboard_alone_is_enough(browse: Open) -> None:
    phones = browse()
    phones.fresh("sms")
    before = phones.be("Lan").count()
    keys = phones.page.keyboard
    keys.press("Tab")
    tab_until(phones.page, "#sms-text")
    keys.type("em bi nhot o bavet, que em o an giang")
    keys.press("Enter")
    calls = phones.texts("staff").filter(has_text="Nhận phiếu")
    expect(phones.texts("staff").nth(before)).to_be_visible(timeout=COMES)
    expect(calls.last).to_be_visible(timeout=COMES)
    claimed = phones.texts("staff").filter(has_text="đã nhận")
    had = claimed.count()
    # the newest call, wherever it stands: calls for earlier tickets may come between
    tab_until(phones.page, "#staff li.theirs:not(:has(~ li .buttons button)) .buttons button")
    keys.press("Enter")
    expect(claimed).to_have_count(had + 1, timeout=COMES)


def tab_until(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(300):
        if page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def test_english_is_a_choice_that_stays(browse: Open) -> None:
    phones = browse()
    phones.page.get_by_role("link", name="English").click()
    expect(phones.page.get_by_role("heading", name="Test phones")).to_be_visible()
    phones.page.goto(phones.page.url.partition("?")[0])
    expect(phones.page.get_by_role("heading", name="Prepared stories")).to_be_visible()
    english = browse(locale="en-GB")
    expect(english.page.get_by_role("heading", name="Test phones")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 640, 360])
def test_every_size_in_both_lights_has_no_violation(browse: Open, width: int, scheme: str) -> None:
    phones = browse(width, scheme)
    phones.fresh("telegram")
    phones.be("Lan")
    phones.write("telegram", "em bị nhốt ở Bavet, quê em ở An Giang")
    expect(phones.texts("staff").last).to_contain_text("Phiếu", timeout=COMES)
    phones.phone("telegram").get_by_role("button", name="Gửi vị trí").click()
    over = phones.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0, f"{over} px wider than the window"
    assert axe(phones.page) == []
    assert phones.faults == []
