"""Pages through Flask's client: the real application on the stage, on both databases."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from console import create_app
from store import access
from store.people import Person
from tests.stage import Stage


@dataclass
class Visit:
    """A signed-in browser without scripts."""

    client: FlaskClient
    stage: Stage

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/desk{path}", **more)

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form with the proof that it is ours, and go where the answer leads."""
        return self.client.post(
            f"/desk{path}", data={"csrf_token": self.token(), **fields}, follow_redirects=True
        )

    def htmx(self, path: str, **fields: object) -> TestResponse:
        headers = {"HX-Request": "true", "X-CSRFToken": self.token()}
        return self.client.post(f"/desk{path}", data=fields, headers=headers)

    def token(self) -> str:
        return token_of(self.client.get("/desk/me", follow_redirects=True))

    def once(self, ref: str) -> str:
        """The mark of the form to write in, as the page of a ticket has it."""
        found = re.search(r'name="once" value="([^"]+)"', self.get(f"/t/{ref}").text)
        assert found is not None
        return found[1]


def token_of(page: TestResponse) -> str:
    found = re.search(r'<meta name="csrf" content="([^"]+)"', page.text)
    assert found is not None
    return found[1]


@pytest.fixture
def app(stage: Stage) -> Flask:
    return create_app(stage.desk)


@pytest.fixture
def visit(app: Flask, stage: Stage) -> Callable[[Person], Visit]:
    """A session of a person, begun as the door begins it."""

    def begin(person: Person) -> Visit:
        token = secrets.token_hex(8)
        with stage.desk.db.write() as tx:
            hashed = stage.desk.vault.hash("session", token)
            access.begin(tx, hashed, person.id, stage.clock.at)
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return Visit(client, stage)

    return begin
