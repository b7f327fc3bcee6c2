"""From a pin to a province and a centre."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from functools import cache

from places.compile import Spot
from places.distance import Vector, kilometres, nearest_of, vector
from places.gazetteer import Sense
from places.lexicon import lexicon
from places.place import Place
from places.points import nearest_town, table

_WINDOW = 0.15  # degrees looked at on each side, first
_FAR_KM = 22.0  # no commune of Viet Nam is so large that its middle is farther from a point in it
_COAST_KM = 150.0  # a boat so far out is still ours if no place abroad is near
_KNOWN_KM = 400.0  # beyond this from any place we know abroad, the country is unknown


@cache
def _latitudes() -> list[float]:
    """Of all communes and landmarks, in their order."""
    return [spot[0] for spot in lexicon().spots]


@cache
def _abroad() -> tuple[list[Vector], list[Sense]]:
    """All places abroad of which we know where they are."""
    senses = list({(s.lat, s.lon): s for s in lexicon().abroad() if s.lat is not None}.values())
    return [vector(s.lat or 0.0, s.lon or 0.0) for s in senses], senses


def index() -> None:
    """Make ready what pins are looked up in, so that the first pin does not wait for it."""
    _latitudes()
    _abroad()


def nearest(lat: float, lon: float, on: date) -> Place:
    """Where a pin belongs: province and centre by the nearest commune.

    lat, lon: degrees. No data tells the side of the border, so country is a hint: that of the place
    abroad that is nearer than any commune of ours; vn_province stays filled within about 20 km of
    Viet Nam, and for boats off the coast. ValueError if the numbers are not on the globe.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("latitude -90..90 and longitude -180..180 expected")
    ours, our_km = _closest_commune(lat, lon)
    theirs, their_km = _closest_abroad(lat, lon)
    if ours is None or (our_km > _FAR_KM and not (our_km < _COAST_KM and their_km > 2 * our_km)):
        country = theirs.country if their_km < _KNOWN_KM else None
        return Place(country, None, None, None)
    country = theirs.country if their_km < our_km else "VN"
    _, _, name, former = ours
    town, distance = nearest_town(lat, lon)
    province = table().formers[former].name_on(on)
    return Place(country, province, former, name, (), town.code, round(distance, 1))


def _closest_abroad(lat: float, lon: float) -> tuple[Sense, float]:
    vectors, senses = _abroad()
    sense = senses[nearest_of(lat, lon, vectors)]
    return sense, kilometres(lat, lon, sense.lat or 0.0, sense.lon or 0.0)


def _closest_commune(lat: float, lon: float) -> tuple[Spot | None, float]:
    latitudes, communes = _latitudes(), lexicon().spots
    for window in (_WINDOW, 4 * _WINDOW, 12 * _WINDOW):
        low, high = bisect_left(latitudes, lat - window), bisect_left(latitudes, lat + window)
        near = [spot for spot in communes[low:high] if abs(spot[1] - lon) < window]
        if near:
            spot = near[nearest_of(lat, lon, [vector(s[0], s[1]) for s in near])]
            return spot, kilometres(lat, lon, spot[0], spot[1])
    return None, 1e9
