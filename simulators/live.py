"""Transcripts played on simulated phones, through the real webhooks of a running hotline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulators.handset import Handset, Shown

_REFERENCE = re.compile(r"(?<!\d)\d{7}(?!\d)")


@dataclass
class Live:
    """A handset as the phone of a transcript, or of a person at a terminal.

    It knows what is on the screen: the last message with buttons, and the last about a ticket.
    wait_s: how long `hear` waits before it says that nothing comes.
    """

    handset: Handset
    wait_s: float = 5.0
    with_buttons: Shown | None = None
    ticket: Shown | None = None
    last: Shown | None = None
    problems: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Send words. On a staff phone they answer the last ticket, as a person would by hand."""
        reply_to = None
        if self.handset.bot == "staff" and not text.startswith("/"):
            answered = self.ticket or self.last
            reply_to = answered.message_id if answered else None
        problem = self.handset.say(text, reply_to)
        if problem:
            self.problems.append(problem)

    def press(self, label: str) -> None:
        """Press the button of that label, or of that number, under the last message with any."""
        shown = self.with_buttons
        labels = shown.buttons if shown else ()
        number = (
            int(label) if label.isdigit() else labels.index(label) + 1 if label in labels else 0
        )
        if shown is None or shown.message_id is None or not 1 <= number <= len(labels):
            self.problems.append(f"there is no button {label!r}")
            return
        self.handset.press(shown.message_id, number)

    def pin(self, lat: float, lon: float) -> None:
        self.handset.pin(lat, lon)

    def send(self, kind: str) -> None:
        self.problems.append(f"a phone of the stand-ins sends no {kind}")

    def edit(self, text: str) -> None:
        self.problems.append(f"a phone of the stand-ins edits nothing ({len(text)} characters)")

    def hear(self) -> str | None:
        shown = self.handset.next(self.wait_s)
        if shown is None:
            return None
        self.note(shown)
        return shown.text

    def note(self, shown: Shown) -> None:
        """Take notice of what came on the screen."""
        if shown.kind == "toast":
            return
        if shown.kind in ("edit", "delete"):
            if self.with_buttons and self.with_buttons.message_id == shown.message_id:
                self.with_buttons = shown if shown.buttons else None
            return
        self.last = shown
        if shown.buttons:
            self.with_buttons = shown
        if shown.buttons or _REFERENCE.search(shown.text):
            self.ticket = shown
