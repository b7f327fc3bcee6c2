"""Tips about one number, car or house are one card, for those who may see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk import linking, rotating
from desk.clue_days import BadClueDays, read_clue_days
from desk.messages import Location
from tests.desk.ordered import AN_GIANG, LANG_SON, stored
from tests.stage import Stage

DAY = 86_400
TOWNS = (AN_GIANG, Location(10.70, 105.12), Location(10.80, 105.24))  # of one province


def tip(stage: Stage, text: str, phone: str, where: Location | None = None) -> str:
    """A tip by a phone; each of the first three phones is in another town of An Giang."""
    where = where or TOWNS[int(phone[-1]) - 1]
    received = stage.write(f"khan 2 tip {text}", phone, location=where)
    assert received.ref is not None
    return received.ref


def test_two_tips_on_one_plate_are_one_card_that_says_where_they_differ(stage: Stage) -> None:
    first = tip(stage, "xe 51A-123.45 cho 3 em", "+84900000001")
    second = tip(stage, "khan 1 bien so 51a 12345", "+84900000002", LANG_SON)
    other = tip(stage, "xe 29B-123.45", "+84900000003")
    card = linking.card(stage.desk, None, first)
    assert card is not None
    assert [(s.kind, s.value, s.refs) for s in card.shared] == [("plate", "51A12345", (second,))]
    (linked,) = card.tickets
    assert (linked.ref, linked.shares, linked.direct) == (second, ("plate",), True)
    assert linked.differs["urgency"] == (2, 1)
    assert linked.differs["vn_province"] == ("An Giang", "Lạng Sơn")
    lone = linking.card(stage.desk, None, other)
    assert lone is not None
    assert lone.tickets == ()


def test_a_chain_of_clues_is_one_card(stage: Stage) -> None:
    first = tip(stage, "goi 0900000111", "+84900000001")
    tip(stage, "0900 000 111 di xe 51A-123.45", "+84900000002")
    third = tip(stage, "xe 51A12345 dau o ben xe", "+84900000003")
    card = linking.card(stage.desk, None, first)
    assert card is not None
    assert [(one.ref == third, one.direct) for one in card.tickets] == [
        (False, True),
        (True, False),
    ]


def test_days_decide(stage: Stage) -> None:
    first = tip(stage, "goi 0900000111", "+84900000001")
    stage.clock.move(179 * DAY)
    tip(stage, "goi 0900000111", "+84900000002")
    stage.clock.move(2 * DAY)
    tip(stage, "goi 0900000111", "+84900000003")
    card = linking.card(stage.desk, None, first)
    assert card is not None
    assert [one.direct for one in card.tickets] == [True, False], "the third by way of the second"


def test_the_senders_own_number_and_empty_talk_link_nobody(stage: Stage) -> None:
    first = tip(stage, "so cua toi 0900000001", "+84900000001")
    tip(stage, "nguoi bao la 0900000001", "+84900000002")
    stage.write("off_topic vay tien goi 0900000777", "+84900000003")
    stage.write("off_topic vay tien goi 0900000777", "+84900000004")
    for row in stage.tickets():
        card = linking.card(stage.desk, None, row["ref"])
        assert card is not None
        assert card.tickets == (), first


def test_one_street_name_in_two_provinces_is_two_houses(stage: Stage) -> None:
    first = tip(stage, "nha 12 duong Le Loi", "+84900000001")
    tip(stage, "nha 12 duong Le Loi", "+84900000002", LANG_SON)
    same = tip(stage, "so 12 đường Lê Lợi, phường 1", "+84900000003")
    card = linking.card(stage.desk, None, first)
    assert card is not None
    assert [one.ref for one in card.tickets] == [same]


def test_tickets_of_other_desks_are_counted_and_not_shown(stage: Stage) -> None:
    lan = stage.add("lan", "an-giang")
    stage.add("mai", "lang-son")
    first = tip(stage, "xe 51A-123.45", "+84900000001")
    tip(stage, "xe 51A-123.45", "+84900000002", LANG_SON)
    card = linking.card(stage.desk, lan, first)
    assert card is not None
    assert (card.tickets, card.hidden) == ((), 1)
    shown = stage.ticket(first)
    assert len(shown["linked"]["tickets"]) == 1, "the operator sees both"
    mai = stage.add("hoa", "lang-son")
    assert linking.card(stage.desk, mai, first) is None


def test_nothing_plain_is_kept_to_look_it_up(stage: Stage) -> None:
    tip(stage, "xe 51A-123.45 goi 0900000111 chị Thủy tuyển người", "+84900000001")
    kept = stored(stage, "clues", "audit")
    for plain in ("51A12345", "900000111", "thuy"):
        assert plain not in kept


def test_a_broken_file_of_days_names_all_faults(tmp_path: Path) -> None:
    file = tmp_path / "clue_days.toml"
    file.write_text('[days]\nphone = 0\nplate = "long"\nhouse = 3\n')
    with pytest.raises(BadClueDays) as raised:
        read_clue_days(file)
    said = str(raised.value)
    assert "for phone" in said
    assert "for plate" in said
    assert "house is no kind" in said


def test_cards_hold_when_the_lookup_key_changes(stage: Stage, tmp_path: Path) -> None:
    first = tip(stage, "xe 51A-123.45", "+84900000001")
    rotating.rotate(stage.desk, tmp_path / "keys", "lookup")
    tip(stage, "van xe 51A-123.45", "+84900000001")
    second = tip(stage, "xe 51A12345", "+84900000002")
    card = linking.card(stage.desk, None, first)
    assert card is not None
    assert [one.ref for one in card.tickets] == [second]
    assert [shared.kind for shared in card.shared] == ["plate"], "kept once"
