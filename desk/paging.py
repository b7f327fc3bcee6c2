"""Pages: who is called, with what words, until somebody says yes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import locales
from desk import ladder, pacing, rights, routing, shown_words
from desk.house import Desk, local
from desk.messages import Choice, Limits, NotSent, Outbound, Result
from desk.pacing import Far
from store import audit, contacts, messages, pages, people, tickets
from store.ids import new_id
from store.people import Person
from store.sql import Row, Tx
from store.vault import Tampered

STAFF_LINE = "telegram:staff"
BACKOFF = (2, 5, 10, 30, 60, 120)  # seconds between attempts to reach a member of staff
MOST_LOOKED_AT = 50  # due pages to look through for one that may leave
HOUR = 3_600_000  # ms
PRESSED_WITHIN = 48  # hours that a button lives; a ticket that waits is paged with new ones
ON_THE_WIRE = 300  # ms until we look again whether the page before this one has left
URGENT = {"urgent"}
BUTTONS = {  # under a page of this kind: what a press does, and the label
    "page": (("c", "staff.button.claim"),),
    "offer": (("a", "staff.button.accept"), ("r", "staff.button.refuse")),
}
Press = Callable[[str], bytes]  # a page's id -> the press that it answers, sealed for that page
EDITS = ("claimed.other", "offer.over", "closed")  # these replace the page that they answer


def call(
    tx: Tx, ticket: Row, staff: tuple[str, ...], now: int, reason: str | None = None
) -> set[str]:
    """Page these people for a ticket that waits for someone. Returns the lanes to ring."""
    closed = tickets.closed_to(tx, ticket["id"]) if staff else ""
    staff = tuple(staff_id for staff_id in staff if _may_know(tx, closed, staff_id))
    for staff_id in staff:
        _add(tx, staff_id, "page", now, ticket_id=ticket["id"], reason=reason)
    if staff:
        audit.write(tx, now, "machine", "paged", f"tickets:{ticket['id']}", staff=list(staff))
    return URGENT if staff else set()


def tell(
    tx: Tx, ticket: Row | None, staff_id: str, kind: str, now: int, *,
    answers: str | None = None, press: Press | None = None, **params: object,
) -> set[str]:  # fmt: skip
    """Tell one member of staff something about a ticket. Returns the lanes to ring.

    answers: the page that this replaces. press: seals, for the page, the press that it answers.
    """
    if ticket is not None and not _may_know(tx, tickets.closed_to(tx, ticket["id"]), staff_id):
        return set()
    _add(tx, staff_id, kind, now, ticket_id=ticket["id"] if ticket else None,
         answers=answers, press=press, **params)  # fmt: skip
    return URGENT


def _may_know(tx: Tx, closed: str, staff_id: str) -> bool:
    """Whom the sender does not want to know is neither called nor told, whoever asks for it.

    closed: to whom the ticket is closed, as its row has it now: this very message may have said so.
    """
    if not closed:
        return True
    person = people.by_id(tx, staff_id)
    return person is not None and not rights.must_not_know(person, {"closed_to": closed})


def _add(
    tx: Tx, staff_id: str, kind: str, now: int, *, ticket_id: str | None = None,
    answers: str | None = None, press: Press | None = None, **params: object,
) -> None:  # fmt: skip
    said = json.dumps({k: v for k, v in params.items() if v is not None})
    page_id = new_id(now)
    pages.add(tx, page_id, staff_id=staff_id, kind=kind, params=said, now=now, ticket_id=ticket_id,
              answers=answers, press_sealed=press(page_id) if press else None)  # fmt: skip


def on_call(tx: Tx, ticket: Row) -> tuple[str, ...]:
    """Who is on call for a ticket's desk at this moment."""
    return tuple(p.id for p in people.on_call(tx, ticket["desk"]))


def say(
    desk: Desk, who: Person, kind: str, *, ref: str | None = None, press: str | None = None,
    **params: object,
) -> None:  # fmt: skip
    """Tell a member of staff something in a transaction of its own. press: the id of the pressed
    button that this answers."""
    now = desk.now()
    with desk.db.write() as tx:
        ticket = tickets.by_ref(tx, ref) if ref else None
        pressed_on = None if press is None else _press(tx, desk, who.id, press)
        tell(tx, ticket, who.id, kind, now, answers=None, press=pressed_on, **params)
    desk.ring("urgent")


