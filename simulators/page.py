"""The phone page: phones, stories and failing providers in a browser, on this machine only.

GET /                                the page; ?language= and ?look= are remembered
GET /screens?phone=&since=&wait=     what came on, and was sent from, all phones named
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from simulators.faults import Faults
from simulators.stories import LANGUAGES, pins, stories, words
from simulators.world import World

LOOKS = ("auto", "light", "dark")
LONGEST_WAIT_S = 25.0
YEAR = 31_536_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# What the switches of the page order, by switch: which provider, and how it is to fail.
SWITCHES: Mapping[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "twilio_500": (("twilio", {"kind": "500", "method": "create"}),),
    "twilio_timeout": (("twilio", {"kind": "timeout", "method": "create", "seconds": 20}),),
    "telegram_429": (
        ("senders", {"kind": "429", "retry_after": 5}),
        ("staff", {"kind": "429", "retry_after": 5}),
    ),
}


def blueprint(world: World, faults: Mapping[str, Faults]) -> Blueprint:
    """The page and what it asks by itself; texts and stories are read and checked now."""
    texts, told, places = words(), stories(), pins()
    routes = Blueprint("page", __name__)

    @routes.get("/")
    def page() -> Response:
        language, look = _chosen("language", LANGUAGES), _chosen("look", LOOKS) or "auto"
        language = language or request.accept_languages.best_match(LANGUAGES) or "vi"
        said = {key: text[language] for key, text in texts.items()}
        html = render_template(
            "phones.html",
            language=language,
            look=look,
            say=said,
            targets=world.targets,
            bots={bot.name: bot for bot in world.targets.bots},
            pins=places,
            stories=told,
            switches=_here(faults),
            data=_data(language, said),
        )
        response = make_response(html)
        for name, value in (("language", language), ("look", look)):
            if name in request.args:
                response.set_cookie(f"phones-{name}", value, max_age=YEAR, samesite="Lax")
        return response

    @routes.get("/screens")
    def screens() -> Response:
        since = request.args.get("since", 0, int)
        wait = min(max(request.args.get("wait", 0.0, float), 0.0), LONGEST_WAIT_S)
        phones = request.args.getlist("phone")
        events = world.screens([*phones, *(f"sent:{phone}" for phone in phones)], since, wait)
        return jsonify(
            events=[{**event, "phone": event["phone"].removeprefix("sent:")} for event in events],
            next=events[-1]["seq"] if events else since,
            faults={
                name: {"waiting": of.waiting(), "failed": of.failed()}
                for name, of in faults.items()
            },
        )

    @routes.after_request
    def guarded(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return routes


def _here(faults: Mapping[str, Faults]) -> list[str]:
    """The switches whose providers are stand-ins."""
    return [name for name, orders in SWITCHES.items() if all(to in faults for to, _ in orders)]


def _data(language: str, said: Mapping[str, str]) -> dict[str, Any]:
    """What the script needs to know, as JSON."""
    return {
        "words": said,
        "pins": [{**asdict(pin), "name": pin.name[language]} for pin in pins()],
        "stories": {
            story.id: {
                "phone": story.phone, "staff": story.staff, "title": story.title[language],
                "after": story.after[language], "steps": [asdict(step) for step in story.steps],
            }
            for story in stories()
        },
        "switches": {
            name: [{"provider": to, "fault": order} for to, order in orders]
            for name, orders in SWITCHES.items()
        },
    }  # fmt: skip


def _chosen(name: str, allowed: tuple[str, ...]) -> str | None:
    for value in (request.args.get(name), request.cookies.get(f"phones-{name}")):
        if value in allowed:
            return value
    return None
