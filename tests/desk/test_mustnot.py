"""Whom the sender does not want to know has nothing of it: no line, no call, no claim, no offer."""

from __future__ import annotations

from desk import browsing, claims, closing, linking, mustnot, queue, transfers
from desk.browsing import Asked
from store import people
from tests.desk.ordered import AN_GIANG, KIEN_GIANG, arrive
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


def show_words(stage: Stage, *codes: str) -> None:
    with stage.desk.db.write() as tx:
        for code in codes:
            people.set_centre(tx, code, None, telegram_words=True)


def test_the_one_who_is_named_is_not_shown_the_very_words_that_name_them(stage: Stage) -> None:
    show_words(stage, "an-giang", "kien-giang")
    lan, _mai = stage.add("lan", "an-giang"), stage.add("mai", "an-giang")
    arrive(stage, 2, AN_GIANG, sender=PHONE)
    stage.press(lan)
    (words,) = [p for p in stage.pages(lan) if "khan 2" in p.text]
    before = len(stage.pages(lan))
    stage.write("dung noi cho chi Lan biet", PHONE)
    stage.settle()
    (gone,) = stage.pages(lan)[before:]
    number = stage.staff.sent.index(words) + 1
    assert gone.deletes == f"{words.address}:{number}", "and what was shown leaves the chat"


def test_a_page_that_waited_is_not_shown_to_who_must_not_know_by_now(stage: Stage) -> None:
    show_words(stage, "an-giang")
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    before = len(stage.pages(lan))
    assert mustnot.close_to(stage.desk, None, ref, "lan", "người nhà") is None
    stage.settle()
    assert stage.pages(lan)[before:] == []


def test_words_that_waited_are_shown_to_the_holder_only(stage: Stage) -> None:
    show_words(stage, "an-giang")
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 2, AN_GIANG, sender=PHONE)
    claims.claim(stage.desk, lan, ref)
    claims.release(stage.desk, lan, ref)
    stage.settle()
    assert not [p for p in stage.pages(lan) if "khan 2" in p.text]


def test_it_holds_for_the_next_report_of_the_same_person(stage: Stage) -> None:
    stage.add("lan", "an-giang")
    mai = stage.add("mai", "an-giang")
    stage.add("kien", "kien-giang")
    first = arrive(stage, 2, AN_GIANG, sender=PHONE)
    stage.write("dung noi cho chi Lan biet", PHONE)
    mustnot.close_to(stage.desk, None, first, "kien-giang", "người quen làm ở đó")
    claims.claim(stage.desk, mai, first)
    closing.close(stage.desk, mai, first, "helped")
    second = arrive(stage, 2, KIEN_GIANG, sender=PHONE)
    assert second != first
    ticket = stage.ticket(second)
    assert ticket["closed_to"] == ["lan", "kien-giang"]
    assert "kien-giang" not in (ticket["centre"], ticket["desk"])


def test_who_must_not_know_learns_nothing_from_a_card(stage: Stage) -> None:
    """A member of staff who is the recruiter names their own number to see who has named it."""
    lan = stage.add("lan", "an-giang")
    told = stage.write("khan 2 tip chi lan goi 0900000111", PHONE, location=AN_GIANG).ref
    assert told is not None
    mustnot.close_to(stage.desk, None, told, "lan", "người bị báo")
    bait = stage.write(f"khan 2 tip goi 0900000111 so {told}", "+84900000002", location=AN_GIANG)
    assert bait.ref is not None
    card = linking.card(stage.desk, lan, bait.ref)
    assert card is not None
    assert (card.shared, card.tickets, card.hidden) == ((), (), 0)
    shown = queue.show(stage.desk, lan, bait.ref)
    assert shown is not None
    assert shown["tied"] == []
