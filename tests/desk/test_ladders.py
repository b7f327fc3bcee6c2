"""The clocks are a counsellor's file: what is wrong in it is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.ladder import FILE, BadLadders, read_ladders


def test_the_file_of_this_release_holds_every_urgency() -> None:
    ladders = read_ladders()
    assert {u: (clocks.hold, clocks.offer) for u, clocks in ladders.items()} == {
        1: (10, 5), 2: (30, 15), 3: (480, 240), 4: (1440, 720),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hold = 10", "", "[urgency.1] needs whole minutes, 1 or more, for hold"),
        ("hold = 30", 'hold = "half"', "[urgency.2] needs whole minutes, 1 or more, for hold"),
        ("offer = 5", "offer = 0", "[urgency.1] needs whole minutes, 1 or more, for offer"),
        ("offer = 5", "offer = 11", "[urgency.1] offer is 11 minutes, expected at most hold, 10"),
        ("region = 25", "region = 5", "[urgency.2] must call the centre before the region"),
        ("[urgency.4]", "[urgency.four]", "[urgency.4] needs whole minutes"),
        ("hold = 10", "hold = ", "line 1"),
    ],
)  # fmt: skip
def test_a_fault_names_the_file_the_place_and_what_is_expected(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "ladders.toml"
    path.write_text(FILE.read_text().replace(old, new, 1))
    with pytest.raises(BadLadders) as raised:
        read_ladders(path)
    assert said in str(raised.value)
    assert "ladders.toml" in str(raised.value)
