from __future__ import annotations

from datetime import date

import pytest

from places import find, nearest
from places.coordinates import coordinates
from places.lexicon import lexicon
from places.pluscodes import plus_code, short_plus_code

CAN_THO = [
    "10.03,105.78",
    "em o 10.0300, 105.7800 nha",
    "105.78, 10.03",  # the other way round
    "https://maps.google.com/?q=10.03,105.78",
    "https://www.google.com/maps/@10.0301,105.7801,17z",
    "https://www.google.com/maps/place/Cho/data=!3d10.0301!4d105.7801",
    "geo:10.0300,105.7800",
    "https://maps.apple.com/?ll=10.0300%2C105.7800",
    "10°01'48\"N 105°46'48\"E",
]


@pytest.mark.parametrize("text", CAN_THO)
def test_coordinates_in_a_text_are_a_pin(text: str, on: date) -> None:
    place = find(text, on=on)
    assert (place.country, place.vn_province, place.centre) == ("VN", "Cần Thơ", "can-tho")
    assert place.distance_km is not None
    assert place.distance_km < 3


@pytest.mark.parametrize("text", ["gia 2.50, 3.50 trieu", "18.04", "ngày 12.10 lúc 8.30"])
def test_other_numbers_are_no_pin(text: str, on: date) -> None:
    assert find(text, on=on).vn_province is None


def test_no_pair_that_is_not_on_the_globe() -> None:
    assert coordinates("999.99,999.99") is None


def test_pins_near_the_middle_of_a_district_fall_into_its_old_province(on: date) -> None:
    """The middles of districts and of communes were found apart from each other."""
    districts = {
        (sense.name, sense.former, sense.lat, sense.lon)
        for entry in lexicon().entries()
        for sense in entry.senses()
        if sense.kind == "district"
    }
    assert len(districts) == 696
    for _, former, lat, lon in districts:
        assert lat is not None
        assert lon is not None
        assert nearest(lat, lon, on=on).old_province == former


@pytest.mark.parametrize(
    ("lat", "lon", "country", "province"),
    [
        (11.075, 106.130, "KH", "Tây Ninh"),  # Bavet: the side is a hint, the province stays
        (11.075, 106.180, "VN", "Tây Ninh"),  # Mộc Bài
        (11.562, 104.916, "KH", None),  # Phnom Penh
        (16.635, 98.520, "MM", None),
        (48.857, 2.352, "FR", None),
        (10.1, 107.4, "VN", "TP. Hồ Chí Minh"),  # a boat off Vũng Tàu
        (0.0, 0.0, None, None),
    ],
)
def test_pins_abroad_and_at_sea(
    lat: float, lon: float, country: str | None, province: str | None, on: date
) -> None:
    place = nearest(lat, lon, on=on)
    assert (place.country, place.vn_province) == (country, province)
    assert (place.centre == "quoc-gia") == (province is None)


def test_a_pin_off_the_globe_is_refused(on: date) -> None:
    with pytest.raises(ValueError, match="expected"):
        nearest(91, 0, on=on)


def test_plus_codes_against_the_worked_examples_of_the_specification() -> None:
    found = plus_code("8FVC9G8F+6X")
    assert found is not None
    assert found == pytest.approx((47.365561, 8.524997), abs=1e-3)
    assert plus_code("ZZZZZZZZ+ZZ") is None


def test_a_short_plus_code_needs_a_place(on: date) -> None:
    full = plus_code("7P28QPM5+WP")
    assert full is not None
    short = short_plus_code("QPM5+WP", (full[0] + 0.2, full[1] - 0.2))
    assert short is not None
    assert short == pytest.approx(full, abs=1e-6)
    assert find("QPM5+WP", on=on).vn_province is None
    assert find("2QJM+27 Cần Thơ", on=on).vn_province == "Cần Thơ"
