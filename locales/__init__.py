"""Babel catalogues and the one function that renders a text for a person."""

from locales.catalogue import BadCatalogue, catalogue, languages
from locales.cautions import Caution, cautions
from locales.faults import Fault, check, exceptions
from locales.marks import unaccent
from locales.rendering import render
from locales.saying import grouped, spoken
from locales.sms import Segments, segments

__all__ = [
    "BadCatalogue",
    "Caution",
    "Fault",
    "Segments",
    "catalogue",
    "cautions",
    "check",
    "exceptions",
    "grouped",
    "languages",
    "render",
    "segments",
    "spoken",
    "unaccent",
]
