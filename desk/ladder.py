"""The ladder of a ticket: who is called, and when the next ones are.

It is a snapshot taken when the ticket opens, so a rota edited at night never changes what is
running. The last rung repeats, looked up afresh, until a person says yes.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desk.routing import NATION, chain_of
from store import people
from store.people import Person
from store.sql import Tx

FILE = Path(__file__).parent / "ladders.toml"
STEPS = ("centre", "region", "nation", "again", "hold", "offer")
MINUTE = 60_000


class BadLadders(Exception):
    """The file of clocks cannot be used; the message names file and place."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Minutes from the opening to each further call, between repeats, and that claims last.

    hold: of a claim that its holder does not touch. offer: of an offer to somebody else.
    """

    centre: int
    region: int
    nation: int
    again: int
    hold: int
    offer: int

    @property
    def hold_ms(self) -> int:
        return self.hold * MINUTE

    @property
    def offer_ms(self) -> int:
        return self.offer * MINUTE


@dataclass(frozen=True, slots=True)
class Rung:
    """One call: `after` ms from the opening, to these people."""

    name: str  # desk, centre, region, nation
    after: int
    staff: tuple[str, ...]


@cache
def read_ladders(path: Path = FILE) -> Mapping[int, Ladder]:
    """Read and check the clocks. Raises BadLadders naming everything that is wrong."""
    try:
        data = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BadLadders(f"{path.name}: {error}") from error
    faults = []
    ladders = {}
    for urgency in (1, 2, 3, 4):
        entry = data.get("urgency", {}).get(str(urgency), {})
        wrong = [s for s in STEPS if not isinstance(entry.get(s), int) or entry[s] < 1]
        if wrong:
            faults.append(
                f"{path.name}: [urgency.{urgency}] needs whole minutes, 1 or more, for "
                + ", ".join(wrong)
            )
            continue
        ladder = Ladder(*(entry[s] for s in STEPS))
        if not ladder.centre <= ladder.region <= ladder.nation:
            faults.append(
                f"{path.name}: [urgency.{urgency}] must call the centre before the region "
                "and the region before the nation"
            )
        if ladder.offer > ladder.hold:
            faults.append(
                f"{path.name}: [urgency.{urgency}] offer is {ladder.offer} minutes, expected at "
                f"most hold, {ladder.hold}: the giver must hold the ticket until it is answered"
            )
        ladders[urgency] = ladder
    if faults:
        raise BadLadders("\n".join(faults))
    return ladders


def build(tx: Tx, ladder: Ladder, centre: str, desk: str) -> tuple[Rung, ...]:
    """Take the snapshot for a ticket of this centre whose desk is called first.

    Where the nation's desk is meant and nobody is on call there, everybody who is on call anywhere
    is: a ticket that nobody may claim is a harm, and one call too many is none.
    """
    chain = chain_of(centre)
    wanted = (
        ("desk", 0, (desk,)),
        ("centre", ladder.centre, (centre, desk)),
        ("region", ladder.region, (chain.region,) if chain.region else ()),
        ("nation", ladder.nation, (chain.nation,)),
    )
    rungs = []
    anywhere: list[Person] = []
    on_call = people.on_call(tx, desk, centre, chain.region or chain.nation, chain.nation)
    for name, minutes, codes in wanted:
        called = [p for code in codes for p in on_call if p.centre == code]
        if not called and NATION in codes:
            called = anywhere = anywhere or people.everybody_on_call(tx)
        if called or name == "nation":
            rungs.append(Rung(name, minutes * MINUTE, tuple(dict.fromkeys(p.id for p in called))))
    return tuple(rungs)


def dump(rungs: tuple[Rung, ...]) -> str:
    return json.dumps([[r.name, r.after, list(r.staff)] for r in rungs], separators=(",", ":"))


def load(text: str) -> tuple[Rung, ...]:
    return tuple(Rung(name, after, tuple(staff)) for name, after, staff in json.loads(text))
