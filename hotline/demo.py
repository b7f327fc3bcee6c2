"""Without accounts: stand-ins of the providers, demo staff, and what to try first."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import places
from desk import access, roster
from desk.house import Desk
from desk.roster import NotAdded
from hotline import up
from hotline.settings import Settings
from simulators import server
from simulators.world import BotTarget, Colleague, Targets, TwilioTarget
from store import people

SID = "AC00000000000000000000000000000000"
NUMBER = "+84280000111"
SENDERS, STAFF = "7000001:demo-senders", "7000002:demo-staff"

# Invented people; their Telegram ids are the stand-in's.
DEMO_STAFF = (
    ("lan", "an-giang", 7001, "staff"),
    ("minh", "lang-son", 7002, "staff"),
    ("hoa", "ho-chi-minh", 7003, "staff"),
    ("thu", "quang-ninh", 7004, "staff"),
    ("binh", "vung-nam", 7005, "supervisor"),
    ("quoc", "quoc-gia", 7006, "national"),
)
PASSWORD = "dem-nay-truc"  # noqa: S105 - of all of them: nobody real stands behind it


@dataclass(frozen=True, slots=True)
class StandIns:
    """Which stand-ins run, where, and the settings by which the hotline talks to them."""

    port: int | None
    twilio: bool
    telegram: bool
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str | None:
        return None if self.port is None else f"http://127.0.0.1:{self.port}"


def plan(settings: Settings) -> StandIns:
    """Stand in for what is not set up. Nothing is started yet."""
    twilio = not settings.has_twilio
    telegram = not (settings.has_telegram or settings.has_staff_bot)
    if not twilio and not telegram:
        return StandIns(None, False, False)
    port = up.free_port("127.0.0.1", settings.port + 1)
    base = f"http://127.0.0.1:{port}"
    environment: dict[str, str] = {}
    if twilio:
        environment |= {
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),  # a public one would open /twilio to all
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": base,
        }
    if telegram:
        environment |= {
            "TELEGRAM_BOT_TOKEN": SENDERS,
            "TELEGRAM_STAFF_BOT_TOKEN": STAFF,
            "TELEGRAM_API_BASE": base,
        }
    return StandIns(port, twilio, telegram, environment)


def run_simulators(
    port: int, app: str, public_url: str | None, data: Path, twilio: str | None, telegram: bool
) -> None:
    """The process of the stand-ins. What they signed and posted, and where, is the demo's.

    twilio: the token by which Twilio's stand-in signs; None where none stands in.
    """
    bots = (
        BotTarget("senders", SENDERS, "hoidap_bot", "Hỏi Đáp", open_to_all=True),
        BotTarget("staff", STAFF, "lichtruc_bot", "Lịch trực", open_to_all=True),
    )
    targets = Targets(
        twilio=TwilioTarget(SID, twilio, NUMBER, f"{public_url or app}/twilio/sms")
        if twilio
        else None,
        bots=bots if telegram else (),
        state=data / "simulators",
        desk=f"{public_url or app}/desk",
        staff=tuple(
            Colleague(name, telegram_id, places.SERVICE_POINTS[centre].name)
            for name, centre, telegram_id, _role in (DEMO_STAFF if twilio and telegram else ())
        ),
    )
    server.main("127.0.0.1", port, targets)


def add_staff(desk: Desk) -> None:
    """Add the demo staff where they are not yet; their centres show words in Telegram."""
    for name, centre, telegram_id, role in DEMO_STAFF:
        added = roster.add(desk, name, centre, role, telegram_id=telegram_id)
        if not isinstance(added, NotAdded):
            with desk.db.write() as tx:
                people.set_centre(tx, centre, None, telegram_words=True)
            access.provide(desk, name, PASSWORD)


def staff_left(desk: Desk) -> list[str]:
    """The names of demo staff that are on call here, under Telegram ids that may be somebody's."""
    found = []
    for name, _centre, telegram_id, _role in DEMO_STAFF:
        person = roster.by_telegram(desk, telegram_id)
        if person is not None and person.active and person.name == name:
            found.append(name)
    return found


def how_to_part(names: list[str]) -> str:
    """What to do about demo staff where real accounts are set."""
    removing = "; ".join(f"hotline staff remove {name}" for name in names)
    return (
        f"demo staff ({', '.join(names)}) are on call here, and nobody real stands behind them: "
        f"run `{removing}`, or start with an empty folder (HOTLINE_DATA)"
    )


def introduction(settings: Settings, stand_ins: StandIns) -> str:
    """What to try next."""
    lines = []
    if stand_ins.port is None:
        lines.append("Add the people on call: hotline staff add NAME --centre CODE --telegram-id N")
    elif settings.has_provider:
        missing = "SMS by Twilio" if stand_ins.twilio else "Telegram"
        lines.append(f"{missing} is not set up: a stand-in is in its place and reaches nobody.")
    else:
        folder = "" if settings.data == Path("data") else f"HOTLINE_DATA={settings.data} "
        command = f"{folder}.venv/bin/hotline"
        lines += [
            "No accounts are set: phones and providers are stand-ins on this machine.",
            "",
            f"  phones: {stand_ins.url}/   to write as a sender and to answer as staff",
            "",
            "Or in a second terminal, write as somebody who needs help:",
            f"  {command} chat --channel sms --from +84912000001",
            "  em bi nhot o bavet, ho thu ho chieu, que em o an giang",
            "In a third, be the person on call (1 presses the button, a text is the answer):",
            f"  {command} chat --staff lan",
            "",
            f"The desk in the browser: http://{settings.host}:{settings.port}/desk",
            f"  name: lan   password: {PASSWORD}   code: {command} staff code lan",
        ]
    return "\n".join(lines)
