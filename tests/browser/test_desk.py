"""The desk as people use it: in Debian's Chromium, with scripts, two at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from desk import access, claims
from store.people import Person
from tests.browser.conftest import PASSWORD, Site, Window, axe
from tests.stage import Stage

Windows = Callable[..., Window]
CRY = "toi bi nhot o khach san, ho thu ho chieu, cuu toi"


@pytest.fixture
def quoc(stage: Stage) -> Person:
    return stage.add("quoc", "quoc-gia", role="national")


@pytest.fixture
def hoa(stage: Stage) -> Person:
    return stage.add("hoa", "quoc-gia", role="national")


def _ticket(stage: Stage, text: str = CRY, sender: str = "+84900000001") -> str:
    ref = stage.write(text, sender).ref
    assert ref is not None
    stage.settle()
    return ref


def test_an_invitation_leads_to_a_queue_that_renews_itself(
    site: Site, window: Windows, quoc: Person
) -> None:
    seen = window(quoc)
    link = access.invite(site.stage.desk, "quoc")
    page = seen.open(f"/desk/welcome/{link}")
    assert axe(page) == []
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu").fill(PASSWORD)
    page.get_by_label("Mã 6 số").fill(pyotp.TOTP(secret).at(site.stage.clock.at // 1000))
    page.get_by_role("button", name="Xong").click()
    expect(page.get_by_text("Không có phiếu nào đang chờ")).to_be_visible()

    ref = _ticket(site.stage)
    expect(page.locator(f"#r-{ref}")).to_be_visible()
    assert page.title() == "Lịch trực"
    assert seen.faults == []


def test_two_want_the_same_ticket_and_one_gets_it(
    site: Site, window: Windows, quoc: Person, hoa: Person
) -> None:
    ref = _ticket(site.stage)
    first, second = window(quoc), window(hoa)
    one, other = first.sign_in(), second.sign_in()
    one.locator(f"#c-{ref}").focus()
    other.locator(f"#c-{ref}").focus()
    one.locator(f"#c-{ref}").click()
    expect(one.get_by_text("Anh/chị đã nhận phiếu này")).to_be_visible()
    other.evaluate(f"""() => {{
        const form = document.getElementById('claim');
        form.action = '/desk/t/{ref}/claim';
        form.submit();
    }}""")  # the second click, made before the queue renewed itself
    expect(other.get_by_text(re.compile("quoc đã nhận trước"))).to_be_visible()
    expect(other.locator("#text")).to_have_count(0)


def test_write_back_with_a_second_look_and_see_it_delivered(
    site: Site, window: Windows, quoc: Person
) -> None:
    ref = _ticket(site.stage)
    seen = window(quoc)
    page = seen.sign_in()
    page.locator(f"#c-{ref}").click()
    box = page.locator("#text")
    box.fill("Công an tới chưa?")
    expect(page.locator(".cautions")).to_contain_text("Công an")
    expect(page.locator(".seen")).to_contain_text("Cong an toi chua?")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".second")).to_be_visible()
    expect(box).to_have_value("Công an tới chưa?")

    box.fill("Đang ở tòa nhà nào?")
    page.get_by_role("button", name="Đã xem lại").dblclick()
    sent = page.locator("li.out.staff")
    expect(sent).to_have_count(1)
    expect(sent).to_contain_text("đang chờ gửi")
    expect(box).to_have_value("")
    site.stage.deliver()
    expect(sent).to_contain_text("đã gửi")
    assert site.stage.phone()[-1] == "Dang o toa nha nao?"

    box.fill("viết dở")
    site.stage.write("o tang 3")
    expect(page.locator("li.in").last).to_contain_text("o tang 3")
    expect(box).to_have_value("viết dở")
    page.get_by_label("Lý do hạ từ mức 1").fill("tự ra được rồi")
    page.locator("#acts").get_by_role("button", name="Gấp 2").click()
    expect(page.get_by_text("Đã đổi mức: Gấp 2")).to_be_visible()
    expect(box).to_have_value("viết dở")
    assert axe(page) == []
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "tang" not in stored
    assert "viết" not in stored
    assert seen.faults == []


def test_a_ticket_is_handed_over_by_offer_and_yes(
    site: Site, window: Windows, quoc: Person, hoa: Person
) -> None:
    ref = _ticket(site.stage)
    giver, taker = window(quoc).sign_in(), window(hoa).sign_in()
    giver.locator(f"#c-{ref}").click()
    giver.locator("#d-transfer summary").click()
    giver.locator("select[name=to]").select_option("hoa")
    giver.get_by_label("Lời dặn").fill("gọi lại lúc 11 giờ")
    giver.get_by_role("button", name="Gửi lời bàn giao").click()
    expect(giver.get_by_text("Đã gửi lời bàn giao tới hoa")).to_be_visible()

    taker.get_by_role("link", name="Của tôi").first.click()
    expect(taker.get_by_text("Chờ anh/chị trả lời")).to_be_visible()
    taker.locator(f"#r-{ref}").click()
    taker.get_by_role("button", name="Đồng ý nhận").click()
    expect(taker.get_by_text("Anh/chị đã nhận phiếu này")).to_be_visible()
    expect(taker.locator("#text")).to_be_visible()
    expect(giver.locator("#holder")).to_contain_text("hoa đang giữ")


def test_a_session_that_ended_is_begun_again_over_the_text(
    site: Site, window: Windows, quoc: Person
) -> None:
    ref = _ticket(site.stage)
    seen = window(quoc)
    page = seen.sign_in()
    page.locator(f"#c-{ref}").click()
    page.locator("#text").fill("Đang ở tòa nhà nào?")
    expect(page.locator(".parts")).to_be_visible()
    site.stage.clock.move(access.QUIET / 1000 + 1)
    dialog = page.locator("#again")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    assert axe(page) == []
    dialog.get_by_label("Mật khẩu").fill("sai mat khau")
    dialog.get_by_label("Mã 6 số").fill("000000")
    dialog.get_by_role("button", name="Đăng nhập lại").click()
    expect(dialog.get_by_role("alert")).to_contain_text("chưa đúng")
    dialog.get_by_label("Mật khẩu").fill(PASSWORD)
    dialog.get_by_label("Mã 6 số").fill(seen.code())
    dialog.get_by_role("button", name="Đăng nhập lại").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#text")).to_have_value("Đang ở tòa nhà nào?")
    claims.claim(site.stage.desk, quoc, ref)  # the lease was over too
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator("li.out.staff")).to_contain_text("Dang o toa nha nao?")


def test_a_lost_line_is_said_and_caught_up(site: Site, window: Windows, quoc: Person) -> None:
    page = window(quoc).sign_in()
    site.lost = True
    expect(page.locator("#lost")).to_be_visible()
    ref = _ticket(site.stage)
    site.lost = False
    expect(page.locator(f"#r-{ref}")).to_be_visible()
    expect(page.locator("#lost")).to_be_hidden()


def test_by_keyboard_alone_from_the_door_to_the_answer(
    site: Site, window: Windows, quoc: Person
) -> None:
    ref = _ticket(site.stage)
    seen = window(quoc)
    page = seen.open("/desk/sign-in")
    keys = page.keyboard
    expect(page.get_by_label("Tên")).to_be_focused()
    for value, then in (("quoc", "Tab"), (PASSWORD, "Tab"), (seen.code(), "Enter")):
        keys.type(value)
        keys.press(then)
    page.wait_for_url("**/desk/queue*")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("j")
    assert page.evaluate("document.activeElement.id") == f"r-{ref}"
    keys.press("Enter")
    page.wait_for_url(f"**/desk/t/{ref}")
    _tab_to(page, "Nhận")
    keys.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    _tab_to(page, "text")
    keys.type("Đang ở đâu?")
    keys.press("Control+Enter")
    expect(page.locator("li.out.staff")).to_contain_text("Dang o dau?")


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what is wanted, as a person would."""
    for _ in range(30):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "[document.activeElement.id, document.activeElement.innerText, "
            "getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert at[2] != "none", f"no one sees where the focus is: {at}"
        if wanted in at[:2]:
            return
    pytest.fail(f"Tab never reaches {wanted}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_sticks_out_and_nothing_is_wrong(
    site: Site, window: Windows, quoc: Person, scheme: str
) -> None:
    stage = site.stage
    ref = _ticket(stage)
    _ticket(stage, "Em gái tôi 15 tuổi đi làm xa mất liên lạc, họ đòi chuộc", "+84900000002")
    _ticket(stage, "A" * 300 + " bị nhốt", "+84900000003")
    page = window(quoc, width=360, scheme=scheme).sign_in()
    for path in ("/desk/queue", "/desk/me", f"/desk/t/{ref}"):
        page.goto(site.url + path)
        if path.endswith(ref):
            page.get_by_role("button", name="Nhận").click()
            page.locator("#d-transfer summary").click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{path} is {wide} wide"
        assert axe(page) == [], path
    small = page.evaluate(
        """[...document.querySelectorAll('button, select, summary')]
           .filter(e => e.offsetParent && e.getBoundingClientRect().height < 24)
           .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == [], "WCAG 2.5.8: 24 pixels to touch"
