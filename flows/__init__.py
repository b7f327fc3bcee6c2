"""What we ask and what follows from the answer. Pure: no clock, no database, no provider."""

from flows.advancing import advance, lapse, unsilence, unspoken
from flows.answering import is_bare_choice
from flows.keeping import dump, load
from flows.registry import FLOWS
from flows.timing import next_timer

__all__ = [
    "FLOWS",
    "advance",
    "dump",
    "is_bare_choice",
    "lapse",
    "load",
    "next_timer",
    "unsilence",
    "unspoken",
]
