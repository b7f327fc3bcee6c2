"""What in a text points at one person or one house: phones, plates, accounts, handles, addresses.

Used to link tips that mean the same (keyed hashes of the canonical forms) and to take them out of
a text that becomes a test case. Plain patterns: each must be cheap, because every message is read.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from places.fold import fold
from triage.grammar import DataError

FILE = Path(__file__).parent / "identifiers.toml"
_EXPECTED = {
    "titles": str, "recruits": list, "accounts": list, "street_ends": str, "no_names": str,
    "surnames": str,
}  # fmt: skip
Kind = Literal["phone", "plate", "account", "handle", "address", "recruiter", "name"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """start, end: offsets in the NFC form of the text. canonical: one spelling for what is meant.

    A phone is "+84…", a plate letters and digits without marks ("51A12345"), a handle the address
    without its scheme, an address number and first words of the street, a name unaccented.
    """

    kind: Kind
    start: int
    end: int
    canonical: str


_DIGIT = re.compile(r"\d")
_HANDLE = re.compile(
    r"(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?:https?://|www\.)?(?P<site>(?:facebook|fb|zalo|t|telegram|tiktok|m\.facebook|youtube)"
    r"\.(?:com|me|vn)/[\w.@/?=&%-]{2,100})"
    r"|https?://(?P<url>[\w.-]{3,100}(?:/[\w.@/?=&%-]{0,100})?)"
    r"|(?<![\w@])@(?P<at>[A-Za-z0-9_.]{4,32})"
)
# everything with figures in it begins at a run of them; what it is, is judged from there
_RUN = re.compile(r"\d[\d .-]*")
# 84 or 0, then the nine digits of a mobile or the ten of a landline; foreign numbers need the plus
_PHONE = re.compile(
    r"(?:(?:\+|00)84|84|0)[ .-]?(?:[35789](?:[ .-]?\d){8}|2(?:[ .-]?\d){9})(?!\d)"
    r"|(?:\+|00)[1-9](?:[ .-]?\d){7,13}(?!\d)"
)
_PLATE = re.compile(
    r"(?P<province>[1-9]\d)[ -]?(?P<series>[A-Za-zĐđ]{1,2}\d?)[ .-]{0,2}"
    r"(?P<number>\d{3}[. ]?\d{2}|\d{4})(?![\w/])"
)
_ACCOUNT = re.compile(r"\d(?:[ .-]?\d){5,18}(?!\d)")
_CUE_REACH = 50  # letters before an account's number in which it may be called one
_ADDRESS = re.compile(
    r"(?P<number>\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?){0,4})[ ,]{1,2}(?:(?:hẻm|hem|ngõ|ngo) \d{1,3} )?"
    r"(?P<way>(?:đường|duong|đg|phố|pho|ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|street) )?"
    r"(?P<street>[^\W_]+(?: [^\W_]+){0,3})",
    re.IGNORECASE,
)
_CAPITAL = "A-ZĐÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĨŨƠƯẠ-Ỹ"
_NAMED = re.compile(rf"(?<=\s)[{_CAPITAL}][^\W\d_]{{1,6}}(?: [{_CAPITAL}][^\W\d_]{{1,6}}){{0,2}}\b")
_RECRUITER_REACH = 40  # letters around a name in which it is said what they do


@dataclass(frozen=True, slots=True)
class Words:
    """What `identifiers.toml` holds, ready to look things up."""

    titles: frozenset[str]
    street_ends: frozenset[str]
    no_names: frozenset[str]
    recruits: re.Pattern[str]
    accounts: re.Pattern[str]  # up to the end of what stands before the number
    full_name: re.Pattern[str]
    called: re.Pattern[str]


@cache
def words(path: Path = FILE) -> Words:
    """Read and check the words. Raises DataError naming the file and what is expected."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path.name}: {error}") from error
    faults = [
        f"{path.name}: {name} must be {'words' if kind is str else 'a list of phrases'}"
        for name, kind in _EXPECTED.items()
        if not isinstance(data.get(name), kind) or not all(isinstance(x, str) for x in data[name])
    ]
    faults += [f"{path.name}: {name} is not known here" for name in data.keys() - _EXPECTED.keys()]
    if faults:
        raise DataError("\n".join(faults))
    surnames = "|".join(name.capitalize() for name in data["surnames"].split())
    either = {name: "|".join(map(re.escape, data[name])) for name in ("recruits", "accounts")}
    return Words(
        titles=frozenset(data["titles"].split()),
        street_ends=frozenset(data["street_ends"].split()),
        no_names=frozenset(data["no_names"].split()),
        recruits=re.compile(rf"\b(?:{either['recruits']})"),
        accounts=re.compile(rf"\b(?:{either['accounts']})\b[^\d\n]*$"),
        full_name=re.compile(rf"\b(?:{surnames})(?: [{_CAPITAL}][^\W\d_]{{0,7}}){{1,3}}"),
        called=re.compile(
            r"\b(?:tên là|ten la|tên|ten|my name is|called|named) "
            r"(?P<name>[^\W\d_]{2,8}(?: [^\W\d_]{2,8})?)",
            re.IGNORECASE,
        ),
    )


