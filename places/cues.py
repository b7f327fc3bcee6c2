"""The words around a name, from `words.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from locales.marks import unaccent
from places.datafile import DataError, Row, made, toml
from places.fold import key, spelling
from places.points import table

ROLES = ("here", "pass", "home", "from", "to")
_LONGEST = 3  # words in a phrase; a phrase that says a role may have one more
_NAME = "words.toml"

# What stands before a name, as bits, so that one look-up tells all.
STRONG, COMMUNE, WEAK, MOVE, VENUE = 1, 2, 4, 8, 16
_BITS = {
    "place_cues": STRONG,
    "commune_cues": STRONG | COMMUNE,
    "weak_cues": WEAK,
    "movement": MOVE,
    "venues": VENUE,
}


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists of `words.toml` under their own names; the comments there say what each is for.

    A phrase stands here as `fold.spelling` gives it and once more unaccented. before: what a phrase
    before a name is, as bits. vouching: what makes the commune's name behind it one. said: all that
    may stand beside a name in an answer. people, common: folded names. masks: folded phrase that
    only looks like a place -> its spellings. peoples: "người thái" -> codes of
    the former provinces where that people lives.
    """

    before: Mapping[str, int]
    vouching: frozenset[str]
    said: frozenset[str]
    units: Mapping[str, str]
    roles: Mapping[str, str]
    script_roles: Mapping[str, str]
    people: frozenset[str]
    common: frozenset[str]
    common_marked: frozenset[str]
    masks: Mapping[str, frozenset[str]]
    not_units: frozenset[str]
    offices: frozenset[str]
    hamlets: frozenset[str]
    crossing: frozenset[str]
    peoples: Mapping[str, frozenset[str]]
    english: frozenset[str]
    titles: frozenset[str]
    filler: frozenset[str]
    links: frozenset[str]
    home_words: frozenset[str]
    done: frozenset[str]
    planned: frozenset[str]
    otherwise: frozenset[str]
    moving: frozenset[str]
    wishes: frozenset[str]
    returned: frozenset[str]
    back: frozenset[str]
    now: frozenset[str]
    held: frozenset[str]
    journey: frozenset[str]
    settled: frozenset[str]
    boarding: frozenset[str]
    reaching: frozenset[str]
    by_now: frozenset[str]
    told: frozenset[str]
    fellow: frozenset[str]
    lost: frozenset[str]
    border: frozenset[str]
    asks: frozenset[str]
    nationality: frozenset[str]
    chinese: frozenset[str]


_MADE = {
    "peoples",
    "before",
    "vouching",
    "said",
    "units",
    "roles",
    "script_roles",
    "people",
    "common",
    "masks",
}
_PLAIN_LISTS = [f.name for f in fields(Cues) if f.name not in _MADE | {"common_marked"}]


@cache
def cues() -> Cues:
    """Read and check `words.toml` once. DataError names file and line."""
    return Cues(*made("words", _read))


def _read() -> tuple[Any, ...]:
    """The fields of `Cues`."""
    words = _File()
    before: dict[str, int] = {}
    for name, bits in _BITS.items():
        for form in words.forms(name):
            before[form] = before.get(form, 0) | bits
    units = words.table("unit_words")
    if not all(isinstance(kind, str) for kind in units.values()):
        raise words.wrong("unit_words", 'lines "word" = "kind" expected')
    unit_forms = {form: kind for word, kind in units.items() for form in _forms(word)}
    lists = {name: words.forms(name) for name in _PLAIN_LISTS}
    read = Cues(
        before=before,
        vouching=frozenset(form for form, bits in before.items() if bits & (COMMUNE | VENUE))
        | unit_forms.keys(),
        said=lists["filler"] | lists["links"] | before.keys() | unit_forms.keys(),
        units=unit_forms,
        roles={form: role for role, said in words.roles("roles") for form in _forms(said)},
        script_roles=dict(
            sorted(
                ((said, role) for role, said in words.roles("script_roles")),
                key=lambda pair: -len(pair[0]),
            )
        ),
        peoples=words.peoples(),
        people=frozenset(key(name) for name in words.texts("people")),
        common=frozenset(key(name) for name in words.texts("common")),
        common_marked=frozenset(spelling(name) for name in words.texts("common_marked")),
        masks=_by_key(words.texts("not_places")),
        **lists,
    )
    return tuple(getattr(read, field.name) for field in fields(Cues))


class _File:
    """The parsed file, with its lines for errors."""

    def __init__(self) -> None:
        self.parsed, text = toml(_NAME)
        self.lines = text.splitlines()

    def line_of(self, name: str) -> int:
        heads = (f"{name} ", f"[{name}]")
        return next((n for n, s in enumerate(self.lines, 1) if s.startswith(heads)), 1)

    def wrong(self, name: str, expected: str) -> DataError:
        return DataError(_NAME, self.line_of(name), f"{name}: {expected}")

    def texts(self, name: str) -> tuple[str, ...]:
        found = Row(_NAME, self.line_of(name), self.parsed).texts(name)
        if not found:
            raise self.wrong(name, 'a list ["...", "..."] expected')
        return found

    def forms(self, name: str) -> frozenset[str]:
        found = self.texts(name)
        long = next((phrase for phrase in found if phrase.count(" ") >= _LONGEST), None)
        if long is not None:
            raise self.wrong(name, f"at most {_LONGEST} words in a phrase expected, found {long!r}")
        return frozenset(form for phrase in found for form in _forms(phrase))

    def table(self, name: str) -> dict[str, Any]:
        found = self.parsed.get(name)
        if not isinstance(found, dict):
            raise self.wrong(name, f"a table [{name}] expected")
        return found

    def peoples(self) -> dict[str, frozenset[str]]:
        """Former provinces by how a people is named ("người thái"), in both spellings."""
        line = self.line_of("peoples")
        row = Row(_NAME, line, self.table("peoples"))
        found = {}
        for said in self.table("peoples"):
            formers = frozenset(row.texts(said))
            if wrong := sorted(formers - table().formers.keys()):
                raise DataError(_NAME, line, f"peoples: no former province {wrong[0]!r}")
            for word in ("người", "ng", "tộc"):
                found.update(dict.fromkeys(_forms(f"{word} {said}"), formers))
        return found

    def roles(self, name: str) -> list[tuple[str, str]]:
        """(role, phrase) for every phrase of a table of roles."""
        found = self.table(name)
        if set(found) != set(ROLES):
            raise self.wrong(name, f"the lists {', '.join(ROLES)} expected")
        row = Row(_NAME, self.line_of(name), found)
        return [(role, phrase) for role in ROLES for phrase in row.texts(role)]


def _forms(phrase: str) -> Iterable[str]:
    """A phrase as it is spelt and without marks; with "!" before it only as it is spelt."""
    form = spelling(phrase)
    return (form,) if phrase[0] == "!" else (form, unaccent(form))


def _by_key(phrases: Iterable[str]) -> dict[str, frozenset[str]]:
    """Folded phrase -> the spellings that mean it, itself among them."""
    found: dict[str, set[str]] = {}
    for phrase in phrases:
        form = spelling(phrase)
        found.setdefault(key(phrase), {unaccent(form)}).add(form)
    return {folded: frozenset(forms) for folded, forms in found.items()}
