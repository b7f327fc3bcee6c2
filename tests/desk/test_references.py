"""A reference from another phone reaches the ticket, and shows its bearer nothing."""

from __future__ import annotations

from desk import replies, safety
from flows.turn import CodeWord
from locales import grouped
from store import contacts
from store.people import Person
from tests.desk.ordered import arrive
from tests.stage import Stage
from triage.references import check_digit

PHONE, OTHER = "+84900000001", "+84900000002"


def held(stage: Stage) -> tuple[Person, str]:
    lan = stage.add("lan", "an-giang")
    ref = arrive(stage, 2, sender=PHONE)
    stage.settle()
    stage.press(lan)
    return lan, ref


def choose(stage: Stage, word: str) -> None:
    with stage.desk.db.write() as tx:
        contact = contacts.lock(tx, stage.desk.vault, "sms", PHONE, stage.clock())
        safety.mark(tx, stage.desk, contact.id, CodeWord(word), stage.clock())


def test_another_phone_reaches_the_ticket_and_sees_nothing(stage: Stage) -> None:
    lan, ref = held(stage)
    known = stage.talk(grouped(ref), OTHER)
    unknown = stage.talk("1111118", "+84900000003")
    assert known == ["Da nhan duoc. Co nguoi truc doc."]
    assert unknown == known, "the answer does not tell whether there is such a ticket"
    assert [p for p in stage.pages(lan) if "gửi số của phiếu này" in p.text], "staff are told"
    linked = stage.ticket(ref)["tied"]
    assert [one["kind"] for one in linked] == ["reference"]
    (other,) = [t for t in stage.tickets() if t["ref"] == linked[0]["ref"]]
    assert [
        m["text"] for m in stage.ticket(other["ref"])["messages"] if m["direction"] == "in"
    ] == [grouped(ref)]


def test_staff_write_to_the_other_phone_only_after_the_code_word(stage: Stage) -> None:
    lan, ref = held(stage)
    choose(stage, "hoa mai")
    heard = stage.talk(f"khan 2 help_self so {ref}", OTHER)
    assert heard
    mine = stage.ticket(ref)["tied"][0]["ref"]
    from desk import claims

    claims.claim(stage.desk, lan, mine)
    outcome = replies.reply(stage.desk, lan, mine, "Chị đây.")
    assert getattr(outcome, "why", None) == "code_word_first"
    stage.write("Hoa mai, em day", OTHER)
    assert getattr(replies.reply(stage.desk, lan, mine, "Chị đây."), "why", None) is None


def test_code_and_fact_without_the_word_open_nothing(stage: Stage) -> None:
    _, ref = held(stage)
    choose(stage, "hoa mai")
    for text in (f"{ref} toi la chong, vo toi o an giang", f"ma so {ref}", "hoa hong", "mai hoa"):
        for answer in stage.talk(text, OTHER):
            assert "khan" not in answer.lower()
            assert ref not in answer
    mine = stage.ticket(ref)["tied"][0]["ref"]
    assert stage.ticket(mine)["unproven"] is True


def test_a_number_that_is_no_code_links_nothing(stage: Stage) -> None:
    _, ref = held(stage)
    wrong = ref[:-1] + str((int(ref[-1]) + 1) % 10)
    stage.write(f"khan 3 tip {wrong}", OTHER)
    assert stage.ticket(ref)["tied"] == []


def test_the_own_number_from_the_own_phone_links_nothing(stage: Stage) -> None:
    _, ref = held(stage)
    stage.write(f"so {ref}", PHONE)
    assert stage.ticket(ref)["tied"] == []


def test_trying_all_numbers_there_are_reaches_no_ticket(stage: Stage) -> None:
    _, ref = held(stage)
    guesses = [f"{n}{check_digit(str(n))}" for n in range(100_000, 100_020)]
    stage.write(" ".join([*guesses, ref]), OTHER)
    assert stage.ticket(ref)["tied"] == []
