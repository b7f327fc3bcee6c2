"""The one place where offered answers become buttons or a numbered list."""

from __future__ import annotations

import re

from desk.messages import Capabilities, Choice, Outbound


def laid_out(outbound: Outbound, can: Capabilities) -> tuple[str, tuple[Choice, ...]]:
    """Return the text to send and the buttons to put under it.

    Where there are no buttons the choices follow the text as `1 label` lines, unless the text
    already names its numbers ("Send 1 yes, 2 no"): short texts often do, to stay in one part.
    """
    if not outbound.choices or can.buttons:
        return outbound.text, outbound.choices
    if _names_its_numbers(outbound.text, len(outbound.choices)):
        return outbound.text, ()
    listed = [f"{number} {choice.label}" for number, choice in enumerate(outbound.choices, 1)]
    return "\n".join([outbound.text, *listed]).strip(), ()


def _names_its_numbers(text: str, count: int) -> bool:
    """Whether 1 .. count stand in the text in order, as words of their own."""
    inner = r"(?!\w).*(?<!\w)".join(str(number) for number in range(1, count + 1))
    return re.search(rf"(?<!\w){inner}(?!\w)", text, re.DOTALL) is not None