def _press(tx: Tx, desk: Desk, staff_id: str, press_id: str) -> Press:
    owner = {"staff_id": staff_id, "data_key": people.data_key(tx, staff_id)}
    return lambda page_id: pages.sealed(desk.vault, {**owner, "id": page_id}, "press", press_id)


def shown(desk: Desk, who: Person, chat: int, number: int) -> str | None:
    """The reference of the ticket that a message in this person's chat is about."""
    with desk.db.read() as tx:
        return pages.shown(tx, desk.vault, who.id, str(chat), number)


def stop(
    tx: Tx, ticket: Row, now: int, kind: str, *, winner: str | None = None, **params: object
) -> None:
    """End the calling everywhere: unsent calls are taken back, shown ones are replaced.

    kind: one of `EDITS`, what stands there instead on every phone but the winner's.
    """
    pages.stop(tx, ticket["id"], kind)
    for row in pages.called(tx, ticket["id"]):
        if row["provider_id"] is not None and row["staff_id"] != winner:
            tell(tx, ticket, row["staff_id"], kind, now, answers=row["id"], press=None, **params)


def clock(ms: int) -> str:
    """A time of day for a page."""
    return local(ms).strftime("%H:%M")


def climb(desk: Desk, most: int = 50) -> int:
    """Call the next rung of every ticket whose time has come; return how many were called."""
    now = desk.now()
    with desk.db.read() as tx:
        due = tickets.due_to_climb(tx, now, most)
    failed: Exception | None = None
    for row in due:
        try:
            with desk.db.write() as tx:
                _climb(tx, desk, row, now)
        except Exception as error:  # one ticket must not keep the others from being called
            failed = error
    if due:
        desk.ring("urgent")
    if failed is not None:
        raise failed
    return len(due)


