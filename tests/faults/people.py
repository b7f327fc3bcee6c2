"""Staff of a running hotline: a browser that is signed in at the desk, and phones that press."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from desk import access, roster
from desk.roster import NotAdded
from store.people import Person
from tests.faults.load import SECRET, Load, post
from tests.faults.stack import CENTRES, ON_CALL, Stack
from tests.real import get, until

PASSWORD = "mot mat khau dai de thu"
_TOKEN = re.compile(r'<meta name="csrf" content="([^"]+)"')
_numbers = itertools.count(1)


@dataclass
class Browser:
    """Somebody of staff at the pages of the desk."""

    person: Person
    client: httpx.Client
    token: str = ""

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"/desk{path}")

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form and go where the answer leads."""
        return self.client.post(f"/desk{path}", data={"csrf_token": self.token, **fields})


def add(stack: Stack, centre: str, role: str = "staff", telegram_id: int | None = None) -> Person:
    """One more member of staff, with a name that nobody has."""
    name = f"{role}-{next(_numbers)}"
    added = roster.add(stack.desk, name, centre, role, telegram_id=telegram_id)
    assert not isinstance(added, NotAdded), added
    return added


def sign_in(stack: Stack, person: Person) -> Browser:
    """Go through the door of the desk with a password and the code of the moment."""
    access.provide(stack.desk, person.name, PASSWORD)
    code = access.code_now(stack.desk, person.name)
    assert code is not None
    client = httpx.Client(base_url=stack.url, timeout=60, follow_redirects=True)
    fields = {"name": person.name, "password": PASSWORD, "code": code}
    browser = Browser(person, client, _token(client.get("/desk/sign-in")))
    page = browser.post("/sign-in", **fields)
    assert page.url.path == "/desk/queue", (page.status_code, page.url)
    browser.token = _token(page)
    return browser


def _token(page: httpx.Response) -> str:
    found = _TOKEN.search(page.text)
    assert found is not None, page.status_code
    return found[1]


def report(load: Load, number: str, place: str, sequence: int = 1) -> str:
    """Somebody reports by SMS; the reference of the ticket that opened."""
    assert load.sms(number, sequence, f"em bi nhot o {place}, ho thu ho chieu") == 200
    return ref_of(load.stack, f"SM{number[1:]}x{sequence}")


def ref_of(stack: Stack, provider_id: str) -> str:
    """The ticket of a message that was stored."""
    from tests.faults import oracle

    asked = (
        "SELECT t.ref FROM tickets t JOIN messages m ON m.ticket_id = t.id "
        f"WHERE m.external_id = '{provider_id}'"
    )
    return str(until(lambda: oracle.rows(stack, asked), 20, "the ticket")[0]["ref"])


def chat_of(centre: str) -> int:
    """Where the one on call in a centre is paged."""
    return ON_CALL + CENTRES.index(centre)


def shown(stack: Stack, chat: int) -> list[dict[str, Any]]:
    """Everything that came on a phone of staff: messages, edits, answers to presses."""
    return list(get(f"{stack.world}/phone/telegram/staff?chat={chat}")["events"])


def page_of(stack: Stack, chat: int, ref: str, seconds: float = 40) -> dict[str, Any]:
    """The call for a ticket on a phone: a message with buttons that names it."""

    def found() -> list[dict[str, Any]]:
        return [e for e in shown(stack, chat) if e.get("buttons") and ref in e.get("text", "")]

    return until(found, seconds, f"the page of {ref} in {chat}")[-1]


def press(stack: Stack, who: int, data: object, chat: int | None = None, message: int = 1) -> int:
    """Post the update of a pressed button as Telegram does; the status of the answer."""
    number = next(_numbers)
    place = {"id": chat if chat is not None else who, "type": "private"}
    query = {
        "id": f"press{number}x{who}",
        "from": {"id": who, "is_bot": False, "first_name": "X"},
        "message": {"message_id": message, "date": 1, "chat": place},
        "chat_instance": "1",
        "data": data,
    }
    return update(stack, {"update_id": number, "callback_query": query})


def update(stack: Stack, body: dict[str, Any], door: str = "staff") -> int:
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    return post(stack.url, f"/telegram/{door}", json.dumps(body).encode(), headers)
