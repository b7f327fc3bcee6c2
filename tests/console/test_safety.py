"""Writing safely from the page: why something is held back, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable

from desk import safety
from flows.turn import CodeWord
from store import contacts, tickets
from store.people import Person
from tests.console.conftest import Visit
from tests.stage import Stage

Visitor = Callable[[Person], Visit]
TEXT = "toi bi nhot o khach san, cuu toi"


def _claimed(stage: Stage, visit: Visitor) -> tuple[Visit, str]:
    quoc = stage.add("quoc", "quoc-gia", role="national")
    ref = stage.write(TEXT).ref
    assert ref is not None
    seen = visit(quoc)
    seen.post(f"/t/{ref}/claim")
    return seen, ref


def test_a_late_text_is_held_back_and_sent_only_with_a_reason(stage: Stage, visit: Visitor) -> None:
    seen, ref = _claimed(stage, visit)
    stage.settle()
    heard = stage.phone()
    for _ in range(3):  # the claim is kept alive by reading, the sender stays quiet
        stage.clock.move(60 * 60)
        seen.post(f"/t/{ref}/claim")
    held = seen.htmx(f"/t/{ref}/reply", text="Đang ở đâu?", once=seen.once(ref))
    assert "điện thoại chưa chắc riêng" in held.text
    assert 'name="override"' in held.text
    stage.settle()
    assert stage.phone() == heard
    sent = seen.htmx(
        f"/t/{ref}/reply", text="Đang ở đâu?", once=seen.once(ref), override="đã gọi hỏi"
    )
    assert "Tin đã vào hàng gửi" in sent.text
    stage.settle()
    assert stage.phone()[-1] == "Dang o dau?"
    page = seen.get(f"/t/{ref}").text
    assert "quoc: đã gọi hỏi" in page
    assert "vẫn gửi, có lý do" in page


def test_the_reason_of_a_silence_stands_on_the_page(stage: Stage, visit: Visitor) -> None:
    seen, ref = _claimed(stage, visit)
    stage.write("bi phat hien roi")
    page = seen.get(f"/t/{ref}").text
    assert "Đang ngưng gửi" in page or "ngưng gửi" in page
    assert "phát hiện" in page
    assert 'name="text"' not in page, "there is no box to write in"


def test_hours_word_consent_and_who_must_not_know(stage: Stage, visit: Visitor) -> None:
    seen, ref = _claimed(stage, visit)
    with stage.desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        assert row is not None
        safety.mark(tx, stage.desk, row["contact_id"], CodeWord("hoa mai"), stage.clock())
    page = seen.post(f"/t/{ref}/window", **{"from": "08:00", "until": "10:30"}).text
    assert "Viết được 08:00-10:30" in page
    assert "hoa mai" not in page.lower()
    assert "Không đúng chữ riêng" in seen.post(f"/t/{ref}/word", word="hoa hong").text
    right = seen.post(f"/t/{ref}/word", word="Hoa Mai").text
    assert "Đúng chữ riêng lúc" in right
    asked = seen.post(f"/t/{ref}/consent", purpose="share", whom="Hoi Phu nu", given="1").text
    assert "Hoi Phu nu" in asked
    seen.post(f"/t/{ref}/consent", purpose="police", given="0")
    ledger = stage.ticket(ref)["consents"]
    assert [(c["purpose"], c["given"], c["by"]) for c in ledger] == [
        ("share:Hoi Phu nu", True, "quoc"),
        ("police", False, "quoc"),
    ]
    assert all(c["version"] for c in ledger), "which wording was asked is kept"
    closed = seen.post(f"/t/{ref}/close-to", whom="lang-son", reason="người quen ở đó").text
    assert "Đang đóng với" in closed
    assert stage.ticket(ref)["closed_to"] == ["lang-son"]
    assert "Viết giờ như" in seen.post(f"/t/{ref}/window", **{"from": "8", "until": "x"}).text


def test_an_auditor_sees_none_of_it(stage: Stage, visit: Visitor) -> None:
    _, ref = _claimed(stage, visit)
    page = visit(stage.add("soat", "quoc-gia", role="auditor")).get(f"/t/{ref}").text
    for word in ("d-safety", "d-consent", "d-mustnot"):
        assert word not in page


def test_the_code_word_is_sealed(stage: Stage) -> None:
    stage.write(TEXT)
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", "+84900000001", stage.clock())
        safety.mark(tx, stage.desk, contact.id, CodeWord("hoa mai"), stage.clock())
        kept = contacts.by_id(tx, stage.desk.vault, contact.id)
    assert kept.word_sealed is not None
    assert b"hoa" not in kept.word_sealed
