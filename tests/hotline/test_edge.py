"""The edge: whose word on an address counts, and headers on every answer."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import edge

OURS = edge.networks("127.0.0.1, 10.0.0.0/8, ::1")


def seen(remote: str, noted: str | None = None) -> str:
    environ: dict[str, Any] = {"REMOTE_ADDR": remote}
    if noted is not None:
        environ["HTTP_X_FORWARDED_FOR"] = noted
    return edge.client(environ, OURS)


@pytest.mark.parametrize(
    ("remote", "noted", "client"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: its word is nothing
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the left one is the client's own
        ("127.0.0.1", "198.51.100.1, 10.0.0.7", "198.51.100.1"),  # through two of ours
        ("10.1.2.3", "2001:db8::5", "2001:db8::5"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_our_proxies_are_believed(remote: str, noted: str | None, client: str) -> None:
    assert seen(remote, noted) == client


@pytest.mark.parametrize("text", ["nonsense", "10.0.0.0/99", "127.0.0.1;::1"])
def test_a_bad_list_of_proxies_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        edge.networks(text)


def _answered(headers: list[tuple[str, str]], *, https: bool) -> tuple[dict[str, str], Any]:
    said: dict[str, str] = {}
    environ = {
        "REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PROTO": "https", "HTTP_FORWARDED": "for=1.1.1.1",
    }  # fmt: skip

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", headers)
        return [b""]

    def start(status: str, given: list[tuple[str, str]], *_: Any) -> None:
        assert status == "200 OK"
        said.update(given)
        assert len({name.lower() for name, _ in given}) == len(given), "each once"

    edge.guarded(app, OURS, https=https)(environ, start)
    return said, environ


def test_every_answer_has_headers_that_let_nothing_run() -> None:
    said, environ = _answered([], https=True)
    assert said["Content-Security-Policy"].startswith("default-src 'none'")
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Strict-Transport-Security"]
    assert not any(name.startswith(("HTTP_X_FORW", "HTTP_FORW")) for name in environ)


def test_what_a_page_says_itself_stands() -> None:
    said, _ = _answered([("content-security-policy", "default-src 'self'")], https=False)
    assert said["content-security-policy"] == "default-src 'self'"
    assert "Strict-Transport-Security" not in said
