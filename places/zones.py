"""What time it is where somebody is: by country, as minutes to add to UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from places.datafile import tsv_rows

_MINUTES = re.compile(r"-?\d{1,3}(?: -?\d{1,3})*")


def utc_offsets(country: str) -> tuple[int, ...]:
    """All that may have to be added to UTC in a country ("VN"), in minutes; () if not known."""
    return zones().get(country, ())


@cache
def zones() -> Mapping[str, tuple[int, ...]]:
    """Read the zones. Raises DataError naming the line that is wrong."""
    found = {}
    for row in tsv_rows("zones.tsv", ("country", "minutes")):
        if not re.fullmatch("[A-Z]{2}", row.text("country")):
            raise row.wrong("two capital letters of a country expected")
        minutes = row.text("minutes")
        if not _MINUTES.fullmatch(minutes):
            raise row.wrong("minutes to add to UTC expected, with spaces between them")
        offsets = tuple(int(minute) for minute in minutes.split())
        if not all(-720 <= offset <= 840 for offset in offsets):
            raise row.wrong("minutes from -720 to 840 expected")
        found[row.text("country")] = offsets
    return found
