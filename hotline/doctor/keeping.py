"""What the doctor says of breaches and backups: clocks that run while nobody looks."""

from __future__ import annotations

from collections.abc import Iterator

from desk import backing, breaching
from hotline.doctor.finding import Finding
from hotline.house import House

DAY = 24 * 3_600_000
LONGEST = 2  # days without a backup


def breaches(house: House) -> Iterator[Finding]:
    for one in breaching.running(house.desk):
        if not one.untold:
            yield Finding("breach", "doubt", f"number {one.number}: all were told; close it with "
                          f"`hotline breach close {one.number}`")  # fmt: skip
            continue
        clock = (
            f"{one.hours_left:.0f} hours are left"
            if one.hours_left >= 0
            else f"the time is over since {-one.hours_left:.0f} hours"
        )
        yield Finding(
            "breach", "fault",
            f"number {one.number}: {clock} to tell {', '.join(one.untold)}; write it down with "
            f"`hotline breach report {one.number}`",
        )  # fmt: skip


def backups(house: House) -> Iterator[Finding]:
    at = backing.last(house.desk)
    if at is None:
        yield Finding("backup", "doubt", "none was ever made: `hotline backup FILE`")
        return
    days = (house.desk.now() - at) / DAY
    state = "good" if days <= LONGEST else "doubt"
    again = "" if state == "good" else ": `hotline backup FILE`"
    yield Finding("backup", "good" if state == "good" else "doubt",
                  f"the last one is {days:.0f} days old{again}")  # fmt: skip
