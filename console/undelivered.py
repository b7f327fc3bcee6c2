"""What could not be delivered: why, what to do, and once more. No word of any text."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from channels import errors
from console.here import me, signed_in_only, the_desk
from console.wording import known, say
from desk import undelivered
from desk.undelivered import Again, Undelivered

pages = Blueprint("undelivered", __name__)
pages.before_request(signed_in_only)


@pages.get("/undelivered")
def page() -> Answer | str:
    if me().role == "admin":
        return redirect(url_for("people.page"))
    found = undelivered.listing(the_desk(), me())
    return render_template("undelivered.html", found=[(one, advice(one)) for one in found])


@pages.post("/undelivered/<failed_id>")
def again(failed_id: str) -> Answer:
    match undelivered.send_again(the_desk(), me(), failed_id):
        case Again():
            flash(say("dead.said_again"), "good")
        case refused:
            code = f"why.{refused.why}"
            flash(say(code) if known(code) else say("why.not_allowed"), "bad")
    return redirect(url_for("undelivered.page"))


def advice(one: Undelivered) -> str:
    """What the code means for a person, and what to do."""
    if one.what == "page":
        return say("dead.page")
    if one.code == "unreadable":
        return say("dead.unreadable")
    rule = errors.rule_of(one.gateway, one.code)
    if rule is None:
        return say("dead.never")
    return say(f"dead.{rule.name}")
