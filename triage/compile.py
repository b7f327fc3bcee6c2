"""The phrase files, checked and compiled into plain data that can be kept between starts."""

from __future__ import annotations

import itertools
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from importlib.resources.abc import Traversable
from typing import Any, TypedDict

import ahocorasick

from triage.grammar import DataError, Part, Pattern, parse
from triage.syllables import SYLLABLES
from triage.text import Spelling, plain_of

OTHER_SENSE = "_other_sense"  # tags ending so hide whatever stands inside their phrases
COUNTED = ("so", "tien", "gio", "tuoi")  # lists that count.py fills: number, money, hour, age
_MARKS = {None: "", True: "!", False: "~"}  # as in the phrase files
_MARKED = {sign: marks for marks, sign in _MARKS.items()}
_TAG_KEYS = {"vi", "en", "phrases", "cue", "hides"}

Variant = tuple[str, bool | None, int]  # marked spelling, whether the phrase asks for marks, set
Line = tuple[str, str, tuple[tuple[int, int], ...], bool]


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


class Compiled(TypedDict):
    """What the phrase files say, in built-in types alone.

    spelling, tags: the fields of `Spelling` and of each `Tag`. automaton: how to make the automaton
    of all plain spellings, which gives their numbers. reaches: by these numbers, how many letters
    lie between the first and the last of a spelling. variants: by these numbers, the marked
    spellings (" giữ giấy tờ "), whether the phrase asks for marks, and the set.
    sequences: tag, `file:line`, parts (set, most words before it), whether a word of denial belongs
    to it. alone, ending: set -> the sequences that are that set and nothing else, and the longer
    ones that end with it. letters: scripts without spaces: how to make their automaton; signs: by
    its numbers, the length and the tag and `file:line` of each phrase. neutral: sets that hide;
    counted: the sets of numbers, money, hours and ages. longer: the numbers of the
    sets of longer sequences are below it.
    """

    spelling: tuple[Any, ...]
    tags: list[tuple[str, str, str, str, str | None, tuple[str, ...]]]
    automaton: tuple[Any, ...]
    reaches: list[int]
    variants: list[str]
    sequences: list[Line]
    alone: dict[int, tuple[int, ...]]
    ending: dict[int, tuple[int, ...]]
    letters: tuple[Any, ...]
    signs: list[tuple[int, tuple[tuple[str, str], ...]]]
    neutral: frozenset[int]
    counted: dict[str, int]
    longer: int


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
        self.entries: dict[str, list[Variant]] = {}
        self.unspaced: dict[str, list[tuple[str, str]]] = {}
        self.sequences: list[Line] = []
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
                letters = unicodedata.normalize("NFKC", spelling).lower()  # as `text.prepare` does
                self.unspaced.setdefault(letters, []).append((tag, rule))
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
        self.sequences.append((tag, rule, tuple(parts), _denies(pattern.parts)))
        if tag.endswith(OTHER_SENSE) and len(parts) == 1:
            self.neutral.add(parts[0][0])

    def done(self, tags: Iterable[Tag]) -> Compiled:
        longer = {n for _, _, parts, _ in self.sequences if len(parts) > 1 for n, _ in parts}
        sets = sorted(range(next(self.numbers)), key=lambda number: number not in longer)
        short = {old: new for new, old in enumerate(sets)}
        sequences: list[Line] = [
            (tag, rule, tuple((short[number], gap) for number, gap in parts), denies)
            for tag, rule, parts, denies in self.sequences
        ]
        alone, ending = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for order, (_, _, parts, _) in enumerate(sequences):
            (alone if len(parts) == 1 else ending)[parts[-1][0]].append(order)
        return Compiled(
            spelling=tuple(getattr(self.spelling, field.name) for field in fields(Spelling)),
            tags=[astuple(tag) for tag in tags],
            automaton=_automaton(f" {plain} " for plain in self.entries),
            reaches=[len(plain) + 1 for plain in self.entries],
            variants=[
                "\n".join(f"{marked}\t{_MARKS[marks]}\t{short[n]}" for marked, marks, n in variants)
                for variants in self.entries.values()
            ],
            sequences=sequences,
            alone={number: tuple(orders) for number, orders in alone.items()},
            ending={number: tuple(orders) for number, orders in ending.items()},
            letters=_automaton(self.unspaced),
            signs=[(len(letters), tuple(found)) for letters, found in self.unspaced.items()],
            neutral=frozenset(short[number] for number in self.neutral),
            counted={name: short[number] for name, number in self.counted.items()},
            longer=len(longer),
        )


def variants_in(text: str) -> list[Variant]:
    """One text of `Compiled.variants`."""
    rows = (line.split("\t") for line in text.split("\n"))
    return [(marked, _MARKED[marks], int(number)) for marked, marks, number in rows]


def _automaton(spellings: Iterable[str]) -> tuple[Any, ...]:
    """How to make the automaton of all spellings that gives their numbers."""
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, spelling in enumerate(spellings):
        automaton.add_word(spelling, number)
    if len(automaton):
        automaton.make_automaton()
    made_of: tuple[Any, ...] = automaton.__reduce__()[1]
    return made_of


def _denies(parts: tuple[Part, ...]) -> bool:
    return any(
        part.word_list.startswith("khong")
        or any("khong" in plain_of(s) or "chua" in plain_of(s) for s in part.spellings[:3])
        for part in parts
    )


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


def compile_files(folder: Traversable) -> Compiled:
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
    return compiler.done(tags.values())


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
