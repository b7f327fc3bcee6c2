"""The control interface: what phones do and show, and which calls are to fail.

Plain JSON over loopback; used by `hotline chat`, by tests and by the phone page. Not for a
network: whoever can reach it can write as anybody.

    POST /phone/sms                      {"from", "text", "sid"?, "media"?, "scheme"?, "times"?}
    POST /phone/sms/reach                {"number", "reachable"}
    GET  /phone/sms?number=&since=&wait=
    POST /phone/telegram/<bot>/message   {"from", "text"?, "chat"?, "reply_to"?, "name"?,
                                          "language"?, "location"?, "file"?, "contact"?}
    POST /phone/telegram/<bot>/edit      {"from", "message_id", "text", "chat"?}
    POST /phone/telegram/<bot>/press     {"from", "message_id", "button" | "data", "chat"?}
    POST /phone/telegram/<bot>/block     {"from", "blocked"?}
    POST /phone/telegram/<bot>/group     {"chat", "title"}
    POST /phone/telegram/<bot>/migrate   {"from", "chat", "to"}
    GET  /phone/telegram/<bot>?chat=&since=&wait=
    POST, GET, DELETE /faults/<provider> (`twilio`, or a bot's name); GET /calls/<provider>

A phone's screen is {"events": [...], "next": N}: ask again with since=N. Events carry `seq`,
`kind` (message, edit, delete, toast, typing), `text`, and `message_id` and `buttons` or `sid`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulators.faults import Fault, Faults
from simulators.telegram_people import NotPossible, People
from simulators.twilio import TwilioStandIn
from simulators.world import World

LONGEST_WAIT_S = 55.0


def blueprint(
    world: World,
    twilio: TwilioStandIn | None,
    people: dict[str, People],
    faults: dict[str, Faults],
) -> Blueprint:
    """The control routes for what stands in here."""
    routes = Blueprint("phones", __name__)
    routes.register_error_handler(NotPossible, _refused)
    routes.register_error_handler(KeyError, _missing)
    if twilio is not None:
        _sms(routes, world, twilio)
    for name, folk in people.items():
        _telegram(routes, world, name, folk)
    for provider, of in faults.items():
        _faults(routes, provider, of)
    return routes


def _sms(routes: Blueprint, world: World, twilio: TwilioStandIn) -> None:
    @routes.post("/phone/sms")
    def write_sms() -> Response:
        asked = _asked()
        answers = twilio.receive(
            str(asked["from"]), _text(asked), sid=asked.get("sid"),
            media=tuple(asked.get("media", ())), scheme=asked.get("scheme", "HMAC_SHA1"),
            times=int(asked.get("times", 1)),
        )  # fmt: skip
        return jsonify(delivered=all(one.ok for one in answers),
                       answers=[asdict(one) for one in answers])  # fmt: skip

    @routes.get("/phone/sms")
    def read_sms() -> Response:
        return _screen(world, f"sms:{request.args['number']}")

    @routes.post("/phone/sms/reach")
    def reach_sms() -> Response:
        asked = _asked()
        with world.changed:
            if asked.get("reachable", True):
                world.kept.drop("unreachable", asked["number"])
            else:
                world.kept.put("unreachable", asked["number"], True)
        return jsonify(ok=True)


def _telegram(routes: Blueprint, world: World, bot: str, people: People) -> None:
    base = f"/phone/telegram/{bot}"

    def act(path: str, work: Any) -> None:
        def view() -> Response:
            return jsonify(ok=True, result=work(_asked()))

        routes.add_url_rule(f"{base}/{path}", f"{bot}_{path}", view, methods=["POST"])

    def write(asked: dict[str, Any]) -> Any:
        known = ("chat", "reply_to", "name", "language", "location", "file", "contact")
        more = {key: asked[key] for key in known if key in asked}
        text = _text(asked) if "text" in asked else None
        return people.write(int(asked["from"]), text=text, **more)

    def press(asked: dict[str, Any]) -> Any:
        return people.press(
            int(asked["from"]), int(asked["message_id"]), asked.get("button"), asked.get("data"),
            asked.get("chat"),
        )  # fmt: skip

    act("message", write)
    act("press", press)
    act(
        "edit", lambda a: people.edit(int(a["from"]), int(a["message_id"]), _text(a), a.get("chat"))
    )
    act("block", lambda a: people.block(int(a["from"]), bool(a.get("blocked", True))))
    act("group", lambda a: people.group(int(a["chat"]), str(a["title"])))
    act("migrate", lambda a: people.migrate(int(a["from"]), int(a["chat"]), int(a["to"])))

    def read() -> Response:
        return _screen(world, f"telegram:{bot}:{int(request.args['chat'])}")

    routes.add_url_rule(base, f"{bot}_read", read)


def _faults(routes: Blueprint, provider: str, faults: Faults) -> None:
    def view() -> Response:
        if request.method == "POST":
            try:
                faults.add(Fault(**_asked()))
            except (TypeError, ValueError) as error:
                return _refused(error)
        elif request.method == "DELETE":
            faults.clear()
        return jsonify(waiting=faults.waiting())

    methods = ["GET", "POST", "DELETE"]
    routes.add_url_rule(f"/faults/{provider}", f"{provider}_faults", view, methods=methods)

    def calls() -> Response:
        return jsonify(calls=[asdict(call) for call in list(faults.calls)])

    routes.add_url_rule(f"/calls/{provider}", f"{provider}_calls", calls)


def _screen(world: World, phone: str) -> Response:
    since = request.args.get("since", 0, int)
    wait = min(max(request.args.get("wait", 0.0, float), 0.0), LONGEST_WAIT_S)
    events = world.screen(phone, since, wait)
    return jsonify(events=events, next=events[-1]["seq"] if events else since)


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise NotPossible("a JSON object was expected")
    return asked


def _text(asked: dict[str, Any]) -> str:
    """What a phone can send: it has no lone surrogates to begin with."""
    return str(asked["text"]).encode("utf-8", "replace").decode()


def _refused(error: Exception) -> Response:
    answer = jsonify(ok=False, why=str(error))
    answer.status_code = 400
    return answer


def _missing(error: Exception) -> Response:
    return _refused(ValueError(f"missing: {error.args[0] if error.args else '?'}"))
