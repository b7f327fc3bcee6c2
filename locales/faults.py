"""What is wrong with the texts: budget, alphabet, traps, betraying words, missing translations."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locales.catalogue import COMPLETE, HERE, BadCatalogue, Catalogue, Text, languages, read
from locales.marks import unaccent
from locales.sms import segments

# Carriers refuse more than the standard does, so only these leave by SMS.
ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,?:/()+-")
PART = 153  # characters of GSM-7 in each of several parts
PARTS_OF_OTHER_SCRIPTS = 2
UNSPACED = frozenset({"zh", "th", "km", "lo"})  # scripts that put no space between words
MENU_ITEMS = 5
MENU_ITEMS_CHILD = 3

_ITEM = re.compile(r"(?:^|[ ,:.])([1-9]) (?=[^\W\d])")
_SLOT = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True, slots=True)
class Fault:
    file: Path
    line: int
    what: str  # what is wrong and what to do

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Word:
    """A word no text may hold. pattern meets the text as `plain` says: without or with marks."""

    word: str
    pattern: re.Pattern[str]
    plain: bool
    say: str
    allowed: frozenset[str] = frozenset()  # text ids


def check() -> list[Fault]:
    """All faults of all catalogues, by file and line. Raises nothing: a bad file is a fault."""
    faults: list[Fault] = []
    loaded: dict[str, Catalogue] = {}
    for language in languages():
        file = HERE / language / "LC_MESSAGES" / "messages.po"
        try:
            loaded[language] = read(file, language)
        except BadCatalogue as error:
            faults.append(Fault(file, 0, str(error)))
    for catalogue in loaded.values():
        for text in catalogue.texts.values():
            what = text_faults(text, catalogue.language)
            faults.extend(Fault(catalogue.file, text.line, fault) for fault in what)
    faults.extend(_differences(loaded))
    return faults


def text_faults(text: Text, language: str) -> Iterator[str]:
    """What is wrong with one text, each as one sentence that says what to do."""
    if text.fuzzy or not text.body:
        if language in COMPLETE:
            yield f"{text.id} is {'fuzzy' if text.fuzzy else 'not translated'}: translate it"
        return
    if unicodedata.normalize("NFC", text.body) != text.body:
        yield f"{text.id} is not in NFC: type it with composed letters"
    if text.sms:
        yield from _sms_faults(text, language)
    if not text.staff:
        yield from _sender_faults(text, language)


def _sms_faults(text: Text, language: str) -> Iterator[str]:
    plain = unaccent(text.at_longest())
    if language in COMPLETE or language == "hmn":
        odd = sorted(set(plain) - ALLOWED)
        if odd:
            yield f"{text.id} holds {' '.join(odd)!r} without marks: use letters, digits, .,?:/()+-"
    parts = segments(plain).parts
    if language not in COMPLETE and parts > PARTS_OF_OTHER_SCRIPTS:
        yield f"{text.id} takes {parts} SMS parts: shorten it to {PARTS_OF_OTHER_SCRIPTS}"
    if language in COMPLETE and parts > 1 and not text.slots:
        for word in _cut_words(plain):
            yield f"{text.id} is cut inside {word!r} between two SMS parts: reword it"
    if language in COMPLETE and parts > text.parts:
        yield (
            f"{text.id} takes {parts} SMS parts ({segments(plain).units} units with its longest "
            f"slots): shorten it to {text.parts}, or state '#. parts: {parts}'"
        )


def _cut_words(plain: str) -> Iterator[str]:
    """Words that lie on both sides of a border between parts: old phones show parts apart."""
    for border in range(PART, len(plain), PART):
        if plain[border - 1].isalnum() and plain[border].isalnum():
            yield plain[:border].split()[-1] + plain[border:].split()[0]


def _sender_faults(text: Text, language: str) -> Iterator[str]:
    forms = {_SLOT.sub("", form) for form in (text.body, text.pressed)}
    for form in sorted(forms):
        plain, marked = unaccent(form).lower(), form.lower()
        for word in _words(language):
            if text.id not in word.allowed and word.pattern.search(plain if word.plain else marked):
                yield f"{text.id}: {word.say}"
    body = _SLOT.sub("", text.body)
    if any(sum(form.count(sign) for sign in "?？") > 1 for form in forms):
        yield f"{text.id} asks more than one question: ask one"
    items = len(_ITEM.findall(body))
    most = MENU_ITEMS_CHILD if "child" in text.id else MENU_ITEMS
    if items > most:
        yield f"{text.id} offers {items} answers: at most {most}"


def _differences(loaded: dict[str, Catalogue]) -> Iterator[Fault]:
    """Texts that one complete catalogue has and another lacks; slots that differ."""
    original = loaded.get("vi")
    if original is None:
        return
    for language, catalogue in loaded.items():
        if language in COMPLETE:
            for text_id in sorted(original.texts.keys() - catalogue.texts.keys()):
                yield Fault(catalogue.file, 0, f"{text_id} is missing: add it (it is in vi)")
        else:
            for text_id in _load("needed.toml")["texts"]:
                text = catalogue.texts.get(text_id)
                if text is None or text.fuzzy or not text.body:
                    what = f"{text_id} is missing or fuzzy: every language needs it (needed.toml)"
                    yield Fault(catalogue.file, text.line if text else 0, what)
        for text_id, text in catalogue.texts.items():
            if text_id not in original.texts:
                yield Fault(catalogue.file, text.line, f"{text_id} is not in vi: remove or add it")
            elif text.body and set(text.slots) != set(original.texts[text_id].slots):
                yield Fault(
                    catalogue.file,
                    text.line,
                    f"{text_id} has slots {sorted(text.slots)}, vi has "
                    f"{sorted(original.texts[text_id].slots)}: use the same",
                )


@functools.cache
def exceptions() -> Mapping[str, str]:
    """Texts that hold a betraying word on purpose: id -> the phones that they may go to,
    "unwatched" or "safe"."""
    return {
        text_id: entry.get("only", "unwatched")
        for entry in _load("betraying.toml")["allowed"]
        for text_id in entry["texts"]
    }


@functools.cache
def _words(language: str) -> tuple[Word, ...]:
    words: list[Word] = []
    betraying = _load("betraying.toml")
    for word in (*betraying["words"].get(language, ()), *betraying["everywhere"]):
        allowed = {
            text_id
            for entry in betraying["allowed"]
            if word in entry["words"]
            for text_id in entry["texts"]
        }
        say = f"betrays the subject on a screen by {word!r}: say it otherwise"
        plain = unaccent(word).lower()
        pattern = re.compile(re.escape(plain)) if language in UNSPACED else _whole(plain)
        words.append(Word(word, pattern, True, say, frozenset(allowed)))
    if language == "vi":
        for trap in _load("traps.toml")["trap"]:
            say = f"{trap['plain']!r} also reads {trap['reads']}: write {trap['instead']}"
            words.append(Word(trap["plain"], _whole(trap["plain"]), True, say))
        for never in _load("never_say.toml")["never"]:
            for word in never["words"]:
                say = f"never say {word!r} ({never['because']}): say {never['instead']}"
                words.append(Word(word, _whole(word), False, say))
    return tuple(words)


def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def _load(name: str) -> dict[str, Any]:
    with (HERE / name).open("rb") as stream:
        return tomllib.load(stream)
