"""Closing: an outcome, nothing to the sender, no words left in the chats of staff."""

from __future__ import annotations

import pytest

import locales
from desk import claims, closing, queue, replies, roster, transfers
from desk.claims import NotClaimable
from desk.closing import OUTCOMES, Closed, NotClosed
from desk.messages import NotSent
from store import people
from store.people import Person
from tests.desk.ordered import arrive, texts, verbs
from tests.stage import Stage, failing

PHONE = "+84900000001"


@pytest.fixture
def lan(stage: Stage) -> Person:
    """Of a centre that allows senders' words in Telegram."""
    with stage.desk.db.write() as tx:
        people.set_centre(tx, "an-giang", None, telegram_words=True)
    return stage.add("lan", "an-giang")


@pytest.fixture
def held(stage: Stage, lan: Person) -> str:
    ref = arrive(stage, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    stage.deliver()
    return ref


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_it_ends_with_an_outcome_that_has_a_name_in_each_language(
    stage: Stage, lan: Person, held: str, outcome: str
) -> None:
    assert closing.close(stage.desk, lan, held, outcome, "đã xong") == Closed(held)
    ticket = stage.ticket(held)
    assert (ticket["status"], ticket["outcome"], ticket["claimed_by"]) == ("closed", outcome, "lan")
    assert [(n["by"], n["text"]) for n in ticket["notes"]] == [("lan", "đã xong")]
    assert verbs(stage, held)[-1] == ("lan", "closed")
    assert all(locales.render(f"outcome.{outcome}", language) for language in ("vi", "en"))


def test_nothing_is_sent_to_the_sender_by_it(stage: Stage, lan: Person, held: str) -> None:
    stage.settle()
    heard = stage.phone(PHONE)
    closing.close(stage.desk, lan, held, "helped")
    for _ in range(5):
        stage.settle(3600)
    assert stage.phone(PHONE) == heard
    assert all(
        m["direction"] == "in" or m["by"] == "machine" for m in stage.ticket(held)["messages"]
    )


def test_the_words_that_staff_were_shown_leave_their_chats(
    stage: Stage, lan: Person, held: str
) -> None:
    stage.write("khan 1 va con nua", PHONE)
    stage.settle()
    shown = [o for o in stage.staff.sent if "khan 1" in o.text]
    assert len(shown) == 2
    ids = {f"{o.address}:{stage.staff.sent.index(o) + 1}" for o in shown}
    closing.close(stage.desk, lan, held, "helped")
    stage.deliver()
    gone = [o for o in stage.staff.sent if o.deletes]
    assert {o.deletes for o in gone} == ids
    assert all("khan" not in o.text and "xóa" in o.text for o in gone)
    stage.settle()
    assert len([o for o in stage.staff.sent if o.deletes]) == 2, "once"


def test_words_that_had_not_left_yet_never_do(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    closing.close(stage.desk, lan, ref, "false_alarm")
    stage.deliver()
    assert not [o for o in stage.staff.sent if "khan 1" in o.text]


def test_words_that_were_on_the_wire_are_deleted_when_they_arrive(
    stage: Stage, lan: Person
) -> None:
    ref = arrive(stage, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    taken = stage.staff.answer
    assert taken is not None

    def closes_meanwhile(outbound: object) -> object:
        if "khan 1" in getattr(outbound, "text", ""):
            closing.close(stage.desk, lan, ref, "helped")
        return taken(outbound)  # type: ignore[arg-type]

    stage.staff.answer = closes_meanwhile  # type: ignore[assignment]
    stage.settle()
    (words,) = [o for o in stage.staff.sent if "khan 1" in o.text]
    (gone,) = [o for o in stage.staff.sent if o.deletes]
    assert gone.deletes == f"{words.address}:{stage.staff.sent.index(words) + 1}"


def test_a_deletion_that_fails_is_tried_again(stage: Stage, lan: Person, held: str) -> None:
    taken = stage.staff.answer
    stage.staff.answer = failing(NotSent("429", again=True, after=3), then=taken)
    closing.close(stage.desk, lan, held, "helped")
    stage.settle(4)
    assert [o for o in stage.staff.sent if o.deletes]


def test_when_someone_leaves_the_words_leave_their_chat(
    stage: Stage, lan: Person, held: str
) -> None:
    (words,) = [o for o in stage.staff.sent if "khan 1" in o.text]
    roster.remove(stage.desk, "lan")
    stage.deliver()
    (gone,) = [o for o in stage.staff.sent if o.deletes]
    assert (gone.address, gone.deletes) == (
        words.address, f"{words.address}:{stage.staff.sent.index(words) + 1}",
    )  # fmt: skip


def test_a_withdrawal_of_a_claimed_ticket_is_for_its_holder_to_end(
    stage: Stage, lan: Person
) -> None:
    ref = arrive(stage, 3, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    stage.talk("khan 4 withdraws", PHONE)
    assert stage.ticket(ref)["status"] == "claimed"
    assert any("rút" in text.lower() for text in texts(stage, lan))


def test_a_withdrawal_ends_the_calls(stage: Stage, lan: Person) -> None:
    ref = arrive(stage, 3, sender=PHONE)
    stage.talk("khan 4 withdraws", PHONE)
    assert stage.ticket(ref)["status"] == "withdrawn"
    count = len(texts(stage, lan))
    stage.settle(24 * 3600)
    assert len(texts(stage, lan)) == count


def test_a_new_message_opens_a_new_ticket(stage: Stage, lan: Person, held: str) -> None:
    closing.close(stage.desk, lan, held, "no_contact")
    again = arrive(stage, sender=PHONE)
    assert again != held
    assert stage.ticket(held)["status"] == "closed"
    assert len(stage.ticket(again)["messages"]) >= 1
    assert stage.ticket(again)["status"] == "open"


def test_who_may_close(stage: Stage, lan: Person, held: str) -> None:
    mai = stage.add("mai", "an-giang")
    far = stage.add("far", "lang-son", role="supervisor")
    chief = stage.add("chi", "an-giang", role="supervisor")
    assert closing.close(stage.desk, mai, held, "helped") == NotClosed(held, "not_yours")
    assert closing.close(stage.desk, far, held, "helped") == NotClosed(held, "not_allowed")
    assert closing.close(stage.desk, chief, held, "lost") == NotClosed(held, "no_outcome")
    assert closing.close(stage.desk, chief, held, "helped", "a" * 4001) == NotClosed(
        held, "too_long"
    )
    assert closing.close(stage.desk, chief, held, "helped") == Closed(held)
    stage.deliver()
    assert any("đã đóng" in text for text in texts(stage, lan)), "its holder is told"
    assert closing.close(stage.desk, lan, held, "helped") == NotClosed(held, "ended")
    assert closing.close(stage.desk, None, "1000000", "helped") == NotClosed("1000000", "no_ticket")


def test_an_ended_ticket_takes_nothing_any_more(stage: Stage, lan: Person, held: str) -> None:
    mai = stage.add("mai", "an-giang")
    transfers.offer(stage.desk, lan, held, "mai")
    closing.close(stage.desk, lan, held, "helped")
    assert transfers.accept(stage.desk, mai, held) == NotClaimable(held, "ended")
    assert claims.claim(stage.desk, mai, held) == NotClaimable(held, "ended")
    assert replies.reply(stage.desk, lan, held, "alo") == replies.NotSent(held, "ended")
    assert stage.ticket(held)["transfers"][0]["state"] == "ended"
    stage.settle(3600)
    assert stage.ticket(held)["status"] == "closed", "no lease brings it back"
    assert queue.show(stage.desk, lan, held) is not None, "who had it may look back"


def test_calling_for_a_ticket_that_is_closed_from_the_queue_ends(stage: Stage, lan: Person) -> None:
    ref = arrive(stage)
    closing.close(stage.desk, None, ref, "not_ours")
    stage.deliver()
    count = len(stage.pages(lan))
    ended = stage.pages(lan)[-1]
    assert ended.edits is not None
    assert "đã đóng" in ended.text
    stage.settle(3600)
    assert len(stage.pages(lan)) == count
