"""Pins, coordinates and map links."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from functools import cache

from places.distance import kilometres
from places.lexicon import Sense, lexicon
from places.place import Place
from places.points import nearest_town, table

_NUMBER = r"([-+]?\d{1,3}\.\d{2,10})"
_PAIR = re.compile(rf"(?<![\d.]){_NUMBER}\s*[,;/ ]\s*{_NUMBER}(?![\d.])")
_IN_LINK = re.compile(rf"[@=/!]{_NUMBER}(?:,|%2C|!4d){_NUMBER}", re.IGNORECASE)
_WINDOW = 0.6  # degrees of latitude looked at on each side
_FAR_KM = 22.0  # no commune of Viet Nam is so large that its middle is farther from a point in it


def coordinates(text: str) -> tuple[float, float] | None:
    """The first pair of coordinates in a text, decimal or inside a map link; None without one."""
    if text.count(".") < 2:
        return None
    for pattern in (_IN_LINK, _PAIR):
        for found in pattern.finditer(text):
            lat, lon = float(found[1]), float(found[2])
            if -90 <= lat <= 90 and -180 <= lon <= 180:
                return lat, lon
    return None


@cache
def _communes() -> tuple[list[float], list[Sense]]:
    """All communes and districts with their middles, by latitude."""
    senses = [
        sense
        for entry in lexicon().entries.values()
        for sense in entry.senses()
        if sense.kind in ("commune", "district") and sense.lat is not None
    ]
    senses.sort(key=lambda s: (s.lat or 0.0, s.name))
    return [s.lat or 0.0 for s in senses], senses


@cache
def _abroad() -> list[Sense]:
    return [
        sense
        for entry in lexicon().entries.values()
        for sense in entry.made
        if sense.country != "VN" and sense.lat is not None
    ]


def nearest(lat: float, lon: float, on: date) -> Place:
    """Where a pin belongs: province and centre by the nearest commune.

    lat, lon: degrees. No data tells the side of the border, so country is a hint: the place abroad
    that is nearer than any commune of ours, and vn_province stays filled within about 20 km of Viet
    Nam. ValueError if the numbers are not on the globe.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("latitude -90..90 and longitude -180..180 expected")
    inland, inland_km = _closest_commune(lat, lon)
    foreign, foreign_km = None, 1e9
    for sense in _abroad():
        distance = kilometres(lat, lon, sense.lat or 0.0, sense.lon or 0.0)
        if distance < foreign_km:
            foreign, foreign_km = sense, distance
    abroad = foreign is not None and foreign_km < inland_km
    country = foreign.country if abroad and foreign is not None else "VN"
    if inland is None or inland_km > _FAR_KM or inland.former is None:
        known = abroad and foreign is not None and foreign_km < 300
        return Place(country if known else None, None, None, None)
    former = table().formers[inland.former]
    town, distance = nearest_town(lat, lon)
    return Place(
        country, former.name_on(on), inland.former, inland.name, (), town.code, round(distance, 1)
    )


def _closest_commune(lat: float, lon: float) -> tuple[Sense | None, float]:
    latitudes, senses = _communes()
    low, high = bisect_left(latitudes, lat - _WINDOW), bisect_left(latitudes, lat + _WINDOW)
    best, best_km = None, 1e9
    for sense in senses[low:high]:
        if sense.kind == "commune" and sense.lat is not None and sense.lon is not None:
            if abs(sense.lon - lon) > 1:
                continue
            distance = kilometres(lat, lon, sense.lat, sense.lon)
            if distance < best_km:
                best, best_km = sense, distance
    return best, best_km
