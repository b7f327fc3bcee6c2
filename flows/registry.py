"""All flows, in one place to read."""

from __future__ import annotations

from flows import help_now, help_other, information, report, return_support, side, talk
from flows.flow import Ask, Flow, Track

FLOWS: dict[str, Flow] = {
    "help_now": help_now.FLOW,
    "report": report.FLOW,
    "help_other": help_other.FLOW,
    "return_support": return_support.FLOW,
    "information": information.FLOW,
    "talk": talk.FLOW,
}
SIDE = side.FLOW
EMPTY = Track(first=())


def track(flow: str, situation: str | None) -> Track:
    """The track of a situation; an empty one for a situation this version does not know."""
    return FLOWS[flow].start.get(situation or "", EMPTY)


def step(flow: str, name: str | None) -> Ask | None:
    """The question of that name, or None if there is none in this flow or beside it."""
    if not name:
        return None
    return FLOWS[flow].steps.get(name) or SIDE.steps.get(name)
