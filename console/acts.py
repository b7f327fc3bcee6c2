"""What is done to a ticket from its page. Every act is followed by the page as it is then."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from console.here import by_htmx, form, me, signed_in_only, the_desk
from console.ticket import contact_of, context, is_safe, measured, render, row_or_none
from console.wording import centre_name, clock, say
from desk import (
    browsing,
    claims,
    closing,
    consents,
    correcting,
    joining,
    keeping_safe,
    mustnot,
    notes,
    replies,
    silence,
    transfers,
)
from desk.claims import Claimed, Lost, Outcome
from store.reach import OVERRIDABLE
from store.sql import Row

pages = Blueprint("acts", __name__)
pages.before_request(signed_in_only)


@pages.post("/t/<ref>/claim")
def claim(ref: str) -> Answer:
    row_or_none(ref)
    return _won(ref, claims.claim(the_desk(), me(), ref))


@pages.post("/t/<ref>/accept")
def accept(ref: str) -> Answer:
    row_or_none(ref)
    return _won(ref, transfers.accept(the_desk(), me(), ref))


def _won(ref: str, outcome: Outcome) -> Answer:
    match outcome:
        case Claimed(again=False):
            return _back(ref, say("said.claimed"))
        case Claimed():
            return _back(ref, say("said.yours_already"))
        case Lost(by=by, since=since):
            return _back(ref, say("said.lost", name=by, at=clock(since)), bad=True)
        case refused:
            return _back(ref, _why(refused.why), bad=True)


@pages.post("/t/<ref>/release")
def release(ref: str) -> Answer:
    row_or_none(ref)
    return _done(ref, claims.release(the_desk(), me(), ref), say("said.released"))


@pages.post("/t/<ref>/transfer")
def transfer(ref: str) -> Answer:
    row_or_none(ref)
    to = form("to", 64)
    outcome = transfers.offer(the_desk(), me(), ref, to, form("note"))
    return _done(ref, outcome, say("said.offered", to=centre_name(to)))


@pages.post("/t/<ref>/refuse")
def refuse(ref: str) -> Answer:
    row_or_none(ref)
    return _done(ref, transfers.refuse(the_desk(), me(), ref, form("why")), say("said.refused"))


@pages.post("/t/<ref>/note")
def note(ref: str) -> Answer:
    row_or_none(ref)
    outcome = notes.add(the_desk(), me(), ref, form("note", 5000), given=form("once", 64))
    return _done(ref, outcome, say("said.noted"))


@pages.post("/t/<ref>/close")
def close(ref: str) -> Answer:
    row_or_none(ref)
    outcome = closing.close(the_desk(), me(), ref, form("outcome", 32), form("note", 5000))
    return _done(ref, outcome, say("said.closed"))


@pages.post("/t/<ref>/lift")
def lift(ref: str) -> Answer:
    """Let texts reach this sender again, with a reason that is kept."""
    row_or_none(ref)
    code = silence.lift(the_desk(), me(), ref, form("reason", 1000))
    return _told(ref, code, say("said.lifted"))


@pages.post("/t/<ref>/window")
def window(ref: str) -> Answer:
    """The hours in which this sender can be written."""
    row_or_none(ref)
    code = keeping_safe.set_window(the_desk(), me(), ref, form("from", 8), form("until", 8))
    return _told(ref, code, say("said.window"))


@pages.post("/t/<ref>/word")
def word(ref: str) -> Answer:
    """Is it the word that the sender chose?"""
    row_or_none(ref)
    code = keeping_safe.check_word(the_desk(), me(), ref, form("word", 80))
    return _told(ref, code, say("said.word_right"))


@pages.post("/t/<ref>/consent")
def consent(ref: str) -> Answer:
    row_or_none(ref)
    purpose, whom = form("purpose", 16), form("whom", 50)
    named = f"{purpose}:{whom}" if purpose == "share" and whom else purpose
    outcome = consents.record(the_desk(), me(), ref, named, given=form("given", 1) == "1")
    return _done(ref, outcome, say("said.consent"))


@pages.post("/t/<ref>/close-to")
def close_to(ref: str) -> Answer:
    row_or_none(ref)
    outcome = mustnot.close_to(the_desk(), me(), ref, form("whom", 64), form("reason", 500))
    return _done(ref, outcome, say("said.closed_to"))


@pages.post("/t/<ref>/open-to")
def open_to(ref: str) -> Answer:
    row_or_none(ref)
    outcome = mustnot.open_to(the_desk(), me(), ref, form("whom", 64), form("reason", 500))
    return _done(ref, outcome, say("said.opened_to"))


@pages.post("/t/<ref>/join")
def join(ref: str) -> Answer:
    row_or_none(ref)
    code = joining.join(the_desk(), me(), ref, form("other", 7), form("reason", 500))
    return _told(ref, code, say("said.joined"))


@pages.post("/t/<ref>/correct")
def correct(ref: str) -> Answer:
    row_or_none(ref)
    digit = form("urgency", 1)
    urgency = int(digit) if digit in ("1", "2", "3", "4") else 0
    reason = form("reason", correcting.LONGEST)
    outcome = correcting.correct(the_desk(), me(), ref, urgency=urgency, reason=reason)
    return _done(ref, outcome, say("said.corrected", urgency=say(f"urgency.{urgency or 1}")))


@pages.post("/t/<ref>/reply")
def reply(ref: str) -> Response | str:
    """Write back. What could endanger the reader is asked about once more, for these very words."""
    desk = the_desk()
    row = row_or_none(ref)
    text, once = form("text"), form("once", 64)
    more = measured(row, text)
    if more["cautions"] and not is_safe(contact_of(row)):
        looked_at = f"sure|{me().id}|{ref}|{text}"  # the second look was for these very words
        if not desk.vault.signed(looked_at, form("sure", 64), desk.now()):
            sure = desk.vault.sign(looked_at)
            return _composer(row, draft=text, once=once, ask=True, sure=sure, **more)
    outcome = replies.reply(
        desk, me(), ref, text, looked=True, override=form("override", 1000), given=once
    )
    if isinstance(outcome, replies.Queued):
        said = say("said.sent_already") if outcome.again else say("said.queued")
        return _composer(row, said=said, tone="good")
    held = outcome.why in OVERRIDABLE
    return _composer(row, draft=text, once=once, said=_why(outcome.why), tone="bad",
                     overridable=held, **more)  # fmt: skip


def _composer(row: Row, **more: object) -> Response | str:
    """The box to write in, with what became of the text; without htmx, the whole page."""
    if not by_htmx():
        return render(row["ref"], **more)
    values = {**context(row), **more}
    body = render_template("_composer.html", **values)
    return make_response(body + render_template("_live.html", **values, renewed=True))


def _done(ref: str, outcome: object, good: str) -> Answer:
    """Say what became of it: an outcome that was refused has a `why`."""
    code = getattr(outcome, "why", None)
    return _back(ref, good if code is None else _why(code), bad=code is not None)


def _told(ref: str, code: str | None, good: str) -> Answer:
    return _back(ref, good if code is None else _why(code), bad=code is not None)


def _back(ref: str, said: str, *, bad: bool = False) -> Answer:
    """On to the page as it is now, so that a reload or going back does nothing again."""
    flash(said, "bad" if bad else "good")
    if browsing.row_of(the_desk(), me(), ref) is not None:
        return redirect(url_for("ticket.page", ref=ref), 303)
    away = url_for("queue.page")  # what was given away may be out of sight now
    return Response(headers={"HX-Redirect": away}) if by_htmx() else redirect(away, 303)


def _why(code: str) -> str:
    return say(f"why.{code}")
