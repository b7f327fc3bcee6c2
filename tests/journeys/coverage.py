"""What the talks cover: flow, safety rule, language and channel. `docs/journeys.md` shows it.

`python -m tests.journeys.coverage --write docs/journeys.md` writes the page; `--check` exits 1
where it is old or a row is empty. A talk states what it shows in its header; when it is played,
the test compares that with what the engine did, so that no talk claims what it does not show.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from simulators import transcript

FOLDER = Path(__file__).parent
CHANNELS = ("sms", "telegram")
LANGUAGES = ("vi", "en", "zh", "km", "hmn", "lo", "th")
FLOWS = {
    "report": "a tip",
    "help_now": "help now, for oneself",
    "help_other": "help for someone else",
    "return_support": "support for who came back",
    "information": "information",
    "status": "what became of my report",
    "person": "talk to a person",
    "after_hours": "nobody on shift",
    "talk": "greetings, abuse, wrong numbers",
}
RULES = {
    "C1": "no name is asked for, staff see no number",
    "C2": "silence",
    "C3": "a phone is unsafe until its user says otherwise",
    "C4": "covert answers",
    "C5": "neutral whole texts",
    "C6": "consent by purpose, withdrawal, deletion",
    "C7": "a child",
    "C8": "suicide and violence",
    "C9": "no promise; free; false rescuers; numbers from abroad",
    "C10": "nothing is pushed",
}


class Seen(Protocol):
    """What the engine did while a talk was played."""

    flows: set[str]
    situations: set[str]
    languages: set[str]
    texts: set[str]
    facts: set[str]
    consents: int
    silences: int


# What must have happened where a talk claims a rule or one of the flows that are no engine's.
CLAIMS: Mapping[str, Callable[[Seen], bool]] = {
    "C2": lambda seen: seen.silences > 0,
    "C3": lambda seen: bool(seen.facts & {"read", "watched", "alone", "new_style", "word"}),
    "C4": lambda seen: "first.covert" in seen.texts,
    "C6": lambda seen: seen.consents > 0 or bool(seen.texts & {"erase.ask", "answer.withdrawn"}),
    "C7": lambda seen: bool(seen.facts & {"child", "minor"}),
    "C8": lambda seen: any(s.startswith(("suicid", "violence")) for s in seen.situations),
    "C9": lambda seen: bool(
        seen.texts
        & {
            "answer.cost", "answer.fine", "answer.abroad_number", "answer.abroad_number.country",
            "answer.unreached_abroad", "answer.unreached_abroad.country", "done.marriage",
            "first.bed_tonight", "first.family_held", "first.family_held.town",
            "first.family_missing", "info.numbers", "info.support.home",
        }
    ),
    "status": lambda seen: "answer.status" in seen.texts,
    "person": lambda seen: bool(seen.texts & {"answer.person", "answer.reading"}),
    "after_hours": lambda seen: any(text.startswith("answer.after_hours") for text in seen.texts),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What one talk shows."""

    name: str
    about: str
    channel: str
    flows: tuple[str, ...]
    rules: tuple[str, ...]
    languages: tuple[str, ...]


def shown() -> list[Shown]:
    """All talks of the folder. Raises ValueError naming the talk that lacks a header."""
    found = []
    for path in sorted(FOLDER.glob("*.talk")):
        text = path.read_text(encoding="utf-8")
        headers = transcript.parse(text).headers
        for name in ("channel", "flows", "rules", "languages"):
            if name not in headers:
                raise ValueError(f"{path}: add a header `{name}:` (tests/journeys/README.md)")
        about = text.split("\n", 1)[0].removeprefix("# ")
        found.append(
            Shown(path.stem, about, headers["channel"], _list(headers["flows"]),
                  _list(headers["rules"]), _list(headers["languages"]))
        )  # fmt: skip
    return found


def _list(value: str) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split())


