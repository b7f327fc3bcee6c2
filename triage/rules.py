"""Rules over facts: what follows when several things are said at once.

A rule lists its cases, one a line: every fact of the line must hold, those after `!` must not.
`a/b` is one of several. The first case that holds is the reason. Files are read in order and the
rules of a file in order; what a rule concludes is a fact for the rules after it.
"""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import astuple, dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from places.kept import kept
from triage.about import ABOUT
from triage.context import ASPECTS
from triage.grammar import DataError
from triage.lexicon import lexicon
from triage.measure import MEASURED
from triage.whereabouts import NAMED

FILES = ("facts.toml", "signals.toml", "urgency.toml", "intent.toml")
_FACT = re.compile(r"[a-z0-9_.<>=]+\Z")
_KEYS = {"name", "vi", "en", "when", "level", "sure", "weak", "denied"}


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a rule: `need` all hold, `ban` none; rule: `file:line`."""

    need: frozenset[str]
    ban: frozenset[str]
    rule: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A conclusion and its cases. level: the urgency it means, 0 outside urgency.toml.

    sure: the weights may not choose another intent. weak: a signal that its phrases alone do not
    give; the weights say whether it counts. denied: facts with which the weights alone may not give
    the signal. least: facts of which one must hold if any case does.
    """

    name: str
    level: int
    vi: str
    en: str
    cases: tuple[Case, ...]
    sure: bool = False
    weak: bool = False
    denied: frozenset[str] = frozenset()
    least: frozenset[str] = frozenset()

    def case(self, facts: Set[str]) -> Case | None:
        """The first case that holds."""
        if self.least.isdisjoint(facts):
            return None  # as nearly always, for the price of one look
        for case in self.cases:
            if case.need <= facts and case.ban.isdisjoint(facts):
                return case
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules by file, in order."""

    facts: tuple[Rule, ...]
    signals: tuple[Rule, ...]
    urgency: tuple[Rule, ...]
    intent: tuple[Rule, ...]


def _cases(file: str, first: int, block: str) -> list[Case]:
    cases: list[Case] = []
    for offset, line in enumerate(block.split("\n")):
        where = f"rules/{file}:{first + offset}"
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        need = [word.split("/") for word in words if not word.startswith("!")]
        ban = [one for word in words if word.startswith("!") for one in word[1:].split("/")]
        for fact in itertools.chain(ban, *need):
            if not _FACT.match(fact):
                raise DataError(f"{where}: expected names of facts, not {fact!r}")
        if not need:
            raise DataError(f"{where}: expected at least one fact without '!'")
        cases.extend(
            Case(frozenset(choice), frozenset(ban), where) for choice in itertools.product(*need)
        )
    return cases


def _read(file: Traversable) -> tuple[Rule, ...]:
    text = file.read_text(encoding="utf-8")
    try:
        data: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"rules/{file.name}: expected TOML: {error}") from error
    if set(data) != {"rule"}:
        raise DataError(f"rules/{file.name}: expected only [[rule]] tables")
    rules, at = [], 0
    for table in data["rule"]:
        block = table.get("when", "")
        at = text.find("[[rule]]", at) + 8
        where = f"rules/{file.name}:{text.count(chr(10), 0, at) + 1}"
        if set(table) - _KEYS or not isinstance(table.get("name"), str):
            raise DataError(f"{where}: expected a name and only the keys {sorted(_KEYS)}")
        if not isinstance(block, str) or not block.strip():
            raise DataError(f"{where}: expected when = '''...''' with one case a line")
        for key in ("vi", "en"):
            if file.name != "facts.toml" and not table.get(key):
                raise DataError(f"{where}: expected {key} = a sentence for staff")
        first = text.count("\n", 0, text.find(block, at)) + 1
        rules.append(
            Rule(
                table["name"],
                table.get("level", 0),
                table.get("vi", ""),
                table.get("en", ""),
                tuple(_cases(file.name, first, block)),
                bool(table.get("sure", False)),
                bool(table.get("weak", False)),
                frozenset(str(table.get("denied", "")).split()),
            )
        )
    return tuple(rules)


def read_rules(folder: Traversable, given: Iterable[str]) -> Rules:
    """Read rules/*.toml. `given`: names of the facts that texts can state. Raises DataError.

    A fact that nothing can state or conclude is a typing error and is refused.
    """
    known = set(given)
    read = []
    for name in FILES:
        rules = _read(folder / "rules" / name)
        for rule in rules:
            for case in rule.cases:
                for fact in sorted(case.need | case.ban | rule.denied):
                    if fact not in known:
                        raise DataError(f"{case.rule}: expected a known fact, not {fact!r}")
            known.add(rule.name)
        read.append(rules)
    cases = (case for rules in read for rule in rules for case in rule.cases)
    used = Counter(fact for case in cases for fact in case.need)
    return Rules(*(tuple(_with_least(rule, used) for rule in rules) for rules in read))


def _with_least(rule: Rule, used: Mapping[str, int]) -> Rule:
    """Of each case the fact that the fewest cases need, because it seldom holds."""
    rarest = (min(case.need, key=lambda fact: (used[fact], fact)) for case in rule.cases)
    return replace(rule, least=frozenset(rarest))


@functools.cache
def rules() -> Rules:
    """The shipped rules, read once. Raises DataError."""
    folder = Path(__file__).parent
    tags = lexicon().tags
    given = [
        *tags,
        *MEASURED,
        *ABOUT,
        *NAMED,
        *(f"{tag}.{aspect}" for tag in (*tags, "age_minor", "age_adult") for aspect in ASPECTS),
    ]
    return _of_plain(kept(folder, "rules", lambda: astuple(read_rules(folder, given))))


def _of_plain(files: tuple[Any, ...]) -> Rules:
    """What `dataclasses.astuple` took apart."""
    return Rules(
        *(
            tuple(
                Rule(name, level, vi, en, tuple(Case(*case) for case in cases), *others)
                for name, level, vi, en, cases, *others in rules
            )
            for rules in files
        )
    )
