"""The phrase files, checked and compiled: one automaton of all spellings, patterns of its hits."""

from __future__ import annotations

import functools
import itertools
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import ahocorasick

from triage.grammar import DataError, Part, Pattern, parse
from triage.syllables import SYLLABLES
from triage.text import Spelling, plain_of

OTHER_SENSE = "_other_sense"  # tags ending so hide whatever stands inside their phrases
COUNTED = ("so", "tien", "gio", "tuoi")  # lists that count.py fills: number, money, hour, age
_TAG_KEYS = {"vi", "en", "phrases", "cue", "hides"}


@dataclass(frozen=True, slots=True)
class Tag:
    """One meaning: what its phrases say, in words for a layman, and what follows from it.

    cue: the cue of the conversation it gives. hides: tags whose phrases do not count where they
    overlap one of this tag ("giữ hộ chiếu" is about papers, not about holding a person).
    """

    name: str
    file: str
    vi: str
    en: str
    cue: str | None
    hides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A compiled pattern. parts: (set of spellings, most words before it); rule: `file:line`.

    order: its place among all patterns. denies: a word of denial belongs to the phrase itself.
    """

    order: int
    tag: str
    rule: str
    parts: tuple[tuple[int, int], ...]
    denies: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """What some typed words are: the sets they stand in, and the patterns they fill alone.

    hiding: the part of it that hides what else stands inside the words, None if there is none.
    """

    sets: tuple[int, ...]
    alone: tuple[Sequence, ...]
    hiding: Meant | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A plain spelling (" giu giay to ") and what it may be.

    variants: (marked spelling, whether the phrase asks for marks, set). strict, loose: what our own
    spellings of it mean, where marks are taken at their word and where not; filled as texts come.
    """

    plain: str
    variants: tuple[tuple[str, bool | None, int], ...]
    strict: dict[str, Meant]
    loose: dict[str, Meant]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """automaton yields an Entry.

    alone: set -> sequences that are that set and nothing else. rarest: set -> (all sets, sequence)
    of the longer sequences, each under that of its sets which fewest sequences have. neutral: sets
    that hide; counted: the sets of numbers, money, hours and ages.
    """

    spelling: Spelling
    tags: Mapping[str, Tag]
    automaton: Any
    unspaced: Any
    alone: Mapping[int, tuple[Sequence, ...]]
    rarest: Mapping[int, tuple[tuple[frozenset[int], Sequence], ...]]
    neutral: frozenset[int]
    counted: Mapping[str, int]
    hides: Mapping[str, tuple[str, ...]]

    def meant(self, sets: Collection[int]) -> Meant:
        """What words mean that stand in these sets."""
        hiding = [number for number in sets if number in self.neutral]
        return Meant(
            tuple(sets),
            self._filled(sets),
            Meant(tuple(hiding), self._filled(hiding), None) if hiding else None,
        )

    def _filled(self, sets: Iterable[int]) -> tuple[Sequence, ...]:
        return tuple(sequence for number in sets for sequence in self.alone.get(number, ()))


def _toml(file: Traversable) -> tuple[str, dict[str, Any]]:
    text = file.read_text(encoding="utf-8")
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{file.name}: expected TOML: {error}") from error


def lines_of(
    name: str, text: str, table: str, key: str, value: object
) -> Iterator[tuple[int, str]]:
    """The lines of a `key = '''...'''` block with their line numbers in the file."""
    if not isinstance(value, str):
        raise DataError(f"{name}: [{table}] expected {key} = '''...''' with one phrase a line")
    head = text.find(f"\n[{table}]") + 1 if not text.startswith(f"[{table}]") else 0
    at = text.find(value, head)
    first = text.count("\n", 0, at) + 1
    for offset, line in enumerate(value.split("\n")):
        phrase = line.split("#", 1)[0].strip()
        if phrase:
            yield first + offset, phrase


