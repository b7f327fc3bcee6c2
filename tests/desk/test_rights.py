"""Every act against every role and place, as one table."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from desk import ladder
from desk.ladder import Rung
from desk.rights import ACTS, Act, may, why_not
from store.people import Person

# Who, at which centre. The ticket's centre is an-giang, its desk kien-giang (the same province).
PEOPLE = {
    "staff of the centre": ("staff", "an-giang"),
    "staff of the desk": ("staff", "kien-giang"),
    "staff elsewhere": ("staff", "lang-son"),
    "staff of the region": ("staff", "vung-nam"),
    "staff of the nation": ("staff", "quoc-gia"),
    "chief of the centre": ("supervisor", "an-giang"),
    "chief of the province": ("supervisor", "kien-giang"),
    "chief elsewhere": ("supervisor", "lang-son"),
    "chief of another centre of the region": ("supervisor", "can-tho"),
    "chief of the region": ("supervisor", "vung-nam"),
    "chief of another region": ("supervisor", "vung-bac"),
    "chief at the nation": ("supervisor", "quoc-gia"),
    "national": ("national", "lang-son"),
    "auditor": ("auditor", "an-giang"),
    "admin": ("admin", "an-giang"),
}

SEE = {"list", "audit", "read", "note"}
LEAD = {"release", "transfer", "close", "correct", "close_to", "open_to"}
HOLD = {"reply", "lift_silence", "override", "safety", "consent"}
NEAR = {*SEE, "claim"}

# What each may do in each state of the ticket. State: who holds it, whom it is offered to.
OPEN: dict[str, set[str]] = {
    "staff of the centre": {*NEAR, "correct"},
    "staff of the desk": {*NEAR, "correct"},
    "staff elsewhere": set(),
    "staff of the region": set(),
    "staff of the nation": set(),
    "chief of the centre": {*NEAR, *LEAD},
    "chief of the province": {*NEAR, *LEAD},
    "chief elsewhere": set(),
    "chief of another centre of the region": set(),
    "chief of the region": {*NEAR, *LEAD},
    "chief of another region": set(),
    "chief at the nation": {*NEAR, *LEAD},
    "national": {*NEAR, *LEAD},
    "auditor": {"list", "audit"},
    "admin": set(),
}
HELD_BY_ANOTHER = {
    **OPEN,
    "staff of the centre": NEAR,
    "staff of the desk": NEAR,
}
HELD_BY_THEM = {
    name: {*NEAR, *(LEAD - {"open_to"}), *HOLD, *OPEN[name], "refuse"}
    for name in OPEN
    if name not in ("auditor", "admin")
} | {"auditor": {"list", "audit"}, "admin": set()}
OFFERED_TO_THEM = {
    name: {*acts, *SEE, "accept", "refuse"} for name, acts in HELD_BY_ANOTHER.items()
} | {"auditor": {"list", "audit"}, "admin": set()}
CALLED = {
    name: {*acts, *NEAR, "correct"} for name, acts in OPEN.items()
} | {"auditor": {"list", "audit"}, "admin": set()}  # fmt: skip
CALLED_AND_HELD_BY_ANOTHER = {
    name: {*acts, "claim"} for name, acts in HELD_BY_ANOTHER.items()
} | {"auditor": {"list", "audit"}, "admin": set()}  # fmt: skip

STATES: dict[str, dict[str, set[str]]] = {
    "open": OPEN,
    "held by another": HELD_BY_ANOTHER,
    "held by them": HELD_BY_THEM,
    "offered to them": OFFERED_TO_THEM,
    "called": CALLED,
    "called, held by another": CALLED_AND_HELD_BY_ANOTHER,
}


def ticket(**more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "centre": "an-giang", "desk": "kien-giang", "status": "open", "claimed_by": None,
        "offer_id": None, "offered_to": None, "offered_centre": None, "ladder": "[]", "rung": 0,
        "closed_to": "",
    }  # fmt: skip
    return {**row, **more}


def in_state(state: str, who: Person) -> dict[str, Any]:
    rungs = (Rung("desk", 0, ("x",)), Rung("centre", 1, (who.id,)), Rung("nation", 2, ("y",)))
    held = {"status": "claimed", "claimed_by": "another"}
    return {
        "open": ticket(),
        "held by another": ticket(**held),
        "held by them": ticket(status="claimed", claimed_by=who.id),
        "offered to them": ticket(**held, offer_id="o", offered_to=who.id),
        "called": ticket(ladder=ladder.dump(rungs), rung=1),
        "called, held by another": ticket(**held, ladder=ladder.dump(rungs), rung=1),
    }[state]


def person(name: str, *, active: bool = True) -> Person:
    role, centre = PEOPLE[name]
    return Person("p1", name, role, centre, "vi", active, True)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_what_each_may_do(state: str, name: str, act: Act) -> None:
    who = person(name)
    assert may(who, act, in_state(state, who)) is (act in STATES[state][name])


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_the_operator_may_everything_and_who_left_nothing(state: str, act: Act) -> None:
    gone = person("chief of the centre", active=False)
    assert may(None, act, in_state(state, gone))
    assert not may(gone, act, in_state(state, gone))


def test_the_table_names_every_act_and_every_role() -> None:
    assert {act for acts in OPEN.values() for act in acts} < set(ACTS)
    told = {act for table in STATES.values() for acts in table.values() for act in acts}
    assert told == set(ACTS) == set(get_args(Act))
    assert {role for role, _ in PEOPLE.values()} == {
        "staff", "supervisor", "national", "auditor", "admin",
    }  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_an_offer_to_their_centre_is_theirs_to_answer(name: str) -> None:
    who = person(name)
    offered = ticket(status="claimed", claimed_by="another", offer_id="o",
                     offered_centre=who.centre)  # fmt: skip
    assert may(who, "accept", offered) is (who.role not in ("auditor", "admin"))
    assert not may(who, "accept", {**offered, "offer_id": None})


def test_a_rung_that_was_not_called_yet_gives_no_right() -> None:
    who = person("staff of the region")
    rungs = (Rung("desk", 0, ("x",)), Rung("region", 1, (who.id,)))
    assert not may(who, "claim", ticket(ladder=ladder.dump(rungs), rung=0))
    assert may(who, "claim", ticket(ladder=ladder.dump(rungs), rung=1))


def test_the_national_desk_may_claim_once_the_nation_is_called() -> None:
    rungs = (Rung("desk", 0, ("x",)), Rung("nation", 1, ()))
    newcomer = person("staff of the nation")
    assert not may(newcomer, "claim", ticket(ladder=ladder.dump(rungs), rung=0))
    assert may(newcomer, "claim", ticket(ladder=ladder.dump(rungs), rung=1))


def test_why_not_says_where_claiming_would_help() -> None:
    near, far = person("staff of the centre"), person("staff elsewhere")
    assert why_not(near, "reply", ticket()) == "not_yours"
    assert why_not(far, "reply", ticket()) == "not_allowed"
    assert why_not(person("auditor"), "read", ticket()) == "not_allowed"


def test_a_ticket_of_the_nation_is_led_from_the_nation_only() -> None:
    lost = ticket(centre="quoc-gia", desk="quoc-gia")
    allowed = [name for name in PEOPLE if may(person(name), "claim", lost)]
    assert allowed == ["staff of the nation", "chief at the nation", "national"]
