"""The 34 provinces, the 63 before them, and the service points that stand in their towns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from places.datafile import Row, toml_rows
from places.distance import Vector, kilometres, nearest_of, vector
from places.place import ServicePoint

# Resolution 202/2025/QH15: from this day 34 provinces and no districts.
MERGER = date(2025, 7, 1)

NATION = "quoc-gia"
_REGIONS = {
    # code: (name, former province whose town is the seat of the regional desk)
    "vung-bac": ("Khu vực miền Bắc", "ha-noi"),
    "vung-trung": ("Khu vực miền Trung", "da-nang"),
    "vung-nam": ("Khu vực miền Nam", "an-giang"),
}


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces and centrally run cities since 1 July 2025.

    code: two digits of Decision 19/2025/QD-TTg. city_since: the day it became a city, None if it
    is a province. seat: code of the former province whose town holds the government.
    """

    code: str
    name: str
    city_since: date | None
    seat: str

    def title(self, on: date) -> str:
        """Its full name on that day: "Thành phố Đồng Nai", before 30 April 2026 "Tỉnh Đồng Nai"."""
        city = self.city_since is not None and on >= self.city_since
        return ("Thành phố " if city else "Tỉnh ") + self.name.removeprefix("TP. ")


@dataclass(frozen=True, slots=True)
class Former:
    """One of the 63 provinces before 1 July 2025, which is also a service point.

    number: its two digits in the statistics office's list. aliases: names that count anywhere in
    a text; short: abbreviations that count only beside a place word or alone.
    """

    point: ServicePoint
    number: str
    aliases: tuple[str, ...]
    short: tuple[str, ...]

    def name_on(self, on: date) -> str:
        """The province this land belonged to on that day, as vn_province is written."""
        if on >= MERGER:
            assert self.point.province is not None
            return self.point.province
        if self.point.code == "thua-thien-hue" and on >= date(2025, 1, 1):
            return "Huế"
        return self.point.name


@dataclass(frozen=True, slots=True)
class Table:
    """Everything of `provinces.toml`, checked."""

    provinces: dict[str, Province]  # by name
    formers: dict[str, Former]  # by code
    by_number: dict[str, Former]
    points: dict[str, ServicePoint]  # 63, then regions, then the nation
    towns: tuple[ServicePoint, ...]  # the 63 only


@cache
def table() -> Table:
    """Read and check `provinces.toml` once. DataError names file and line."""
    provinces: dict[str, Province] = {}
    present, past = toml_rows("provinces.toml", "province", "former")
    for row in present:
        since = row.fields.get("city_since", date(1, 1, 1) if row.fields.get("city") else None)
        if since is not None and not isinstance(since, date):
            raise row.wrong("city_since = YYYY-MM-DD expected")
        province = Province(row.text("code"), row.text("name"), since, row.text("seat"))
        provinces[province.name] = province
    formers = {former.point.code: former for former in (_former(row, provinces) for row in past)}
    by_number = {former.number: former for former in formers.values()}
    for row in present:
        if row.text("seat") not in formers:
            raise row.wrong("seat: the code of a former province expected")
    if (len(provinces), len(formers), len(by_number)) != (34, 63, 63):
        raise past[0].wrong("34 provinces and 63 former ones with different codes expected")
    points = {code: former.point for code, former in formers.items()}
    towns = tuple(points.values())
    for code, (name, seat) in _REGIONS.items():
        town = points[seat]
        points[code] = ServicePoint(code, name, town.town, None, code, town.lat, town.lon)
    capital = points["ha-noi"]
    points[NATION] = ServicePoint(
        NATION, "Quốc gia", capital.town, None, None, capital.lat, capital.lon
    )
    return Table(provinces, formers, by_number, points, towns)


def _former(row: Row, provinces: dict[str, Province]) -> Former:
    if row.text("province") not in provinces:
        raise row.wrong("province: the name of a [[province]] of this file expected")
    if row.text("region") not in _REGIONS:
        raise row.wrong(f"region: one of {', '.join(_REGIONS)} expected")
    point = ServicePoint(
        code=row.text("code"),
        name=row.text("name"),
        town=row.text("town"),
        province=row.text("province"),
        region=row.text("region"),
        lat=row.number("lat", 8, 24),
        lon=row.number("lon", 102, 110),
    )
    return Former(point, row.text("number"), row.texts("aliases"), row.texts("short"))


class _ServicePoints(Mapping[str, ServicePoint]):
    """The points by code, read from the data file when first asked."""

    def __getitem__(self, code: str) -> ServicePoint:
        return table().points[code]

    def __iter__(self) -> Iterator[str]:
        return iter(table().points)

    def __len__(self) -> int:
        return len(table().points)


SERVICE_POINTS: Mapping[str, ServicePoint] = _ServicePoints()


def nearest_town(lat: float, lon: float) -> tuple[ServicePoint, float]:
    """The nearest of the 63 former province towns, and its distance in km."""
    towns = table().towns
    town = towns[nearest_of(lat, lon, _town_vectors())]
    return town, kilometres(lat, lon, town.lat, town.lon)


@cache
def _town_vectors() -> list[Vector]:
    return [vector(town.lat, town.lon) for town in table().towns]


def centres_of_province(province: str) -> tuple[str, ...]:
    """Codes of the service points of a present province, its seat first; empty if unknown.

    province: as in `Place.vn_province` ("TP. Hồ Chí Minh", "Huế").
    """
    known = table().provinces.get(province)
    if known is None:
        return ()
    codes = [town.code for town in table().towns if town.province == province]
    return tuple(sorted(codes, key=lambda code: (code != known.seat, codes.index(code))))


def same_province_by_distance(code: str) -> tuple[str, ...]:
    """The other centres of the present province of this centre, nearest first.

    Empty for a regional desk or the national one. KeyError if the code is unknown.
    """
    here = SERVICE_POINTS[code]
    if here.province is None:
        return ()
    others = [
        (kilometres(here.lat, here.lon, town.lat, town.lon), town.code)
        for town in table().towns
        if town.province == here.province and town.code != code
    ]
    return tuple(other for _, other in sorted(others))


def region_of(code: str) -> str:
    """Code of the regional desk above a centre; the nation is its own. KeyError if unknown."""
    return SERVICE_POINTS[code].region or NATION


def province_title(province: str, on: date) -> str:
    """How a present province was titled on that day ("Tỉnh An Giang"). KeyError if unknown."""
    return table().provinces[province].title(on)
