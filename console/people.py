"""Who works here, for the administrator: invite, see who has signed in. No ticket, no words."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from console.here import admin_only, me, the_desk
from desk import access, roster

pages = Blueprint("people", __name__)
pages.before_request(admin_only)


@pages.get("/people")
def page() -> str:
    return render_template("people.html", everybody=roster.everybody(the_desk()))


@pages.post("/people/<staff_id>/invite")
def invite(staff_id: str) -> Response:
    """A one-time link, shown once; it also replaces a lost phone or password."""
    everybody = roster.everybody(the_desk())
    person = next((p for p in everybody if p.id == staff_id and p.active), None)
    if person is None:
        abort(404)
    token = access.invite(the_desk(), person.name, me())
    base = current_app.extensions["console"].public_url or request.host_url.rstrip("/")
    link = f"{base}/desk/welcome/{token}"
    return make_response(
        render_template("people.html", everybody=everybody, invited=person, link=link)
    )
