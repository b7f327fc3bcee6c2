"""Taking Vietnamese marks off: "Đừng gọi" -> "Dung goi".

What people text without marks and what we send by SMS is the accented text with its marks removed
and nothing else, so there is one function for both directions.
"""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not decompose. Ð and Ɖ are other letters that look the same and are
# typed for Đ by old Vietnamese keyboards and converters.
_UNDECOMPOSED = {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ɖ": "d", "Ɖ": "D"}


def _table() -> dict[int, str]:
    table = {ord(letter): plain for letter, plain in _UNDECOMPOSED.items()}
    for start, end in ((0x00C0, 0x0250), (0x1E00, 0x1F00)):  # all Latin letters with marks
        for code in range(start, end):
            plain = unicodedata.normalize("NFD", chr(code))[0]
            if plain != chr(code):
                table[code] = plain
    return table


_TABLE = _table()


def unaccent(text: str) -> str:
    """Return the NFC form of text with the marks of Latin letters removed.

    Case is kept. The result has exactly one character for each character of the NFC form of text,
    so an offset found in the one is an offset in the other (a combining mark that NFC cannot join
    to its letter stays where it is). Other scripts pass unchanged. Never raises.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    apart = unicodedata.normalize("NFD", composed.replace("đ", "d").replace("Đ", "D"))
    plain = apart.encode("ascii", "ignore").decode()
    # The same length: nothing but Latin letters, at a third of the cost. (The overlay of "≠" is the
    # one mark by which NFD takes signs apart that are no letters.)
    if len(plain) == len(composed) and "\u0338" not in apart:
        return plain
    return composed.translate(_TABLE)
