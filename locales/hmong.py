"""Hmong for Babel, which knows no such locale: `hmn`, in the Romanized Popular Alphabet.

`babel.Locale("hmn")` and Babel's formatting of dates and hours work once `register` has run. Days
and months go by their numbers ("hnub ib" is Monday): everybody understands them; the names of the
old weekdays differ between White and Green Hmong. Needs native review like its catalogue.
"""

from __future__ import annotations

import babel
from babel import localedata

CODE = "hmn"

DAYS = ("Hnub Ib", "Hnub Ob", "Hnub Peb", "Hnub Plaub", "Hnub Tsib", "Hnub Rau", "Hnub Xya")
MONTHS = (
    "Ib Hlis", "Ob Hlis", "Peb Hlis", "Plaub Hlis", "Tsib Hlis", "Rau Hli",
    "Xya Hli", "Yim Hli", "Cuaj Hli", "Kaum Hli", "Kaum Ib Hlis", "Kaum Ob Hlis",
)  # fmt: skip
LANGUAGES = {
    "hmn": "Hmoob", "vi": "Nyab Laj", "en": "Askiv", "zh": "Suav", "km": "Khab Meem",
    "lo": "Nplog", "th": "Thaib",
}  # fmt: skip
TERRITORIES = {
    "VN": "Nyab Laj Teb", "LA": "Nplog Teb", "CN": "Suav Teb", "TH": "Thaib Teb",
    "KH": "Khab Meem Teb", "MM": "Phab Mab Teb",
}  # fmt: skip


def register() -> babel.Locale:
    """Make the locale known to Babel in this process; harmless when done twice."""
    if CODE not in localedata._cache:
        data = localedata.load("root").copy()
        ours = {
            "languages": LANGUAGES,
            "territories": TERRITORIES,
            "days": _both(dict(enumerate(DAYS))),
            "months": _both(dict(enumerate(MONTHS, 1))),
        }
        localedata.merge(data, ours)
        localedata._cache[CODE] = data
    return babel.Locale(CODE)


def _both(names: dict[int, str]) -> dict[str, dict[str, dict[int, str]]]:
    forms = {"wide": names, "abbreviated": names}
    return {"format": forms, "stand-alone": forms}
