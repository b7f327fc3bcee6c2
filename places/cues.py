"""The words around a name, from `words.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from places.datafile import Row, toml
from places.fold import key, spelling

ROLES = ("here", "pass", "home", "from", "to")


@dataclass(frozen=True, slots=True)
class Cues:
    """Each phrase stands here in the form of `fold.spelling` and once more unaccented.

    strong, weak: what makes a name a place. units: word of a kind -> kind. roles: phrase -> role.
    titles: what stands before a person's name. people: folded names that are also given names.
    common, common_marked: folded, and marked, names that are also everyday words.
    filler: words that say nothing beside a name. links: what joins a place to the larger one.
    home_words: turn "ở" into home. done, planned: what a move is. returned: after a name, the
    person was there and is back.
    chinese: words that make "Hà Nam" Henan. not_places: phrases that hide a name inside them.
    english: cues that also stand before English words that look like names ("in my ...").
    movement: the weak cues that say a way taken. script_roles: the same as roles, other scripts.
    now: words that make a "here" certain. commune: the strong cues enough for a commune. wishes:
    make a way home a wish. back: the person has come back. otherwise: a plan
    came otherwise.
    moving: somebody is on the way. venues: houses before a commune's name.
    held: kept where they went. asks: who asks so has not left.
    lost: cannot be reached. border: a text about a border. nationality: before a country's
    name, people and things from there.
    """

    strong: frozenset[str]
    weak: frozenset[str]
    units: Mapping[str, str]
    roles: Mapping[str, str]
    titles: frozenset[str]
    people: frozenset[str]
    common: frozenset[str]
    common_marked: frozenset[str]
    filler: frozenset[str]
    links: frozenset[str]
    home_words: frozenset[str]
    done: frozenset[str]
    planned: frozenset[str]
    returned: frozenset[str]
    chinese: frozenset[str]
    not_places: Mapping[str, frozenset[str]]
    english: frozenset[str]
    movement: frozenset[str]
    script_roles: Mapping[str, str]
    commune: frozenset[str]
    wishes: frozenset[str]
    otherwise: frozenset[str]
    moving: frozenset[str]
    venues: frozenset[str]
    held: frozenset[str]
    asks: frozenset[str]
    lost: frozenset[str]
    border: frozenset[str]
    nationality: frozenset[str]
    back: frozenset[str]
    now: frozenset[str]


def _both(phrases: Iterable[str]) -> frozenset[str]:
    """Each phrase as it is spelt and without marks; with "!" before it only as it is spelt."""
    return frozenset(
        form
        for phrase in phrases
        for form in ((spelling(phrase),) if phrase[0] == "!" else (spelling(phrase), key(phrase)))
    )


def _by_key(phrases: Iterable[str]) -> dict[str, frozenset[str]]:
    """Folded phrase -> the spellings that mean it, itself among them."""
    found: dict[str, set[str]] = {}
    for phrase in phrases:
        found.setdefault(key(phrase), {key(phrase)}).add(spelling(phrase))
    return {folded: frozenset(forms) for folded, forms in found.items()}


def _as_it_is(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(phrases)


def _roles(row: Row, forms: Callable[[Iterable[str]], frozenset[str]]) -> dict[str, str]:
    """Phrase -> role, longer phrases first, from a table of lists."""
    heading = "roles" if forms is _both else "script_roles"
    roles = row.fields.get(heading)
    if not isinstance(roles, dict) or set(roles) != set(ROLES):
        raise row.wrong(f"[{heading}] with {', '.join(ROLES)} expected")
    lists = Row(row.file, row.line, roles)
    pairs = {form: role for role in ROLES for form in forms(lists.texts(role))}
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


@cache
def cues() -> Cues:
    """Read and check `words.toml` once. DataError names file and line."""
    parsed, text = toml("words.toml")
    lines = text.splitlines()

    def at(name: str) -> Row:
        line = next(
            (n for n, s in enumerate(lines, 1) if s.startswith((f"{name} ", f"[{name}"))), 1
        )
        return Row("words.toml", line, parsed)

    def listed(name: str) -> tuple[str, ...]:
        found = at(name).texts(name)
        if not found:
            raise at(name).wrong(f'{name} = ["...", ...] expected')
        return found

    units = parsed.get("unit_words")
    if not isinstance(units, dict) or not all(isinstance(kind, str) for kind in units.values()):
        raise at("unit_words").wrong('[unit_words] with lines "word" = "kind" expected')
    return Cues(
        strong=_both(listed("place_cues")),
        weak=_both(listed("weak_cues")),
        units={form: kind for word, kind in units.items() for form in _both((word,))},
        roles=_roles(at("roles"), _both),
        titles=_both(listed("titles")),
        people=frozenset(key(name) for name in listed("people")),
        common=frozenset(key(name) for name in listed("common")),
        common_marked=frozenset(spelling(name) for name in listed("common_marked")),
        filler=_both(listed("filler")),
        links=_both(listed("links")),
        home_words=_both(listed("home_words")),
        done=_both(listed("done")),
        planned=_both(listed("planned")),
        returned=_both(listed("returned")),
        chinese=_both(listed("chinese")),
        not_places=_by_key(listed("not_places")),
        english=frozenset(listed("english")),
        movement=_both(listed("movement")),
        script_roles=_roles(at("script_roles"), _as_it_is),
        now=_both(listed("now")),
        commune=_both(listed("commune_cues")),
        wishes=_both(listed("wishes")),
        otherwise=_both(listed("otherwise")),
        moving=_both(listed("moving")),
        venues=_both(listed("venues")),
        held=_both(listed("held")),
        asks=_both(listed("asks")),
        lost=_both(listed("lost")),
        border=_both(listed("border")),
        nationality=_both(listed("nationality")),
        back=_both(listed("back")),
    )
