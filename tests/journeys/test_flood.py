"""A flood from one phone is kept and read, makes one ticket, and is answered slowly."""

from __future__ import annotations

from desk import paging
from tests.stage import Stage


def test_two_hundred_messages_are_one_ticket_and_few_answers(stage: Stage) -> None:
    stage.add("Lan", "an-giang")
    for number in range(200):
        stage.write(f"do ngu {number}", "+84900000050")
        stage.clock.move(1.2)  # each answer would have left before the next message
        stage.deliver()
    stage.settle(600)
    (ticket,) = stage.tickets()
    kept = [m for m in stage.ticket(ticket["ref"])["messages"] if m["direction"] == "in"]
    assert len(kept) == 200
    assert len(stage.phone("+84900000050")) <= 20 + 240 // 6 + 1


def test_a_cry_in_a_flood_is_heard_and_calls(stage: Stage) -> None:
    lan = stage.add("Lan", "an-giang")
    for number in range(60):
        stage.write(f"alo {number}", "+84900000050")
        stage.clock.move(1.2)
        stage.deliver()
    stage.write("em bi nhot o an giang, ho thu ho chieu cua em", "+84900000050")
    stage.settle()
    (ticket,) = stage.tickets()
    assert ticket["urgency"] == 1
    assert any(ticket["ref"] in page.text for page in stage.pages(lan))


def test_a_button_is_forged_by_nobody_and_old_after_two_days(stage: Stage) -> None:
    ref = stage.write("em bi nhot o an giang").ref
    assert ref is not None
    ours = paging.button(stage.desk, "c", ref)
    assert len(ours.encode()) <= 64
    assert paging.pressed(stage.desk, ours) == ("c", ref)
    for forged in ("", "c", f"c:{ref}", f"c:{ref}:", ours[:-1] + "x", ours.replace(ref, "1234567"),
                   "a" + ours[1:], ours + ":", "::" + ours):  # fmt: skip
        assert paging.pressed(stage.desk, forged) is None
    stage.clock.move(47 * 3600)
    assert paging.pressed(stage.desk, ours) == ("c", ref)
    stage.clock.move(2 * 3600)
    assert paging.pressed(stage.desk, ours) is None
