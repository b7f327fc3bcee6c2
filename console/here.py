"""What every page asks: whose desk, who is signed in, from where, and answers that all give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import (
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user

from store.people import Person

if TYPE_CHECKING:
    from desk.house import Desk

PREFIX = "/desk"


class Visitor:
    """A person with the token of their session, as flask-login wants it."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        return self.token


def the_desk() -> Desk:
    desk: Desk = current_app.extensions["console"].desk
    return desk


def me() -> Person:
    """Who is signed in. Only behind `login_required`."""
    person: Person = current_user.person
    return person


def now() -> int:
    return the_desk().now()


def address() -> str:
    """Where a request comes from; the edge has seen to what proxies noted."""
    return request.remote_addr or ""


def by_htmx() -> bool:
    return "HX-Request" in request.headers


def lost_session() -> Response:
    """The session has ended: the page shows it in place, a plain request goes to the door.

    What was being written goes through the door with its writer and is sent by nobody.
    """
    if by_htmx():
        return make_response("", 401)
    if request.method == "POST" and form("text"):
        to = request.path.rpartition("/")[0]
        return make_response(render_template("sign_in.html", draft=form("text"), to=to), 401)
    door = url_for("gate.sign_in")
    to = f"?to={quote(request.path)}" if request.method == "GET" else ""
    return make_response(redirect(door + to))


def signed_in_only() -> Response | None:
    """Before every page of a blueprint: nobody gets past without a session."""
    return None if current_user.is_authenticated else lost_session()


def admin_only() -> Response | None:
    """Before every page for administrators; others learn nothing about what is there."""
    refused = signed_in_only()
    if refused is None and me().role != "admin":
        abort(403)
    return refused


def form(name: str, longest: int = 4000) -> str:
    """A field of the form that was sent, cut at a length that no honest one reaches."""
    value: Any = request.form.get(name, "")
    return str(value)[:longest]
