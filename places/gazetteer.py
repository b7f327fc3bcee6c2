"""The hand-made tables of names: provinces, landmarks, places abroad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from places.datafile import Row, tsv_rows
from places.points import table

ANYWHERE: Final = ""  # the name counts wherever it stands
CUE: Final = "cue"  # also a common word or a person's name: only with a place word, or alone
MOVING: Final = "move"  # with a place word or a word of movement ("qua cam")
CAPITAL: Final = "capital"  # the same, and only with a capital ("đi Anh")
THERE: Final = "there"  # only where the text speaks of that country ("Hà Nam" for Henan)
SHORT: Final = "short"  # an abbreviation: like CUE, and it never outranks a full name
_MARKS = {"?": CUE, "~": MOVING, "^": CAPITAL, "@": THERE}

_KIND_WORDS = {
    "bến xe ": ("bx ", "bxe "),
    "bệnh viện ": ("bv ",),
    "khu công nghiệp ": ("KCN ",),
    "kcn ": ("khu công nghiệp ",),
    "cửa khẩu ": ("CK ",),
}

_LANDMARK_COLUMNS = ("name", "kind", "former", "lat", "lon", "aliases")
_FOREIGN_COLUMNS = ("name", "kind", "country", "lat", "lon", "aliases")
LANDMARK_KINDS = frozenset(
    ("gate", "market", "station", "airport", "port", "street", "hospital", "park", "area", "town")
)
FOREIGN_KINDS = frozenset(("country", "city", "compound", "gate", "area"))


class Sense(NamedTuple):  # a tuple, because thousands are made at the start
    """One thing a name may mean.

    kind: as in `Mention.kind`. former: code of the former province, None abroad. parent: the former
    district of a commune. unit: letter of the kind of unit (h huyện, q quận, t thị xã or thị trấn,
    k thành phố, x xã, p phường, s đặc khu), "" for anything else. present: it exists since 1 July
    2025. needs: one of the six above. form: the name it was found by, as `fold.spelling` gives it.
    rank: the lower outranks others of the same name. fine: 0 for a country, rising to 3 for a
    commune or a landmark.
    """

    name: str
    kind: str
    country: str
    former: str | None
    lat: float | None
    lon: float | None
    parent: str = ""
    unit: str = ""
    present: bool = False
    needs: str = ANYWHERE
    form: str = ""
    rank: int = 9
    fine: int = 3


_RANKS = {"province": 0, "country": 1, "district": 2, "commune": 3}
_FINENESS = {"country": 0, "province": 1, "area": 1, "city": 2, "district": 2, "town": 2}


def weighed(sense: Sense) -> Sense:
    """The sense with its rank and fineness, which follow from its kind and needs."""
    if sense.needs == SHORT:
        rank = 4
    elif sense.needs == THERE:
        rank = -1
    else:
        rank = _RANKS.get(sense.kind, 2 if sense.needs == ANYWHERE else 3)
    return sense._replace(rank=rank, fine=_FINENESS.get(sense.kind, 3))


def _read_marks(marked: str, sense: Sense) -> tuple[str, Sense]:
    """The bare name, and the sense as that name means it."""
    name = marked.lstrip("=")
    needs = _MARKS.get(name[0], sense.needs)
    name = name.lstrip("?~^@")
    if needs == CUE and name.count(" ") > 1:
        needs = ANYWHERE  # a name with its own kind word ("cửa khẩu Tân Thanh") is no other word
    shown = name if marked[0] == "=" else sense.name
    return name, weighed(sense._replace(name=shown, needs=needs))


def _landmark(row: Row) -> Sense:
    kind, former = row.text("kind"), row.text("former")
    if kind not in LANDMARK_KINDS:
        raise row.wrong(f"kind: one of {', '.join(sorted(LANDMARK_KINDS))} expected, found {kind}")
    if former not in table().formers:
        raise row.wrong(f"former: the code of a former province expected, found {former}")
    lat, lon = row.number("lat", 8, 24), row.number("lon", 102, 115)
    return Sense(row.text("name").lstrip("?~^@"), kind, "VN", former, lat, lon)


def _foreign(row: Row) -> Sense:
    kind, country = row.text("kind"), row.text("country")
    if kind not in FOREIGN_KINDS:
        raise row.wrong(f"kind: one of {', '.join(sorted(FOREIGN_KINDS))} expected, found {kind}")
    if len(country) != 2 or not country.isupper():
        raise row.wrong(f"country: two capital letters expected, found {country}")
    lat = row.number("lat", -90, 90) if row.fields["lat"] else None
    lon = row.number("lon", -180, 180) if row.fields["lon"] else None
    return Sense(row.text("name").lstrip("?~^@"), kind, country, None, lat, lon)


def names() -> Iterator[tuple[str, Sense]]:
    """Every name of the hand-made tables with what it means. DataError names file and line."""
    for marked, sense in _as_written():
        yield _read_marks(marked, sense)


def _as_written() -> Iterator[tuple[str, Sense]]:
    for code, former in table().formers.items():
        sense = Sense(former.point.name, "province", "VN", code, None, None)
        yield from ((name, sense) for name in (former.point.name, *former.aliases))
        short = sense._replace(needs=SHORT)
        yield from ((name, short) for name in former.short)
    for rows, sense_of in (
        (tsv_rows("landmarks.tsv", _LANDMARK_COLUMNS), _landmark),
        (tsv_rows("foreign.tsv", _FOREIGN_COLUMNS), _foreign),
    ):
        for row in rows:
            sense = sense_of(row)
            names = [row.text("name"), *row.fields["aliases"].split(";")]
            for name in map(str.strip, names):
                if name:
                    yield name, sense
                    yield from ((short, sense) for short in _shortened(name))


def _shortened(name: str) -> Iterator[str]:
    """The name with its kind word as people shorten it: "bx Vĩnh Niệm"."""
    mark, bare = name[: len(name) - len(name.lstrip("=?~^@"))], name.lstrip("=?~^@")
    for kind, shorts in _KIND_WORDS.items():
        if bare.lower().startswith(kind):
            rest = bare[len(kind) :]
            yield from (f"{mark}{short}{rest}" for short in shorts if len(rest) > 3)