def identifiers(text: str) -> tuple[Identifier, ...]:
    """All that are found in the text, by their place in it; none lies within another."""
    text = unicodedata.normalize("NFC", text)
    found: list[Identifier] = []
    if "@" in text or "/" in text:
        found += [_handle(match) for match in _HANDLE.finditer(text)]
    for run in _RUN.finditer(text):
        start = run.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "/_"):
            continue
        one = _figures(text, start - (text[start - 1 : start] == "+"), _digits(run[0]))
        if one is not None:
            found.append(one)
    for match in _NAMED.finditer(text):
        before = text[: match.start()].rsplit(None, 1)
        if before and fold(before[-1]) in words().titles and _recruits(text, match):
            found.append(Identifier("recruiter", match.start(), match.end(), fold(match[0])))
    return _apart(found)


def names(text: str) -> tuple[Identifier, ...]:
    """What looks like the name of a person; far from all of them: a reader must look as well."""
    text = unicodedata.normalize("NFC", text)
    found = [
        Identifier("name", m.start(), m.end(), fold(m[0])) for m in words().full_name.finditer(text)
    ]
    for match in words().called.finditer(text):
        said = match["name"].split()
        kept = [word for word in said if word[:1].isupper()] or said[:1]
        if fold(kept[0]) not in words().no_names:
            end = match.start("name") + len(" ".join(kept))
            found.append(Identifier("name", match.start("name"), end, fold(" ".join(kept))))
    return _apart(found)


def phone(number: str) -> str:
    """A Vietnamese number as +84…, a foreign one with its plus and no separators."""
    digits = _digits(number)
    if number.lstrip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+84{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def _digits(text: str) -> str:
    return "".join(_DIGIT.findall(text))


def _figures(text: str, start: int, run: str) -> Identifier | None:
    """What begins with a run of figures: a phone, an account, a plate, an address, or nothing."""
    match = _PHONE.match(text, start) if len(run) >= 8 else None
    before = text[max(0, start - _CUE_REACH) : start] if len(run) >= 6 else ""
    cued = bool(before) and words().accounts.search(fold(before)) is not None
    if match is not None and not cued:
        return Identifier("phone", start, match.end(), phone(match[0]))
    if cued:
        match = _ACCOUNT.match(text, start)
        if match is not None:
            return Identifier("account", start, match.end(), _digits(match[0]))
    match = _PLATE.match(text, start)
    if match is not None:
        series = fold(match["series"]).upper()
        plate = f"{match['province']}{series}{_digits(match['number'])}"
        return Identifier("plate", start, match.end(), plate)
    match = _ADDRESS.match(text, start)
    return None if match is None else _address(match)


def _recruits(text: str, name: re.Match[str]) -> bool:
    around = text[max(0, name.start() - _RECRUITER_REACH) : name.end() + _RECRUITER_REACH]
    return words().recruits.search(fold(around)) is not None


def _handle(match: re.Match[str]) -> Identifier:
    name = next(value for value in match.groupdict().values() if value is not None)
    return Identifier("handle", match.start(), match.end(), name.casefold().rstrip("./?&"))


def _address(match: re.Match[str]) -> Identifier | None:
    """A house number counts with the word for a street, or with a slash and a capital letter."""
    if not match["way"] and not ("/" in match["number"] and match["street"][0].isupper()):
        return None
    street: list[str] = []
    for word in match["street"].split():
        if fold(word) in words().street_ends:
            break
        street.append(word)
    if not street:
        return None
    end = match.start("street") + len(" ".join(street))
    known = " ".join(fold(word) for word in street[:2])  # how far a name goes is often a guess
    return Identifier("address", match.start(), end, f"{match['number'].lower()} {known}")


def _apart(found: list[Identifier]) -> tuple[Identifier, ...]:
    """In their order, the first kind of two that overlap."""
    kept: list[Identifier] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))
