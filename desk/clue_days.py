"""For how long a clue joins two tips: the supervisor's file, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "clue_days.toml"
KINDS = ("phone", "plate", "account", "handle", "address", "recruiter", "place")
DAY = 86_400_000


class BadClueDays(Exception):
    """The file of days cannot be used; the message names file and place."""


@cache
def read_clue_days(path: Path = FILE) -> Mapping[str, int]:
    """Read and check the days of each kind, in ms. Raises BadClueDays naming all that is wrong."""
    try:
        days = tomllib.loads(path.read_text()).get("days", {})
    except tomllib.TOMLDecodeError as error:
        raise BadClueDays(f"{path.name}: {error}") from error
    faults = [
        f"{path.name}: [days] needs whole days, 1 to 3650, for {kind}"
        for kind in KINDS
        if not isinstance(days.get(kind), int) or not 1 <= days[kind] <= 3650
    ]
    faults += [
        f"{path.name}: [days] {name} is no kind of clue" for name in days.keys() - set(KINDS)
    ]
    if faults:
        raise BadClueDays("\n".join(faults))
    return {kind: days[kind] * DAY for kind in KINDS}
