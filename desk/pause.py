"""The pause: everything is taken in, people are called, and senders get one neutral line.

For the hour in which the machine must not talk: a wrong text was found, a flow misbehaves, a
provider's account is in doubt. What staff write still leaves. The talk goes on in what it
understands, and stands still in what it asks.
"""

from __future__ import annotations

from dataclasses import replace

import flows
from desk.house import Desk
from flows.turn import Effect, Reminded, Say, Turn
from store import audit, messages, standing
from store.sql import Tx

NAME = "pause"
LINE = "ack.kept"


def begin(desk: Desk, by: str = "operator") -> bool:
    """Pause. False if it is paused already."""
    now = desk.now()
    with desk.db.write() as tx:
        if standing.get(tx, NAME) is not None:
            return False
        standing.put(tx, NAME, now)
        audit.write(tx, now, by, "paused", "hotline:all")
    return True


def end(desk: Desk, by: str = "operator") -> bool:
    """End the pause. False if there was none."""
    with desk.db.write() as tx:
        if not standing.drop(tx, NAME):
            return False
        audit.write(tx, desk.now(), by, "unpaused", "hotline:all")
    return True


def since(desk: Desk) -> int | None:
    """Since when (ms) it is paused; None if it is not."""
    with desk.db.read() as tx:
        found = standing.get(tx, NAME)
    return None if found is None else found[0]


def held(tx: Tx, contact_id: str, turn: Turn) -> Turn:
    """What became of a turn while we pause: what was understood stands, what was not said counts
    as never said and what was not asked as never asked. Otherwise the next text would be taken
    for the answer to a question that nobody has seen.
    """
    wanted = muted(tx, contact_id, turn.effects)
    if wanted is turn.effects:
        return turn
    return replace(turn, state=flows.unspoken(turn), effects=wanted)


def muted(tx: Tx, contact_id: str, wanted: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """What a flow wants, with the one neutral line for all that it would say while we pause.

    Once for each sender: a line that comes again and again would be noticed. The dull answer that
    a sender chose for themselves (cover) stays.
    """
    if not any(isinstance(effect, Say | Reminded) for effect in wanted):
        return wanted
    paused = standing.get(tx, NAME)
    if paused is None:
        return wanted
    kept = tuple(
        effect
        for effect in wanted
        if not (isinstance(effect, Reminded) or (isinstance(effect, Say) and not effect.cover))
    )
    covered = any(isinstance(effect, Say) for effect in kept)
    if covered or messages.any_out_since(tx, contact_id, paused[0]):
        return kept
    return (*kept, Say(LINE, at_once=True))
