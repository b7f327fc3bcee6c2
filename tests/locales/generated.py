"""Texts of every kind that meets the counter: alphabets, escapes, marks, emoji, lengths."""

from __future__ import annotations

import hashlib
from random import Random

from locales.sms import BASIC, EXTENSION

_GSM = tuple(char for char in sorted(BASIC) if char != "\r")
_EXTENSION = tuple(sorted(EXTENSION))
_VIETNAMESE = tuple("ạảãáàăắằẵặẳâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ")
_EMOJI = ("😀", "👍🏽", "🇻🇳", "👨‍👩‍👧", "❤️", "☎", "1️⃣")
_COMBINING = ("e\u0323", "a\u0302\u0301", "o\u031b\u0300")
_POOLS = (
    (_GSM,),
    (_GSM, _EXTENSION),
    (_EXTENSION,),
    (_GSM, _VIETNAMESE),
    (_VIETNAMESE,),
    (_GSM, _VIETNAMESE, _EMOJI),
    (_GSM, _EMOJI),
    (_COMBINING, _GSM),
    (tuple("我被关在这里请帮忙"),),
    (("កា", "ខ្ញុំ", "ទី", "នេះ", "សូម"), _GSM),
    (("ที่", "ผู้", "น้ำ", "กำ"), _GSM),
    (("ທີ່", "ຜູ້", "ນ້ຳ"), _GSM),
    (_GSM, _EXTENSION, ("\r\n", "\n")),
    (_EMOJI,),
)
_LENGTHS = ((0, 40), (50, 80), (125, 165), (280, 330), (1, 500))


def texts(count: int = 10_000) -> list[str]:
    rng = Random(7)
    made = []
    for _ in range(count):
        pools = rng.choice(_POOLS)
        shortest, longest = rng.choice(_LENGTHS)
        length = shortest + int(rng.random() * (longest - shortest + 1))
        made.append("".join(rng.choice(rng.choice(pools)) for _ in range(length)))
    return made


def digest(made: list[str]) -> str:
    return hashlib.sha256("\x1f".join(made).encode()).hexdigest()
