"""Which language a text is in, by its letters and its commonest words."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from locales import unaccent
from triage.grammar import DataError
from triage.reading import Language
from triage.text import Text

FILE = "languages.toml"
_SCRIPTS: tuple[tuple[re.Pattern[str], Language], ...] = (
    (re.compile("[\u1780-\u17ff]"), "km"),
    (re.compile("[\u0e80-\u0eff]"), "lo"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u3400-\u9fff]"), "zh"),
)
ENOUGH = 3  # words of a second language that carry content of their own


@cache
def common_words() -> dict[str, frozenset[str]]:
    """The lists of `languages.toml`. Raises DataError naming the file and what is expected."""
    try:
        data = tomllib.loads((resources.files("triage") / FILE).read_text("utf-8"))
        return {name: frozenset(data[name]["words"].split()) for name in ("en", "vi", "hmn")}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{FILE}: expected [en], [vi] and [hmn], each with words ({error})"
        ) from error


def language_of(text: Text) -> Language:
    """One of the language labels."""
    words = unaccent(" ".join(text.typed)).lower().split()
    english, vietnamese, hmong = (
        sum(map(_telling(name).__contains__, words)) for name in ("en", "vi", "hmn")
    )
    vietnamese = max(vietnamese, text.marks)
    for letters, language in _SCRIPTS:
        if letters.search(text.unspaced):
            return "mixed" if max(english, vietnamese) >= ENOUGH else language
    if hmong >= 2 and hmong > max(english, vietnamese):
        return "hmn"
    if (
        english >= ENOUGH
        and vietnamese >= ENOUGH
        and min(english, vietnamese) * 3 > max(english, vietnamese)
    ):
        return "mixed"
    if english > vietnamese:
        return "en"
    if text.mends * 6 > text.latin:
        return "vi-teencode"
    return "vi" if text.strict else "vi-noaccent"


@cache
def _telling(name: str) -> frozenset[str]:
    """The words of a list that stand in no other."""
    lists = common_words()
    others = [words for other, words in lists.items() if other != name]
    return lists[name].difference(*others)
