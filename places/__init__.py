"""Names of places and the nearest centre. Pure; the data files are read once, at first use."""

from places.centres import lines_for_senders, lines_for_staff, names_of
from places.datafile import DataError
from places.find import find, mentions, read
from places.loading import load
from places.pins import nearest
from places.place import Mention, Place, ServicePoint
from places.points import (
    SERVICE_POINTS,
    centres_of_province,
    province_title,
    region_of,
    same_province_by_distance,
)
from places.route import as_record, route_record
from places.zones import utc_offsets

__all__ = [
    "SERVICE_POINTS",
    "DataError",
    "Mention",
    "Place",
    "ServicePoint",
    "as_record",
    "centres_of_province",
    "find",
    "lines_for_senders",
    "lines_for_staff",
    "load",
    "mentions",
    "names_of",
    "nearest",
    "province_title",
    "read",
    "region_of",
    "route_record",
    "same_province_by_distance",
    "utc_offsets",
]
