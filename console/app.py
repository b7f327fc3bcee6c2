"""The application: pages under /desk, for people who are signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, render_template
from flask_wtf.csrf import CSRFError, CSRFProtect

from console import acts, assets, gate, people, queue, ticket, undelivered, wording
from console.here import PREFIX, lost_session
from desk.house import Desk
from store.database import Unavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# No script or style of a page itself runs, so words of a sender never can.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
STRICT = {"Strict-Transport-Security": "max-age=31536000"}


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages work with.

    public_url: where people reach the desk, without a path. secure: by https, so cookies need it.
    """

    desk: Desk
    public_url: str
    secure: bool


def create_app(desk: Desk, public_url: str = "") -> Flask:
    """Make the WSGI application of the desk."""
    secure = public_url.startswith("https:")
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SESSION_COOKIE_NAME="desk",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=64 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a form is as old as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, and our pages send none
    )
    app.extensions["console"] = Console(desk, public_url.rstrip("/"), secure)
    _cookie_keys(app, desk)
    app.wsgi_app = _following(app, desk)  # type: ignore[assignment,method-assign]
    CSRFProtect(app)
    gate.set_up(app)
    wording.set_up(app)
    for blueprint in (
        assets.pages,
        gate.pages,
        queue.pages,
        ticket.pages,
        acts.pages,
        people.pages,
        undelivered.pages,
    ):
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    app.after_request(_headers)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(Unavailable, _away)
    for code in (403, 404, 405, 413):
        app.register_error_handler(code, _refused)
    return app


def _following(app: Flask, desk: Desk) -> WSGIApplication:
    """Cookies are signed by the key that is in use at each request; older ones are believed as
    long as the key file says. The session is opened before any hook of Flask's could do this."""
    inner = app.wsgi_app

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        _cookie_keys(app, desk)
        return inner(environ, start)

    return application


def _cookie_keys(app: Flask, desk: Desk) -> None:
    newest, *older = desk.vault.cookie_keys(desk.now())
    app.config.update(SECRET_KEY=newest, SECRET_KEY_FALLBACKS=older)


def _headers(response: Response) -> Response:
    for name, value in {
        **HEADERS,
        **(STRICT if current_app.extensions["console"].secure else {}),
    }.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _form_too_old(_error: CSRFError) -> Response:
    """The cookie of the session is gone, so the form cannot be proved to be ours: sign in again."""
    return lost_session()


def _refused(error: object) -> tuple[str, int]:
    code = getattr(error, "code", 404) or 404
    return render_template("refused.html", code=code), code


def _away(_error: Unavailable) -> tuple[str, int, dict[str, str]]:
    return render_template("refused.html", code=503), 503, {"Retry-After": "5"}
