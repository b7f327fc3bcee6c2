"""Single mentions, as `hotline route` gets them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from places import find, route_record
from places.place import Place


class Labelled(NamedTuple):
    text: str
    country: str
    province: str
    old: str


def _labelled() -> list[Labelled]:
    lines = Path(__file__).with_name("mentions.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.strip() and not line.startswith("#")]
    return [Labelled(*row.split("\t")) for row in rows[1:]]


LABELLED = _labelled()


def _asked(place: Place, one: Labelled) -> bool:
    return place.vn_province is None and set(one.province.split(";")) <= set(place.candidates)


def _right(place: Place, one: Labelled) -> bool:
    if one.old == "?":
        return _asked(place, one)
    if one.province == "-":
        return place.country == one.country and place.vn_province is None
    found = (place.country, place.vn_province, place.old_province)
    return found == (one.country, one.province, one.old)


def test_the_list_is_long_enough_to_mean_something() -> None:
    assert len(LABELLED) >= 400
    assert sum(one.old == "?" for one in LABELLED) >= 25


def test_nearly_all_are_resolved_right(on: date) -> None:
    wrong = [one for one in LABELLED if not _right(find(one.text, on=on), one)]
    assert len(wrong) <= 0.02 * len(LABELLED), wrong


def test_every_ambiguous_name_is_asked(on: date) -> None:
    for one in LABELLED:
        if one.old == "?":
            assert _asked(find(one.text, on=on), one), one


def test_none_is_confidently_wrong(on: date) -> None:
    for one in LABELLED:
        place = find(one.text, on=on)
        if place.vn_province is not None:
            assert place.vn_province == one.province, one


@pytest.mark.parametrize(
    ("text", "province", "old", "centre"),
    [
        ("Lạng Sơn", "Lạng Sơn", "lang-son", "lang-son"),
        ("Kiên Giang", "An Giang", "kien-giang", "kien-giang"),
        ("An Giang", "An Giang", "an-giang", "an-giang"),  # the namesake of a merged province
        ("Quy Nhơn", "Gia Lai", "binh-dinh", "binh-dinh"),
        ("Pleiku", "Gia Lai", "gia-lai", "gia-lai"),
        ("Mộc Châu", "Sơn La", "son-la", "hoa-binh"),  # nearer than its own town
        ("quận 7", "TP. Hồ Chí Minh", "ho-chi-minh", "ho-chi-minh"),
    ],
)
def test_centre_is_the_nearest_town(
    text: str, province: str, old: str, centre: str, on: date
) -> None:
    place = find(text, on=on)
    assert (place.vn_province, place.old_province, place.centre) == (province, old, centre)


def test_distance_is_told_for_a_spot_and_not_for_a_province(on: date) -> None:
    assert find("Lạng Sơn", on=on).distance_km is None
    spot = find("Móng Cái", on=on)
    assert spot.distance_km is not None
    assert 100 < spot.distance_km < 125


def test_two_districts_of_one_present_province_are_one_answer(on: date) -> None:
    """Châu Thành lay in old Bến Tre and in old Trà Vinh: the province is sure, the old one not."""
    place = find("Châu Thành, tỉnh Vĩnh Long", on=on)
    assert place.vn_province == "Vĩnh Long"
    assert place.old_province is None
    assert place.centre == "vinh-long"


def test_names_have_dates() -> None:
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert find("Kiên Giang", on=before).vn_province == "Kiên Giang"
    assert find("Kiên Giang", on=after).vn_province == "An Giang"
    assert find("Huế", on=date(2024, 12, 31)).vn_province == "Thừa Thiên Huế"
    assert find("Huế", on=date(2025, 1, 1)).vn_province == "Huế"


def test_route_answers_with_the_keys_of_the_contract(on: date) -> None:
    answer = route_record({"id": "7", "text": "Tân Phú"}, on=on)
    assert answer == {
        "id": "7",
        "country": "VN",
        "vn_province": None,
        "old_province": None,
        "mention": "Tân Phú",
        "candidates": ["TP. Hồ Chí Minh", "Đồng Nai"],
        "centre": "quoc-gia",
        "distance_km": None,
    }
    assert route_record({"id": 1, "lat": 10.03, "lon": 105.78}, on=on)["centre"] == "can-tho"


@pytest.mark.parametrize("record", [{}, {"text": None}, {"lat": 1}, {"lat": 95.0, "lon": 0.0}])
def test_route_refuses_what_is_neither_text_nor_pin(record: dict[str, object], on: date) -> None:
    with pytest.raises(ValueError, match="expected"):
        route_record(record, on=on)
