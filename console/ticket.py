"""One ticket: the conversation, why it is urgent, and what can be done with it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

import locales
import places
from console.here import form, me, signed_in_only, the_desk
from console.wording import centre_name, language, named, say
from desk import browsing, history, queue, rights
from desk.closing import OUTCOMES
from desk.consents import PURPOSES
from desk.rights import ACTS, Act
from store import contacts, reach
from store.contacts import Contact
from store.sql import Row
from store.tickets import LIVE
from triage.explain import explain
from triage.reading import Reason

pages = Blueprint("ticket", __name__)
pages.before_request(signed_in_only)
VALUES = frozenset(  # answers that a flow keeps as a word of its own
    ["yes", "no", "unknown", "ok", "later", "now", "soon", "cannot", "papers", "stay", "health",
     "work", "job", "support", "numbers", "law", "other", "tricks", "talk", "lawyer", "money",
     "travel", "write", "more", "apply", "sent", "person", "home", "away", "with_child",
     "foreigner", "keep"]
)  # fmt: skip
TELLING = ("to", "outcome", "centre", "reason")


@dataclass(frozen=True, slots=True)
class Why:
    """One reason of a reading in words, with the words of the sender that counted."""

    text: str
    effect: str


@pages.get("/t/<ref>")
def page(ref: str) -> str:
    return render(ref)


@pages.get("/t/<ref>/live")
def live(ref: str) -> Response:
    """What may change while the page is open; 304, and no reading noted, while nothing did."""
    row = row_or_none(ref)
    mark = browsing.version(the_desk(), row)
    if request.if_none_match.contains_weak(mark):
        response = make_response("", 304)
    else:
        body = render_template("_live.html", **context(row, renews=False), renewed=True)
        response = make_response(body)
    response.set_etag(mark)
    return response


@pages.post("/t/<ref>/count")
def count(ref: str) -> str:
    """How many parts a text would take, how it will read, and what to look at again."""
    row = row_or_none(ref, "reply")
    return render_template("_count.html", **measured(row, form("text")))


def render(ref: str, **more: object) -> str:
    """The whole page of a ticket; `more` goes to the template (what was said, a draft)."""
    row = row_or_none(ref)
    return render_template("ticket.html", **{**context(row), **more})


def row_or_none(ref: str, act: Act = "list") -> Row:
    """The row of a ticket that this person may see; 404 where there is none for them."""
    row = browsing.row_of(the_desk(), me(), ref)
    if row is None:
        abort(404)
    if not rights.may(me(), act, row):
        abort(403)
    return row


def context(row: Row, *, renews: bool = True) -> dict[str, Any]:
    """Everything that the page of a ticket shows. Opening its words is noted.

    renews: whether a person asked for it; a page that asks by itself keeps no claim alive.
    """
    desk, who, ref = the_desk(), me(), row["ref"]
    if rights.may(who, "read", row):
        shown = queue.show(desk, who, ref, renews=renews)
        past = shown["history"] if shown else []
    else:
        shown, past = None, history.history(desk, who, ref) or []
    row = browsing.row_of(desk, who, ref) or row  # reading may have renewed the claim
    may = {act: rights.may(who, act, row) for act in ACTS}
    return {
        "row": row,
        "shown": shown,
        "may": may,
        "live": row["status"] in LIVE,
        "signals": json.loads(row["signals"]),
        "mine": row["claimed_by"] == who.id,
        "whys": _whys(shown, row),
        "values": VALUES,
        "history": [{"at": entry["at"], "text": _happened(entry)} for entry in past],
        "phone_safe": shown is not None and shown["phone_safe"],
        "purposes": PURPOSES,
        "mark": browsing.version(desk, row),
        "once": secrets.token_urlsafe(12),
        "colleagues": browsing.colleagues(desk, who) if may["transfer"] else (),
        "manned": browsing.manned(desk) if may["transfer"] else (),
        "outcomes": OUTCOMES,
    }


def is_safe(contact: Contact) -> bool:
    """Whether its user said within three days that nobody else reads this phone."""
    return reach.is_safe(contact, the_desk().now())


def contact_of(row: Row) -> Contact:
    desk = the_desk()
    with desk.db.read() as tx:
        return contacts.by_id(tx, desk.vault, row["contact_id"])


def measured(row: Row, text: str) -> dict[str, Any]:
    """A draft as its reader will get it, counted and looked at a second time."""
    plain = contact_of(row).kind == "sms"
    sent = locales.unaccent(text.strip()) if plain else text.strip()
    return {
        "plain": plain,
        "sent": sent,
        "segments": locales.segments(sent),
        "cautions": locales.cautions(text.strip(), plain=plain),
    }


def _happened(entry: dict[str, Any]) -> str:
    """A line of the history: who did what, and the one detail that tells most."""
    details, by = entry["details"], entry["by"]
    told = str(next((details[k] for k in TELLING if details.get(k)), ""))
    if told in places.SERVICE_POINTS:
        told = centre_name(told)
    elif details.get("outcome"):
        told = named("outcome", told)
    who = named("by", by) if by in ("machine", "sender", "operator") else by
    text = f"{who}: {named('verb', entry['verb'])}"
    return f"{text} ({told})" if told else text


def _whys(shown: dict[str, Any] | None, row: Row) -> list[Why]:
    """The reasons of all readings that made the ticket what it is, the strongest first."""
    if shown is None:
        return []
    order = ("urgency", "signal", "intent")
    found: dict[str, Why] = {}
    for message in shown["messages"]:
        for kept in message.get("reading", {}).get("reasons", ()):
            kind = kept["effect"].split(" ")[0]
            if kind in order and (kind != "intent" or kept["effect"].endswith(row["intent"])):
                text = _in_words(kept)
                found.setdefault(text, Why(text, kind))
    return sorted(found.values(), key=lambda why: order.index(why.effect))


def _in_words(kept: dict[str, Any]) -> str:
    level = kept["effect"].removeprefix("urgency ")
    if level in ("1", "2", "3", "4"):  # no rule of its own: many weak signs, weighed together
        return say("about.weighed", urgency=say(f"urgency.{level}"), words=kept["words"])
    reason = Reason(kept["words"], kept["rule"], kept["effect"], kept.get("weight", 1.0))
    return explain(reason, language())
