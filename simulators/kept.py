"""What a stand-in remembers: dicts in memory, and a journal so that a restart forgets nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Table = dict[str, Any]


class Kept:
    """Named tables of JSON values. Not for concurrent use: callers hold the world's lock.

    folder: where the journal lies, None to remember nothing. It holds what people wrote, so it
    is readable by its owner only. most: how many values a table holds before it forgets its oldest.
    """

    def __init__(self, folder: Path | None = None, most: int | None = None) -> None:
        self._tables: dict[str, Table] = {}
        self._most = most
        self._file = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "journal.jsonl"
            self._replay(path)
            path.touch(mode=0o600)
            self._file = path.open("a", encoding="utf-8")

    def table(self, name: str) -> Table:
        """The live table; change it through `put` and `drop` only."""
        return self._tables.setdefault(name, {})

    def put(self, name: str, key: str, value: Any) -> Any:
        """Keep a value; return the oldest one of its table if that had to go, else None."""
        table = self.table(name)
        table[key] = value
        self._note([name, key, value])
        if self._most is None or len(table) <= self._most:
            return None
        oldest = next(iter(table))
        forgotten = table[oldest]
        self.drop(name, oldest)
        return forgotten

    def drop(self, name: str, key: str) -> None:
        if self.table(name).pop(key, None) is not None:
            self._note([name, key])

    def _note(self, line: list[Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def _replay(self, path: Path) -> None:
        if not path.exists():
            return
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                name, key, *value = json.loads(line)
            except ValueError:
                continue  # cut off by the end of the process
            if value:
                self.table(name)[key] = value[0]
            else:
                self.table(name).pop(key, None)
