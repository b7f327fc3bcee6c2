"""The phone page without a browser: what it serves, what it asks, and its data files."""

from __future__ import annotations

import json
import os
import re
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from hotline import demo, settings
from simulators import server, stories
from simulators.handset import Handset
from simulators.stories import BadPage
from simulators.world import Colleague, Targets, World
from tests.simulators.stage import PERSON, Hotline, targets


def fetch(url: str, **headers: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as got:
        return got.read().decode(), dict(got.headers.items())


def screens(world: str, *phones: str, since: int = 0, wait: float = 0) -> dict[str, Any]:
    query = urlencode([*(("phone", one) for one in phones), ("since", since), ("wait", wait)])
    return dict(json.loads(fetch(f"{world}/screens?{query}")[0]))


class Inline(HTMLParser):
    """Notes whatever a strict policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_has_nothing_inline_and_says_so(world: str, language: str) -> None:
    html, headers = fetch(f"{world}/?language={language}")
    assert f'<html lang="{language}"' in html
    inline = Inline()
    inline.feed(html)
    assert inline.found == []
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        assert fetch(world + asset)[0]


def test_the_page_is_small(world: str) -> None:
    html = fetch(f"{world}/")[0]
    static = Path(server.__file__).parent / "static"
    assert len(html.encode()) + sum(file.stat().st_size for file in static.iterdir()) < 80_000


def test_language_follows_the_browser_then_the_choice(world: str) -> None:
    english, _ = fetch(f"{world}/", **{"Accept-Language": "en-GB"})
    assert "Test phones" in english
    _, headers = fetch(f"{world}/?language=vi")
    chosen = headers["Set-Cookie"].partition(";")[0]
    kept, _ = fetch(f"{world}/", Cookie=chosen, **{"Accept-Language": "en-GB"})
    assert "Điện thoại thử" in kept
    odd, _ = fetch(f"{world}/?language=xx&look=zebra")
    assert 'lang="vi"' in odd
    assert "data-look" not in odd


def test_what_is_not_stood_in_for_has_no_phone() -> None:
    def html(chosen: Targets) -> str:
        return server.create_app(World(chosen)).test_client().get("/").get_data(as_text=True)

    nothing = html(Targets())
    assert "ở đây không có máy thử" in nothing
    assert 'class="stand"' not in nothing
    hotline = Hotline("http://127.0.0.1:9")
    everything = targets(hotline)
    without_staff = html(everything)
    assert without_staff.count('class="stand"') == 2
    assert 'data-switch="telegram_429"' in without_staff
    sms_only = html(Targets(twilio=everything.twilio))
    assert sms_only.count('class="stand"') == 1
    assert "telegram_429" not in re.findall(r'data-switch="(\w+)"', sms_only)
    lan = Colleague("lan", 7001, "An Giang")
    assert html(Targets(bots=everything.bots, staff=(lan,))).count('class="stand"') == 2


def test_one_look_shows_many_phones_in_order_with_what_they_sent(
    world: str, phone: Handset, app: Handset
) -> None:
    phone.say("mot")
    app.say("hai")
    app.pin(11.085, 106.142)
    app.file("photo")
    sms, telegram = f"sms:{phone.address}", f"telegram:senders:{app.address}"
    came = screens(world, sms, telegram)
    assert [(e["phone"], e["kind"], e["text"]) for e in came["events"]] == [
        (sms, "sent", "mot"),
        (telegram, "sent", "hai"),
        (telegram, "sent", ""),
        (telegram, "sent", ""),
    ]
    assert came["events"][2]["location"] == {"latitude": 11.085, "longitude": 106.142}
    assert came["events"][3]["file"] == "photo"
    assert came["faults"]["twilio"] == {"waiting": [], "failed": 0}
    assert screens(world, sms, telegram, since=came["next"])["events"] == []
    assert [e["phone"] for e in screens(world, sms)["events"]] == [sms]
    assert phone.look() == [], "what a phone sent is not on its screen of what came"


def test_a_text_that_did_not_arrive_is_marked(world: str, phone: Handset, hotline: Hotline) -> None:
    hotline.answers[:] = [503]
    assert phone.say("mot") is not None
    sent, mark = screens(world, f"sms:{phone.address}")["events"]
    assert (sent["kind"], mark["kind"]) == ("sent", "undelivered")
    assert sent["sid"] == mark["sid"]


def test_an_answer_names_the_message_it_answers(world: str, app: Handset) -> None:
    app.say("hỏi")
    (first,) = screens(world, f"telegram:senders:{PERSON}")["events"]
    app.say("thêm", reply_to=first["message_id"])
    assert (
        screens(world, f"telegram:senders:{PERSON}")["events"][1]["reply_to"]
        == (first["message_id"])
    )


def test_up_prints_where_the_phones_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("HOTLINE_", "TWILIO_", "TELEGRAM_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    chosen = settings.read(HOTLINE_DATA=tmp_path)
    said = demo.introduction(chosen, demo.StandIns(8123, True, True))
    assert "phones: http://127.0.0.1:8123/ " in said


# Data


def test_the_stories_are_those_that_were_promised() -> None:
    told = {story.id: story for story in stories.stories()}
    assert set(told) == {"held", "tip", "returnee", "child", "found-out"}
    for key in re.findall(r"say\.(\w+)", (stories.HERE / "templates/phones.html").read_text()):
        assert key in stories.words()


def test_an_sms_of_a_story_fits_two_parts() -> None:
    for story in stories.stories():
        for step in story.steps:
            if story.phone == "sms" and step.say is not None:
                assert all(len(text) <= 306 for text in step.say.values())


STORY = """
[[story]]
id = "a"
phone = "sms"
staff = "lan"
title = { vi = "x", en = "x" }
about = { vi = "x", en = "x" }
after = { vi = "x", en = "x" }
[[story.step]]
say = { vi = "x", en = "x" }
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('phone = "sms"', 'phone = "fax"', "story a: phone expected"),
        ('title = { vi = "x", en = "x" }', 'title = { vi = "x" }', "title: a text in each of vi"),
        ('say = { vi = "x"', 'say = { vi = "xấu"', "without accents"),
        ('say = { vi = "x", en = "x" }', 'pin = "nowhere"', "sends words only"),
        ("[[story.step]]", "[[story.other]]", "at least one step"),
        ('id = "a"', "", "id expected"),
        ('staff = "lan"', "staff = lan", "stories.toml"),
    ],
)
def test_a_broken_story_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str
) -> None:
    assert old in STORY
    (tmp_path / "stories.toml").write_text(STORY.replace(old, new))
    monkeypatch.setattr(stories, "HERE", tmp_path)
    with pytest.raises(BadPage, match=says):
        uncached(stories.stories)


def test_a_pin_needs_its_degrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stories.toml").write_text('[[pin]]\nid = "a"\nlat = "north"\nlon = 1.0\n')
    monkeypatch.setattr(stories, "HERE", tmp_path)
    with pytest.raises(BadPage, match="pin a: lat and lon expected"):
        uncached(stories.pins)


def uncached(read: Callable[[], Any]) -> Any:
    """Read the files as they are now, not as they were."""
    return read.__wrapped__()  # type: ignore[attr-defined]
