"""Messages that the webhook never saw are found by comparing with what the provider holds."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import requests

from channels import twilio_list
from channels.telegram import TelegramBot
from channels.telegram_api import SENDER_UPDATES
from channels.twilio import TwilioAccount
from desk import missed, queue
from desk.house import Desk
from simulators.handset import Handset
from tests.conftest import Moved
from tests.simulators.stage import Hotline
from tests.stage import Stage
from worker.comparing import Post, Providers, compare_all

TEXT = "em bi nhot o an giang, ho thu ho chieu cua em"


@pytest.fixture(autouse=True)
def _later(clock: Moved) -> None:
    """Stand-ins date what they take by the real clock; ours stands two minutes after that."""
    clock.at = int(time.time() * 1000) + 120_000


def _turn(stage: Stage, providers: Providers) -> None:
    stage.clock.move(400)
    compare_all(stage.desk, providers)


def test_an_sms_whose_webhook_failed_is_found_once(
    stage: Stage, account: TwilioAccount, phone: Handset, hotline: Hotline
) -> None:
    hotline.answers += [500] * 4
    phone.say(TEXT)
    _turn(stage, Providers(twilio=account))
    (ticket,) = queue.listing(stage.desk)
    assert ticket["urgency"] == 1
    (last,) = missed.last(stage.desk)
    assert (last.missing, last.day_missing, last.fault) == (1, 1, None)
    _turn(stage, Providers(twilio=account))
    (last,) = missed.last(stage.desk)
    assert (last.missing, last.day_missing) == (0, 1), "what was taken in is not missing again"
    assert len(queue.listing(stage.desk)) == 1


def test_the_late_webhook_of_a_found_message_is_a_duplicate(
    stage: Stage, account: TwilioAccount, phone: Handset, hotline: Hotline
) -> None:
    hotline.answers += [500] * 4
    phone.say(TEXT)
    (post, *_) = hotline.wait_inbound(1)
    _turn(stage, Providers(twilio=account))
    line = f"twilio:{account.sender}"
    again = stage.write(TEXT, "+84912000001", external_id=post.form["MessageSid"], line=line)
    assert again.duplicate


def test_what_is_stored_is_not_missing(
    stage: Stage, account: TwilioAccount, phone: Handset
) -> None:
    phone.say(TEXT)
    (listed,) = twilio_list.received(account, 0)
    assert (listed.text, listed.address) == (TEXT, "+84912000001")
    stage.write(TEXT, "+84912000001", external_id=listed.external_id, line=listed.line)
    _turn(stage, Providers(twilio=account))
    (last,) = missed.last(stage.desk)
    assert (last.missing, last.fault) == (0, None)


def test_our_own_texts_are_not_taken_for_messages(
    stage: Stage, account: TwilioAccount, world: str
) -> None:
    form = {"To": "+84912000001", "From": account.sender, "Body": "Da nhan duoc tin."}
    url = f"{world}/2010-04-01/Accounts/{account.sid}/Messages.json"
    assert requests.post(url, form, auth=(account.sid, account.token)).status_code == 201
    assert list(twilio_list.received(account, 0)) == []


def test_media_are_listed_with_the_providers_address(
    stage: Stage, account: TwilioAccount, world: str
) -> None:
    body = {"from": "+84912000001", "text": "anh", "media": ["image/jpeg"]}
    assert requests.post(f"{world}/phone/sms", json=body).status_code == 200
    (listed,) = twilio_list.received(account, 0)
    assert [one.kind for one in listed.media] == ["photo"]
    assert all(one.reference.startswith(f"{world}/2010-04-01/") for one in listed.media)


def test_what_came_long_before_the_number_was_ours_is_left(desk: Desk, clock: Moved) -> None:
    first = missed.since(desk, "twilio:+1")
    assert clock.at - first == missed.LOOK_BACK
    missed.note(desk, "twilio:+1", first, missed.Compared())
    clock.move(90_000)  # the look back of a day, and no further than to the first one
    assert missed.since(desk, "twilio:+1") == first
    clock.move(2 * 86_400)
    assert missed.since(desk, "twilio:+1") == clock.at - missed.LOOK_BACK_DAY


def test_one_process_takes_each_turn(desk: Desk, clock: Moved) -> None:
    assert missed.my_turn(desk, "twilio:+1")
    assert not missed.my_turn(desk, "twilio:+1")
    clock.move(301)
    assert missed.my_turn(desk, "twilio:+1")


def test_a_provider_that_is_away_is_said_and_forgets_nothing(
    stage: Stage, account: TwilioAccount
) -> None:
    closed = replace(account, api_base="http://127.0.0.1:9")
    _turn(stage, Providers(twilio=closed))
    (last,) = missed.last(stage.desk)
    assert last.fault is not None
    assert last.age is None


def _post(stage: Stage, senders: TelegramBot, url: str, taken: list[object]) -> Providers:
    return Providers(posts={senders.line: Post(senders, url, SENDER_UPDATES, taken.append)})


def test_updates_that_wait_are_posted_again_and_then_fetched(
    stage: Stage, senders: TelegramBot, app: Handset, hotline: Hotline
) -> None:
    url = f"{hotline.url}/telegram/sender"
    taken: list[object] = []
    providers = _post(stage, senders, url, taken)
    hotline.answers += [503] * 500
    _turn(stage, providers)  # there is no webhook yet: it is set
    app.say("em bi nhot")
    hotline.wait(1)
    _turn(stage, providers)
    (last,) = missed.last(stage.desk)
    assert last.waiting == 1
    assert taken == []
    _turn(stage, providers)
    assert len(taken) == 1
    (last,) = missed.last(stage.desk)
    assert (last.missing, last.waiting) == (1, 0)
    _turn(stage, providers)  # and the webhook stands again
    (last,) = missed.last(stage.desk)
    assert (last.missing, last.waiting, last.fault) == (0, 0, None)


def test_a_webhook_of_somebody_else_is_said_and_left(
    stage: Stage, senders: TelegramBot, world: str
) -> None:
    elsewhere = f"{world}/bot{senders.token}/setWebhook"
    requests.post(elsewhere, json={"url": "https://elsewhere.example/telegram/sender"})
    _turn(stage, _post(stage, senders, "http://127.0.0.1:9/telegram/sender", []))
    (last,) = missed.last(stage.desk)
    assert last.fault == "posted_elsewhere"
    info = requests.get(f"{world}/bot{senders.token}/getWebhookInfo").json()["result"]
    assert info["url"].startswith("https://elsewhere")
