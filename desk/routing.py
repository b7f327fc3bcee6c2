"""Routing is total and has two answers: the centre that is responsible, the desk that is called.

The centre is the service point nearest to the place, manned or not; the rota never changes it.
The desk is the first with someone on call: that centre, the other centres of its province by
distance, the regional desk, the national desk.
"""

from __future__ import annotations

from dataclasses import dataclass

import places
from places.place import Place
from store import people
from store.sql import Tx

NATION = "quoc-gia"


@dataclass(frozen=True, slots=True)
class Chain:
    """Whom a centre's tickets may go to, in order."""

    centre: str
    neighbours: tuple[str, ...]
    region: str | None
    nation: str

    def codes(self) -> tuple[str, ...]:
        region = (self.region,) if self.region else ()
        return tuple(dict.fromkeys((self.centre, *self.neighbours, *region, self.nation)))


def chain_of(centre: str) -> Chain:
    if centre == NATION:
        return Chain(centre, (), None, NATION)
    region = places.region_of(centre)
    return Chain(centre, tuple(places.same_province_by_distance(centre)), region, NATION)


def centre_of(place: Place | None) -> str:
    """The responsible centre; the national desk where no Vietnamese place is known."""
    return NATION if place is None else place.centre


def desk_of(tx: Tx, centre: str, closed_to: str = "") -> str:
    """The desk that is called now: the first of the chain with someone on call.

    closed_to: codes, each between bars, of those who must not know.
    """
    manned = people.manned(tx)
    chain = (code for code in chain_of(centre).codes() if f"|{code}|" not in closed_to)
    return next((code for code in chain if code in manned), NATION)


def open_centre(centre: str, closed_to: str) -> str:
    """The responsible centre, or the next of its chain that may know of it."""
    if f"|{centre}|" not in closed_to:
        return centre
    chain = chain_of(centre).codes()
    return next((code for code in chain if f"|{code}|" not in closed_to), NATION)


def is_centre(code: str) -> bool:
    return code in places.SERVICE_POINTS
