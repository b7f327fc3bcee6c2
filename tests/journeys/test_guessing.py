"""Somebody guesses at the code word: the phone shows nothing of it, staff do, and who chose it is
heard by a person even while the machine believes nobody."""

from __future__ import annotations

import pytest

from desk import guessing, keeping_safe, roster, silence
from store.people import Person
from tests.stage import Stage

PHONE, OTHER = "700001", "+84900000002"
WORD = "hoa mai"
TRIED = "Có người thử nhiều chữ để đoán chữ riêng."
DOUBTED = "Máy chưa tin: hãy tự xem xét."


@pytest.fixture
def lan(stage: Stage) -> Person:
    return stage.add("lan", "quoc-gia", role="national")


def _with_word(stage: Stage, lan: Person) -> str:
    """Somebody who came home chose a word, on a ticket that lan holds."""
    texts = ("Em mới ở Trung Quốc về, cần được giúp", "giấy tờ", "xã Bản Lầu, Lào Cai", "2",
             "8 giờ sáng, số này", WORD)  # fmt: skip
    for text in texts:
        stage.talk(text, PHONE)
    ref = str(stage.tickets()[0]["ref"])
    stage.press(lan)
    return ref


def _silenced(stage: Stage, lan: Person) -> str:
    ref = _with_word(stage, lan)
    stage.talk("bị phát hiện rồi", PHONE)
    assert stage.ticket(ref)["silenced"]
    return ref


def _told(stage: Stage, lan: Person, words: str) -> int:
    stage.settle()
    return sum(words in page.text for page in stage.pages(lan))


def _guess(stage: Stage, times: int) -> None:
    for number in range(times):
        assert stage.talk(f"chữ {number}", PHONE) == [], "nothing is sent in a silence"


def test_the_word_lifts_a_silence_after_a_few_other_texts(stage: Stage, lan: Person) -> None:
    ref = _silenced(stage, lan)
    _guess(stage, guessing.FREE - 1)
    stage.talk(f"{WORD}, em đây", PHONE)
    assert not stage.ticket(ref)["silenced"]
    assert _told(stage, lan, TRIED) == 0


def test_after_many_the_machine_believes_no_word_and_a_person_looks(
    stage: Stage, lan: Person
) -> None:
    ref = _silenced(stage, lan)
    _guess(stage, guessing.FREE)
    assert _told(stage, lan, TRIED) == 1
    assert stage.talk(WORD, PHONE) == [], "right or wrong, the phone shows the same"
    assert stage.ticket(ref)["silenced"]
    assert _told(stage, lan, DOUBTED) == 1, "who chose it is heard all the same"
    assert silence.lift(stage.desk, lan, ref, "đã gọi hỏi, đúng người") is None
    assert not stage.ticket(ref)["silenced"]


def test_it_believes_again_after_a_time_that_grows(stage: Stage, lan: Person) -> None:
    ref = _silenced(stage, lan)
    _guess(stage, guessing.FREE + 2)
    stage.clock.move(4 * guessing.FIRST / 1000 - 10)
    stage.talk(WORD, PHONE)
    assert stage.ticket(ref)["silenced"], "the right word begins no time anew either"
    stage.clock.move(20)
    stage.talk(WORD, PHONE)
    assert not stage.ticket(ref)["silenced"]


def test_nobody_is_shut_out_for_good(stage: Stage, lan: Person) -> None:
    ref = _silenced(stage, lan)
    _guess(stage, guessing.FREE + 15)
    stage.clock.move(guessing.LONGEST / 1000)
    stage.talk(WORD, PHONE)
    assert not stage.ticket(ref)["silenced"]


def test_from_other_phones_too_and_the_own_phone_is_not_touched_by_it(
    stage: Stage, lan: Person
) -> None:
    ref = _with_word(stage, lan)
    stage.talk(ref, OTHER)
    mine = next(str(t["ref"]) for t in stage.tickets() if t["ref"] != ref)
    for number in range(guessing.FREE):
        stage.talk(f"chữ {number}", OTHER)
    stage.talk(WORD, OTHER)
    assert stage.ticket(mine)["word_given_at"] is None
    assert _told(stage, lan, TRIED) >= 1
    stage.talk("bị phát hiện rồi", PHONE)
    stage.talk(WORD, PHONE)
    assert not stage.ticket(ref)["silenced"], "on the own phone the word holds"
    assert keeping_safe.check_word(stage.desk, roster.named(stage.desk, "lan"), mine, WORD) in (
        None, "not_yours", "not_allowed",
    )  # fmt: skip


def test_a_person_who_heard_the_word_on_another_phone_can_say_so(stage: Stage, lan: Person) -> None:
    ref = _with_word(stage, lan)
    stage.talk(ref, OTHER)
    mine = next(str(t["ref"]) for t in stage.tickets() if t["ref"] != ref)
    assert keeping_safe.check_word(stage.desk, None, mine, "sen trắng") == "wrong_word"
    assert keeping_safe.check_word(stage.desk, None, mine, WORD) is None
    assert stage.ticket(mine)["word_given_at"] is not None
