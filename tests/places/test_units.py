"""Every unit of the generated file can be found by its name."""

from __future__ import annotations

from collections import Counter
from datetime import date

from locales.marks import unaccent
from places import find
from places.gazetteer import Sense
from places.points import table
from places.units import unit_of, units


def _all() -> list[tuple[Sense, str]]:

    seen: dict[str, str] = {}
    for _, raw in units():
        for part in raw.split(";"):
            seen[part] = part.split("|")[3]
    return [(unit_of(part), parent) for part, parent in seen.items()]


UNITS = _all()


def test_the_map_is_complete() -> None:
    kinds = Counter("now" if sense.present else sense.kind for sense, _ in UNITS)
    # Units of one name, kind, district and place in the list appear once here.
    assert kinds["district"] == 696
    assert 3310 <= kinds["now"] <= 3321
    assert 10000 <= kinds["commune"] <= 10035


def test_every_province_by_its_name_with_and_without_marks(on: date) -> None:
    for code, former in table().formers.items():
        name = former.point.name
        for text in (name, name.upper(), unaccent(name), unaccent(name).lower().replace(" ", "")):
            place = find(text, on=on)
            assert place.old_province == code, text
            assert place.vn_province == former.point.province


def test_every_former_district_beside_its_province(on: date) -> None:
    for sense, _ in UNITS:
        if sense.kind == "district":
            province = table().formers[sense.former or ""].point
            for text in (f"{sense.name}, {province.name}", f"{sense.name} {province.name}"):
                place = find(unaccent(text).lower(), on=on)
                assert (place.vn_province, place.old_province) == (province.province, sense.former)


def test_no_former_district_alone_is_confidently_wrong(on: date) -> None:
    wider = {former.point.name for former in table().formers.values()}  # a province wins
    for sense, _ in UNITS:
        if sense.kind == "district" and sense.name not in wider:
            place = find(sense.name, on=on)
            province = table().formers[sense.former or ""].point.province
            assert place.vn_province in (province, None), sense.name
            if place.vn_province is None:
                assert province in place.candidates, sense.name


def test_communes_by_their_full_address(on: date) -> None:
    words = {"x": "xã", "p": "phường", "t": "thị trấn", "s": "đặc khu"}
    for sense, parent in UNITS[::9]:
        if sense.kind != "commune" or not parent:
            continue
        point = table().formers[sense.former or ""].point
        kind = "" if sense.name.startswith("Phường") else words[sense.unit] + " "
        last = point.province if sense.present else f"{parent}, {point.name}"
        place = find(f"{kind}{sense.name}, {last}", on=on)
        assert place.vn_province == point.province, (sense.name, parent)
        assert place.old_province in (sense.former, None), (sense.name, parent)
