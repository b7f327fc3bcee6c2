"""Phone numbers in E.164, whatever way people and gateways write them."""

from __future__ import annotations

import re

import phonenumbers

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_DIGITS = re.compile(r"\+?\d{3,20}")  # of any script: full-width ones are typed too
_SHORT_CODE = re.compile(r"\d{3,8}")
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ._&-]{1,11}")


def typed(text: str) -> str | None:
    """A number as a person writes it (`0912 000 001`, `84.912.000.001`, `0084912000001`) -> E.164.

    National numbers are read as Vietnamese. None if it is no number that can exist; the eleven
    digit mobile numbers of before September 2018 (012x, 016x, 018x, 019x) no longer do.
    """
    bare = re.sub(r"[\s.()\-‐-―/]", "", text)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    elif bare.startswith("84") and len(bare) >= 11:
        bare = "+" + bare
    if not _DIGITS.fullmatch(bare):  # the library would pick a number out of other words
        return None
    try:
        parsed = phonenumbers.parse(bare, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def from_wire(value: object) -> str | None:
    """The address a gateway names: E.164, a short code or a sender's name; None if neither.

    Not checked against numbering plans: a plan changes before our copy of it does, and the
    gateway has just proved that the number exists.
    """
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _E164.fullmatch(text):
        # "+84 0912..." is written by some carriers; the nought is not part of the number.
        return "+84" + text[4:] if text.startswith("+840") else text
    if _SHORT_CODE.fullmatch(text) or _SENDER_NAME.fullmatch(text):
        return text
    return typed(text) if len(text) <= 32 else None
