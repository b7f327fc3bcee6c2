"""What is known of a place: the answer types of this package. Facts only, no code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """One name of a place found in a text.

    start, end: character offsets in the NFC form of the text.
    role: what the words around it say: "here" (the person is there now), "home" (comes from),
    "to" (destination, offer), "from" (left it), "work" (an office is there), "seen" (no role said).
    provinces: present provinces the name may mean, most likely first; empty outside Viet Nam.
    """

    start: int
    end: int
    name: str  # canonical spelling of the name as used (old or local), original script if not Latin
    kind: str  # province, district, commune, gate, market, station, street, compound, city, country
    role: str
    country: str | None  # ISO 3166-1 alpha-2
    provinces: tuple[str, ...]
    old_provinces: tuple[str, ...]  # codes of former provinces (`ba-ria-vung-tau`), same order
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message belongs: one judgement out of all mentions.

    country: ISO 3166-1 alpha-2 of where the person at risk is now, None if unknown.
    vn_province: present name without "tỉnh"/"thành phố" ("TP. Hồ Chí Minh", "Huế", "Cần Thơ").
    old_province: code of the former province (a service point), e.g. `kien-giang`.
    candidates: the present province names when the name is ambiguous; then vn_province is None.
    centre: code of the nearest service point, `quoc-gia` if no Vietnamese place is known.
    distance_km: from the place to that service point, None if no coordinates are known.
    """

    country: str | None
    vn_province: str | None
    old_province: str | None
    mention: str | None
    candidates: tuple[str, ...] = ()
    centre: str = "quoc-gia"
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A centre's seat: one of the 63 former province towns, a region or the nation."""

    code: str  # `lang-son`; `vung-bac`, `vung-trung`, `vung-nam`; `quoc-gia`
    name: str  # former province ("Bà Rịa - Vũng Tàu")
    town: str
    province: str | None  # present province
    region: str | None  # `vung-bac` ...; None for the nation
    lat: float
    lon: float
