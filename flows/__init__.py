"""What we ask and what follows from the answer. Pure: no clock, no database, no provider."""

from flows.advancing import advance, unsilence
from flows.keeping import dump, load
from flows.registry import FLOWS

__all__ = ["FLOWS", "advance", "dump", "load", "unsilence"]
