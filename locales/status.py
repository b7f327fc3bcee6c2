"""Which languages there are, how much of each, and who has read it: for the docs and the desk.

`python -m locales.status --write docs/languages.md` writes the page; `--check` exits 1 where it is
old.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import babel

from locales import hmong
from locales.catalogue import COMPLETE, catalogue, languages
from locales.rendering import SECOND


@dataclass(frozen=True, slots=True)
class Status:
    """texts: for senders. reviewed: by people who grew up with the language; second: the language
    in which what is missing is said, None where nothing is."""

    code: str
    own_name: str
    english: str
    texts: int
    of: int
    reviewed: bool
    second: str | None


def statuses() -> tuple[Status, ...]:
    """All catalogues, the complete ones first. Counts hold texts for senders only."""
    hmong.register()
    wanted = [text.id for text in catalogue("vi").texts.values() if not text.staff]
    found = []
    for code in languages():
        loaded, locale = catalogue(code), babel.Locale(code)
        english = babel.Locale("en").languages.get(code, code)
        held = sum(1 for text_id in wanted if text_id in loaded.texts)
        second = None if code in COMPLETE else SECOND[code]
        own = locale.languages.get(code) or english
        found.append(
            Status(
                code, own[:1].upper() + own[1:], english, held, len(wanted), loaded.reviewed, second
            )
        )
    return tuple(found)


def page() -> str:
    rows = [
        f"| `{s.code}` | {s.english} ({s.own_name}) | {s.texts} of {s.of} | "
        f"{(s.second and f'`{s.second}`') or 'nothing is missing'} | "
        f"{'reviewed' if s.reviewed else 'needs native review'} |"
        for s in statuses()
    ]
    return "\n".join([
        "# Languages",
        "",
        "Printed from the catalogues by `python -m locales.status --write docs/languages.md`; not "
        "edited by",
        "hand. Texts are those that senders read. What a language lacks is said in the one named "
        "beside it;",
        "what every language must hold is listed in `locales/needed.toml`. A catalogue counts as "
        "reviewed once",
        "people who grew up with the language have read it and the words `needs native review` are "
        "taken out",
        "of its header. The desk shows the same table under \"me\".",
        "",
        "| code | language | texts | what is missing is said in | review |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ])  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m locales.status", description=__doc__)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", type=Path, metavar="FILE")
    how.add_argument("--check", type=Path, metavar="FILE")
    wanted = parser.parse_args()
    if wanted.write is not None:
        wanted.write.write_text(page(), encoding="utf-8")
        return 0
    if wanted.check.is_file() and wanted.check.read_text(encoding="utf-8") == page():
        return 0
    print(
        f"{wanted.check} is out of date: run python -m locales.status --write {wanted.check}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
