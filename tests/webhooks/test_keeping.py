"""What the database cannot take is spooled, answered as if it had been, and replayed in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot import senders
from channels.twilio import TwilioAccount
from channels.twilio_signature import sign
from desk import intake
from desk.house import Desk
from store.database import Database, Unavailable
from store.spool import Full, Request, Spool
from store.sql import Tx
from tests.real import until
from tests.stage import Stage
from webhooks.app import EMPTY_TWIML, OVERTAKEN, Doors, create_app
from webhooks.keeping import Keeper

ORIGIN = "https://hotline.example"
ACCOUNT = TwilioAccount("AC1", "token", "+84280000111")
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "secret"}


@dataclass
class Plug:
    """Pulls the database's plug: away, or gone in the middle of the commit."""

    away: bool = False
    at_commit: bool = False
    writes: int = 0
    write: Callable[[Database], Any] = field(default=Database.write)

    @contextmanager
    def __call__(self, database: Database) -> Iterator[Tx]:
        self.writes += 1
        if self.away:
            raise Unavailable("OperationalError")
        with self.write(database) as tx:
            yield tx
        if self.at_commit:
            raise Unavailable("OperationalError")


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    made = Plug()
    monkeypatch.setattr(Database, "write", lambda self: made(self))
    return made


@pytest.fixture
def spool(stage: Stage, tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", stage.desk.vault, 1_000_000)


@pytest.fixture
def keeper(stage: Stage, spool: Spool) -> Keeper:
    return Keeper(spool, stage.desk.now)


@pytest.fixture
def client(stage: Stage, keeper: Keeper) -> FlaskClient:
    doors = Doors(
        twilio=ACCOUNT,
        origins=(ORIGIN,),
        telegram_secret="secret",
        senders=lambda update: senders.take(stage.desk, update),
        staff=None,
    )
    return create_app(stage.desk, doors, keeper).test_client()


def _sms(client: FlaskClient, number: int, text: str = "cuu em voi", path: str = "sms") -> Any:
    form = {"MessageSid": f"SM{number}", "From": "+84900000001", "To": "+84280000111", "Body": text}
    return _post(client, path, form)


def _post(client: FlaskClient, path: str, form: dict[str, str]) -> Any:
    headers = {"X-Twilio-Signature": sign(f"{ORIGIN}/twilio/{path}", list(form.items()), "token")}
    return client.post(f"/twilio/{path}", data=form, headers=headers)


def _came_in(stage: Stage) -> list[str]:
    return [m["text"] for m in stage.ticket()["messages"] if m["direction"] == "in"]


def test_a_message_of_the_outage_is_answered_as_always_and_taken_in_afterwards(
    client: FlaskClient, keeper: Keeper, stage: Stage, plug: Plug
) -> None:
    plug.away = True
    answer = _sms(client, 1)
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, EMPTY_TWIML)
    with pytest.raises(Unavailable):
        keeper.replay()
    arrived = stage.clock()
    stage.clock.move(3600)
    plug.away = False
    assert keeper.replay() == 1
    (message,) = [m for m in stage.ticket()["messages"] if m["direction"] == "in"]
    assert message["text"] == "cuu em voi"
    from desk.house import iso

    assert message["at"] == iso(arrived), "when it came, not when it was replayed"
    stage.settle()
    assert stage.phone(), "and it is answered"


def test_what_comes_while_something_waits_stands_behind_it(
    client: FlaskClient, keeper: Keeper, stage: Stage, plug: Plug
) -> None:
    plug.away = True
    _sms(client, 1, "mot")
    plug.away = False
    tried = plug.writes
    for number, text in enumerate(("hai", "ba"), 2):
        assert _sms(client, number, text).status_code == 200
    assert plug.writes == tried, "the database is not asked: they must not overtake"
    keeper.replay()
    assert _came_in(stage) == ["mot", "hai", "ba"]
    _sms(client, 4, "bon")
    assert _came_in(stage) == ["mot", "hai", "ba", "bon"], "from then on directly"


def test_a_commit_whose_outcome_is_unknown_is_spooled_and_taken_in_once(
    client: FlaskClient, keeper: Keeper, stage: Stage, plug: Plug, spool: Spool
) -> None:
    plug.at_commit = True
    assert _sms(client, 1).status_code == 200
    assert not spool.is_empty()
    plug.at_commit = False
    keeper.replay()
    assert _came_in(stage) == ["cuu em voi"]
    assert len(stage.tickets()) == 1


