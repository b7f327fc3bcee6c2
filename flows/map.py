"""A printed map of every flow: situations, questions, branches, texts and their SMS parts.

`python -m flows.map --write docs/flows` writes it; `--check docs/flows` exits 1 if it is old.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import locales
from flows.flow import END, Ask, Flow, Line, Then, Track
from flows.interrupts import INTERRUPTS
from flows.opening import OPENINGS, When
from flows.registry import FLOWS, SIDE


def pages() -> dict[str, str]:
    """File name -> its Markdown."""
    found = {f"{flow.id}.md": _page(flow) for flow in [*FLOWS.values(), SIDE]}
    found["README.md"] = _overview()
    return found


def _overview() -> str:
    lines = [
        "# Flows",
        "",
        "Printed from the code by `python -m flows.map --write docs/flows`; not edited by hand.",
        "",
        "A message goes down the first table; if no row takes it, it answers the open question and",
        "the next question of its situation follows. The second table says which situation a",
        "message opens.",
        "",
        "## Before every step",
        "",
        "| row | what it does |",
        "|---|---|",
        *(f"| {row.name} | {row.why} |" for row in INTERRUPTS),
        "",
        "## What opens which situation (the first row that fits)",
        "",
        "| situation | flow | when |",
        "|---|---|---|",
        *(f"| {row.situation} | [{row.flow}]({row.flow}.md) | {_when(row.when)} |"
          for row in OPENINGS),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _when(when: When) -> str:
    said = []
    for name, words in (
        ("intent", when.intents), ("signal", when.signals), ("no signal", when.no_signals),
        ("cue", when.cues), ("no cue", when.no_cues), ("known", frozenset(when.marks)),
    ):  # fmt: skip
        if words:
            said.append(f"{name} {' / '.join(sorted(words))}")
    if when.urgency < 4 or when.least > 1:
        said.append(f"urgency {when.least} to {when.urgency}")
    if when.somebody is not None:
        said.append(f"somebody else's {when.somebody}")
    if when.pin:
        said.append("a pin without words")
    if when.picture:
        said.append("a picture or voice note without words")
    return "; ".join(said) or "anything else"


def _page(flow: Flow) -> str:
    lines = [
        f"# {flow.id} (version {flow.version})",
        "",
        "Printed from the code; not edited by hand. Numbers in brackets are SMS parts.",
        "",
    ]
    for situation, track in flow.start.items():
        lines += [f"## {situation}", "", *_track(track), ""]
    if flow.steps:
        lines += ["## Questions", "", "| step | asks | kept as | then |", "|---|---|---|---|"]
        lines += [_row(ask) for ask in flow.steps.values()]
        lines.append("")
    return "\n".join(lines)


def _track(track: Track) -> Iterator[str]:
    for line in track.first:
        yield f"- first: {_line(line)}"
    if track.begin:
        yield f"- questions from `{track.begin}`, {track.most} at most"
    if track.enough:
        more = f" and {track.more} more" if track.more else ""
        yield f"- ends once known: {', '.join(track.enough)}{more}"
    if track.listen:
        yield f"- taken from the first message: {', '.join(f'`{name}`' for name in track.listen)}"
    if track.anytime:
        named = ", ".join(f"`{name}`" for name in track.anytime)
        yield f"- may be answered by any message: {named}"
    for name in track.closing:
        yield f"- after the end: `{name}`"
    for line in track.done:
        yield f"- last: {_line(line)}"
    if track.guarded:
        yield "- guarded: a pause of 10 minutes or a new style ends the asking"
    if track.person:
        yield "- at the end only a person writes"


def _line(line: Line) -> str:
    needs = f" (when {', '.join(line.needs)})" if line.needs else ""
    opens = f" -> `{line.opens}`" if line.opens else ""
    return f"{_text(line.text)}{needs}{opens}"


def _row(ask: Ask) -> str:
    then = []
    for option in (*ask.accept.options, "*"):
        follows = ask.next.get(option)
        what = _then(ask.then.get(option, Then()))
        if follows is not None or what:
            where = "" if follows is None else ("end" if follows == END else f"`{follows}`")
            then.append(f"{option}: {', '.join(part for part in (what, where) if part)}")
    if ask.needs:
        then.append(f"only where {', '.join(ask.needs)}")
    return f"| `{ask.name}` | {_text(ask.prompt)} | {ask.fact} | {'; '.join(then)} |"


def _then(then: Then) -> str:
    said = []
    if then.urgency is not None:
        said.append(f"urgency {then.urgency}")
    if then.call is not None:
        said.append(f"call staff ({then.call})")
    if then.quiet is not None:
        said.append(f"nothing said ({then.quiet})")
    if then.safe is not None:
        said.append("phone safe" if then.safe else "phone not safe")
    if then.consent is not None:
        said.append(f"consent to {then.consent[0]}: {'yes' if then.consent[1] else 'no'}")
    if then.goes is not None:
        said.append(f"goes on as {then.goes}")
    if then.say is not None:
        said.append(_text(then.say))
    return ", ".join(said)


def _text(text_id: str) -> str:
    text = locales.catalogue("vi").texts[text_id]
    parts = locales.segments(locales.unaccent(text.at_longest())).parts
    return f"{text.body} [{parts}] `{text_id}`".replace("|", "\\|")


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (folder / name).write_text(page, encoding="utf-8")


def outdated(folder: Path) -> list[str]:
    """Names of pages that differ from the code, are missing, or are left over."""
    wanted = pages()
    there = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.md")}
    return sorted(
        name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name)
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m flows.map", description=__doc__)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", type=Path, metavar="DIR")
    how.add_argument("--check", type=Path, metavar="DIR")
    wanted = parser.parse_args()
    if wanted.write is not None:
        write(wanted.write)
        return 0
    wrong = outdated(wanted.check)
    for name in wrong:
        print(
            f"{wanted.check / name} is out of date: run python -m flows.map --write {wanted.check}",
            file=sys.stderr,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
