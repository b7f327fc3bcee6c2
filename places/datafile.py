"""Reading our data files, with one error that tells a person where to look."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from places.kept import kept

T = TypeVar("T")

DATA = Path(__file__).parent / "data"
_LINE_OF_ERROR = re.compile(r"at line (\d+)")


class DataError(ValueError):
    """A data file says something we cannot use: `file:line: what was expected`."""

    def __init__(self, file: str, line: int, expected: str) -> None:
        super().__init__(f"{file}:{line}: {expected}")
        self.file = file
        self.line = line
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a data file and where it stands."""

    file: str
    line: int
    fields: dict[str, Any]

    def text(self, key: str) -> str:
        """The non-empty text under key; DataError if it is missing or not text."""
        value = self.fields.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f'{key} = "..." expected, found {value!r}')
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """The number under key within low..high; DataError otherwise."""
        value = self.fields.get(key)
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                value = None
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(f"{key}: a number from {low} to {high} expected")
        if not low <= value <= high:
            raise self.wrong(f"{key}: a number from {low} to {high} expected, found {value}")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under key, empty if it is not given."""
        value = self.fields.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.wrong(f'{key} = ["...", "..."] expected, found {value!r}')
        return tuple(value)

    def wrong(self, expected: str) -> DataError:
        return DataError(self.file, self.line, expected)


def made(name: str, make: Callable[[], T]) -> T:
    """What `make` makes of the data files, kept between starts under this name."""
    return kept(DATA, name, make)


def content(name: str) -> str:
    """The text of data file `name`; DataError if it is missing or not UTF-8."""
    try:
        return (DATA / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(name, 1, f"a readable UTF-8 file expected ({fault})") from fault


def toml(name: str) -> tuple[dict[str, Any], str]:
    """The parsed TOML file and its text (for line numbers)."""
    text = content(name)
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as fault:
        found = _LINE_OF_ERROR.search(str(fault))
        line = int(found[1]) if found else text.count("\n") + 1
        raise DataError(name, line, f"valid TOML expected ({fault})") from fault


def toml_rows(name: str, *tables: str) -> list[list[Row]]:
    """For each of tables, its `[[table]]` entries with the lines of their headings."""
    parsed, text = toml(name)
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        lines.setdefault(line.strip(), []).append(number)
    found = []
    for table in tables:
        entries = parsed.get(table, [])
        if not entries:
            raise DataError(name, 1, f"at least one [[{table}]] expected")
        numbers = lines[f"[[{table}]]"]
        found.append([Row(name, n, fields) for n, fields in zip(numbers, entries, strict=True)])
    return found


def tsv_rows(name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """Each line of a tab-separated file; `#` starts a comment line, the first row names columns."""
    seen_heading = False
    for number, line in enumerate(content(name).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not seen_heading:
            if tuple(cells) != columns:
                raise DataError(name, number, "the heading expected: " + " TAB ".join(columns))
            seen_heading = True
            continue
        if len(cells) > len(columns):
            raise DataError(name, number, f"at most {len(columns)} columns expected")
        cells += [""] * (len(columns) - len(cells))
        yield Row(name, number, dict(zip(columns, cells, strict=True)))
