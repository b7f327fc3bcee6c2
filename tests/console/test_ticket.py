"""A ticket's page: what it shows, what is done from it, and what it must never let through."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from desk import access, replies
from store import contacts
from store.people import Person
from tests.console.conftest import Visit
from tests.stage import Stage

Visitor = Callable[[Person], Visit]


@pytest.fixture
def quoc(stage: Stage) -> Person:
    return stage.add("quoc", "quoc-gia", role="national")


@pytest.fixture
def hoa(stage: Stage) -> Person:
    return stage.add("hoa", "quoc-gia", role="national")


def _ticket(stage: Stage, text: str = "toi bi nhot o khach san, cuu toi") -> str:
    ref = stage.write(text).ref
    assert ref is not None
    return ref


def _safe_phone(stage: Stage, ref: str) -> None:
    with stage.desk.db.write() as tx:
        from store import safety, tickets

        row = tickets.by_ref(tx, ref)
        assert row is not None
        contact = contacts.by_id(tx, stage.desk.vault, row["contact_id"])
        safety.mark_safe(tx, contact, stage.clock.at)


def test_the_page_shows_why_in_the_language_of_who_reads(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    assert "vì có chữ" in seen.get(f"/t/{ref}").text
    seen.client.set_cookie("desk-language", "en", path="/desk")
    page = seen.get(f"/t/{ref}").text
    assert "because of the words" in page


def test_claim_write_back_and_the_phone_shows_it(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    page = seen.post(f"/t/{ref}/claim")
    assert "Anh/chị đã nhận phiếu này" in page.text
    answer = seen.htmx(f"/t/{ref}/reply", text="Đang ở tòa nhà nào?", once=seen.once(ref))
    assert "Tin đã vào hàng gửi" in answer.text
    stage.settle()
    assert stage.phone()[-1] == "Dang o toa nha nao?"
    shown = seen.get(f"/t/{ref}").text
    assert "Dang o toa nha nao?" in shown
    assert "đã gửi" in shown


def test_the_loser_of_a_claim_learns_who_has_it(
    stage: Stage, visit: Visitor, quoc: Person, hoa: Person
) -> None:
    ref = _ticket(stage)
    visit(quoc).post(f"/t/{ref}/claim")
    page = visit(hoa).post(f"/t/{ref}/claim").text
    assert "quoc đã nhận trước, lúc 10:00" in page
    assert 'id="text"' not in page


def test_a_double_click_sends_once(stage: Stage, visit: Visitor, quoc: Person) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    once = seen.once(ref)
    for _ in range(2):
        seen.htmx(f"/t/{ref}/reply", text="Đang ở đâu?", once=once)
    stage.settle()
    assert stage.phone().count("Dang o dau?") == 1
    seen.htmx(f"/t/{ref}/reply", text="Đang ở đâu?", once=seen.once(ref))
    stage.settle()
    assert stage.phone().count("Dang o dau?") == 2, "meant twice, sent twice"


def test_going_back_and_sending_the_old_form_again_sends_nothing(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    once = seen.once(ref)
    seen.post(f"/t/{ref}/reply", text="Đang ở đâu?", once=once)
    page = seen.post(f"/t/{ref}/reply", text="Đang ở đâu?", once=once)
    assert "không gửi lần hai" in page.text


def test_a_form_whose_answer_was_lost_in_an_error_sends_once_and_never_nothing(
    stage: Stage, visit: Visitor, quoc: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the server died before the text was kept or after: pressing again is right."""
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    once = seen.once(ref)
    real = replies.reply
    for kept in (False, True):

        def dies(*given: Any, kept: bool = kept, **more: Any) -> None:
            if kept:
                real(*given, **more)
            raise SystemExit

        monkeypatch.setattr("desk.replies.reply", dies)
        with pytest.raises(SystemExit):
            seen.htmx(f"/t/{ref}/reply", text="Đang ở đâu?", once=once)
    monkeypatch.setattr("desk.replies.reply", real)
    assert "không gửi lần hai" in seen.htmx(f"/t/{ref}/reply", text="Đang ở đâu?", once=once).text
    stage.settle()
    assert stage.phone().count("Dang o dau?") == 1


def test_a_note_sent_twice_by_one_form_is_one(stage: Stage, visit: Visitor, quoc: Person) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    for _ in range(2):
        seen.post(f"/t/{ref}/note", note="gọi lại sau", once="n1")
    assert len(stage.ticket(ref)["notes"]) == 1


