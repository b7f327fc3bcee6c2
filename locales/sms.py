"""How many SMS parts a text costs, counted as carriers and Twilio's own counter do.

GSM-7: 160 units in one part, 153 in each of several; characters of the extension table take two.
One character outside GSM-7 makes the whole text UCS-2: 70 and 67 units of 16 bits. What belongs to
one written sign (a letter and its combining marks, an emoji sequence) is never cut between parts.
Source: 3GPP TS 23.038 (alphabet), 3GPP TS 23.040 (parts).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")

_ZWJ = "\u200d"


@dataclass(frozen=True, slots=True)
class Segments:
    """units: septets (GSM-7) or 16-bit units (UCS-2) of the text; parts: messages it is sent as."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    parts: int


def segments(text: str) -> Segments:
    """Count the parts of a text. An empty text is one part of 0 units."""
    signs = _signs(text)
    if all(len(sign) == 1 and (sign in BASIC or sign in EXTENSION) for sign in signs):
        sizes = [2 if sign in EXTENSION else 1 for sign in signs]
        return Segments("GSM-7", sum(sizes), _parts(sizes, 160, 153))
    sizes = [sum(2 if ord(char) > 0xFFFF else 1 for char in sign) for sign in signs]
    return Segments("UCS-2", sum(sizes), _parts(sizes, 70, 67))


def _parts(sizes: list[int], single: int, joined: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, room = 1, joined
    for size in sizes:
        if size > room:
            parts, room = parts + 1, joined
        room -= size
    return parts


def _signs(text: str) -> list[str]:
    """Split a text into written signs: near enough to Unicode's grapheme clusters."""
    signs: list[str] = []
    for char in text:
        if signs and _joins(signs[-1], char):
            signs[-1] += char
        else:
            signs.append(char)
    return signs


def _joins(sign: str, char: str) -> bool:
    if char < "\u0300" or "\u1e00" <= char < "\u1f00" or sign in "\r\n":
        return sign[-1] == _ZWJ  # letters of Latin scripts begin a sign of their own
    if _is_flag_half(char):
        return len(sign) == 1 and _is_flag_half(sign)
    return (
        char == _ZWJ
        or sign.endswith(_ZWJ)
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u0e33\u0eb3"  # the am of Thai and Lao, written as one sign with its letter
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
