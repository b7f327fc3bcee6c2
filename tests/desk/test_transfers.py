"""Transfers: offered, answered by one, or back with the giver, who holds the ticket meanwhile."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from desk import claims, queue, replies, roster, transfers
from desk.claims import Claimed, Lost, NotClaimable
from desk.transfers import NotOffered, NotRefused, Offered, Refused
from store import audit
from store.people import Person
from tests.desk.ordered import LANG_SON, arrive, stored, texts, verbs
from tests.stage import Stage

NOTE = "đã hỏi chỗ ở, còn chờ trả lời"


@pytest.fixture
def lan(stage: Stage) -> Person:
    return stage.add("lan", "an-giang")


@pytest.fixture
def mai(stage: Stage) -> Person:
    return stage.add("mai", "an-giang")


@pytest.fixture
def held(stage: Stage, lan: Person) -> str:
    """A ticket of urgency 1 that lan holds."""
    ref = arrive(stage)
    assert claims.claim(stage.desk, lan, ref) == Claimed(ref)
    return ref


def test_until_the_yes_the_giver_holds_it_then_the_other(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    until = stage.clock() + 5 * 60_000
    assert transfers.offer(stage.desk, lan, held, "mai", NOTE) == Offered(held, "mai", until)
    assert stage.ticket(held)["claimed_by"] == "lan"
    assert isinstance(replies.reply(stage.desk, lan, held, "Chị đây."), replies.Queued)
    assert isinstance(replies.reply(stage.desk, mai, held, "Chị đây."), replies.NotSent)

    assert transfers.accept(stage.desk, mai, held) == Claimed(held)
    stage.deliver()
    ticket = stage.ticket(held)
    assert (ticket["claimed_by"], ticket["offer"]) == ("mai", None)
    assert isinstance(replies.reply(stage.desk, lan, held, "Chị đây."), replies.NotSent)
    assert isinstance(replies.reply(stage.desk, mai, held, "Chị đây."), replies.Queued)
    assert any("mai đã nhận bàn giao" in text for text in texts(stage, lan))

    (kept,) = ticket["transfers"]
    assert (kept["from"], kept["to"], kept["note"], kept["state"], kept["ended_by"]) == (
        "lan", "mai", NOTE, "accepted", "mai",
    )  # fmt: skip
    assert verbs(stage, held)[-4:-1] == [
        ("lan", "offered"),
        ("lan", "replied"),
        ("mai", "accepted"),
    ]


def test_by_the_buttons_of_the_staff_bot(stage: Stage, lan: Person, mai: Person, held: str) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    stage.deliver()
    page = stage.pages(mai)[-1]
    assert [choice.label for choice in page.choices] == ["Nhận bàn giao", "Không nhận"]
    assert "lan" in page.text
    assert "10:05" in page.text, "and until when"
    stage.press(mai, data=page.choices[1].value)
    assert stage.ticket(held)["claimed_by"] == "lan"
    assert any("không nhận bàn giao, anh/chị vẫn giữ" in text for text in texts(stage, lan))
    shown = [o for o in stage.pages(mai) if o.edits]
    assert not shown[-1].choices, "the buttons are gone"

    transfers.offer(stage.desk, lan, held, "mai")
    stage.deliver()
    stage.press(mai, stage.pages(mai)[-1])
    assert stage.ticket(held)["claimed_by"] == "mai"
    assert any(o.toast and "đã nhận phiếu" in o.text for o in stage.pages(mai))


def test_old_buttons_do_nothing_but_say_so(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    stage.deliver()
    page = stage.pages(mai)[-1]
    transfers.refuse(stage.desk, lan, held)
    for choice in page.choices:
        stage.press(mai, data=choice.value)
        assert stage.pages(mai)[-1].toast
        assert "bàn giao" in stage.pages(mai)[-1].text
    assert stage.ticket(held)["claimed_by"] == "lan"


def test_a_forged_button_accepts_nothing(stage: Stage, lan: Person, mai: Person, held: str) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    stage.deliver()
    claim_button = next(p for p in stage.pages(mai) if p.choices).choices[0].value
    stage.press(mai, data="a" + claim_button[1:])
    assert stage.ticket(held)["claimed_by"] == "lan"
    assert _refused(stage, mai) == ["not_ours"]


def test_a_button_for_somebody_elses_desk_is_refused_and_noted(stage: Stage, mai: Person) -> None:
    far = stage.add("far", "lang-son")
    ref = arrive(stage)
    stage.deliver()
    stage.press(far, stage.pages(mai)[-1])
    assert stage.ticket(ref)["claimed_by"] is None
    assert _refused(stage, far) == ["not_allowed"]


def _refused(stage: Stage, who: Person) -> list[str]:
    """Why presses of this person were not obeyed, by the audit."""
    with stage.desk.db.read() as tx:
        rows = audit.of(tx, f"staff:{who.id}")
    return [json.loads(r["details"])["why"] for r in rows if r["verb"] == "button_refused"]


def test_of_sixteen_of_a_centre_who_accept_at_once_one_gets_it(
    stage: Stage, lan: Person, held: str
) -> None:
    people = [stage.add(f"k{n}", "kien-giang") for n in range(16)]
    transfers.offer(stage.desk, lan, held, "kien-giang", NOTE)
    stage.deliver()
    start = threading.Barrier(16)

    def race(who: Person) -> claims.Outcome:
        start.wait()
        return transfers.accept(stage.desk, who, held)

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(race, people))
    won = [who for who, outcome in zip(people, outcomes, strict=True) if outcome == Claimed(held)]
    assert len(won) == 1
    assert [o.by for o in outcomes if isinstance(o, Lost)] == [won[0].name] * 15
    ticket = stage.ticket(held)
    assert (ticket["claimed_by"], ticket["desk"]) == (won[0].name, "kien-giang")
    assert ticket["centre"] == "an-giang", "the place does not change by who is called"
    stage.deliver()
    for other in people:
        if other is not won[0]:
            assert not stage.pages(other)[-1].choices


def test_one_yes_and_one_no_at_once_are_one_answer(stage: Stage, lan: Person, held: str) -> None:
    yes, no = stage.add("yes", "kien-giang"), stage.add("no", "kien-giang")
    for _ in range(8):
        transfers.offer(stage.desk, lan, held, "kien-giang")
        start = threading.Barrier(2)

        def accept(start: threading.Barrier = start) -> object:
            start.wait()
            return transfers.accept(stage.desk, yes, held)

        def refuse(start: threading.Barrier = start) -> object:
            start.wait()
            return transfers.refuse(stage.desk, no, held)

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.submit(accept), threads.submit(refuse)
            accepted, refused = first.result() == Claimed(held), second.result() == Refused(held)
        assert accepted is not refused
        assert stage.ticket(held)["transfers"][-1]["state"] == (
            "accepted" if accepted else "refused"
        )
        if accepted:
            transfers.offer(stage.desk, yes, held, "lan")
            transfers.accept(stage.desk, lan, held)


def test_without_an_answer_it_stays_with_its_giver_who_is_told(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    stage.clock.move(9 * 60)
    transfers.offer(stage.desk, lan, held, "mai")
    stage.settle(5 * 60 - 1)
    assert stage.ticket(held)["offer"] is not None
    stage.settle(1)
    ticket = stage.ticket(held)
    assert (ticket["claimed_by"], ticket["offer"]) == ("lan", None)
    assert ticket["transfers"][0]["state"] == "lapsed"
    assert any("chưa ai nhận bàn giao" in text for text in texts(stage, lan))
    assert transfers.accept(stage.desk, mai, held) == NotClaimable(held, "no_offer")
    assert not [o for o in stage.pages(mai) if o.edits][-1].choices
    assert transfers.lapse(stage.desk) == 0


def test_a_refusal_and_its_reason_are_kept(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    assert transfers.refuse(stage.desk, mai, held, "đang giữ 6 phiếu") == Refused(held)
    (kept,) = stage.ticket(held)["transfers"]
    assert (kept["state"], kept["ended_by"], kept["why"]) == ("refused", "mai", "đang giữ 6 phiếu")
    assert transfers.refuse(stage.desk, mai, held) == NotRefused(held, "not_yours")
    assert transfers.refuse(stage.desk, lan, held) == NotRefused(held, "no_offer")


def test_a_new_offer_takes_the_place_of_the_first_and_it_can_be_taken_back(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    hoa = stage.add("hoa", "an-giang")
    transfers.offer(stage.desk, lan, held, "mai")
    transfers.offer(stage.desk, lan, held, "hoa")
    assert transfers.accept(stage.desk, mai, held) == NotClaimable(held, "no_offer")
    assert transfers.refuse(stage.desk, lan, held) == Refused(held)
    assert transfers.accept(stage.desk, hoa, held) == NotClaimable(held, "no_offer")
    assert [t["state"] for t in stage.ticket(held)["transfers"]] == ["ended", "ended"]
    assert stage.ticket(held)["claimed_by"] == "lan"


def test_a_person_elsewhere_reads_it_only_while_it_is_offered(
    stage: Stage, lan: Person, held: str
) -> None:
    minh = stage.add("minh", "lang-son")
    assert queue.show(stage.desk, minh, held) is None
    transfers.offer(stage.desk, lan, held, "minh")
    assert queue.show(stage.desk, minh, held) is not None
    transfers.refuse(stage.desk, minh, held)
    assert queue.show(stage.desk, minh, held) is None
    assert ("minh", "denied") in verbs(stage, held)


@pytest.mark.parametrize(
    ("to", "why"),
    [("nobody", "nobody"), ("lang-son", "nobody"), ("dinh", "nobody"), ("gone", "nobody"),
     ("lan", "to_holder")],
)  # fmt: skip
def test_what_cannot_be_offered_is_said(
    stage: Stage, lan: Person, held: str, to: str, why: str
) -> None:
    stage.add("dinh", "an-giang", role="auditor")
    stage.add("gone", "an-giang")
    roster.remove(stage.desk, "gone")
    assert transfers.offer(stage.desk, lan, held, to) == NotOffered(held, why)
    assert stage.ticket(held)["offer"] is None


def test_who_may_not_offer(stage: Stage, lan: Person, mai: Person, held: str) -> None:
    assert transfers.offer(stage.desk, mai, held, "mai") == NotOffered(held, "not_yours")
    stage.add("quoc", "quoc-gia", role="national")  # or everybody would have been called
    open_one = arrive(stage, place=LANG_SON)
    assert transfers.offer(stage.desk, lan, open_one, "mai") == NotOffered(open_one, "not_allowed")
    chief = stage.add("chi", "an-giang", role="supervisor")
    waiting = arrive(stage)
    assert transfers.offer(stage.desk, chief, waiting, "mai") == NotOffered(waiting, "not_held")
    assert isinstance(transfers.offer(stage.desk, chief, held, "mai"), Offered), "for an absent one"
    assert stage.ticket(held)["transfers"][0]["from"] == "lan"
    assert transfers.offer(stage.desk, lan, "1000000", "mai") == NotOffered("1000000", "no_ticket")
    assert transfers.offer(stage.desk, lan, held, "mai", "a" * 1601) == NotOffered(held, "too_long")


def test_an_offer_by_a_chief_outlasts_the_lease_of_the_absent_holder(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    chief = stage.add("chi", "an-giang", role="supervisor")
    stage.clock.move(9 * 60 + 59)
    transfers.offer(stage.desk, chief, held, "mai")
    stage.settle(4 * 60)
    assert transfers.accept(stage.desk, mai, held) == Claimed(held)


def test_who_is_full_cannot_accept_what_can_wait(stage: Stage, lan: Person, mai: Person) -> None:
    stage.desk = replace(stage.desk, load_cap=1)
    mine, offered = arrive(stage, 2), arrive(stage, 2)
    claims.claim(stage.desk, mai, mine)
    claims.claim(stage.desk, lan, offered)
    transfers.offer(stage.desk, lan, offered, "mai")
    assert transfers.accept(stage.desk, mai, offered) == NotClaimable(offered, "full")
    assert stage.ticket(offered)["offer"] is not None, "it still waits for an answer"


def test_when_the_ticket_returns_to_the_queue_its_offer_ends(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    claims.release(stage.desk, lan, held)
    assert transfers.accept(stage.desk, mai, held) == NotClaimable(held, "no_offer")
    assert stage.ticket(held)["transfers"][0]["state"] == "ended"


def test_when_the_one_it_is_offered_to_leaves_the_giver_is_told(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    roster.remove(stage.desk, "mai")
    stage.deliver()
    assert any("chưa ai nhận bàn giao" in text for text in texts(stage, lan))
    assert stage.ticket(held)["offer"] is None


def test_when_the_giver_leaves_the_ticket_returns_and_the_offer_ends(
    stage: Stage, lan: Person, mai: Person, held: str
) -> None:
    transfers.offer(stage.desk, lan, held, "mai")
    roster.remove(stage.desk, "lan")
    assert stage.ticket(held)["status"] == "open"
    assert transfers.accept(stage.desk, mai, held) == NotClaimable(held, "no_offer")
    assert claims.claim(stage.desk, mai, held) == Claimed(held)


def test_notes_of_a_transfer_are_sealed(stage: Stage, lan: Person, mai: Person, held: str) -> None:
    transfers.offer(stage.desk, lan, held, "mai", NOTE)
    transfers.refuse(stage.desk, mai, held, NOTE)
    stage.deliver()
    assert not any(NOTE in text for text in texts(stage, mai) + texts(stage, lan))
    assert NOTE not in stored(stage, "transfers", "audit", "pages")
