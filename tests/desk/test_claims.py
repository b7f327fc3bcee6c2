"""A claim: one winner, a lease that is touched or runs out, a cap."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import claims, notes, queue, replies, roster
from desk.claims import Claimed, Lost, NotClaimable, NotReleased, Released
from store import holding, tickets
from store.people import Person
from tests.desk.ordered import LANG_SON, arrive, texts, verbs
from tests.stage import Stage
from worker import jobs
from worker.hands import Hands
from worker.jobs import Equipment

HOLD_S = {1: 10 * 60, 2: 30 * 60, 3: 8 * 3600, 4: 24 * 3600}


def test_of_sixteen_who_claim_at_once_exactly_one_wins(stage: Stage) -> None:
    people = [stage.add(f"p{n}", "an-giang") for n in range(16)]
    ref = arrive(stage)
    start = threading.Barrier(16)

    def race(who: Person) -> claims.Outcome:
        start.wait()
        return claims.claim(stage.desk, who, ref)

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(race, people))
    won = [who for who, outcome in zip(people, outcomes, strict=True) if outcome == Claimed(ref)]
    assert len(won) == 1
    lost = [o for o in outcomes if isinstance(o, Lost)]
    assert len(lost) == 15
    assert {(o.by, o.since) for o in lost} == {(won[0].name, stage.clock())}
    assert [verb for _, verb in verbs(stage, ref)].count("claimed") == 1


def test_of_sixteen_racers_one_wins_every_round(stage: Stage) -> None:
    """By the one statement that decides; a thousand rounds in `make faults`."""
    rounds = 1000 if os.environ.get("FAULTS_LONG") == "1" else 25
    people = [stage.add(f"p{n}", "an-giang") for n in range(16)]
    ref, db, now = arrive(stage), stage.desk.db, stage.clock()
    with db.read() as tx:
        ticket = tickets.by_ref(tx, ref)
    assert ticket is not None
    together = threading.Barrier(16)

    def race(who: Person) -> list[bool]:
        won = []
        for _ in range(rounds):
            together.wait(60)
            with db.write() as tx:
                won.append(holding.claim(tx, ticket["id"], who.id, now, now + 1))
            together.wait(60)
            if won[-1]:
                with db.write() as tx:
                    assert holding.put_back(tx, ticket["id"], who.id)
        return won

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(race, people))
    assert [sum(round) for round in zip(*outcomes, strict=True)] == [1] * rounds


@pytest.mark.parametrize("urgency", [1, 2, 3, 4])
def test_an_untouched_ticket_returns_when_its_time_is_over(stage: Stage, urgency: int) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    ref = arrive(stage, urgency)
    opened = stage.ticket(ref)
    stage.clock.move(60)
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(HOLD_S[urgency] - 1)
    assert claims.expire(stage.desk) == 0
    assert stage.ticket(ref)["claimed_by"] == "lan"
    called = len(stage.pages(mai))
    stage.settle(1)
    ticket = stage.ticket(ref)
    assert (ticket["status"], ticket["claimed_by"], ticket["lease_until"]) == ("open", None, None)
    assert ticket["waiting_since"] == opened["waiting_since"], "it is as old as it was"
    assert any("hết hạn giữ phiếu" in text for text in texts(stage, lan))
    assert stage.pages(mai)[called:][-1].choices, "the first rung is called again"
    assert claims.claim(stage.desk, mai, ref) == Claimed(ref)
    assert claims.expire(stage.desk) == 0, "once, not for every sweep"


def test_calling_begins_at_the_first_rung_again_and_climbs(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    region = stage.add("vung", "vung-nam")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    stage.settle(HOLD_S[1])
    assert stage.pages(region) == []
    stage.settle(5 * 60)
    stage.settle(1)
    assert len(stage.pages(region)) == 1


TOUCHES: dict[str, Callable[[Stage, Person, str], object]] = {
    "reading": lambda stage, who, ref: queue.show(stage.desk, who, ref),
    "replying": lambda stage, who, ref: replies.reply(stage.desk, who, ref, "Chị đang đọc."),
    "noting": lambda stage, who, ref: notes.add(stage.desk, who, ref, "đã gọi"),
    "pressing": lambda stage, who, ref: stage.press(who),
}


@pytest.mark.parametrize("act", TOUCHES)
def test_the_holder_begins_the_lease_anew_by(stage: Stage, act: str) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(9 * 60)
    TOUCHES[act](stage, lan, ref)
    stage.settle(9 * 60)
    assert stage.ticket(ref)["claimed_by"] == "lan"
    stage.settle(61)
    assert stage.ticket(ref)["claimed_by"] is None


def test_what_others_do_does_not_keep_a_ticket_held(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    ref = arrive(stage, sender="+84900000001")
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(9 * 60)
    assert queue.show(stage.desk, mai, ref) is not None
    notes.add(stage.desk, mai, ref, "tôi cũng đọc")
    replies.reply(stage.desk, mai, ref, "không phải của tôi")
    stage.write("khan 4", "+84900000001")
    claims.claim(stage.desk, mai, ref)
    stage.settle(60)
    assert stage.ticket(ref)["claimed_by"] is None


def test_what_becomes_more_urgent_is_held_less_long(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 3, sender="+84900000001")
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(60)
    stage.write("khan 1", "+84900000001")
    stage.settle(HOLD_S[1] - 1)
    assert stage.ticket(ref)["claimed_by"] == "lan"
    stage.settle(1)
    assert stage.ticket(ref)["claimed_by"] is None, "not after the eight hours of urgency 3"


def test_off_topic_goes_back_to_the_queue_and_wakes_nobody(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 4, intent="off_topic")
    claims.claim(stage.desk, lan, ref)
    stage.settle(HOLD_S[4])
    stage.settle(HOLD_S[4])
    assert stage.ticket(ref)["status"] == "open"
    assert all(page.choices == () for page in stage.pages(lan))


def test_the_sweep_ends_leases(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_equipment", None)
    idle = Hands(stage.desk, stage.wires, threading.Event())
    idle.stopped.set()  # a test sends by itself
    jobs.equip(Equipment(stage.desk, idle, lambda lane: None, lambda: None, threading.Event()))
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(HOLD_S[1])
    jobs.sweep("rest")
    assert stage.ticket(ref)["claimed_by"] == "lan"
    jobs.sweep("urgent")
    assert stage.ticket(ref)["claimed_by"] is None


def test_a_ticket_is_released_by_its_holder_only_or_by_who_leads(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    chief = stage.add("chi", "kien-giang", role="supervisor")
    ref = arrive(stage)
    assert claims.release(stage.desk, chief, ref) == NotReleased(ref, "not_held")
    claims.claim(stage.desk, lan, ref)
    assert claims.release(stage.desk, mai, ref) == NotReleased(ref, "not_yours")
    assert claims.release(stage.desk, lan, ref) == Released(ref)
    assert stage.ticket(ref)["status"] == "open"
    claims.claim(stage.desk, lan, ref)
    assert claims.release(stage.desk, chief, ref) == Released(ref)
    stage.deliver()
    assert any("đã về hàng chờ" in text for text in texts(stage, lan)), "they are told"
    assert claims.release(stage.desk, None, "1000000") == NotReleased("1000000", "no_ticket")


def test_one_person_holds_no_more_than_the_cap_but_urgency_1_always(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    refs = [arrive(stage, 2) for _ in range(12)]
    start = threading.Barrier(12)

    def grab(ref: str) -> claims.Outcome:
        start.wait()
        return claims.claim(stage.desk, lan, ref)

    with ThreadPoolExecutor(12) as threads:
        outcomes = list(threads.map(grab, refs))
    won = [o.ref for o in outcomes if isinstance(o, Claimed)]
    assert len(won) == stage.desk.load_cap == 8
    assert {o.why for o in outcomes if isinstance(o, NotClaimable)} == {"full"}
    urgent = arrive(stage, 1)
    assert claims.claim(stage.desk, lan, urgent) == Claimed(urgent)
    assert claims.claim(stage.desk, lan, won[0]) == Claimed(won[0], again=True)


def test_who_is_full_is_still_told_who_has_it(stage: Stage) -> None:
    stage.desk = replace(stage.desk, load_cap=1)
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    theirs, other = arrive(stage, 2), arrive(stage, 2)
    claims.claim(stage.desk, lan, theirs)
    assert claims.claim(stage.desk, lan, other) == NotClaimable(other, "full")
    claims.claim(stage.desk, mai, other)
    assert isinstance(claims.claim(stage.desk, lan, other), Lost)


def test_someone_who_left_claims_nothing_with_an_old_session(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage)
    roster.remove(stage.desk, "lan")
    assert claims.claim(stage.desk, lan, ref) == NotClaimable(ref, "not_allowed")


def test_when_someone_leaves_their_tickets_return_and_others_are_called(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    refs = [arrive(stage, 1), arrive(stage, 3)]
    since = [stage.ticket(ref)["waiting_since"] for ref in refs]
    for ref in refs:
        claims.claim(stage.desk, lan, ref)
    stage.clock.move(120)
    count = len(stage.pages(mai))
    roster.remove(stage.desk, "lan")
    stage.deliver()
    for ref, waited in zip(refs, since, strict=True):
        ticket = stage.ticket(ref)
        assert (ticket["status"], ticket["waiting_since"]) == ("open", waited)
        assert ("operator", "returned") in verbs(stage, ref)
    calls = [page for page in stage.pages(mai)[count:] if page.choices]
    assert len(calls) == 2


def test_a_ticket_without_anybody_left_is_routed_anew(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    kien = stage.add("kien", "kien-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    roster.remove(stage.desk, "lan")
    stage.deliver()
    assert (stage.ticket(ref)["centre"], stage.ticket(ref)["desk"]) == ("an-giang", "kien-giang")
    assert stage.pages(kien)


def test_a_rota_edited_at_night_does_not_change_the_ladder_that_runs(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    region = stage.add("vung", "vung-nam")
    ref = arrive(stage)
    newcomer = stage.add("moi", "vung-nam")
    stage.settle(5 * 60)
    stage.settle(1)
    assert len(stage.pages(region)) == 1
    assert stage.pages(newcomer) == []
    assert claims.claim(stage.desk, newcomer, ref) == NotClaimable(ref, "not_allowed")
    assert claims.claim(stage.desk, region, ref) == Claimed(ref), "who is called may claim"


def test_a_stranger_to_the_place_cannot_claim(stage: Stage) -> None:
    stage.add("quoc", "quoc-gia", role="national")  # or everybody would have been called
    minh = stage.add("minh", "lang-son")
    ref = arrive(stage)
    assert claims.claim(stage.desk, minh, ref) == NotClaimable(ref, "not_allowed")
    theirs = arrive(stage, place=LANG_SON)
    assert claims.claim(stage.desk, minh, theirs) == Claimed(theirs)


def test_two_workers_that_sweep_at_once_return_a_ticket_once(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    stage.clock.move(HOLD_S[1])
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(lambda _: claims.expire(stage.desk), range(4)))
    assert sum(counts) == 1
    assert [verb for _, verb in verbs(stage, ref)].count("lease_over") == 1


@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["wait", "read", "note", "other"]), st.integers(1, 700)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_ticket_is_held_exactly_while_its_holder_touches_it_in_time(
    stage: Stage, acts: list[tuple[str, int]]
) -> None:
    lan = roster.named(stage.desk, "lan") or stage.add("lan", "an-giang")
    mai = roster.named(stage.desk, "mai") or stage.add("mai", "an-giang")
    ref = arrive(stage)
    claims.claim(stage.desk, lan, ref)
    until = stage.clock() + HOLD_S[1] * 1000
    held = True
    for act, seconds in acts:
        stage.clock.move(seconds)
        claims.expire(stage.desk)
        held = held and stage.clock() < until
        if act == "read":
            queue.show(stage.desk, lan, ref)
        elif act == "note":
            notes.add(stage.desk, lan, ref, "còn đây")
        elif act == "other":
            queue.show(stage.desk, mai, ref)
        if held and act in ("read", "note"):
            until = stage.clock() + HOLD_S[1] * 1000
        with stage.desk.db.read() as tx:
            row = tickets.by_ref(tx, ref)
        assert row is not None
        assert (row["claimed_by"] == lan.id) is held
        assert row["lease_until"] == (until if held else None)
    claims.release(stage.desk, None, ref)
