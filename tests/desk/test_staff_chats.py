"""A chat of staff is a person: pages keep it sealed, and find it when it has to be found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot import staff as staff_bot
from desk import claims, closing, paging, retaining, rotating
from desk.messages import Limits, Sent
from desk.paging import Page
from desk.retention import read_retention
from store import migrate, pages, people
from store.database import Database
from store.vault import seal
from tests.conftest import MORNING
from tests.desk.ordered import LANG_SON, arrive, stored
from tests.stage import Stage

CHAT = 598877555
# The upper half of a press's id is who pressed, as in a payload that its owner made public
# (github.com/php-telegram-bot/core, issue 1377: 250993797491281239 >> 32 is its `from.id`).
PRESS = CHAT << 32 | 77_777
LEFT = 598877556
PHONE = "+84900000071"
PARAMS = '{"so": "1", "muc": "1", "tinh": "x", "loai": "y"}'


def _press(stage: Stage, data: str) -> None:
    author = {"id": CHAT, "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "chat": {"id": CHAT, "type": "private"}}
    query = {"id": str(PRESS), "from": author, "message": message, "data": data}
    staff_bot.take(stage.desk, lambda *_: None, {"update_id": 1, "callback_query": query})


def _named(held: str) -> list[int]:
    return [one for one in (CHAT, PRESS) if str(one) in held]


def _words_by_telegram(stage: Stage) -> None:
    with stage.desk.db.write() as tx:
        people.set_centre(tx, "an-giang", None, telegram_words=True)


def test_no_page_names_a_chat_or_a_press(stage: Stage) -> None:
    _words_by_telegram(stage)
    lan = stage.add("lan", "an-giang", telegram_id=CHAT)
    arrive(stage, sender=PHONE)
    (page,) = stage.pages(lan)
    _press(stage, page.choices[0].value)
    held = stored(stage, "pages")
    assert not _named(held), "before the answer has left"
    stage.deliver()
    toast = next(one for one in stage.staff.sent if one.toast)
    assert toast.toast == str(PRESS), "and yet it was answered"
    assert any("khan 1" in one.text for one in stage.pages(lan)), "the words were shown"
    held = stored(stage, "pages")
    assert not _named(held)


def test_no_message_names_who_pressed_a_button(stage: Stage) -> None:
    for _ in range(2):
        stage.write("khan 2", str(CHAT), external_id=str(PRESS), choice="1")
    held = stored(stage, "messages")
    assert not _named(held)
    came = [m for m in stage.ticket()["messages"] if m["direction"] == "in"]
    assert len(came) == 1, "and a repeated delivery is known all the same"


def test_a_reply_finds_its_ticket_after_the_keys_were_changed(stage: Stage, tmp_path: Path) -> None:
    lan = stage.add("lan", "an-giang", telegram_id=CHAT)
    arrive(stage)
    ref = arrive(stage)
    shown = stage.pages(lan)[-1]
    number = stage.staff.sent.index(shown) + 1
    for kind in ("master", "lookup"):
        rotating.rotate(stage.desk, tmp_path / "keys", kind=kind)
    assert paging.shown(stage.desk, lan, CHAT, number) == ref
    assert paging.shown(stage.desk, lan, CHAT + 1, number) is None, "another chat has other numbers"
    assert paging.shown(stage.desk, lan, CHAT, number + 50) is None


def test_old_numbers_of_a_group_that_moved_are_not_those_of_its_new_chat(stage: Stage) -> None:
    group = stage.add("Trực An Giang", "an-giang", telegram_id=-555)
    stage.staff.answer = lambda one: Sent(f"{one.address}:7")
    before = arrive(stage)
    assert paging.shown(stage.desk, group, -555, 7) == before
    assert paging.chat_moved(stage.desk, -555, -1001234567890)
    after = arrive(stage)
    assert paging.shown(stage.desk, group, -1001234567890, 7) == after
    assert paging.shown(stage.desk, group, -555, 7) == before


def test_words_are_taken_from_the_chat_where_they_stand(stage: Stage) -> None:
    """Not from where the group is now: there the number may be another ticket's page."""
    _words_by_telegram(stage)
    group = stage.add("Trực An Giang", "an-giang", telegram_id=-555)
    ref = arrive(stage)
    claims.claim(stage.desk, group, ref)
    stage.deliver()
    words = next(one for one in stage.staff.sent if "khan 1" in one.text)
    number = stage.staff.sent.index(words) + 1
    assert paging.chat_moved(stage.desk, -555, -1001234567890)
    closing.close(stage.desk, group, ref, "helped")
    stage.deliver()
    (gone,) = [one for one in stage.staff.sent if one.deletes]
    assert (gone.address, gone.deletes) == ("-555", f"-555:{number}")


def test_a_page_whose_words_are_still_to_be_deleted_is_kept(stage: Stage) -> None:
    _words_by_telegram(stage)
    lan = stage.add("lan", "an-giang", telegram_id=CHAT)
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    stage.deliver()
    stage.clock.move((read_retention().pages.days + 10) * 86_400)
    closing.close(stage.desk, lan, ref, "helped")
    retaining.run_due(stage.desk)
    stage.deliver()
    assert [one for one in stage.staff.sent if one.deletes]


