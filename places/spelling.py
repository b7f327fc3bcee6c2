"""Whether a name is written with its own marks."""

from __future__ import annotations

from locales.marks import unaccent
from places.gazetteer import Sense
from places.lexicon import Entry

# The southern ear hears hỏi and ngã as one tone, so people write either; i and y are one sound.
_ONE_SOUND = str.maketrans("ãẵẫẽễĩõỗỡũữỹyýỳỷỵ", "ảẳẩẻểỉỏổởủửỉiíìỉị")


def spelt_so(entry: Entry, form: str, guessed: bool) -> tuple[tuple[Sense, ...], str]:
    """The senses written with these marks; failing that those that differ as people slip; and which
    of the two, as in `Found.spelling`. guessed: some of its words were mended, so their marks are
    not known."""
    if form.isascii():
        return entry.senses(), "plain"
    forms = entry.by_form()
    exact = () if guessed else _exactly(forms, form)
    if exact and len(forms) == 1:
        return exact, "exact"
    one_sound = form.translate(_ONE_SOUND)
    near = [name for name in forms if _slip(name.translate(_ONE_SOUND), one_sound)]
    if exact:
        # "Mù Cang Chải" and "Mù Căng Chải" are one place in two spellings of the lists.
        formers = {sense.former for sense in exact}
        others = (s for name in near if name != form for s in forms[name] if s.former in formers)
        return exact + tuple(others), "exact"
    if near:
        return tuple(sense for name in near for sense in forms[name]), "partly"
    return entry.senses(), "other"


def _exactly(forms: dict[str, tuple[Sense, ...]], form: str) -> tuple[Sense, ...]:
    """The senses of this form, and of those that differ from it in nothing but spaces."""
    found = forms.get(form, ())
    if found and len(forms) == 1:
        return found
    joined = form.replace(" ", "")
    apart = (forms[n] for n in forms if n != form and n.replace(" ", "") == joined)
    return found + tuple(sense for same in apart for sense in same)


def _slip(name: str, form: str) -> bool:
    """Whether form is name with some marks left out."""
    return len(name) == len(form) and all(
        a == b or unaccent(a) == b for a, b in zip(name, form, strict=True)
    )


def wrong_marks(name: str, form: str) -> int:
    """How many letters of form bear marks that are not the name's; a mark left out is not wrong."""
    if len(name) != len(form):
        return 0  # not a spelling of the name but another way to say it: "quận tám"
    return sum(a != b and unaccent(a) != b for a, b in zip(name, form, strict=True))
