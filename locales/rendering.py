"""The one function that turns a text id into words for a person."""

from __future__ import annotations

from collections.abc import Mapping

from locales.catalogue import Catalogue, Text, catalogue
from locales.marks import unaccent

# Whose second language is which: speakers of Hmong, Khmer and Lao who write to a Vietnamese number
# mostly live in Viet Nam; who writes Chinese or Thai more often reads English.
SECOND = {"hmn": "vi", "km": "vi", "lo": "vi", "zh": "en", "th": "en"}

NO_PARAMS: Mapping[str, str] = {}


def render(
    text_id: str,
    language: str,
    *,
    plain: bool = False,
    buttons: bool = False,
    params: Mapping[str, str] = NO_PARAMS,
) -> str:
    """The text for a person.

    language: `vi`, `en`, `zh`, `km`, `hmn`, `lo`, `th`; one that lacks the text, or is unknown,
    gives its second language, in the end Vietnamese. plain: the twin for SMS, the accented text
    with its marks removed and nothing else. buttons: it stands above buttons that name the
    answers, so their digits are left out. A value longer than its slot is cut to the slot's length,
    after a whole word where there is one, so that no text outgrows its SMS parts. Raises KeyError
    for a text id that does not exist and for a missing parameter.
    """
    text = _find(text_id, language)
    body = text.pressed if buttons else text.body
    for name, longest in text.slots.items():
        body = body.replace("{" + name + "}", _cut(params[name], longest))
    return unaccent(body) if plain else body


def _cut(value: str, longest: int) -> str:
    """The value, or as many of its whole words as fit; one long word is cut where it must be."""
    if len(value) <= longest:
        return value
    head, space, _ = value[: longest + 1].rpartition(" ")
    return head.rstrip(" ,;") if space and head.strip() else value[:longest]


def _find(text_id: str, language: str) -> Text:
    for code in (language, SECOND.get(language, "vi"), "vi"):
        text = _catalogue_or_none(code)
        if text is not None and text_id in text.texts and text.texts[text_id].body:
            return text.texts[text_id]
    raise KeyError(f"no text {text_id!r} in the catalogues")


def _catalogue_or_none(language: str) -> Catalogue | None:
    try:
        return catalogue(language)
    except KeyError:
        return None
