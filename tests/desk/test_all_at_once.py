"""Everybody does everything at once: no verb stumbles over another, and the rows stay in step."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from desk import claims, closing, correcting, notes, paging, queue, replies, roster, transfers
from store import holding, tickets
from tests.desk.ordered import arrive
from tests.stage import Stage

THREADS = 6
ACTS = 25  # of each thread


@pytest.mark.parametrize("seed", [1, 2])
def test_no_verb_stumbles_over_another(stage: Stage, seed: int) -> None:
    desk = stage.desk
    people = [stage.add(f"p{n}", ("an-giang", "kien-giang")[n % 2]) for n in range(6)]
    phones = [f"+84911000{n:03d}" for n in range(6)]
    refs = [arrive(stage, n % 3 + 1, sender=phone) for n, phone in enumerate(phones)]

    def work(number: int) -> None:
        chance = random.Random(seed * 100 + number)
        for _ in range(ACTS):
            who, ref = chance.choice(people), chance.choice(refs)
            other = chance.choice(people)
            match chance.randrange(14):
                case 0 | 1 | 2:
                    claims.claim(desk, who, ref)
                case 3:
                    claims.release(desk, who, ref)
                case 4 | 5:
                    transfers.offer(desk, who, ref, chance.choice([other.name, "kien-giang"]), "x")
                case 6 | 7:
                    transfers.accept(desk, who, ref)
                case 8:
                    transfers.refuse(desk, who, ref)
                case 9:
                    notes.add(desk, who, ref, "x")
                    queue.show(desk, who, ref)
                case 10:
                    replies.reply(desk, who, ref, "x")
                    correcting.correct(desk, who, ref, urgency=chance.randrange(1, 5))
                case 11:
                    stage.write(f"khan {chance.randrange(1, 5)}", chance.choice(phones))
                case 12:
                    stage.clock.move(chance.randrange(400))
                    claims.expire(desk)
                    transfers.lapse(desk)
                    paging.climb(desk)
                case 13 if number == 0:
                    roster.remove(desk, people[-1].name)
                    closing.close(desk, who, ref, "helped")

    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work, number) for number in range(THREADS)]:
            done.result()  # raises what a verb raised

    with desk.db.read() as tx:
        rows = tickets.queue(tx)
        active = {p.id for p in roster.everybody(desk) if p.active}
        loads = {p: holding.held_by(tx, p) for p in active}
    for row in rows:
        held = row["status"] == "claimed"
        assert (row["lease_until"] is not None) is held
        if held:
            assert row["claimed_by"] in active
            assert row["climb_at"] is None, "nobody is called for it"
        if row["status"] == "open":
            assert row["claimed_by"] is None
            assert row["climb_at"] is not None, "somebody will be called for it"
        if not held:
            assert row["offer_id"] is None
        open_offers = [t for t in stage.ticket(row["ref"])["transfers"] if t["state"] == "open"]
        assert len(open_offers) == (row["offer_id"] is not None)
    assert all(len(load) <= desk.load_cap for load in loads.values())