def _of_the_release_before(connection: Connection, stage: Stage) -> None:
    """Rows as it wrote them: Lan is there, Bình has left with words in his chat."""
    vault = stage.desk.vault
    for staff, active in (("lan", 1), ("binh", 0)):
        connection.execute(
            text("INSERT INTO staff (id, name, role, centre, language, active, data_key,"
                 " telegram_sealed, created_at) VALUES (:id, :id, 'staff', 'an-giang', 'vi',"
                 " :active, :key, :chat, 1)"),
            {"id": staff, "active": active, "key": (made := vault.new_key("staff", staff))[1],
             "chat": seal(made[0], "staff", staff, "telegram", str(CHAT)) if active else None},
        )  # fmt: skip
    for page, staff, kind, state, answers, provider_id in (
        ("p1", "lan", "page", "sent", None, f"{CHAT}:5"),
        ("p2", "lan", "claimed.other", "sent", f"{CHAT}:5", f"{CHAT}:5"),
        ("p3", "lan", "closed", "sent", f"{CHAT}:4", None),
        ("p4", "lan", "toast.old_button", "sent", str(PRESS), str(PRESS)),
        ("p5", "lan", "toast.old_button", "due", str(PRESS), None),
        ("p6", "binh", "words", "removed", None, f"{LEFT}:5"),
        ("p7", "binh", "words_gone", "due", f"{LEFT}:5", None),
        ("p8", "lan", "page", "due", None, None),
    ):
        connection.execute(
            text("INSERT INTO pages (id, staff_id, kind, params, answers, state, due_at,"
                 " provider_id, created_at) VALUES (:id, :staff, :kind, :params, :answers, :state,"
                 " 1, :provider, 1)"),
            {"id": page, "staff": staff, "kind": kind, "answers": answers, "state": state,
             "provider": provider_id, "params": PARAMS},
        )  # fmt: skip
    key, wrapped = vault.new_key("contacts", "c")
    connection.execute(
        text("INSERT INTO contacts (id, kind, address_hash, address_sealed, data_key, created_at)"
             " VALUES ('c', 'telegram', :hash, :sealed, :key, 1)"),
        {"hash": vault.hash("telegram", str(CHAT)), "key": wrapped,
         "sealed": seal(key, "contacts", "c", "address", str(CHAT))},
    )  # fmt: skip
    connection.execute(
        text("INSERT INTO messages (id, contact_id, direction, gateway, line, external_id,"
             " body_sealed, at, state) VALUES ('m', 'c', 'in', 'telegram', 'telegram:senders',"
             " :press, :body, 1, 'received')"),
        {"press": str(PRESS), "body": seal(key, "messages", "m", "body", "1")},
    )  # fmt: skip


def test_what_the_release_before_wrote_is_sealed_and_still_found(
    stage: Stage, elsewhere: str
) -> None:
    database = Database(elsewhere)
    with database.engine.connect() as connection:
        migrate.run(connection, "0010")
        connection.commit()
    with database.engine.begin() as connection:
        _of_the_release_before(connection, stage)
    with pytest.raises(RuntimeError, match="with its keys"):
        migrate.upgrade(database)
    migrate.upgrade(database, stage.desk.vault)  # what was refused has left nothing half done
    assert migrate.differences(database) == []
    there = replace(stage, desk=replace(stage.desk, db=database, now=lambda: MORNING))
    held = stored(there, "pages", "messages")
    assert all(str(one) not in held for one in (CHAT, LEFT, PRESS))
    with database.read() as tx:
        found = {name: pages.by_id(tx, name) for name in ("p1", "p2", "p3", "p4", "p5", "p7")}
    places = {n: pages.place(stage.desk.vault, row) if row else None for n, row in found.items()}
    assert places["p1"] == places["p2"] == (str(CHAT), "5")
    assert {n: row["answers"] for n, row in found.items() if row} == {
        "p1": None, "p2": "p1", "p3": None, "p4": None, "p5": None, "p7": "p6",
    }  # fmt: skip
    outbounds = []
    while isinstance(page := paging.take(there.desk, Limits()), Page):
        outbounds.append(page.outbound)
        paging.mark(there.desk, page, None)
    assert [(one.address, one.deletes) for one in outbounds if one and one.deletes] == [
        (str(LEFT), f"{LEFT}:5")
    ]
    assert outbounds.count(None) == 1, "the press is forgotten, and is no message"
    assert there.write("1", str(CHAT), external_id=str(PRESS)).duplicate
    database.close()


@pytest.mark.parametrize("column", ["telegram_sealed", "data_key"])
def test_one_address_that_does_not_open_holds_up_nobody_elses_page(
    stage: Stage, column: str
) -> None:
    """A row cut off in the database, or wrapped by a key that is lost: that one is not reached."""
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    with stage.desk.db.write() as tx:
        mark = "?" if stage.desk.db.dialect == "sqlite" else "%s"
        tx._cursor.execute(
            f"UPDATE staff SET {column} = {mark} WHERE id = {mark}", (b"m1:cut", lan.id)
        )
    arrive(stage)
    assert stage.pages(mai)
    with stage.desk.db.read() as tx:
        tx._cursor.execute("SELECT state, error FROM pages ORDER BY id")
        assert tx._cursor.fetchall()[0] == ("failed", "unreadable")


def test_words_that_do_not_open_hold_up_no_page(stage: Stage) -> None:
    _words_by_telegram(stage)
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    with stage.desk.db.write() as tx:
        mark = "?" if stage.desk.db.dialect == "sqlite" else "%s"
        tx._cursor.execute(f"UPDATE messages SET body_sealed = {mark}", (b"cut",))
    stage.deliver()
    mai = stage.add("mai", "lang-son")
    arrive(stage, place=LANG_SON)
    assert stage.pages(mai)
