"""The catalogues, read from their .po files once per process.

A message id is a symbol ("first.held_now"); the translator comments (`#`) say who reads the text
and why it is worded so; the lines `#.` are rules that the checks obey:

    #. parts: 2            at most so many SMS parts (1 if not stated)
    #. slot gio: 20        longest value of {gio} in characters
    #. for: staff          read by staff only: may name the subject, may use the desk's words
    #. not sms             never leaves by SMS: no limit of length or characters

In a text `[these words]` stand only where answers are given by digits, and `[these|those]` differ:
the second is said above buttons, which name the answers themselves.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

HERE = Path(__file__).parent
COMPLETE = ("vi", "en")  # every text must exist in these; the others hold the safety path

_SLOT = re.compile(r"\{([a-z_]+)\}")
_SHOWN = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]|]*))?\]")
_RULE = re.compile(r"^(?:(parts): (\d+)|slot ([a-z_]+): (\d+)|(for): (staff)|(not sms))$")


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one language.

    body: as it goes by SMS, with its digits. pressed: as it stands above buttons, the same if there
    is nothing to choose. slots: longest value of each slot in characters.
    """

    id: str
    body: str
    line: int
    parts: int = 1
    slots: Mapping[str, int] = field(default_factory=dict)
    staff: bool = False
    sms: bool = True
    fuzzy: bool = False
    above: str | None = None

    @property
    def pressed(self) -> str:
        return self.body if self.above is None else self.above

    def at_longest(self) -> str:
        """The text with every slot at its longest value."""
        return _SLOT.sub(lambda found: "m" * self.slots[found[1]], self.body)


@dataclass(frozen=True, slots=True)
class Catalogue:
    language: str
    file: Path
    texts: Mapping[str, Text]
    reviewed: bool  # False: marked "needs native review" in its header


class BadCatalogue(Exception):
    """A catalogue cannot be used. The message names file, line and what is expected."""


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a catalogue, the complete ones first."""
    found = sorted(path.parent.parent.name for path in HERE.glob("*/LC_MESSAGES/messages.po"))
    return COMPLETE + tuple(code for code in found if code not in COMPLETE)


@functools.cache
def catalogue(language: str) -> Catalogue:
    """Load one catalogue. Raises BadCatalogue; KeyError for a language that has none."""
    file = HERE / language / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        raise KeyError(language)
    loaded = read(file, language)
    if language in COMPLETE:
        for text in loaded.texts.values():
            if text.fuzzy or not text.body:
                state = "fuzzy" if text.fuzzy else "not translated"
                raise BadCatalogue(f"{file}:{text.line}: {text.id} is {state}")
    return loaded


def read(file: Path, language: str) -> Catalogue:
    """Read a .po file without asking whether it is complete. Raises BadCatalogue."""
    try:
        with file.open("rb") as stream:
            # Babel knows no Hmong, so the language is not handed to it: only texts are read.
            messages = read_po(stream, ignore_obsolete=True, abort_invalid=True)
    except PoFileError as error:
        raise BadCatalogue(f"{file}: not a .po file: {error}") from error
    texts = {}
    for message in messages:
        if message.id:
            text = _text(message, file)
            texts[text.id] = text
    return Catalogue(language, file, texts, "needs native review" not in messages.header_comment)


def _text(message: Message, file: Path) -> Text:
    line = message.lineno or 0
    if not isinstance(message.id, str) or not isinstance(message.string, str):
        raise BadCatalogue(f"{file}:{line}: plural forms are not used here")
    parts, staff, sms = 1, False, True
    slots: dict[str, int] = {}
    for comment in message.auto_comments:
        rule = _RULE.match(comment.strip())
        if rule is None:
            raise BadCatalogue(
                f"{file}:{line}: unknown rule '#. {comment}': expected 'parts: N', "
                "'slot NAME: N', 'for: staff' or 'not sms'"
            )
        if rule[1]:
            parts = int(rule[2])
        elif rule[3]:
            slots[rule[3]] = int(rule[4])
        elif rule[5]:
            staff = True
        else:
            sms = False
    used = set(_SLOT.findall(message.string))
    if message.string and used != set(slots):
        raise BadCatalogue(
            f"{file}:{line}: {message.id} uses slots {sorted(used)} but states {sorted(slots)}; "
            "state each as '#. slot NAME: N'"
        )
    body, above = _forms(message.string)
    if set("[|]") & set(body + above):
        raise BadCatalogue(
            f"{file}:{line}: {message.id} has a bracket or bar too many: write [digits] or "
            "[digits|above buttons], not one inside another"
        )
    return Text(message.id, body, line, parts, slots, staff, sms, message.fuzzy,
                None if above == body else above)  # fmt: skip


def _forms(text: str) -> tuple[str, str]:
    """The text for digits and the text above buttons."""
    digits = _SHOWN.sub(lambda found: found[1], text)
    buttons = _SHOWN.sub(lambda found: found[2] or "", text)
    return digits, " ".join(buttons.split()) if buttons != digits else buttons
