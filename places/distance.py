"""Distances on the globe, in kilometres."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

_EARTH_DIAMETER_KM = 12742.0


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance of two points given in degrees."""
    phi, other_phi = radians(lat), radians(other_lat)
    half = (
        sin((phi - other_phi) / 2) ** 2
        + cos(phi) * cos(other_phi) * sin(radians(lon - other_lon) / 2) ** 2
    )
    return _EARTH_DIAMETER_KM * asin(min(1.0, sqrt(half)))


Vector = tuple[float, float, float]


def vector(lat: float, lon: float) -> Vector:
    """The point on the unit globe: of two, the one with the larger dot product is nearer."""
    phi, lam = radians(lat), radians(lon)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def nearest_of(lat: float, lon: float, vectors: Sequence[Vector]) -> int:
    """The index of the nearest of vectors; ValueError if there are none."""
    x, y, z = vector(lat, lon)
    dots = [x * a + y * b + z * c for a, b, c in vectors]
    return dots.index(max(dots))
