"""Forms of the desk with whatever a browser, or somebody who plays one, may send."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from console import create_app
from store import access
from tests.console.conftest import token_of
from tests.fuzz.effort import fuzzed
from tests.stage import Stage

texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "\x00",
            "<script>alert(1)</script>",
            "=cmd()",
            "'; DROP TABLE staff;--",
            "a" * 9000,
            "\u202e",
            "1",
            "5",
            "an-giang",
            "../../etc/passwd",
            "{{7*7}}",
        ]
    ),
)
fields = st.dictionaries(
    st.sampled_from(
        [
            "text",
            "to",
            "note",
            "why",
            "reason",
            "outcome",
            "urgency",
            "intent",
            "centre",
            "once",
            "name",
            "password",
            "code",
            "language",
            "look",
            "draft",
            "everywhere",
        ]
    ),
    texts,
    max_size=6,
)
VERBS = (
    "claim",
    "release",
    "transfer",
    "accept",
    "refuse",
    "note",
    "close",
    "correct",
    "reply",
    "send",
    "lift",
)


@pytest.fixture(scope="module")
def signed_in(played: Stage) -> tuple[FlaskClient, str, str]:
    """A browser of somebody who is signed in, the proof of their forms, and a ticket."""
    lan = played.add("Lan", "an-giang", role="supervisor")
    ref = played.write("em bi nhot o an giang, ho thu ho chieu cua em").ref
    assert ref is not None
    token = secrets.token_hex(8)
    with played.desk.db.write() as tx:
        access.begin(tx, played.desk.vault.hash("session", token), lan.id, played.clock.at)
    client = create_app(played.desk).test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client, token_of(client.get("/desk/me", follow_redirects=True)), ref


@fuzzed
@given(verb=st.sampled_from(VERBS), sent=fields)
def test_any_form_of_a_ticket_is_answered(signed_in: Any, verb: str, sent: dict[str, str]) -> None:
    client, csrf, ref = signed_in
    answer = client.post(f"/desk/t/{ref}/{verb}", data={**sent, "csrf_token": csrf})
    assert answer.status_code in (200, 302, 303, 400, 404, 405, 409, 413, 422)
    assert "<script>alert" not in answer.text


@fuzzed
@given(
    ref=texts,
    query=st.dictionaries(
        st.sampled_from(["shelf", "urgency", "centre", "page", "to"]), texts, max_size=4
    ),
)
def test_any_address_is_answered(signed_in: Any, ref: str, query: dict[str, str]) -> None:
    client, _, _ = signed_in
    for path in ("/desk/queue", "/desk/queue/lines", "/desk/sign-in", "/desk/undelivered"):
        answer = client.get(path, query_string=query)
        assert answer.status_code in (200, 302, 304)
        assert "<script>alert" not in answer.text
        assert answer.headers.get("Location", "/desk").startswith("/desk")
    assert client.get("/desk/t/" + ref.replace("/", "_")).status_code in (302, 308, 404)


@fuzzed
@given(sent=fields)
def test_any_sign_in_is_refused_in_words(played: Stage, sent: dict[str, str]) -> None:
    client = create_app(played.desk).test_client()
    csrf = token_of(client.get("/desk/sign-in"))
    answer = client.post("/desk/sign-in", data={**sent, "csrf_token": csrf})
    assert answer.status_code in (422, 429)
    assert "<script>alert" not in answer.text
