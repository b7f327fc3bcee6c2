"""A state as text and back. A running conversation keeps the version of its flow; an older one is
moved up one step at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace

from flows.registry import FLOWS
from flows.turn import State

FIELDS = tuple(field.name for field in fields(State))


def _other_menu(state: State) -> State:
    """The menu of topics has other numbers: one that was sent before is answered in words."""
    return replace(state, step=None) if state.step == "info.topic" else state


# (flow, version) -> how a state of that version becomes one of the next. Each past version keeps a
# stored state in the tests.
UPGRADES: Mapping[tuple[str, int], Callable[[State], State]] = {
    ("information", 1): _other_menu,
}


def dump(state: State) -> str:
    """The state as JSON. It holds no words of the sender, but what it holds is still sealed."""
    kept = {name: getattr(state, name) for name in FIELDS}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> State:
    """The state that `dump` wrote, moved up to the present versions of the flows.

    Raises ValueError for a text that is no state, and for a flow or version that no upgrade knows.
    """
    try:
        kept = json.loads(text)
        state = State(**{**kept, "asked": tuple(kept["asked"]), "told": tuple(kept["told"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a stored state: {error}") from error
    return upgraded(state)


def upgraded(state: State) -> State:
    """The state moved up step by step. Raises ValueError where a step is missing."""
    while state.flow not in FLOWS or state.version < FLOWS[state.flow].version:
        upgrade = UPGRADES.get((state.flow, state.version))
        if upgrade is None:
            raise ValueError(f"no upgrade for flow {state.flow!r} of version {state.version}")
        moved = upgrade(state)
        if (moved.flow, moved.version) == (state.flow, state.version):
            moved = replace(moved, version=state.version + 1)
        state = moved
    return state
