"""How pages speak: the language and look of who reads, and times and places in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Flask, request
from flask_login import current_user
from markupsafe import Markup

import locales
import places
from console.assets import address_of
from console.here import me, now, the_desk
from desk import pause
from desk.house import local

LANGUAGES = ("vi", "en")
LOOKS = ("auto", "light", "dark")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def language() -> str:
    """The language of the page: as chosen, else the person's own, else the browser's."""
    chosen = request.cookies.get("desk-language", "")
    if chosen in LANGUAGES:
        return chosen
    if current_user.is_authenticated:
        return me().language if me().language in LANGUAGES else "vi"
    return request.accept_languages.best_match(LANGUAGES) or "vi"


def look() -> str:
    chosen = request.cookies.get("desk-look", "auto")
    return chosen if chosen in LOOKS else "auto"


def say(text_id: str, **params: object) -> str:
    """A text of the desk: `say("queue.title")` is `desk.queue.title` of the catalogue."""
    name = text_id if text_id.split(".")[0] in ("kind", "urgency") else f"desk.{text_id}"
    return locales.render(name, language(), params={k: str(v) for k, v in params.items()})


def known(text_id: str) -> bool:
    """Whether the catalogue has this text of the desk."""
    return f"desk.{text_id}" in locales.catalogue("vi").texts


def named(prefix: str, code: str) -> str:
    """The text of a code of ours, or the code itself where none is written yet."""
    if known(f"{prefix}.{code}"):
        return say(f"{prefix}.{code}")
    if f"{prefix}.{code}" in locales.catalogue("vi").texts:
        return locales.render(f"{prefix}.{code}", language())
    return code.replace("_", " ")


def called(codes: Iterable[str], prefix: str) -> str:
    """Several codes of ours as one enumeration."""
    return ", ".join(named(prefix, code) for code in codes)


def ago(ms: int | None) -> str:
    """How long since, in the largest unit that says enough: 3 minutes, 2 h 05, 4 days."""
    if ms is None:
        return ""
    gone = max(0, now() - ms)
    if gone < MINUTE:
        return say("time.now")
    if gone < HOUR:
        return say("time.minutes", n=gone // MINUTE)
    if gone < DAY:
        return say("time.hours", n=gone // HOUR, m=gone % HOUR // MINUTE)
    return say("time.days", n=gone // DAY)


def clock(value: int | str | None) -> str:
    """The hour in Viet Nam, with the day where it is not today."""
    if value is None:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else local(value)
    if at.date() == local(now()).date():
        return at.strftime("%H:%M")
    return at.strftime("%H:%M %d/%m") if at.year == local(now()).year else at.strftime("%d/%m/%Y")


def centre_name(code: str | None) -> str:
    """A service point's name as people say it."""
    if code is None:
        return ""
    if known(f"point.{code}"):
        return say(f"point.{code}")
    point = places.SERVICE_POINTS.get(code)
    return point.name if point else code


def place_name(province: str | None, country: str | None) -> str:
    """Where it is: the province, else the country, else that it is not known."""
    if province:
        return province
    if country and country != "VN":
        return named("country", country)
    return say("place.unknown")


def lines(text: str) -> Markup:
    """Words with their line breaks, everything else inert."""
    return Markup("<br>").join(text.splitlines()) if text else Markup("")


def paused() -> bool:
    """Whether senders get one neutral line only."""
    return pause.since(the_desk()) is not None


def set_up(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        t=say, named=named, ago=ago, clock=clock, centre_name=centre_name, place_name=place_name,
        asset=address_of, language=language, look=look, paused=paused,
    )  # fmt: skip
    app.jinja_env.filters["lines"] = lines
    app.jinja_env.filters["centre_or_name"] = centre_name
    app.jinja_env.filters["called"] = called
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