def contradicted(headers: Mapping[str, str], seen: Seen) -> list[str]:
    """What a talk claims in its header and the engine did not do, or did and is not claimed."""
    wrong = []
    claimed = set(_list(headers["flows"]))
    engines = claimed - CLAIMS.keys()
    if engines != seen.flows - {"side"}:
        wrong.append(f"flows: says {sorted(engines)}, went through {sorted(seen.flows)}")
    languages = set(_list(headers["languages"]))
    if languages != seen.languages:
        wrong.append(f"languages: says {sorted(languages)}, answered in {sorted(seen.languages)}")
    for claim in (*_list(headers["rules"]), *claimed):
        if claim in CLAIMS and not CLAIMS[claim](seen):
            wrong.append(f"{claim}: nothing of it was seen")
    return wrong


def empty(talks: Iterable[Shown]) -> list[str]:
    """Rows of the page that no talk fills."""
    talks = list(talks)
    rows: list[tuple[str, bool]] = [
        (f"{flow} by {channel}", any(flow in t.flows and t.channel == channel for t in talks))
        for flow in FLOWS
        for channel in CHANNELS
    ]
    rows += [
        (f"{rule} by {channel}", any(rule in t.rules and t.channel == channel for t in talks))
        for rule in RULES
        for channel in CHANNELS
    ]
    rows += [(flow, any(flow in t.flows and t.rules for t in talks)) for flow in FLOWS]
    rows += [(code, any(code in t.languages for t in talks)) for code in LANGUAGES]
    return [name for name, filled in rows if not filled]


def page() -> str:
    talks = shown()
    lines = [
        "# Journeys",
        "",
        "Printed by `python -m tests.journeys.coverage --write docs/journeys.md`; not edited.",
        "Every talk is played on SQLite and on PostgreSQL; what it claims is compared with what",
        "the engine did. The talks are in `tests/journeys/`, one file each.",
        "",
        "## Flow by safety rule",
        "",
        "How many talks by SMS + by Telegram show a rule in a flow.",
        "",
        f"| flow | {' | '.join(RULES)} |",
        f"|---|{'---|' * len(RULES)}",
    ]
    for flow, means in FLOWS.items():
        cells = [_count(talks, flow, rule) for rule in RULES]
        lines.append(f"| {flow} ({means}) | {' | '.join(cells)} |")
    lines += ["", *(f"- {rule}: {means}" for rule, means in RULES.items()), ""]
    lines += _table("Flow by channel", FLOWS, CHANNELS, talks, lambda t: t.flows)
    lines += _table("Safety rule by channel", RULES, CHANNELS, talks, lambda t: t.rules)
    lines += _table("Language by channel", LANGUAGES, CHANNELS, talks, lambda t: t.languages)
    lines += ["## The talks", "", "| talk | about | shows |", "|---|---|---|"]
    lines += [
        f"| {t.name} | {t.about} | {t.channel}; {', '.join(t.languages)}; "
        f"{', '.join((*t.flows, *t.rules))} |"
        for t in talks
    ]
    return "\n".join([*lines, ""])


def _count(talks: list[Shown], flow: str, rule: str) -> str:
    counts = [
        sum(1 for t in talks if flow in t.flows and rule in t.rules and t.channel == channel)
        for channel in CHANNELS
    ]
    return " + ".join(map(str, counts)) if any(counts) else ""


def _table(
    title: str,
    rows: Iterable[str],
    columns: Iterable[str],
    talks: list[Shown],
    of: Callable[[Shown], tuple[str, ...]],
) -> list[str]:
    columns = list(columns)
    lines = [f"## {title}", "", f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for row in rows:
        cells = [
            ", ".join(t.name for t in talks if row in of(t) and t.channel == column)
            for column in columns
        ]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return [*lines, ""]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.coverage", description=__doc__)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", type=Path, metavar="FILE")
    how.add_argument("--check", type=Path, metavar="FILE")
    wanted = parser.parse_args()
    if wanted.write is not None:
        wanted.write.write_text(page(), encoding="utf-8")
        return 0
    faults = [f"no talk shows {row}: write one" for row in empty(shown())]
    if not wanted.check.is_file() or wanted.check.read_text(encoding="utf-8") != page():
        faults.append(
            f"{wanted.check} is out of date: run python -m tests.journeys.coverage --write "
            f"{wanted.check}"
        )
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
