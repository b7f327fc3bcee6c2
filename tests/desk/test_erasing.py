"""Erasing one person: what goes, what stays, and what a machine never removes by itself."""

from __future__ import annotations

from desk import claims, closing, erasing, missed, notes, outbox, queue
from desk.erasing import Asked, Erased, NeedsPerson, NotErased
from desk.messages import Inbound
from desk.outbox import Leased
from store import audit, contacts, erasure, messages, safety
from store.sql import Row
from store.vault import Vault
from tests.desk.ordered import arrive, stored
from tests.stage import SMS_LINE, Stage, failing
from worker.delivery import limits_of

PHONE = "+84900000071"
SECRET = "lời rất riêng"


def _contact(stage: Stage, phone: str = PHONE) -> Row:
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", phone, stage.clock())
        row = erasure.locked(tx, contact.id)
    assert row is not None
    return row


def _ask(stage: Stage, contact_id: str) -> Asked | NeedsPerson:
    with stage.desk.db.write() as tx:
        return erasing.ask(tx, contact_id, stage.clock())


def _erase(stage: Stage, contact_id: str) -> Erased | NotErased:
    with stage.desk.db.write() as tx:
        row = erasure.locked(tx, contact_id)
        assert row is not None
        return erasing.erase(tx, row, stage.clock(), by="machine", ground="retention")


