"""Answers to choose from: digits where there are no buttons to press, none above buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import locales
from flows.flow import Ask
from flows.registry import FLOWS, SIDE, step

DIGITS = re.compile(r"(?<!\w)[1-5](?= ?[^\W\d_]|:|$|[,.])")


def offered() -> Iterator[tuple[str, Ask]]:
    """Every text that asks such a question, with the question."""
    for flow in [*FLOWS.values(), SIDE]:
        for ask in flow.steps.values():
            if ask.accept.options:
                yield ask.prompt, ask
        for track in flow.start.values():
            for line in (*track.first, *track.done):
                ask = step(flow.id, line.opens)  # type: ignore[assignment]
                if ask and ask.accept.options:
                    yield line.text, ask


OFFERED = sorted({(text, ask.accept.options) for text, ask in offered()})


@pytest.mark.parametrize(("text_id", "options"), OFFERED)
@pytest.mark.parametrize("language", locales.languages())
def test_digits_by_sms_and_none_above_buttons(
    text_id: str, options: tuple[str, ...], language: str
) -> None:
    text = locales.catalogue(language).texts.get(text_id)
    if text is None:
        return  # said in the second language
    numbers = [int(number) for number in DIGITS.findall(text.body)]
    assert numbers == list(range(1, len(options) + 1)), text.body
    assert not re.search(r"(?<!\w)[1-5](?= ?[^\W\d_])", text.pressed), text.pressed
    for option in options:
        assert locales.render(f"choice.{option}", language)
