"""One person's rights: a copy of everything that is kept, or its end; for few hands."""

from __future__ import annotations

import json

from desk import claims, closing, notes, personal
from desk.personal import Forgotten, Given, Refused
from store import contacts
from tests.desk.ordered import arrive, stored
from tests.stage import Stage

PHONE = "+84900000051"
SECRET = "ghi chú rất riêng"


def _ticket(stage: Stage, urgency: int = 3) -> str:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, urgency, sender=PHONE)
    stage.settle()
    claims.claim(stage.desk, lan, ref)
    notes.add(stage.desk, lan, ref, SECRET)
    return ref


def test_an_export_holds_everything_and_no_key(stage: Stage) -> None:
    ref = _ticket(stage)
    boss = stage.add("binh", "an-giang", role="supervisor")
    given = personal.export(stage.desk, boss, "người nhắn hỏi", ref=ref)
    assert isinstance(given, Given)
    (contact,) = given.held["contacts"]
    assert contact["contacts"][0]["address"] == PHONE
    assert contact["tickets"][0]["ref"] == ref
    assert {m["direction"] for m in contact["messages"]} == {"in", "out"}
    assert all(isinstance(m["body"], str) for m in contact["messages"])
    assert contact["notes"][0]["text"] == SECRET
    assert {"read", "noted"} & {entry["verb"] for entry in contact["audit"]}
    text = json.dumps(given.held)
    assert "data_key" not in text
    assert "_hash" not in text
    assert "person_exported" in stored(stage, "audit")
    assert "người nhắn hỏi" not in stored(stage, "audit", "facts")
    assert stage.ticket(ref)["facts"][-1]["value"] == "binh: người nhắn hỏi"


def test_an_export_opens_every_sealed_column_that_there_is(stage: Stage) -> None:
    """A column sealed by a contact's key must not come out empty."""
    ref = _ticket(stage)
    boss = stage.add("quoc", "quoc-gia", role="national")
    given = personal.export(stage.desk, boss, "kiểm tra", ref=ref)
    assert isinstance(given, Given)

    def empty(value: object) -> bool:
        if isinstance(value, dict):
            return any(empty(one) for one in value.values())
        if isinstance(value, list):
            return any(empty(one) for one in value)
        return value is None

    tables = given.held["contacts"][0]
    for table, rows in tables.items():
        for row in rows:
            unopened = [name for name, value in row.items() if value is None]
            assert unopened == [], (table, unopened)


def test_only_who_leads_there_may_and_only_with_a_reason(stage: Stage) -> None:
    ref = _ticket(stage)
    for name, centre, role in (
        ("mai", "an-giang", "staff"), ("son", "lang-son", "supervisor"),
        ("ke", "an-giang", "auditor"), ("ad", "an-giang", "admin"),
    ):  # fmt: skip
        who = stage.add(name, centre, role=role)
        assert personal.export(stage.desk, who, "vì", ref=ref) == Refused("not_allowed")
        assert personal.forget(stage.desk, who, "asked", ref=ref) == Refused("not_allowed")
    boss = stage.add("binh", "an-giang", role="supervisor")
    assert personal.export(stage.desk, boss, " ", ref=ref) == Refused("empty")
    assert personal.export(stage.desk, boss, "vì", ref="0000000") == Refused("nobody")
    assert personal.export(stage.desk, boss, "vì", contact_id="x") == Refused("nobody")


def test_an_open_urgent_ticket_must_be_closed_by_a_person_first(stage: Stage) -> None:
    ref = _ticket(stage, urgency=1)
    boss = stage.add("binh", "an-giang", role="supervisor")
    assert personal.forget(stage.desk, boss, "asked", ref=ref) == Refused("open_urgent", ref)
    closing.close(stage.desk, boss, ref, "passed_on")
    done = personal.forget(stage.desk, boss, "asked", ref=ref)
    assert isinstance(done, Forgotten)
    assert {"audit", "figures", "provider_copies", "passed_on"} <= set(done.cannot)
    assert stage.tickets() == []


def test_joined_addresses_go_together_or_not_at_all(stage: Stage) -> None:
    ref = _ticket(stage)
    boss = stage.add("quoc", "quoc-gia", role="national")
    other = arrive(stage, 1, sender="+84900000052")
    ids = []
    with stage.desk.db.write() as tx:
        for phone in (PHONE, "+84900000052"):
            ids.append(contacts.lock(tx, stage.desk.vault, "sms", phone, stage.clock()).id)
    with stage.desk.db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE contacts SET person_id = '{ids[0]}'")
    refused = personal.forget(stage.desk, boss, "asked", ref=ref)
    assert refused == Refused("open_urgent", other)
    assert len(stage.tickets()) == 2, "nothing was begun"
    closing.close(stage.desk, boss, other, "helped")
    done = personal.forget(stage.desk, boss, "asked", ref=ref)
    assert isinstance(done, Forgotten)
    assert done.contacts == 2
    assert stage.tickets() == []
    given = personal.export(stage.desk, boss, "còn gì", contact_id=ids[0])
    assert isinstance(given, Given)
    assert all(not c["messages"] for c in given.held["contacts"])
