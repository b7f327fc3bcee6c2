"""What is publicly known of the centres, and how sure it is.

A wrong number given to a frightened person is worse than none, so a line that is not confirmed has
no way to a sender: `lines_for_senders` is the only door for texts that go out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from places.datafile import Row, toml, toml_rows
from places.points import SERVICE_POINTS

Confidence = Literal["high", "medium", "low"]
_CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)


@dataclass(frozen=True, slots=True)
class CentreName:
    """A name found in public sources. as_of: year or year-month of the source, None if unknown."""

    name: str
    confidence: Confidence
    as_of: str | None


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A phone number found in public sources, with whose it is and how sure that is."""

    number: str
    owner: str
    confidence: Confidence
    as_of: str | None


@dataclass(frozen=True, slots=True)
class _Centre:
    names: tuple[CentreName, ...]
    lines: tuple[PublicLine, ...]


@cache
def centres() -> dict[str, _Centre]:
    """Read and check `centres.toml` once. DataError names file and line."""
    found: dict[str, _Centre] = {}
    (rows,) = toml_rows("centres.toml", "centre")
    for row in rows:
        code = row.text("code")
        if code not in SERVICE_POINTS or code in found:
            raise row.wrong(f"code: a service point not named before expected, found {code!r}")
        found[code] = _Centre(
            tuple(CentreName(_text(row, n, "name"), *_mark(row, n)) for n in _tables(row, "names")),
            tuple(
                PublicLine(_text(row, n, "number"), _text(row, n, "owner"), *_mark(row, n))
                for n in _tables(row, "lines")
            ),
        )
    return found


def _tables(row: Row, key: str) -> list[dict[str, Any]]:
    value = row.fields.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise row.wrong(f"{key} = [{{ ... }}] expected")
    return value


def _text(row: Row, entry: dict[str, Any], key: str) -> str:
    return Row(row.file, row.line, entry).text(key)


def _mark(row: Row, entry: dict[str, Any]) -> tuple[Confidence, str | None]:
    mark = next((m for m in _CONFIDENCES if m == entry.get("confidence")), None)
    if mark is None:
        raise row.wrong('confidence = "high", "medium" or "low" expected')
    as_of = entry.get("as_of")
    if as_of is not None and not isinstance(as_of, str):
        raise row.wrong('as_of = "YYYY" or "YYYY-MM" expected')
    return mark, as_of


def names_of(code: str) -> tuple[CentreName, ...]:
    """Known names of a centre; the usual pattern, of low confidence, where none was found."""
    known = centres().get(code)
    if known is not None:
        return known.names
    pattern = toml("centres.toml")[0]["pattern"]
    return (CentreName(pattern["name"].format(former=SERVICE_POINTS[code].name), "low", None),)


def lines_for_staff(code: str) -> tuple[PublicLine, ...]:
    """Every number found for a centre, to be confirmed; show them only with their mark."""
    known = centres().get(code)
    return known.lines if known is not None else ()


def lines_for_senders(code: str) -> tuple[PublicLine, ...]:
    """The confirmed numbers only: what may stand in a text to a sender."""
    return tuple(line for line in lines_for_staff(code) if line.confidence == "high")
