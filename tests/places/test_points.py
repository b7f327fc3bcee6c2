from __future__ import annotations

from datetime import date

import places
from places import SERVICE_POINTS
from places.distance import kilometres
from places.points import table


def test_63_former_provinces_under_34() -> None:
    formers = [point for point in SERVICE_POINTS.values() if point.province]
    assert len(formers) == 63
    assert len({point.province for point in formers}) == 34
    assert set(SERVICE_POINTS) - {p.code for p in formers} == {
        "vung-bac",
        "vung-trung",
        "vung-nam",
        "quoc-gia",
    }


def test_every_present_province_bears_the_name_of_a_former_one_of_its_own() -> None:
    of_own = {(point.province, point.name) for point in SERVICE_POINTS.values()}
    odd = {name for name in table().provinces if (name, name) not in of_own}
    assert odd == {"Huế"}


def test_codes_the_command_line_promises() -> None:
    for code in ("lang-son", "ba-ria-vung-tau", "thua-thien-hue", "ho-chi-minh"):
        assert SERVICE_POINTS[code].region in ("vung-bac", "vung-nam")


def test_centres_of_a_merged_province_begin_with_its_seat() -> None:
    assert places.centres_of_province("Gia Lai") == ("binh-dinh", "gia-lai")
    assert places.centres_of_province("Narnia") == ()


def test_the_others_of_a_province_nearest_first() -> None:
    assert places.same_province_by_distance("ho-chi-minh") == ("binh-duong", "ba-ria-vung-tau")
    assert places.same_province_by_distance("ca-mau") == ("bac-lieu",)
    assert places.same_province_by_distance("vung-nam") == ()


def test_regions_follow_the_three_desks() -> None:
    assert places.region_of("thua-thien-hue") == "vung-bac"  # North-Central
    assert places.region_of("da-nang") == "vung-trung"
    assert places.region_of("lam-dong") == "vung-trung"
    assert places.region_of("binh-phuoc") == "vung-nam"
    assert places.region_of("vung-bac") == "vung-bac"
    assert places.region_of("quoc-gia") == "quoc-gia"


def test_titles_have_dates() -> None:
    assert places.province_title("Đồng Nai", date(2026, 4, 29)) == "Tỉnh Đồng Nai"
    assert places.province_title("Đồng Nai", date(2026, 4, 30)) == "Thành phố Đồng Nai"
    assert places.province_title("TP. Hồ Chí Minh", date(2026, 1, 1)) == "Thành phố Hồ Chí Minh"


def test_pleiku_and_quy_nhon_are_far_apart_in_one_province() -> None:
    here, there = SERVICE_POINTS["gia-lai"], SERVICE_POINTS["binh-dinh"]
    assert 125 < kilometres(here.lat, here.lon, there.lat, there.lon) < 140


def test_only_confirmed_numbers_reach_senders() -> None:
    for code in SERVICE_POINTS:
        assert all(line.confidence == "high" for line in places.lines_for_senders(code))
    assert any(line.number == "18008077" for line in places.lines_for_staff("an-giang"))
    assert places.lines_for_senders("an-giang") == ()
    assert [line.number for line in places.lines_for_senders("quoc-gia")] == ["111"]


def test_a_centre_without_a_known_name_has_the_pattern_with_low_confidence() -> None:
    (name,) = places.names_of("lai-chau")
    assert name.name.endswith("Lai Châu")
    assert name.confidence == "low"
