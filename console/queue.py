"""The queue: what waits, what is in hand, what is mine; it renews itself."""

from __future__ import annotations

import hashlib

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

import places
from console.here import me, signed_in_only, the_desk
from desk.browsing import SHELVES, Asked, browse_queue
from store.browse import Shelf

pages = Blueprint("queue", __name__)
pages.before_request(signed_in_only)


@pages.get("/queue")
def page() -> Answer | str:
    if me().role == "admin":
        return redirect(url_for("people.page"))
    found = browse_queue(the_desk(), me(), _asked())
    return render_template("queue.html", queue=found)


@pages.get("/queue/lines")
def lines() -> Answer:
    """The lines alone; 304 while they are what the page shows already."""
    found = browse_queue(the_desk(), me(), _asked())
    return unless_known(render_template("_lines.html", queue=found, renewed=True))


def unless_known(body: str) -> Answer:
    """An answer with the mark of its content, or 304."""
    response = make_response(body)
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:24])
    return response.make_conditional(request)


def _asked() -> Asked:
    """What the address asks for; whatever makes no sense asks for everything."""
    shelf: Shelf = next((s for s in SHELVES if s == request.args.get("shelf")), "waiting")
    urgency = request.args.get("urgency", 0, type=int)
    place = request.args.get("centre", "")
    number = request.args.get("page", 0, type=int)
    return Asked(
        shelf=shelf,
        urgency=urgency if urgency in (1, 2, 3, 4) else 0,
        place=place if place in places.SERVICE_POINTS else "",
        page=min(max(number, 0), 1000),
    )
