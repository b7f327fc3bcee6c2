"""Which place lies in which."""

from __future__ import annotations

from functools import lru_cache

from places.fold import key
from places.gazetteer import Sense
from places.points import table


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return key(name)


def nested(a: Sense, b: Sense) -> bool:
    """Whether one of two senses lies in the other, either way round."""
    return inside(a, b) or inside(b, a)


def inside(wide: Sense, fine: Sense) -> bool:
    """Whether fine lies in wide."""
    if wide.fine >= fine.fine or wide.country != fine.country:
        return False
    if wide.kind == "country" or wide.former is None:
        return True
    if wide.kind == "district" and fine.parent:
        return wide.former == fine.former and _key(wide.name) == fine.parent
    return _same_land(wide, fine)


def _same_land(wide: Sense, fine: Sense) -> bool:
    """The former province is the same, or the name used is that of their present province."""
    if wide.former is None or fine.former is None:
        return False
    if wide.former == fine.former:
        return True
    formers = table().formers
    a, b = formers[wide.former].point, formers[fine.former].point
    return wide.kind == "province" and a.province == b.province and _names_present(a.code)


def _names_present(former: str) -> bool:
    """Whether the name of a former province is also that of its present one."""
    point = table().formers[former].point
    return point.province == point.name or former == "thua-thien-hue"
