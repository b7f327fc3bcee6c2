"""What must hold after every fault: ledger, database and the stand-ins' record are compared.

L  every acknowledged message is in the database, once
D  one row for each provider id, one ticket for each conversation
O  the rows of a conversation stand in the order in which they were acknowledged
R  every answer and every page left at least once, and none to anybody else
"""

from __future__ import annotations

import base64
import hmac
import json
import urllib.request
from collections import Counter
from dataclasses import replace
from typing import Any

import locales
from desk import outbox
from store import contacts, messages
from store.sql import Row
from tests.faults.load import Ledger
from tests.faults.stack import CENTRES, ON_CALL, SID, TOKEN, Stack
from tests.real import get, until

LONGEST = 60.0  # seconds until everything that was interrupted must have left


def settle(stack: Stack) -> None:
    """Wait until the spool is replayed."""
    until(stack.spool_is_empty, LONGEST, "the spool's end")


def rows(stack: Stack, sql: str) -> list[Row]:
    with stack.database.read() as tx:
        tx._cursor.execute(sql)
        names = [d[0] for d in tx._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in tx._cursor.fetchall()]


def incoming(stack: Stack) -> dict[str, list[Row]]:
    """Rows of messages that came in, by the provider's id, in their order within a contact."""
    found: dict[str, list[Row]] = {}
    for row in rows(stack, "SELECT id, contact_id, ticket_id, external_id, at FROM messages "
                           "WHERE direction = 'in' ORDER BY at, id"):  # fmt: skip
        found.setdefault(row["external_id"], []).append(row)
    return found


def stored_id(stack: Stack, provider_id: str) -> str:
    """An id as the database knows it: Telegram's names a chat, so its keyed hash is kept."""
    chat, named, _ = provider_id.partition(":")
    if not named:
        return provider_id
    with stack.database.read() as tx:
        contact = contacts.lock(tx, stack.vault, "telegram", chat, 0)  # rolled back: it exists
    return hmac.digest(contact.key, f"external|{provider_id}".encode(), "sha256").hex()


def check_intake(stack: Stack, ledger: Ledger, *, ordered: bool = True) -> None:
    """L, D and O."""
    settle(stack)
    stored = incoming(stack)
    acknowledged = [
        replace(entry, provider_id=stored_id(stack, entry.provider_id))
        for entry in ledger.acknowledged()
    ]
    lost = [entry for entry in acknowledged if entry.provider_id not in stored]
    assert not lost, f"L: acknowledged and not stored: {lost[:5]} of {len(lost)}"
    twice = [provider_id for provider_id, found in stored.items() if len(found) > 1]
    assert not twice, f"D: stored twice: {twice[:5]}"
    tickets: dict[str, set[str]] = {}
    order: dict[str, list[tuple[int, str, int]]] = {}
    for entry in acknowledged:
        (row,) = stored[entry.provider_id]
        tickets.setdefault(entry.conversation, set()).add(row["ticket_id"])
        order.setdefault(entry.conversation, []).append((row["at"], row["id"], entry.sequence))
    split = {conversation: len(of) for conversation, of in tickets.items() if len(of) != 1}
    assert not split, f"D: conversations with several tickets: {split}"
    if ordered:
        for conversation, found in order.items():
            assert sorted(found) == found, f"O: {conversation}: {[s for *_, s in sorted(found)]}"


