"""The phone in a terminal: `hotline chat`, and with a staff id that person's staff bot."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TextIO

from simulators.handset import Handset, Shown, Unplugged
from simulators.live import Live
from simulators.transcript import Turn, saved

WAIT_S = 20.0  # one look at the screen
SETTLE_S = 4.0
_HELP = {
    "sms": "Type a text, Enter sends it.",
    "telegram": "Type a text, Enter sends it. A number presses that button. "
    ":pin 11.08,106.17 sends a place, :photo and :voice send a file.",
    "staff": "A number presses that button of the last message that has any. Other words are sent "
    "as an answer to the last ticket shown.",
}


def chat(
    base_url: str,
    channel: str,
    sender: str,
    staff_telegram_id: int | None,
    save: Path | None,
    stdin: TextIO,
    stdout: TextIO,
    settle_s: float = SETTLE_S,
) -> int:
    """Be a phone until the input ends; returns the exit status.

    channel: `sms` or `telegram`. sender: a number in E.164; on Telegram its digits are the id.
    staff_telegram_id: be that person's staff bot instead. save: where to write the talk.
    settle_s: with piped input, how long to wait for an answer after each line and at the end.
    """
    if staff_telegram_id is not None:
        handset = Handset(base_url, "telegram", str(staff_telegram_id), bot="staff")
    elif channel == "telegram":
        handset = Handset(base_url, "telegram", "".join(c for c in sender if c.isdigit()))
    else:
        handset = Handset(base_url, "sms", sender)
    talk = _Talk(handset, stdin.isatty(), stdout)
    try:
        talk.open()
        talk.converse(stdin, settle_s)
    except Unplugged as fault:
        print(f"{fault}\nStart the hotline first, with its own simulators: hotline up", file=stdout)
        return 1
    except KeyboardInterrupt:
        print(file=stdout)
    finally:
        talk.close()
        if save is not None:
            save.write_text(saved(talk.headers(), talk.turns), encoding="utf-8")
            print(f"saved: {save}", file=stdout)
    return 0


class _Talk:
    """One talk: a thread shows what comes, the caller's thread sends what is typed."""

    def __init__(self, handset: Handset, by_hand: bool, stdout: TextIO) -> None:
        self.turns: list[Turn] = []
        self._live = Live(handset)
        self._staff = handset.bot == "staff"
        self._by_hand = by_hand
        self._stdout = stdout
        self._came = threading.Condition()
        self._shown = 0
        self._over = False

    def headers(self) -> dict[str, str]:
        handset = self._live.handset
        if self._staff:
            return {"staff id": handset.address}
        return {"channel": handset.channel, "from": handset.address}

    def open(self) -> None:
        """Greet, and on a staff phone show what came before: a page does not wait for us."""
        handset = self._live.handset
        kind = "staff" if self._staff else handset.channel
        self._print(f"[{kind} {handset.address}] {_HELP[kind]} Ctrl-D ends.")
        before = handset.look()
        if self._staff:
            for shown in _still_there(before):
                self._show(shown)
        threading.Thread(target=self._watch, daemon=True).start()

    def converse(self, stdin: TextIO, settle_s: float) -> None:
        """Send line after line; piped input waits for an answer to each, as a person would."""
        if self._staff and not self._by_hand:
            self._something_new(0, settle_s)  # the page that a script wants to press
        for line in stdin:
            text = line.rstrip("\r\n")
            if not text:
                continue
            with self._came:
                before = self._shown
            self._send(text)
            if not self._by_hand:
                self._something_new(before, settle_s)
        if not self._by_hand:
            self._settle(settle_s)

    def close(self) -> None:
        with self._came:
            self._over = True

    def _settle(self, settle_s: float) -> None:
        """Wait until nothing has come for a while."""
        while self._something_new(self._shown, settle_s):
            pass

    def _something_new(self, before: int, wait: float) -> bool:
        with self._came:
            return self._came.wait_for(lambda: self._shown > before, wait)

    def _send(self, text: str) -> None:
        who = "staff" if self._staff else "sender"
        live, handset = self._live, self._live.handset
        button = live.with_buttons
        if text.isdigit() and button and 1 <= int(text) <= len(button.buttons):
            label = button.buttons[int(text) - 1]
            self._said(f"{who} presses", label)
            live.press(text)
        elif self._staff and text.isdigit():
            # As words it would go to the sender of the ticket.
            self._print(f"(there is no button {text})")
        elif handset.channel == "telegram" and text.startswith(":pin "):
            lat, _, lon = text.removeprefix(":pin ").partition(",")
            try:
                live.pin(float(lat), float(lon))
            except ValueError:
                self._print("(a place is two numbers: :pin 11.08,106.17)")
                return
            self._said(f"{who} pins", f"{lat.strip()},{lon.strip()}")
        elif handset.channel == "telegram" and text.split()[0] in (":photo", ":voice"):
            kind, _, caption = text[1:].partition(" ")
            handset.file(kind, caption or None)
        else:
            self._said(who, text)
            live.say(text)
        while live.problems:
            self._print(f"(not delivered: {live.problems.pop(0)})")

    def _said(self, what: str, text: str) -> None:
        self.turns.append(Turn(what, text))
        if not self._by_hand:
            self._print(f"{what}: {text}")

    def _watch(self) -> None:
        handset = self._live.handset
        while not self._over:
            try:
                events = handset.look(WAIT_S)
            except Unplugged as fault:
                if not self._over:
                    self._print(f"({fault})")
                return
            for shown in events:
                if self._over:
                    return
                self._show(shown)

    def _show(self, shown: Shown) -> None:
        with self._came:
            self._live.note(shown)
            who = "desk" if self._staff else "hotline"
            marks = {"edit": " (changed)", "toast": " (note)", "delete": " (deleted)"}
            self._print(f"{who}{marks.get(shown.kind, '')}: {shown.text}")
            for number, label in enumerate(shown.buttons, 1):
                self._print(f"    [{number}] {label}")
            self.turns.append(Turn(who, shown.text))
            self._shown += 1
            self._came.notify_all()

    def _print(self, line: str) -> None:
        print(line.replace("\n", "\n    "), file=self._stdout, flush=True)


def _still_there(events: list[Shown]) -> list[Shown]:
    """The messages on a screen as they stand after edits and deletions, oldest first."""
    standing: dict[int | None, Shown] = {}
    for shown in events:
        match shown.kind:
            case "message":
                standing[shown.message_id] = shown
            case "edit" if shown.message_id in standing:
                old = standing[shown.message_id]
                standing[shown.message_id] = Shown(
                    old.seq, "message", shown.text, old.message_id, shown.buttons
                )
            case "delete":
                standing.pop(shown.message_id, None)
    return list(standing.values())[-20:]