def load_spelling(file: Traversable) -> Spelling:
    """Read spelling.toml. Raises DataError."""
    text, data = _toml(file)

    def lines(table: str) -> Iterator[tuple[int, str]]:
        if not isinstance(data.get(table), dict):
            raise DataError(f"{file.name}: expected a table [{table}]")
        return lines_of(file.name, text, table, "words", data[table].get("words"))

    def pairs(table: str) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for number, line in lines(table):
            typed, equals, meant = (piece.strip() for piece in line.partition("="))
            where = f"{file.name}:{number}"
            if not (typed and equals and meant) or " " in typed:
                raise DataError(f"{where}: expected 'one_word = words meant', not {line!r}")
            if typed in found:
                raise DataError(f"{where}: expected {typed!r} only once")
            found[typed] = (meant, plain_of(meant))
        return found

    contractions = pairs("contractions")
    same = pairs("same")
    english = frozenset(word for _, line in lines("english") for word in line.split())
    known = english | {word for _, line in lines("known") for word in line.split()}
    near: dict[str, list[tuple[str, str]]] = {}
    for _, line in lines("key"):
        for word in line.split():
            marked = word.replace("_", " ")
            plain = plain_of(marked)
            if len(plain) < 4:
                continue
            for cut in {plain, *(plain[:i] + plain[i + 1 :] for i in range(len(plain)))}:
                near.setdefault(cut, []).append((marked, plain))
    return Spelling(
        teencode=pairs("teencode")
        | same
        | {short: long for short, long in contractions.items() if short not in SYLLABLES},
        known=known,
        english=english,
        contractions=contractions,
        near={cut: tuple(found) for cut, found in near.items()},
        same=frozenset(same) | frozenset(contractions),
        glued=frozenset(plain_of(word) for _, line in lines("glued") for word in line.split()),
    )


