"""One message as the flows see it: the words, the reading, and what both tell."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from flows import noticed
from flows.turn import Said, State
from flows.wording import command, fold
from triage.reading import Reading

LANGUAGES = ("vi", "en", "zh", "km", "hmn", "lo", "th")
BLANK = Reading("off_topic", 4, (), None, "vi", (), frozenset(), "information", 0.0)

TAUGHT = 200  # characters: no taught word is longer, whatever a link put behind it
PLAIN_VIETNAMESE = 6  # words without marks that make a switch to Vietnamese sure

# Facts of our own making: never asked for, they choose between texts.
MARKS = frozenset({"watched", "abroad", "child"})

Told = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """One message.

    folded: its words without marks. told: facts it tells, with the words that told them. marks:
    facts that choose between texts ("watched", "abroad", "child"), and those of its place. age: in
    years, whoever's it is.
    """

    said: Said
    reading: Reading
    folded: str
    command: str | None
    told: Told
    marks: Told
    age: int | None
    first: bool

    @property
    def cues(self) -> frozenset[str]:
        return self.reading.cues

    @property
    def wordless(self) -> bool:
        return not any(char.isalnum() for char in self.said.text)


def says_little(text: str) -> bool:
    """Whether a text has no words at all, or is nothing but a taught word."""
    if not any(char.isalnum() for char in text):
        return True
    return len(text) <= TAUGHT and command(fold(text)) is not None


def hear(said: Said, reading: Reading | None, state: State | None) -> Heard:
    """Put together what one message says. A missing reading says nothing."""
    folded = fold(said.text)
    reading = reading or BLANK
    told, found = noticed.notice(folded)
    age = noticed.years(folded)
    marks: dict[str, str] = {}
    for fact in _facts_of(reading):
        (marks if fact in MARKS else told).setdefault(fact, "yes")
    if said.has_location:
        told["spot"] = "pin"
    if _may_be_a_child(reading, state) and noticed.child_writes(folded, age):
        marks["child"] = "yes"
    if "spot" in told:
        marks["place"] = "yes"
    marks.update(_place(reading))
    _marked(marks, found, folded, reading)
    return Heard(said, reading, folded, command(folded), told, marks, age, first=state is None)


def _marked(marks: dict[str, str], found: Set[str], folded: str, reading: Reading) -> None:
    marks.update(dict.fromkeys(found - {"away", "lost", "own", "reports"}, "yes"))
    if "reports" in found and "own" not in found:
        marks["reports"] = "yes"
    if "away" in found and reading.place is None:
        marks["abroad"] = marks["country"] = "yes"
    if "lost" in found and not noticed.about_somebody_else(folded, "life"):
        marks["lost"] = marks["child"] = "yes"


def _may_be_a_child(reading: Reading, state: State | None) -> bool:
    """An age in a report, or about a relative, is not the sender's."""
    told_of_others = state is not None and state.flow in ("report", "help_other")
    return not told_of_others and reading.intent not in ("tip", "help_other")


def _facts_of(reading: Reading) -> list[str]:
    by_signal, by_cue = noticed.noticing().signal, noticed.noticing().cue
    found = [by_signal[signal] for signal in reading.signals if signal in by_signal]
    return found + [by_cue[cue] for cue in sorted(reading.cues) if cue in by_cue]


def _place(reading: Reading) -> dict[str, str]:
    place = reading.place
    if place is None:
        return {}
    marks: dict[str, str] = {}
    mention = fold(place.mention or "")
    if place.country not in (None, "VN"):
        marks["country"] = marks["abroad"] = "yes"
        if place.vn_province is not None:
            marks["home"] = "yes"
        elif mention and mention not in noticed.noticing().countries:
            marks["town"] = "yes"
    elif place.vn_province is not None:
        marks["province"] = "yes"
        provinces = {fold(place.vn_province), (place.old_province or "").replace("-", " ")}
        if mention and mention not in provinces | noticed.noticing().cities:
            marks["place"] = "yes"  # a district, commune, market, gate: finer than the province
    if place.candidates:
        marks["candidates"] = ", ".join(place.candidates[:5])
    return marks


def language_of(heard: Heard, state: State | None) -> str:
    """The language to answer in. A word or two never switch a running conversation."""
    before = state.language if state is not None else "vi"
    if state is not None and state.facts.get("language") == "set":
        return before
    base = heard.reading.language.split("-")[0]
    if heard.wordless or base not in LANGUAGES:
        hint = (heard.said.language_hint or "").split("-")[0]
        return hint if state is None and hint in LANGUAGES else before
    if state is None or base == before:
        return base
    # Names of Vietnamese places without marks are no Vietnamese.
    least = PLAIN_VIETNAMESE if base == "vi" and heard.said.text.isascii() else 3
    long_enough = len(heard.folded.split()) >= least or not heard.said.text.isascii()
    return base if long_enough else before