def test_dangerous_words_need_a_second_look_at_these_very_words(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    once = seen.once(ref)

    first = seen.htmx(f"/t/{ref}/reply", text="Công an tới nơi rồi", once=once).text
    proof = re.search(r'name="sure" value="([^"]+)"', first)
    assert proof is not None
    assert "Lộ chuyện" in first
    assert "Công an tới nơi rồi</textarea>" in first

    other = seen.htmx(
        f"/t/{ref}/reply", text="Công an tới nơi rồi, gọi 113", once=once, sure=proof[1]
    )
    assert "Lộ chuyện" in other.text
    stage.settle()
    assert not any("Cong an" in text for text in stage.phone())

    seen.htmx(f"/t/{ref}/reply", text="Công an tới nơi rồi", once=once, sure=proof[1])
    stage.settle()
    assert stage.phone()[-1] == "Cong an toi noi roi"


def test_on_a_safe_phone_the_words_are_shown_but_not_asked_about(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    _safe_phone(stage, ref)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    assert "Lộ chuyện" in seen.htmx(f"/t/{ref}/count", text="Công an tới nơi rồi").text
    said = seen.htmx(f"/t/{ref}/reply", text="Công an tới nơi rồi", once=seen.once(ref)).text
    assert "Tin đã vào hàng gửi" in said
    stage.clock.move(73 * 3600)
    seen = visit(quoc)  # the shift is over; so is what was said of the phone
    seen.post(f"/t/{ref}/claim")
    assert "Xem lại" in seen.htmx(f"/t/{ref}/reply", text="Gọi 113", once=seen.once(ref)).text


def test_parts_are_counted_as_the_sender_gets_them(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    page = seen.htmx(f"/t/{ref}/count", text="Đang ở đâu? " * 14).text
    assert "2 tin SMS" in page
    assert "Dang o dau?" in page
    assert "Bạn còn" not in page
    assert "bán con" in seen.htmx(f"/t/{ref}/count", text="Bạn còn ở đó không?").text


def test_a_silenced_sender_cannot_be_written_to(stage: Stage, visit: Visitor, quoc: Person) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    once = seen.once(ref)
    stage.write("bi phat hien roi")
    page = seen.get(f"/t/{ref}").text
    assert "Ngưng gửi" in page
    assert 'id="text"' not in page
    before = len(stage.phone())
    answer = seen.htmx(f"/t/{ref}/reply", text="Đang ở đâu?", once=once).text
    assert "Không gửi: đang ngưng gửi" in answer
    stage.settle()
    assert len(stage.phone()) == before
    assert "Chưa có chữ nào" in seen.post(f"/t/{ref}/lift", reason=" ").text
    assert stage.ticket(ref)["silenced"]
    page = seen.post(f"/t/{ref}/lift", reason="gặp trực tiếp, nói đúng chữ riêng").text
    assert "Đã bỏ ngưng gửi" in page
    assert 'id="text"' in seen.get(f"/t/{ref}").text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '=cmd|" /C calc"!A0', "<img src=x onerror=alert(1)>"]
)
def test_what_is_written_is_inert(stage: Stage, visit: Visitor, quoc: Person, text: str) -> None:
    ref = _ticket(stage, f"bi nhot, cuu toi {text}")
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    seen.post(f"/t/{ref}/note", note=text)
    for page in (seen.get(f"/t/{ref}").text, seen.get("/queue").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    typed = seen.htmx(f"/t/{ref}/count", text=text).text
    assert "<script>alert" not in typed
    assert "<img" not in typed


def test_no_words_in_titles_and_addresses(stage: Stage, visit: Visitor, quoc: Person) -> None:
    ref = _ticket(stage)
    page = visit(quoc).get(f"/t/{ref}").text
    assert "<title>Lịch trực</title>" in page
    assert "Lối Về" not in page
    for address in re.findall(r'(?:href|src|action|hx-\w+)="([^"]+)"', page):
        assert "nhot" not in address


def test_no_script_and_no_style_stands_in_a_page(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    for path in ("/queue", f"/t/{ref}", "/me", "/nowhere"):
        page = seen.get(path).text
        assert not re.search(r"<script(?![^>]*src=)", page), path
        assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", page), path


def test_a_transfer_is_offered_refused_and_accepted(
    stage: Stage, visit: Visitor, quoc: Person, hoa: Person
) -> None:
    ref = _ticket(stage)
    giver, taker = visit(quoc), visit(hoa)
    giver.post(f"/t/{ref}/claim")
    assert "Đã gửi lời bàn giao tới hoa" in giver.post(f"/t/{ref}/transfer", to="hoa").text
    assert "Đồng ý nhận" in taker.get(f"/t/{ref}").text
    assert stage.ticket(ref)["claimed_by"] == "quoc"
    taker.post(f"/t/{ref}/refuse", why="đang giữ hai phiếu khẩn")
    assert stage.ticket(ref)["claimed_by"] == "quoc"
    giver.post(f"/t/{ref}/transfer", to="hoa", note="gọi biên phòng lúc 11 giờ")
    assert "Anh/chị đã nhận phiếu này" in taker.post(f"/t/{ref}/accept").text
    assert stage.ticket(ref)["claimed_by"] == "hoa"
    assert "hoa đang giữ" in giver.get(f"/t/{ref}").text


def test_notes_urgency_release_and_closing(stage: Stage, visit: Visitor, quoc: Person) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    assert "Đã gọi biên phòng" in seen.post(f"/t/{ref}/note", note="Đã gọi biên phòng").text
    assert "phải ghi lý do" in seen.post(f"/t/{ref}/correct", urgency="2").text
    assert 'name="reason"' in seen.get(f"/t/{ref}").text
    done = seen.post(f"/t/{ref}/correct", urgency="2", reason="Đã về nhà an toàn")
    assert "Đã đổi mức: Gấp 2" in done.text
    assert "Đã về nhà an toàn" in done.text, "among the notes"
    assert 'name="reason"' not in seen.get(f"/t/{ref}").text.partition("urgencies")[2][:900]
    assert stage.ticket(ref)["urgency"] == 2
    assert "Chọn một mức" in seen.post(f"/t/{ref}/correct", urgency="9").text
    seen.post(f"/t/{ref}/release")
    assert stage.ticket(ref)["status"] == "open"
    seen.post(f"/t/{ref}/claim")
    assert "Chọn một kết quả" in seen.post(f"/t/{ref}/close", outcome="xyz").text
    stage.settle()
    phone = len(stage.phone())
    assert "Đã đóng phiếu" in seen.post(f"/t/{ref}/close", outcome="helped", note="xong").text
    stage.settle()
    assert stage.ticket(ref)["status"] == "closed"
    assert len(stage.phone()) == phone, "closing sends nothing"


def test_a_page_that_renews_itself_is_silent_until_something_happens(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    first = seen.get(f"/t/{ref}/live")
    reads = len(stage.ticket(ref)["history"])
    held_until = stage.ticket(ref)["lease_until"]
    stage.clock.move(60)
    again = seen.get(f"/t/{ref}/live", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert len(stage.ticket(ref)["history"]) == reads + 2, "only this test's own looks"
    stage.write("co 4 nguoi nua")
    changed = seen.get(f"/t/{ref}/live", headers={"If-None-Match": first.headers["ETag"]})
    assert "co 4 nguoi nua" in changed.text
    assert stage.ticket(ref)["lease_until"] == held_until, "only a person keeps a claim alive"


def test_refused_words_are_in_the_box_again(stage: Stage, visit: Visitor, quoc: Person) -> None:
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    once = seen.once(ref)
    seen.post(f"/t/{ref}/release")
    page = seen.post(f"/t/{ref}/reply", text="Đang ở tòa nhà nào", once=once)
    assert "Phiếu này không do anh/chị giữ" in page.text
    assert "Đang ở tòa nhà nào</textarea>" in page.text


def test_a_session_that_ended_in_mid_text_keeps_the_text(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    """Without scripts: the words go through the door with the person, and are sent by nobody."""
    ref = _ticket(stage)
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    access.provide(stage.desk, "quoc", "ba con meo den")
    door = seen.post(f"/t/{ref}/reply", text="Đang ở tòa nhà nào", once="x")
    assert door.status_code == 401
    assert "Chữ đang viết vẫn còn" in door.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', door.text))
    stage.clock.move(31)
    code = access.code_now(stage.desk, "quoc") or ""
    fields |= {"name": "quoc", "password": "ba con meo den", "code": code}
    page = seen.client.post("/desk/sign-in", data=fields)
    assert "Đang ở tòa nhà nào</textarea>" in page.text
    stage.settle()
    assert "Dang o toa nha nao" not in stage.phone()


def test_tickets_that_name_the_same_are_shown_with_what_differs(
    stage: Stage, visit: Visitor, quoc: Person
) -> None:
    first = stage.write("xe 51A-123.45 cho 3 em gai bi nhot", "+84900000001").ref
    second = stage.write("bien so 51A12345 nhot nguoi, danh dap", "+84900000002").ref
    page = visit(quoc).get(f"/t/{first}").text
    assert f'href="/desk/t/{second}"' in page
    assert "Biển số xe: 51A12345" in page
    assert "Chỉ bên kia nói" in page
    lone = stage.write("toi bi nhot o khach san, cuu toi", "+84900000003").ref
    assert "Tin cùng nói về" not in visit(quoc).get(f"/t/{lone}").text