def _climb(tx: Tx, desk: Desk, ticket: Row, now: int) -> None:
    clocks = desk.ladders[ticket["urgency"]]
    rungs = ladder.load(ticket["ladder"])
    if not rungs:  # it came back to the queue: a snapshot of who is there now
        rungs = ladder.build(tx, clocks, ticket["centre"], ticket["desk"])
    rung = min(ticket["rung"] + 1, len(rungs) - 1)
    last = rung == len(rungs) - 1
    if last:
        next_at = now + clocks.again * ladder.MINUTE
    else:  # by the plan, not by now: after a stop of ours the rungs that are overdue follow at once
        next_at = ticket["climb_at"] + rungs[rung + 1].after - rungs[rung].after
    if not tickets.step(tx, ticket["id"], ticket["rung"], now, rung, next_at):
        return  # somebody claimed it, or another worker climbed
    tickets.set_ladder(tx, ticket["id"], ladder.dump(rungs), rung, next_at)
    staff = rungs[rung].staff
    if last:  # goes on until a person says yes: whoever is there now
        nation = people.on_call(tx, routing.NATION) or people.everybody_on_call(tx)
        staff = tuple(p.id for p in nation)
    call(tx, ticket, staff, now)


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One page ready to be sent, not before `start`. `outbound` is None when the person cannot be
    reached. chat_sealed: where it goes, sealed for its row; None for the answer to a press."""

    id: str
    staff_id: str
    attempts: int
    outbound: Outbound | None
    start: int
    far: Far
    chat_sealed: bytes | None = None


def waiting(desk: Desk) -> int:
    """How many pages are due."""
    with desk.db.read() as tx:
        return pages.count_due(tx, desk.now())


def take(desk: Desk, limits: Limits, ahead: int = 0) -> Page | int | None:
    """Lease the next page that may leave and put it into words; None if none is due.

    An int: the far side's limits let nothing leave for so many ms. `ahead` as in `outbox.take`.
    """
    now = desk.now()
    with desk.db.write() as tx:
        line_free = pacing.line_free(tx, desk, limits, STAFF_LINE)
        if line_free > now + ahead:
            return line_free - now
        for row in pages.due(tx, now, MOST_LOOKED_AT):
            taken = _take(tx, desk, row, limits, max(now, line_free), ahead)
            if taken is not None:
                return taken
    return None


def _take(
    tx: Tx, desk: Desk, row: Row, limits: Limits, start: int, ahead: int
) -> Page | None:  # fmt: skip
    now = desk.now()
    try:
        return _leased(tx, desk, row, limits, start, ahead, now)
    except Tampered:  # it can never be sent: parked where staff see it, others pass
        pages.lease(tx, row["id"], now, now)
        pages.mark_failed(tx, row["id"], "unreadable")
        return None


def _leased(
    tx: Tx, desk: Desk, row: Row, limits: Limits, start: int, ahead: int, now: int
) -> Page | None:  # fmt: skip
    if pages.on_the_wire(tx, row, now):
        pages.put_off(tx, row["id"], now + ON_THE_WIRE)
        return None
    chat = people.chat_of(desk.vault, row) or ""
    counts = not row["kind"].startswith("toast.")  # the answer to a press is no message
    far = Far(limits if counts else Limits(), STAFF_LINE, chat)
    start = max(start, pacing.chat_free(tx, desk, far))
    if start > now + ahead:
        pages.put_off(tx, row["id"], start)
        return None
    if not pages.lease(tx, row["id"], now, start + desk.lease):
        return None
    if not _still_theirs(tx, row):
        pages.refuse(tx, row["id"], "not_theirs")
        return None
    outbound = _words(tx, desk, row, now)
    chat_sealed = None
    if outbound is not None:
        pacing.use(tx, desk, far, start)
        if outbound.toast is None:
            chat_sealed = pages.sealed(desk.vault, row, "chat", outbound.address)
    return Page(row["id"], row["staff_id"], row["attempts"], outbound, start, far, chat_sealed)


def _still_theirs(tx: Tx, row: Row) -> bool:
    """A page may have waited long: a sender's words leave only for the one who holds the ticket
    now, and nothing for somebody who must not know."""
    ticket = tickets.by_id(tx, row["ticket_id"]) if row["ticket_id"] else None
    if ticket is None or row["kind"] == "words_gone":
        return True
    if row["kind"] == "words" and ticket["claimed_by"] != row["staff_id"]:
        return False
    return _may_know(tx, tickets.closed_to(tx, ticket["id"]), row["staff_id"])


def mark(desk: Desk, page: Page, result: Result | None) -> None:
    """Note what became of a page; a failed one is tried again, more and more slowly."""
    now = desk.now()
    with desk.db.write() as tx:
        if result is not None:
            pacing.came_back(tx, desk, page.far, now, result)
        if result is None:
            pages.mark_failed(tx, page.id, "unreachable")
        elif not isinstance(result, NotSent):
            number = result.provider_id.rpartition(":")[2] if page.chat_sealed else None
            pages.mark_sent(tx, page.id, number, page.chat_sealed)
            shown_words.arrived(tx, page.id, now)
        elif result.moved_to is not None and _move(tx, desk, page.staff_id, result.moved_to, now):
            pages.mark_again(tx, page.id, now, result.code)
        elif result.again:
            wait = pacing.rest_s(result)
            if wait is None:
                wait = BACKOFF[min(page.attempts, len(BACKOFF) - 1)]
            pages.mark_again(tx, page.id, now + int(wait * 1000), result.code)
        else:
            pages.mark_failed(tx, page.id, result.code)


def chat_moved(desk: Desk, old: int, new: int) -> bool:
    """A group became a supergroup: what is still to be said there goes to the new address."""
    now = desk.now()
    with desk.db.write() as tx:
        who = people.by_telegram(tx, desk.vault, old)
        return who is not None and _move(tx, desk, who.id, str(new), now)


def _move(tx: Tx, desk: Desk, staff_id: str, chat: str, now: int) -> bool:
    """Whether this person is written to at `chat` from now on."""
    if people.chat(tx, desk.vault, staff_id) == chat:
        return True  # Telegram said so twice: by an update, and to a page that was on its way
    if not people.move_chat(tx, desk.vault, staff_id, chat):
        return False
    audit.write(tx, now, "machine", "chat_moved", f"staff:{staff_id}")
    return True


def _words(tx: Tx, desk: Desk, row: Row, now: int) -> Outbound | None:
    ticket = tickets.by_id(tx, row["ticket_id"]) if row["ticket_id"] else None
    before = pages.by_id(tx, row["answers"]) if row["answers"] else None
    stands = pages.place(desk.vault, before) if before else None
    if row["kind"] == "words_gone":
        if stands is None:
            return None
        text, _ = _text(tx, desk, row, ticket, now)
        return Outbound(  # to where they stand: their reader may have left, the words may not stay
            id=row["id"], gateway="telegram", line=STAFF_LINE, address=stands[0], text=text,
            deletes=":".join(stands),
        )  # fmt: skip
    chat = people.chat_of(desk.vault, row)
    if chat is None or not row["active"]:
        return None
    toast = pages.press(desk.vault, row)
    if toast is None and row["kind"].startswith("toast."):
        return None
    text, choices = _text(tx, desk, row, ticket, now)
    edits = ":".join(stands) if stands and row["kind"] in EDITS else None
    return Outbound(
        id=row["id"], gateway="telegram", line=STAFF_LINE, address=chat, text=text, choices=choices,
        edits=edits, toast=toast,
    )  # fmt: skip


def _text(
    tx: Tx, desk: Desk, row: Row, ticket: Row | None, now: int
) -> tuple[str, tuple[Choice, ...]]:
    language = row["language"]
    params: dict[str, str] = {k: str(v) for k, v in json.loads(row["params"]).items()}
    reason = params.pop("reason", None)
    choices: tuple[Choice, ...] = ()
    if ticket is not None:
        place = ticket["vn_province"] or locales.render("staff.no_place", language)
        kind = "kind.unread" if ticket["unread"] else f"kind.{ticket['intent']}"
        params |= {
            "so": ticket["ref"],
            "muc": str(ticket["urgency"]),
            "tinh": place,
            "loai": locales.render(kind, language),
        }
    if row["kind"] == "words":
        assert ticket is not None
        return _shown_words(tx, desk, row, ticket, language, params, now), ()
    text = locales.render(f"staff.{row['kind'].removeprefix('toast.')}", language, params=params)
    if reason is not None:
        text = f"{locales.render(f'call.{reason}', language)} {text}"
    if ticket is not None:
        choices = tuple(
            Choice(button(desk, act, ticket["ref"]), locales.render(label, language))
            for act, label in BUTTONS.get(row["kind"], ())
        )
    return text, choices


def button(desk: Desk, act: str, ref: str) -> str:
    """What a button carries (64 bytes at most): the act, the ticket, the hour, proof it is ours."""
    said = f"{act}:{ref}:{desk.now() // HOUR:x}"
    return f"{said}:{desk.vault.sign(said)}"


def pressed(desk: Desk, data: str) -> tuple[str, str] | None:
    """Return (act, ref) of a button of ours from the last two days, None for anything else."""
    said, _, signature = data.rpartition(":")
    now = desk.now()
    if not desk.vault.signed(said, signature, now):
        return None
    act, ref, hour = said.split(":")
    return (act, ref) if 0 <= now // HOUR - int(hour, 16) < PRESSED_WITHIN else None


def refused(desk: Desk, who: Person, why: str) -> None:
    """Note that a button which `who` pressed was not obeyed: it was no button of ours from the
    last two days ("not_ours"), or a ticket that is not theirs to take ("not_allowed")."""
    now = desk.now()
    with desk.db.write() as tx:
        audit.write(tx, now, who.id, "button_refused", f"staff:{who.id}", why=why)


def _shown_words(
    tx: Tx, desk: Desk, row: Row, ticket: Row, language: str, params: dict[str, str], now: int
) -> str:
    """The sender's words for the one who holds the ticket, where the centre allows Telegram."""
    if not people.words_by_telegram(tx, ticket["centre"]):
        return locales.render(
            "staff.no_words", language, params={**params, "lien_ket": desk.link or ticket["ref"]}
        )
    contact = contacts.by_id(tx, desk.vault, ticket["contact_id"])
    since = int(params.get("since", "0"))
    said = [
        messages.body(contact, m)
        for m in messages.of_ticket(tx, ticket["id"])
        if m["direction"] == "in" and m["at"] >= since
    ]
    audit.write(tx, now, row["staff_id"], "read", f"tickets:{ticket['id']}", by="telegram")
    return "\n".join([locales.render("staff.words", language, params=params), *said])[:4000]
