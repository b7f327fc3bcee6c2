"""Makes `data/units.tsv` out of the open dataset of vietnamadminunits 1.0.4 (MIT).

Run by a developer when the administrative map changes, never by the product. The package brings
dependencies we do not want, so it lives in an environment of its own and only its database file is
read:

    python3 -m venv /tmp/units && /tmp/units/bin/pip install vietnamadminunits==1.0.4
    .venv/bin/python -m places.generate /tmp/units/lib/python3.11/site-packages/vietnamadminunits

One line of the result is one folded name and every unit that bears it:

    key TAB name|kind|number|parent|lat|lon ; name|kind|...

kind is two letters: d former district, c former commune, n commune since 1 July 2025, then h huyện,
q quận, t thị xã or thị trấn, k thành phố, x xã, p phường, s đặc khu. number is that of the former
province (`provinces.toml`), parent the former district ("" for a district). The first line holds
the number of lines and a checksum.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from places.fold import key, without_apostrophe

_KIND = {
    "Huyện": "h",
    "Quận": "q",
    "Thị xã": "t",
    "Thị trấn": "t",
    "Thành phố": "k",
    "Xã": "x",
    "Phường": "p",
    "Đặc khu": "s",
}
_REMARK = re.compile(r"\s*\((?:Huyện|Thị xã|Thành phố|Thị trấn|Xã|Phường)\)$")
# The dataset's point for these communes lies in another part of the country: (number, commune).
_MISPLACED = {
    ("17", "Phú Nghĩa"),
    ("26", "Lương Điền"),
    ("36", "Nam Điền"),
    ("40", "Tam Đỉnh"),
    ("40", "Nghĩa Thái"),
    ("52", "An Lão"),
}
_TARGET = Path(__file__).parent / "data" / "units.tsv"


class Unit(NamedTuple):
    name: str
    kind: str
    number: str
    parent: str
    lat: float
    lon: float


def _former(database: sqlite3.Connection) -> Iterator[Unit]:
    seen: set[tuple[str, str]] = set()
    rows = database.execute(
        "select provinceCode, districtShort, districtType, districtLat, districtLon, districtKey,"
        " wardShort, wardType, wardLat, wardLon from admin_units_legacy"
    )
    for number, district, kind, lat, lon, district_key, ward, ward_kind, ward_lat, ward_lon in rows:
        parent = _REMARK.sub("", district)
        if (number, district_key) not in seen:
            seen.add((number, district_key))
            yield Unit(parent, "d" + _KIND[kind], number, "", lat, lon)
        if ward is not None:
            if (number, ward) in _MISPLACED and abs(ward_lat - lat) + abs(ward_lon - lon) > 0.3:
                ward_lat, ward_lon = lat, lon
            yield Unit(
                _REMARK.sub("", ward), "c" + _KIND[ward_kind], number, parent, ward_lat, ward_lon
            )


def _origins(database: sqlite3.Connection, folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """(province key, commune key) of today -> (former number, former district), by majority."""
    district_of = {
        "_".join(row[:3]): (row[3], _REMARK.sub("", row[4]))
        for row in database.execute(
            "select provinceKey, districtKey, wardKey, provinceCode, districtShort"
            " from admin_units_legacy where wardKey is not null"
        )
    }
    votes: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    converter = json.loads((folder / "data" / "converter_2025.json").read_text(encoding="utf-8"))
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, olds in communes.items():
            votes[province, commune].update(district_of[o] for o in olds if o in district_of)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            for part in parts:
                if old in district_of:
                    votes[province, part["newWardKey"]][district_of[old]] += 1
    return {new: counts.most_common(1)[0][0] for new, counts in votes.items() if counts}


def _present(database: sqlite3.Connection, folder: Path, formers: list[Unit]) -> Iterator[Unit]:
    origins = _origins(database, folder)
    members: dict[str, set[str]] = defaultdict(set)
    for (province, _), (number, _district) in origins.items():
        members[province].add(number)
    rows = database.execute(
        "select provinceKey, wardKey, wardShort, wardType, wardLat, wardLon from admin_units"
    )
    for province, ward_key, ward, kind, lat, lon in rows:
        origin = origins.get((province, ward_key))
        if origin is None:  # islands and a few more: their own old district, or what is nearest
            own = [unit for unit in formers if unit.number in members[province]]
            near = min(
                [unit for unit in own if unit.name == ward and unit.kind[0] == "d"] or own,
                key=lambda unit: (unit.lat - lat) ** 2 + (unit.lon - lon) ** 2,
            )
            origin = (near.number, near.parent or near.name)
        yield Unit(_REMARK.sub("", ward), "n" + _KIND[kind], *origin, lat, lon)


def _on_the_island(unit: Unit, islands: dict[str, Unit]) -> Unit:
    """An island district stands where its present special zone does, not at an office ashore."""
    island = islands.get(unit.name)
    if island is None or unit.kind[0] != "d":
        return unit
    return unit._replace(lat=island.lat, lon=island.lon)


def _lines(units: list[Unit]) -> list[str]:
    by_key: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for name in {unit.name, without_apostrophe(unit.name) or unit.name}:
            by_key[key(name)].append(unit)
    return [
        folded
        + "\t"
        + ";".join(
            f"{u.name}|{u.kind}|{u.number}|{u.parent}|{u.lat:.3f}|{u.lon:.3f}"
            for u in sorted(by_key[folded])
        )
        for folded in sorted(by_key)
    ]


def main(folder: Path) -> None:
    """Read the package in folder and write `data/units.tsv`."""
    database = sqlite3.connect(f"file:{folder / 'data' / 'dataset.db'}?mode=ro", uri=True)
    formers = list(_former(database))
    present = list(_present(database, folder, formers))
    islands = {unit.name: unit for unit in present if unit.kind == "ns"}
    formers = [_on_the_island(unit, islands) for unit in formers]
    units = formers + present
    lines = _lines(units)
    body = "\n".join(lines) + "\n"
    head = f"# units\t{len(lines)}\t{zlib.crc32(body.encode())}\n"
    _TARGET.write_text(head + body, encoding="utf-8")
    kinds = Counter(unit.kind[0] for unit in units)
    sys.stdout.write(f"{_TARGET.name}: {len(lines)} names, {dict(kinds)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
