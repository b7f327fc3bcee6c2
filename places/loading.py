"""Reading all data files at once, before the first message comes."""

from __future__ import annotations

from places.centres import centres
from places.cues import cues
from places.lexicon import lexicon
from places.pins import index
from places.points import table
from places.zones import zones


def load() -> None:
    """Read and check every data file; the first fault raises DataError with file and line."""
    table()
    centres()
    cues()
    lexicon()
    index()
    zones()
