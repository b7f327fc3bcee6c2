"""The administrative units of `units.tsv`: districts and communes, former and present."""

from __future__ import annotations

import zlib

from places.datafile import DataError, content
from places.fold import key, spelling
from places.gazetteer import Sense
from places.points import table

_UNIT_KINDS = {"d": "district", "c": "commune", "n": "commune"}


def unit_of(part: str) -> Sense:
    name, kind, number, parent, lat, lon = part.split("|")
    return Sense(
        name=name,
        kind=_UNIT_KINDS[kind[0]],
        country="VN",
        former=table().by_number[number].point.code,
        lat=float(lat),
        lon=float(lon),
        parent=key(parent),
        unit=kind[1],
        present=kind[0] == "n",
        form=spelling(name),
        rank=2 if kind[0] == "d" else 3,
        fine=2 if kind[0] == "d" else 3,
    )


def units() -> list[tuple[str, str]]:
    """The lines of `units.tsv` as (folded name, units). DataError if the file is damaged."""
    name = "units.tsv"
    head, _, body = content(name).partition("\n")
    fields = head.split("\t")
    lines = body.splitlines()
    remake = "the file as `python -m places.generate` wrote it expected"
    if len(fields) != 3 or fields[0] != "# units" or not fields[1].isdigit():
        raise DataError(name, 1, f"heading `# units TAB lines TAB checksum` expected; {remake}")
    if str(zlib.crc32(body.encode())) != fields[2] or len(lines) != int(fields[1]):
        for number, line in enumerate(lines, 2):
            folded, tab, parts = line.partition("\t")
            try:
                whole = bool(tab) and [unit_of(part) for part in parts.split(";")] != []
            except (ValueError, KeyError):
                whole = False
            if not whole or key(folded) != folded:
                raise DataError(name, number, f"`key TAB name|kind|number|...` expected; {remake}")
        raise DataError(name, 1, f"checksum or number of lines differs; {remake}")
    return [(folded, parts) for folded, _, parts in (line.partition("\t") for line in lines)]
