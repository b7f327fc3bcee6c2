"""Whom the sender does not want to know has nothing of it: no line, no call, no claim, no offer."""

from __future__ import annotations

from desk import browsing, claims, mustnot, queue, transfers
from desk.browsing import Asked
from tests.desk.ordered import AN_GIANG, arrive
from tests.stage import Stage

PHONE = "+84900000001"


def test_a_place_that_must_not_know_is_left_out_at_once(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    kien = stage.add("kien", "kien-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    assert stage.ticket(ref)["desk"] == "an-giang"
    stage.write("dung cho trung tam an giang biet", PHONE)
    stage.deliver()
    ticket = stage.ticket(ref)
    assert (ticket["centre"], ticket["desk"]) == ("kien-giang", "kien-giang")
    assert browsing.browse_queue(stage.desk, lan, Asked()).lines == ()
    assert [line.ref for line in browsing.browse_queue(stage.desk, kien, Asked()).lines] == [ref]
    assert queue.show(stage.desk, lan, ref) is None
    assert getattr(claims.claim(stage.desk, lan, ref), "why", None) == "not_allowed"
    called = len(stage.pages(lan))
    for _ in range(12):
        stage.settle(10 * 60)
    assert not [p for p in stage.pages(lan)[called:] if p.choices], "no call climbs to them"
    assert [p for p in stage.pages(kien) if p.choices]


def test_a_later_place_does_not_route_it_back(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    stage.write("dung cho trung tam an giang biet", PHONE)
    stage.write("khan 2 tip o day", PHONE, location=AN_GIANG)
    assert stage.ticket(ref)["centre"] != "an-giang"


def test_a_person_who_is_named_loses_it_from_the_hands(stage: Stage) -> None:
    lan, mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    stage.deliver()
    claims.claim(stage.desk, lan, ref)
    stage.write("dung noi cho chi Lan biet", PHONE)
    ticket = stage.ticket(ref)
    assert ticket["claimed_by"] is None
    assert queue.show(stage.desk, lan, ref) is None
    claims.claim(stage.desk, mai, ref)
    assert getattr(transfers.offer(stage.desk, mai, ref, "lan"), "why", None) == "must_not_know"


def test_staff_close_it_and_only_who_leads_opens_it_again(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    chief = stage.add("chief", "quoc-gia", role="national")
    stage.add("kien", "kien-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    assert mustnot.close_to(stage.desk, lan, ref, "kien-giang", "") == mustnot.NotSet(ref, "empty")
    assert mustnot.close_to(stage.desk, lan, ref, "kien-giang", "người quen làm ở đó") is None
    assert stage.ticket(ref)["closed_to"] == ["kien-giang"]
    refused = mustnot.open_to(stage.desk, lan, ref, "kien-giang", "nhầm")
    assert refused == mustnot.NotSet(ref, "not_yours")
    assert mustnot.open_to(stage.desk, chief, ref, "kien-giang", "nhầm") is None
    assert stage.ticket(ref)["closed_to"] == []


def test_the_nation_is_never_closed(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    outcome = mustnot.close_to(stage.desk, lan, ref, "quoc-gia", "vì")
    assert outcome == mustnot.NotSet(ref, "nobody")
