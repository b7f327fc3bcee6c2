"""`hotline route`: one record in, one record out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from places.find import find
from places.pins import nearest
from places.place import Place


def route_record(record: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Answer {"id", "text"} or {"id", "lat", "lon"} with the place it belongs to.

    Keys of the answer: id, country, vn_province, old_province, mention, candidates, centre,
    distance_km. ValueError if the record has neither a text nor a pin on the globe.
    """
    return {"id": record.get("id"), **as_record(_place(record, on))}


def as_record(place: Place) -> dict[str, Any]:
    """A place as the plain values of one JSON object."""
    return {
        "country": place.country,
        "vn_province": place.vn_province,
        "old_province": place.old_province,
        "mention": place.mention,
        "candidates": list(place.candidates),
        "centre": place.centre,
        "distance_km": place.distance_km,
    }


def _place(record: Mapping[str, Any], on: date) -> Place:
    text = record.get("text")
    if isinstance(text, str):
        return find(text, on=on)
    lat, lon = record.get("lat"), record.get("lon")
    if isinstance(lat, int | float) and isinstance(lon, int | float):
        return nearest(float(lat), float(lon), on)
    raise ValueError('"text", or "lat" and "lon" as numbers, expected')
