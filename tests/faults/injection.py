"""Row 14: words that are code elsewhere go in by the webhooks and out by every page and export."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from channels import wire
from store import contacts, messages
from tests.faults import oracle, people
from tests.faults.load import new_number, new_person
from tests.faults.row import Scene

MARK = "zq7xmark"
CORPUS = (
    f"'; DROP TABLE messages; --{MARK}",
    f"' OR '1'='1' /*{MARK}*/",
    f"%s %(x)s {{0}} :at ? $1 \\ {MARK}",
    f"<script>{MARK}(1)</script>",
    f'"><img src=x onerror={MARK}(1)>',
    f"'><svg/onload={MARK}(1)>",
    f"</textarea></p><b class={MARK}>x</b>",
    f"<a href=javascript:{MARK}(1)>x</a>",
    f"<!-- {MARK} --> ]]> <{MARK}>",
    f"{{{{ {MARK} * 7 }}}} {{% raw %}} ${{7*7}} <%= 7*7 %>",
    f"&lt;{MARK}&gt; &#x3c;{MARK}&#62;",
    f"=cmd|' /C calc'!A0 {MARK}",
    f"@SUM(1+1) {MARK}",
    f"+1+1 {MARK}",
    f"-1+1 {MARK}",
    f"\t=1+1 {MARK}",
    f"\x1b]0;{MARK}\x07\x1b[2J\x9b31m {MARK}",
    f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<b>x</b>",
    f"cuu em\n10:00:00 -> [sent] {MARK}",
    f"\u202e{MARK}\u2066 \u2028 \ufeff {MARK}",
    f"nul \x00 va mot nua chu \ud83d {MARK}",
)
PARTS = 4  # conversations by each channel, so that pages are looked at side by side


def injected(scene: Scene) -> None:
    """14: stored as they were written; inert on every page, in every export, log and metric."""
    stack, rng = scene.stack, scene.rng
    corpus = list(CORPUS)
    rng.shuffle(corpus)
    wrote = _write(scene, corpus)
    oracle.check_intake(stack, scene.ledger)
    for provider_id, text in wrote.items():
        assert _stored(scene, provider_id) == wire.clean(text), f"not verbatim: {text!r}"
    refs = sorted({people.ref_of(stack, oracle.stored_id(stack, one)) for one in wrote})
    said = {ref: [] for ref in refs}  # type: dict[str, list[str]]
    for provider_id, text in wrote.items():
        ref = people.ref_of(stack, oracle.stored_id(stack, provider_id))
        said[ref].append(wire.clean(text))
    national = people.add(stack, "quoc-gia", "national")
    browser = people.sign_in(stack, national)
    note = "".join(wire.clean(text) for text in corpus if "\x00" not in text)[:3900]
    for ref in refs:
        _check_page(browser.post(f"/t/{ref}/note", note=note), [*said[ref], note])
        _check_page(browser.get(f"/t/{ref}/live"), said[ref])
    for path in ("/queue", "/queue/lines", "/queue?shelf=mine", "/undelivered", "/me"):
        _check_page(browser.get(path), [])
    for path in (f"/queue?shelf={CORPUS[3]}&centre={CORPUS[4]}", f"/sign-in?to={CORPUS[7]}"):
        _check_page(browser.get(path), [])
    _check_exports(scene, national.name, rng.choice(refs), said)
    _check_silent_places(scene)


def _write(scene: Scene, corpus: list[str]) -> dict[str, str]:
    """Send every text by both channels; provider id -> text."""
    load, wrote = scene.load, {}
    for part in range(PARTS):
        number, person = new_number(), new_person()
        for sequence, text in enumerate(corpus[part::PARTS], 1):
            posted = text.encode("utf-8", "replace").decode()  # a form has no half characters
            assert load.sms(number, sequence, posted) == 200, text
            wrote[f"SM{number[1:]}x{sequence}"] = posted
            assert load.telegram(person, sequence, text, time.time()) == 200, text
            wrote[f"{person}:{sequence}"] = text
    return wrote


def _stored(scene: Scene, provider_id: str) -> str:
    stack = scene.stack
    (row,) = oracle.rows(
        stack,
        f"SELECT * FROM messages WHERE external_id = '{oracle.stored_id(stack, provider_id)}'",
    )
    with stack.database.read() as tx:
        return messages.body(contacts.by_id(tx, stack.vault, row["contact_id"]), row)


class _Seen(HTMLParser):
    """A page as a browser reads it: its words, and whatever of the corpus came alive in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.alive: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("script", "style") else ""
        names = [tag, *(name for name, _ in attrs)]
        self.alive += [name for name in names if MARK in name or name.startswith("on")]
        for name, value in attrs:
            text = (value or "").strip().lower()
            plain = name in ("value", "title", "placeholder", "aria-label", "content")
            if (MARK in text and not plain) or text.startswith(("javascript:", "data:")):
                self.alive.append(f"{name}={value}")
        if tag == "script" and "src" not in dict(attrs):
            self.alive.append("a script in the page")
        if tag == "br":
            self.words.append("\n")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.alive.append(f"comment {data}")

    def handle_data(self, data: str) -> None:
        if self._inside and MARK in data:
            self.alive.append(f"{self._inside} {data}")
        self.words.append(data)