def test_a_fault_of_ours_keeps_the_request_and_blocks_nobody(
    client: FlaskClient, keeper: Keeper, stage: Stage, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = intake.take_in

    def fail(desk: Desk, inbound: Any) -> Any:
        if inbound.text == "doc":
            raise ZeroDivisionError
        return take_in(desk, inbound)

    monkeypatch.setattr("desk.intake.take_in", fail)
    assert _sms(client, 1, "doc").status_code == 200
    assert _sms(client, 2, "hai").status_code == 200
    keeper.replay()
    assert _came_in(stage) == ["hai"]
    assert spool.numbers().parked == 1
    monkeypatch.setattr("desk.intake.take_in", take_in)
    spool.retry()
    keeper.replay()
    assert sorted(_came_in(stage)) == ["doc", "hai"]


def test_when_neither_can_take_it_the_provider_is_told_to_try_again(
    client: FlaskClient, stage: Stage, plug: Plug, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug.away = True

    def full(_self: Spool, _request: Request) -> None:
        raise Full("OSError")

    monkeypatch.setattr(Spool, "append", full)
    assert _sms(client, 1).status_code == 503
    plug.away = False
    assert _sms(client, 1).status_code == 200
    assert _came_in(stage) == ["cuu em voi"]


def test_a_full_spool_does_not_keep_the_database_from_taking_what_it_can(
    client: FlaskClient, stage: Stage, plug: Plug, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug.away = True
    _sms(client, 1, "mot")
    plug.away = False

    def full(_self: Spool, _request: Request) -> None:
        raise Full("limit")

    monkeypatch.setattr(Spool, "append", full)
    assert _sms(client, 2, "hai").status_code == 200
    assert _came_in(stage) == ["hai"]


def test_telegram_and_receipts_are_spooled_too(
    client: FlaskClient, keeper: Keeper, stage: Stage, plug: Plug
) -> None:
    _sms(client, 1)
    stage.settle()
    plug.away = True
    person = {"id": 5, "is_bot": False}
    chat = {"id": 5, "type": "private"}
    sent = {"message_id": 1, "date": 1_795_000_000, "text": "cứu em\ud800", "from": person}
    update = {"update_id": 1, "message": {**sent, "chat": chat}}
    assert client.post("/telegram/sender", json=update, headers=SECRET).status_code == 200
    receipt = {"MessageSid": "memory-1", "MessageStatus": "delivered"}
    assert _post(client, "status", receipt).status_code == 204
    plug.away = False
    assert keeper.replay() == 2
    assert len(stage.tickets()) == 2
    states = [m["state"] for t in stage.tickets() for m in stage.ticket(t["ref"])["messages"]]
    assert "delivered" in states


def test_a_replayed_receipt_waits_for_no_text_and_holds_up_no_message(
    client: FlaskClient, keeper: Keeper, stage: Stage, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a text that is not noted yet; one that comes by the door is looked at again."""
    paused: list[float] = []
    monkeypatch.setattr("webhooks.app.time.sleep", paused.append)
    unknown = {"MessageSid": "SMnobodys", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    plug.away = True
    for _ in range(3):
        assert _post(client, "status", unknown).status_code == 204
    assert _sms(client, 1, "cứu em").status_code == 200
    plug.away = False
    assert keeper.replay() == 4
    assert paused == []
    assert _came_in(stage) == ["cứu em"]
    assert _post(client, "status", unknown).status_code == 204
    assert paused == list(OVERTAKEN), "or this shows nothing"


def test_forged_and_broken_requests_are_not_spooled(
    client: FlaskClient, plug: Plug, spool: Spool
) -> None:
    plug.away = True
    assert client.post("/twilio/sms", data={"MessageSid": "SM1"}).status_code == 403
    assert _post(client, "sms", {"MessageSid": "SM1"}).status_code == 400
    assert client.post("/telegram/sender", json={"update_id": 1}).status_code == 403
    assert spool.is_empty()


def test_the_thread_replays_by_itself(keeper: Keeper, spool: Spool) -> None:
    taken: list[object] = []
    refused = [Unavailable("away"), OSError("disk")]

    def take(payload: object, _arrived: int) -> None:
        if refused:
            raise refused.pop()
        taken.append(payload)

    keeper.takes["/door"] = take
    spool.append(Request("/door", 1, "mot"))
    spool.append(Request("/door", 2, "hai"))
    stopped = threading.Event()
    thread = threading.Thread(target=keeper.keep_replaying, args=(stopped,))
    thread.start()
    try:
        until(lambda: len(taken) == 1, what="the replay")
        assert taken == ["hai"], "the one whose taking failed by a fault of ours was put aside"
    finally:
        stopped.set()
        thread.join()
    assert spool.numbers().parked == 1


@pytest.mark.parametrize("times", [1, 2])
def test_one_who_gave_way_tries_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    _refuse(monkeypatch, times, again=True)
    stage.write("cuu em voi")
    assert _came_in(stage) == ["cuu em voi"]


@pytest.mark.parametrize(("times", "again"), [(1, False), (3, True)])
def test_what_cannot_help_is_not_tried_and_nothing_is_tried_for_ever(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, times: int, again: bool
) -> None:
    _refuse(monkeypatch, times, again=again)
    with pytest.raises(Unavailable):
        stage.write("cuu em voi")


def _refuse(monkeypatch: pytest.MonkeyPatch, times: int, *, again: bool) -> None:
    write = Database.write
    left = [again] * times

    @contextmanager
    def refusing(self: Database) -> Iterator[Tx]:
        if left:
            raise Unavailable("DeadlockDetected", again=left.pop())
        with write(self) as tx:
            yield tx

    monkeypatch.setattr(Database, "write", refusing)