def check_replies(stack: Stack, ledger: Ledger, *, most_twice: int = 0) -> int:
    """R; return how many texts were sent twice. most_twice: how many may have been.

    A text that came twice was leased twice; and words that say "kept" instead of what was to be
    said came to nobody but those whose answer was overtaken by a leap of the clock.
    """
    wait_for_the_last(stack)
    sent = [one for one in texts_at_twilio(stack) if one["direction"] == "outbound-api"]
    by_sid = {one["sid"]: one for one in sent}
    known = rows(stack, "SELECT * FROM messages WHERE direction = 'out' AND gateway = 'twilio'")
    with stack.database.read() as tx:
        texts: dict[str, list[Row]] = {}  # by the address that they are for
        for row in known:
            contact = contacts.by_id(tx, stack.vault, row["contact_id"])
            address = contacts.address(contact)
            row["said"] = messages.body(contact, row).strip()
            texts.setdefault(address, []).append(row)
            if row["state"] in ("sent", "delivered"):
                one = by_sid.get(row["provider_id"])
                assert one is not None, "R: marked as sent, and the provider has not seen it"
                assert one["to"] == address, "R: to somebody else"
    ours = {row["provider_id"] for row in known}
    for sid, one in by_sid.items():
        of_them = texts.get(one["to"], [])
        mine = [row for row in of_them if row["provider_id"] == sid] or of_them
        assert any(_may_say(stack, row, one["body"]) for row in mine), "R: words that are another's"
    twice = [sid for sid in by_sid if sid not in ours]
    assert len(twice) <= most_twice, f"R: {len(twice)} texts were sent twice"
    for address, times in Counter(by_sid[sid]["to"] for sid in twice).items():
        again = sum(max(row["attempts"] - 1, 0) for row in texts[address])
        assert times <= again, f"R: {times} texts came twice and were leased again {again} times"
    answered = Counter(one["to"] for one in sent)
    for conversation in ledger.conversations():
        if conversation.startswith("+"):
            assert answered[conversation], f"R: {conversation} was never answered"
    check_pages(stack)
    return len(twice)


def _may_say(stack: Stack, row: Row, body: str) -> bool:
    """Whether these are the words of a text, or those for one that is too late to help."""
    if body.strip() == row["said"]:
        return True
    late = locales.render("ack.kept", "vi", plain=True).strip()
    return body.strip() == late and any(
        before - LONGEST * 1000 <= row["at"] <= before + 1000 and after - row["at"] > outbox.AT_ONCE
        for before, after in stack.leaps
    )


def check_pages(stack: Stack) -> None:
    """Every ticket was called for, on somebody's phone."""
    shown = "\n".join(
        str(event.get("text", ""))
        for number in range(len(CENTRES))
        for event in get(f"{stack.world}/phone/telegram/staff?chat={ON_CALL + number}")["events"]
    )
    called = "SELECT ref FROM tickets WHERE NOT (intent = 'off_topic' AND urgency = 4)"
    uncalled = [row["ref"] for row in rows(stack, called) if row["ref"] not in shown]
    assert not uncalled, f"R: nobody was called for {uncalled[:5]}"


def waiting(stack: Stack) -> list[Row]:
    """What has not left yet. late: ms since it was due."""
    told = f"id, state, attempts, error, {stack.now()} - due_at AS late"
    still = "state IN ('due', 'sending')"
    return [
        *rows(stack, f"SELECT {told} FROM messages WHERE {still}"),
        *rows(stack, f"SELECT kind, {told} FROM pages WHERE {still}"),
    ]


def wait_for_the_last(stack: Stack) -> None:
    """Wait until every answer and every page has left."""
    try:
        until(lambda: not waiting(stack), LONGEST, "the last answer or page")
    except AssertionError as error:
        left = waiting(stack)
        raise AssertionError(f"{error}: {len(left)}, such as {left[:2]}") from None


def texts_at_twilio(stack: Stack) -> list[dict[str, Any]]:
    """Everything that the stand-in of Twilio took."""
    found: list[dict[str, Any]] = []
    uri: str | None = f"/2010-04-01/Accounts/{SID}/Messages.json?PageSize=1000"
    given = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    while uri:
        asked = urllib.request.Request(
            stack.world + uri, headers={"Authorization": f"Basic {given}"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            page = json.loads(answer.read())
        found += page["messages"]
        uri = page["next_page_uri"]
    return found


def stop_climbing(stack: Stack) -> None:
    """Call nobody else for the tickets of a seed that is over. Each was called for once, which is
    looked at in the end; a hundred that climb on would keep one phone at Telegram's pace busy."""
    with stack.database.write() as tx:
        tx._cursor.execute("UPDATE tickets SET climb_at = NULL")