def _check_page(page: Any, said: list[str]) -> None:
    """A page of the desk shows these texts as they were written, and nothing in it runs."""
    assert page.status_code == 200, (page.status_code, str(page.url))
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not any(MARK in name + value for name, value in page.headers.items())
    seen = _Seen()
    seen.feed(page.text)
    seen.close()
    assert not seen.alive, f"alive at {page.url}: {seen.alive}"
    words = _plain("".join(seen.words))
    missing = [text for text in said if _plain(text) not in words]
    assert not missing, f"not shown at {page.url}: {missing}"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _check_exports(scene: Scene, name: str, ref: str, said: dict[str, list[str]]) -> None:
    """What the command line prints and writes: JSON that reads back, and lines of a terminal that
    no sender can forge or colour."""
    hotline, folder = scene.stack.hotline, scene.folder
    json.loads(hotline.cli("ticket", "list", "--json"))
    shown = json.loads(hotline.cli("ticket", "show", ref, "--json"))
    assert {m["text"] for m in shown["messages"] if m["direction"] == "in"} == set(said[ref])
    lines = hotline.cli("ticket", "show", ref)
    _check_terminal(lines)
    _check_terminal(hotline.cli("ticket", "show", ref, "--json"))
    forged = [line for line in lines.splitlines() if line.startswith("10:00:00 -> [sent] " + MARK)]
    assert not forged, "a sender wrote a line of ours"
    given = hotline.cli("person", "export", ref, "--as", name, "--reason", CORPUS[3])
    texts = {text for text in _strings(json.loads(given)) if MARK in text}
    assert texts >= set(said[ref]), "an export that changes what was written"
    hotline.cli("ticket", "correct", ref, "--as", name, "--urgency", "2", "--why", CORPUS[3])
    cases = folder / f"cases-{scene.seed}.jsonl"
    hotline.cli("triage", "export", ref, "--as", name, "--to", str(cases))
    (case,) = cases.read_text(encoding="utf-8").split("\n")[:-1]
    assert MARK in json.loads(case)["text"]
    audited = folder / f"audit-{scene.seed}.jsonl"
    hotline.cli("audit", "verify", "--export", str(audited))
    assert MARK not in audited.read_text(encoding="utf-8")


def _check_terminal(text: str) -> None:
    """No control character, break of a line or turn of direction but ours."""
    odd = {hex(ord(c)) for c in text if c not in "\n\t" and _steers(c)}
    assert not odd, f"steers the terminal: {sorted(odd)}"


def _steers(character: str) -> bool:
    turns = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    return (
        unicodedata.category(character) in ("Cc", "Zl", "Zp")
        or unicodedata.bidirectional(character) in turns
    )


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _strings(one)]


def _check_silent_places(scene: Scene) -> None:
    """Logs and metrics hold no word of it."""
    places: dict[str, Callable[[], str]] = {"metrics": lambda: scene.stack.look("/metrics")[1]}
    for log in Path(scene.stack.hotline.data / "logs").iterdir():
        places[log.name] = lambda log=log: log.read_text(errors="replace")  # type: ignore[misc]
    loud = [name for name, read in places.items() if MARK in read()]
    assert not loud, f"words of a sender in {loud}"
