"""Distances on the globe, in kilometres."""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

from places.place import ServicePoint

_EARTH_DIAMETER_KM = 12742.0


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance of two points given in degrees."""
    phi, other_phi = radians(lat), radians(other_lat)
    half = (
        sin((phi - other_phi) / 2) ** 2
        + cos(phi) * cos(other_phi) * sin(radians(lon - other_lon) / 2) ** 2
    )
    return _EARTH_DIAMETER_KM * asin(min(1.0, sqrt(half)))


def closest(lat: float, lon: float, points: Iterable[ServicePoint]) -> tuple[ServicePoint, float]:
    """The nearest of points and its distance in km; ValueError if there are none."""
    return min(
        ((point, kilometres(lat, lon, point.lat, point.lon)) for point in points),
        key=lambda pair: (pair[1], pair[0].code),
    )