def test_the_last_answer_leaves_and_then_nothing_is_left(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 3, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    notes.add(stage.desk, lan, ref, SECRET)
    stage.write(f"khan 3 {SECRET}", PHONE)
    before = _contact(stage)
    assert isinstance(_ask(stage, before["id"]), Asked)
    waiting = len(stage.phone(PHONE))
    stage.settle()
    assert len(stage.phone(PHONE)) > waiting, "the answer that was due has left"
    stage.settle()
    assert stage.tickets() == []
    assert queue.show(stage.desk, None, ref) is None
    everything = stored(stage, "contacts", "tickets", "messages", "conversations", "facts",
                        "notes", "pages", "audit")  # fmt: skip
    assert PHONE not in everything
    assert bytes(before["data_key"]).decode("latin-1") not in everything
    with stage.desk.db.write() as tx:
        row = erasure.locked(tx, before["id"])
        assert row is not None
        assert (bytes(row["data_key"]), bytes(row["address_sealed"])) == (b"", b"")
        assert row["address_hash"] == f"erased:{row['id']}"
        assert [t["subject"] for t in erasure.tombstones(tx)] == [row["id"]]
        verbs = [entry["verb"] for entry in audit.of(tx, f"contacts:{row['id']}")]
        assert verbs[-2:] == ["erase_asked", "erased"]


def test_every_row_of_words_goes_and_bare_figures_stay(stage: Stage) -> None:
    ref = arrive(stage, 4, sender=PHONE)
    stage.settle()
    contact = _contact(stage)
    assert isinstance(_erase(stage, contact["id"]), Erased)
    with stage.desk.db.engine.connect() as connection:
        for table in ("messages", "conversations", "facts", "notes", "transfers"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table
        (figures,) = connection.exec_driver_sql("SELECT * FROM tickets").mappings().all()
    assert (figures["status"], figures["urgency"], figures["centre"]) == ("erased", 4, "an-giang")
    assert figures["ref"] != ref
    assert figures["signals"] == "[]"


def test_an_open_urgent_ticket_is_a_persons_to_end(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 2, sender=PHONE)
    contact = _contact(stage)
    assert isinstance(_ask(stage, contact["id"]), NeedsPerson)
    stage.settle()
    assert stage.ticket(ref)["status"] == "open"
    assert _erase(stage, contact["id"]) == NotErased("open_urgent", ref)
    claims.claim(stage.desk, lan, ref)
    closing.close(stage.desk, lan, ref, "helped")
    assert isinstance(_erase(stage, contact["id"]), Erased)
    assert _erase(stage, contact["id"]) == NotErased("gone")


def test_who_becomes_urgent_before_it_is_done_is_not_erased_and_staff_are_called(
    stage: Stage,
) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 3, sender=PHONE)
    contact = _contact(stage)
    assert isinstance(_ask(stage, contact["id"]), Asked)
    stage.write("khan 1 help_self", PHONE)
    stage.settle()
    stage.settle()
    assert stage.ticket(ref)["urgency"] == 1
    assert any("xóa" in page.text.lower() or "xoá" in page.text.lower() for page in
               stage.pages(lan)), [page.text for page in stage.pages(lan)]  # fmt: skip


def test_an_erasure_that_was_taken_back_is_not_done(stage: Stage) -> None:
    ref = arrive(stage, 3, sender=PHONE)
    contact = _contact(stage)
    _ask(stage, contact["id"])
    with stage.desk.db.write() as tx:
        erasing.take_back(tx, contact["id"], stage.clock())
    stage.settle(3600)
    assert stage.ticket(ref)["status"] == "open"


def test_a_last_answer_that_does_not_leave_holds_it_up_for_ten_minutes_only(stage: Stage) -> None:
    from tests.stage import NotSent

    stage.sms.answer = failing(then=lambda _: NotSent("busy", again=True))
    arrive(stage, 3, sender=PHONE)
    contact = _contact(stage)
    _ask(stage, contact["id"])
    stage.settle()
    assert len(stage.tickets()) == 1
    stage.settle(601)
    assert stage.tickets() == []


def test_who_was_silenced_stays_silenced_after_erasure(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE)
    stage.settle()
    contact = _contact(stage)
    with stage.desk.db.write() as tx:
        silent = contacts.by_id(tx, stage.desk.vault, contact["id"])
        safety.silence(tx, silent, "found_out", stage.clock())
    erased = _erase(stage, contact["id"])
    assert isinstance(erased, Erased)
    assert "silence" in erased.cannot
    shown = len(stage.phone(PHONE))
    stage.write("khan 2 help_self", PHONE)
    for _ in range(3):
        stage.settle(120)
    assert len(stage.phone(PHONE)) == shown, "not one byte"
    (ticket,) = stage.tickets()
    assert ticket["silenced"] is True
    with stage.desk.db.write() as tx:
        again = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        assert again.id != contact["id"], "a new key, or an old backup could be opened"
        assert contacts.address(again) == PHONE


def test_who_writes_again_after_erasure_is_somebody_new(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE)
    stage.settle()
    contact = _contact(stage)
    _erase(stage, contact["id"])
    assert stage.talk("khan 3 help_self", PHONE) != []
    (ticket,) = stage.tickets()
    assert len([m for m in ticket and stage.ticket(ticket["ref"])["messages"]
                if m["direction"] == "in"]) == 1  # fmt: skip


def test_a_text_on_the_wire_while_its_sender_is_erased_blocks_nobody(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE)
    stage.settle()
    stage.write("khan 3 help_self", PHONE)
    stage.clock.move(2)
    leased = outbox.take(stage.desk, "rest", "twilio", limits_of(stage.wires))
    assert isinstance(leased, Leased)
    contact = _contact(stage)
    _erase(stage, contact["id"])
    assert outbox.still_open(stage.desk, leased) is False


def test_every_table_with_sealed_or_hashed_columns_is_erased_with_its_owner(vault: Vault) -> None:
    """A new table must say whose its secrets are: a contact's, a ticket's, or of the few."""
    from store.tables import metadata

    owners = {"contacts", "staff", "focal_points", "credentials", "invitations", "sessions",
              "attempts", "breaches", "breach_entries", "paces", "pages"}  # fmt: skip
    for table in metadata.sorted_tables:
        if any(name.endswith(("_sealed", "_hash")) for name in table.c.keys()):  # noqa: SIM118
            assert table.name in owners or erasure.personal(table), table.name


def test_what_was_erased_is_not_taken_in_again_from_the_providers_list(stage: Stage) -> None:
    arrive(stage, 3, sender=PHONE)
    listed = Inbound("twilio", "sms", SMS_LINE, "SM000001", PHONE, "khan 3 tip", stage.clock())
    with stage.desk.db.read() as tx:
        assert messages.is_known(tx, SMS_LINE, "SM000001")
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        erasing.ask(tx, contact.id, stage.clock())
    stage.settle(120)
    heard = stage.phone()
    compared = missed.take_in_missing(stage.desk, [listed])
    stage.settle()
    assert compared.missing == 0
    assert stage.tickets() == []
    assert stage.phone() == heard, "nothing reaches a phone that asked to be forgotten"
    stage.clock.move(73 * 3600)
    missed.note(stage.desk, SMS_LINE, stage.clock(), compared)
    with stage.desk.db.read() as tx:
        assert not erasure.was_erased(tx, "SM000001"), "it need not stand for ever"