class _Compiler:
    """Collects the spellings of all files; `done` builds the automatons."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.sets: dict[tuple[tuple[str, ...], bool | None], int] = {}
        self.lists: dict[str, int] = {}
        self.entries: dict[str, list[tuple[str, bool | None, int]]] = {}
        self.unspaced: dict[str, list[Sequence]] = {}
        self.sequences: list[Sequence] = []
        self.numbers = itertools.count()
        self.neutral: set[int] = set()
        self.counted = {name: next(self.numbers) for name in COUNTED}
        self.lists.update(self.counted)

    def spell(self, words: str) -> str:
        spelling = self.spelling
        said = words.lower().split()
        english = all(word in spelling.english or len(word) == 1 for word in said)
        table = spelling.contractions if english and len(said) > 1 else spelling.teencode
        return " ".join(table[word][0] if word in table else word for word in said)

    def new_set(self, spellings: tuple[str, ...], marks: bool | None) -> int:
        key = (spellings, marks)
        if key not in self.sets:
            self.sets[key] = number = next(self.numbers)
            for marked in spellings:
                self.entries.setdefault(plain_of(marked), []).append((f" {marked} ", marks, number))
        return self.sets[key]

    def add_list(self, name: str, spellings: Iterator[tuple[str, bool | None]]) -> None:
        self.lists[name] = number = next(self.numbers)
        for marked, marks in sorted(set(spellings), key=str):
            self.entries.setdefault(plain_of(marked), []).append((f" {marked} ", marks, number))

    def add(self, tag: str, rule: str, pattern: Pattern) -> None:
        if pattern.unspaced:
            for spelling in pattern.parts[0].spellings:
                sequence = Sequence(0, tag, rule, (), False)
                letters = unicodedata.normalize("NFKC", spelling).lower()  # as `text.prepare` does
                self.unspaced.setdefault(letters, []).append(sequence)
            return
        parts: list[tuple[int, int]] = []
        for part in pattern.parts:
            if part.word_list and part.word_list not in self.lists:
                known = ", ".join(sorted(self.lists))
                raise DataError(f"{rule}: expected <{part.word_list}> to be one of: {known}")
            number = (
                self.lists[part.word_list]
                if part.word_list
                else self.new_set(part.spellings, pattern.marks)
            )
            parts.append((number, part.gap))
        order = len(self.sequences)
        self.sequences.append(Sequence(order, tag, rule, tuple(parts), _denies(pattern.parts)))
        if tag.endswith(OTHER_SENSE) and len(parts) == 1:
            self.neutral.add(parts[0][0])

    def done(self, tags: Mapping[str, Tag]) -> Lexicon:
        automaton = ahocorasick.Automaton()
        for plain, variants in self.entries.items():
            spelt = f" {plain} "
            automaton.add_word(spelt, Entry(spelt, tuple(variants), {}, {}))
        automaton.make_automaton()
        unspaced = ahocorasick.Automaton()
        for letters, sequences in self.unspaced.items():
            unspaced.add_word(letters, (len(letters), tuple(sequences)))
        if self.unspaced:
            unspaced.make_automaton()
        return Lexicon(
            self.spelling, tags, automaton, unspaced if self.unspaced else None,
            _alone(self.sequences), _rarest(self.sequences), frozenset(self.neutral), self.counted,
            {name: tag.hides for name, tag in tags.items() if tag.hides},
        )  # fmt: skip


def _denies(parts: tuple[Part, ...]) -> bool:
    return any(
        part.word_list.startswith("khong")
        or any("khong" in plain_of(s) or "chua" in plain_of(s) for s in part.spellings[:3])
        for part in parts
    )


def _alone(sequences: Iterable[Sequence]) -> dict[int, tuple[Sequence, ...]]:
    found: dict[int, list[Sequence]] = {}
    for sequence in sequences:
        if len(sequence.parts) == 1:
            found.setdefault(sequence.parts[0][0], []).append(sequence)
    return {number: tuple(same) for number, same in found.items()}


def _rarest(
    sequences: list[Sequence],
) -> dict[int, tuple[tuple[frozenset[int], Sequence], ...]]:
    used = Counter(number for sequence in sequences for number, _ in sequence.parts)
    found: dict[int, list[tuple[frozenset[int], Sequence]]] = {}
    for sequence in sequences:
        if len(sequence.parts) > 1:
            sets = frozenset(number for number, _ in sequence.parts)
            found.setdefault(min(sets, key=lambda n: (used[n], n)), []).append((sets, sequence))
    return {number: tuple(same) for number, same in found.items()}


def _tag(name: str, file: str, table: object) -> Tag:
    if not isinstance(table, dict):
        raise DataError(f"{file}: expected only tables, not the value {name!r}")
    unknown = set(table) - _TAG_KEYS
    if unknown:
        raise DataError(
            f"{file}: [{name}] expected only {sorted(_TAG_KEYS)}, not {sorted(unknown)}"
        )
    for key in ("vi", "en"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise DataError(f"{file}: [{name}] expected {key} = a sentence for staff")
    return Tag(
        name, file, table["vi"], table["en"], table.get("cue"), tuple(table.get("hides", ()))
    )


def compile_files(folder: Traversable) -> Lexicon:
    """Read spelling.toml and phrases/*.toml under a folder. Raises DataError at the first fault."""
    compiler = _Compiler(load_spelling(folder / "spelling.toml"))
    tags: dict[str, Tag] = {}
    files = sorted(
        (folder / "phrases").iterdir(), key=lambda file: (file.name != "words.toml", file.name)
    )
    for file in files:
        if not file.name.endswith(".toml"):
            continue
        text, data = _toml(file)
        for name, table in data.items():
            if file.name == "words.toml":
                phrases = lines_of(file.name, text, name, "words", table.get("words"))
                compiler.add_list(name, _list_words(compiler, file.name, phrases))
                continue
            if name in tags:
                raise DataError(
                    f"{file.name}: expected [{name}] only once, it is also in {tags[name].file}"
                )
            tags[name] = _tag(name, file.name, table)
            for number, phrase in lines_of(file.name, text, name, "phrases", table.get("phrases")):
                where = f"phrases/{file.name}:{number}"
                for pattern in parse(phrase, where, compiler.spell):
                    compiler.add(name, where, pattern)
    return compiler.done(tags)


def _list_words(
    compiler: _Compiler, file: str, phrases: Iterator[tuple[int, str]]
) -> Iterator[tuple[str, bool | None]]:
    for number, phrase in phrases:
        where = f"phrases/{file}:{number}"
        for pattern in parse(phrase, where, compiler.spell, edges=True):
            if any(part.word_list or part.gap for part in pattern.parts):
                raise DataError(f"{where}: expected plain words, no gaps or lists")
            for words in itertools.product(*(part.spellings for part in pattern.parts)):
                yield " ".join(words), pattern.marks


@functools.cache
def lexicon() -> Lexicon:
    """The shipped phrases, read once. Raises DataError."""
    return compile_files(resources.files("triage"))
