"""The door: invitation, sign-in, sign-out, and signing in again without losing what was written."""

from __future__ import annotations

import io
import json
import re

import segno
from flask import (
    Blueprint,
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from console import ticket
from console.here import PREFIX, Visitor, address, form, lost_session, me, the_desk
from console.wording import LANGUAGES, LOOKS
from desk import access
from desk.access import Entered, NotEntered
from locales.status import statuses

pages = Blueprint("gate", __name__)
RENEWING = {"queue.lines", "ticket.live", "ticket.count"}  # pages that ask by themselves
TICKET = re.compile(rf"{PREFIX}/t/(\d{{7}})")
YEAR = 31_536_000


def set_up(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # our own rows decide, not address and browser
    manager.user_loader(_visitor)
    manager.unauthorized_handler(lost_session)
    manager.init_app(app)


def _visitor(token: str) -> Visitor | None:
    person = access.who(the_desk(), token, acting=request.endpoint not in RENEWING)
    return None if person is None else Visitor(person, token)


@pages.get("")
@pages.get("/")
def home() -> Response:
    return make_response(redirect(url_for("queue.page")))


@pages.get("/sign-in")
def sign_in() -> Response | str:
    if current_user.is_authenticated:
        return make_response(redirect(_target()))
    return render_template("sign_in.html", to=request.args.get("to", ""))


@pages.post("/sign-in")
def enter() -> Response | str | tuple[str, int]:
    came = access.sign_in(
        the_desk(), form("name", 64), form("password", 300), form("code", 16), address()
    )
    if isinstance(came, NotEntered):
        page = render_template(
            "sign_in.html",
            fault=came.why,
            to=form("to"),
            name=form("name", 64),
            draft=form("draft"),
        )
        return page, 429 if came.why == "wait" else 422
    _begin(came)
    found = TICKET.fullmatch(form("to"))
    if found and form("draft"):
        return ticket.render(found[1], draft=form("draft"))
    return make_response(redirect(_target()))


@pages.post("/again")
def again() -> Response | tuple[str, int]:
    """Sign in over the page that is open; only for the one who had it open."""
    name = form("name", 64)
    came = access.sign_in(the_desk(), name, form("password", 300), form("code", 16), address())
    if isinstance(came, NotEntered):
        return render_template("_again_fault.html", fault=came.why), 422
    _begin(came)
    response = make_response("", 204)
    response.headers["HX-Trigger"] = json.dumps({"signed-in": {"csrf": generate_csrf()}})
    return response


@pages.get("/welcome/<token>")
def welcome(token: str) -> str | tuple[str, int]:
    return _welcome(token)


@pages.post("/welcome/<token>")
def accept(token: str) -> Response | str | tuple[str, int]:
    came = access.accept(
        the_desk(), token, form("password", 300), form("again", 300), form("code", 16), address()
    )
    if isinstance(came, NotEntered):
        return _welcome(token, came.why)
    _begin(came)
    return make_response(redirect(url_for("queue.page")))


def _welcome(token: str, fault: str | None = None) -> str | tuple[str, int]:
    offered = access.invitation(the_desk(), token)
    if offered is None:
        return render_template("sign_in.html", fault="link", to=""), 410
    page = render_template(
        "welcome.html", person=offered.person, fault=fault, qr=_qr(offered.address), token=token,
        secret=" ".join(offered.secret[i : i + 4] for i in range(0, len(offered.secret), 4)),
        shortest=access.SHORTEST,
    )  # fmt: skip
    return (page, 422) if fault else page


def _qr(text: str) -> Markup:
    """The code as SVG, with colours by attribute, so that no style of the page is needed."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", border=3, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us from our own text


@pages.post("/sign-out")
def sign_out() -> Response:
    if not current_user.is_authenticated:
        return lost_session()
    everywhere = form("everywhere") == "1"
    access.sign_out(the_desk(), me(), current_user.token, everywhere=everywhere)
    logout_user()
    session.clear()
    response = make_response(redirect(url_for("gate.sign_in")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/me")
def mine() -> Response | str:
    if not current_user.is_authenticated:
        return lost_session()
    return render_template("me.html", statuses=statuses())


@pages.post("/look")
def choose_look() -> Response:
    """Language and light: kept in the browser, before sign-in too."""
    response = make_response(redirect(_target()))
    for name, allowed in (("language", LANGUAGES), ("look", LOOKS)):
        value = form(name, 16)
        if value in allowed:
            response.set_cookie(
                f"desk-{name}", value, max_age=YEAR, path=PREFIX, samesite="Lax", httponly=True
            )
    return response


def _begin(came: Entered) -> None:
    """A new session never goes on with the cookie of the one before."""
    csrf = session.get("csrf_token")
    session.clear()
    if csrf:
        session["csrf_token"] = csrf  # forms of the open page stay good
    login_user(Visitor(came.person, came.token))


def _target() -> str:
    """Where to go next: an address of the desk, never one of elsewhere."""
    to = request.args.get("to") or form("to", 200)
    inside = to.startswith(f"{PREFIX}/") and "\\" not in to and "//" not in to
    return to if inside and not to.startswith(f"{PREFIX}/sign-in") else url_for("queue.page")
