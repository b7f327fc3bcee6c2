"""A reference code as it is written and read aloud."""

from __future__ import annotations

from locales.rendering import render

GROUPS = (2, 2, 3)  # digits: short enough to be repeated after one hearing


def grouped(reference: str) -> str:
    """ "4829157" as "48 29 157"."""
    return " ".join(_groups(reference))


def spoken(reference: str, language: str) -> str:
    """ "4829157" digit by digit in words, in the same groups."""
    names = [
        " ".join(render(f"digit.{digit}", language) for digit in group)
        for group in _groups(reference)
    ]
    return ", ".join(names)


def _groups(reference: str) -> list[str]:
    found, at = [], 0
    for length in GROUPS:
        found.append(reference[at : at + length])
        at += length
    return [group for group in (*found, reference[at:]) if group]
