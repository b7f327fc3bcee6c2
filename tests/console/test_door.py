"""The door: invitation, password and code, and everything that must not open it."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from desk import access, roster, rotating
from store import audit
from store.people import Person
from tests.console.conftest import Visit, token_of
from tests.stage import Stage

PASSWORD = "ba con meo den"


@pytest.fixture
def lan(stage: Stage) -> Person:
    return stage.add("lan", "an-giang")


def _send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    token = token_of(client.get(path))
    return client.post(path, data={"csrf_token": token, **fields})


def _sign_in(app: Flask, code: str, password: str = PASSWORD, name: str = "lan") -> TestResponse:
    return _send(app.test_client(), "/desk/sign-in", name=name, password=password, code=code)


def _code(stage: Stage) -> str:
    stage.clock.move(31)
    shown = access.code_now(stage.desk, "lan")
    assert shown is not None
    return shown


def _invited(stage: Stage, app: Flask) -> tuple[str, str]:
    """An invitation's address and the secret that its page shows."""
    token = access.invite(stage.desk, "lan")
    page = app.test_client().get(f"/desk/welcome/{token}").text
    found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    assert "<svg" in page
    return f"/desk/welcome/{token}", found[1].replace(" ", "")


def test_an_invitation_opens_the_desk_once(app: Flask, stage: Stage, lan: Person) -> None:
    address, secret = _invited(stage, app)
    code = pyotp.TOTP(secret).at(stage.clock.at // 1000)
    fields = {"password": PASSWORD, "again": PASSWORD, "code": code}

    client = app.test_client()
    assert _send(client, address, **fields).headers["Location"] == "/desk/queue"
    assert client.get("/desk/queue").status_code == 200

    assert app.test_client().get(address).status_code == 410
    assert _sign_in(app, code).status_code == 422, "the code was used for the invitation"
    assert _sign_in(app, _code(stage)).status_code == 302


def test_an_invitation_lasts_a_day(app: Flask, stage: Stage, lan: Person) -> None:
    address, _secret = _invited(stage, app)
    stage.clock.move(24 * 3600 - 1)
    assert app.test_client().get(address).status_code == 200
    stage.clock.move(2)
    assert app.test_client().get(address).status_code == 410


def test_a_new_invitation_ends_the_one_before(app: Flask, stage: Stage, lan: Person) -> None:
    first, _ = _invited(stage, app)
    second, _ = _invited(stage, app)
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(second).status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "code", "said"),
    [
        ("short", "short", None, "ngắn quá"),
        (PASSWORD, PASSWORD + "x", None, "không giống nhau"),
        ("lan12345678", "lan12345678", None, "ngắn quá"),
        (PASSWORD, PASSWORD, "000000", "Mã chưa đúng"),
        (PASSWORD, PASSWORD, "chữ gì", "Mã chưa đúng"),
    ],
)
def test_an_invitation_says_what_is_wrong(
    app: Flask, stage: Stage, lan: Person, password: str, again: str, code: str | None, said: str
) -> None:
    address, secret = _invited(stage, app)
    right = pyotp.TOTP(secret).at(stage.clock.at // 1000)
    client = app.test_client()
    page = _send(client, address, password=password, again=again, code=code or right)
    assert page.status_code == 422
    assert said in page.text
    assert client.get("/desk/queue").status_code == 302


def test_name_password_and_code_are_all_needed(app: Flask, stage: Stage, lan: Person) -> None:
    access.provide(stage.desk, "lan", PASSWORD)
    wrong = [
        _sign_in(app, _code(stage), password="ba con meo trang"),
        _sign_in(app, "123456"),
        _sign_in(app, _code(stage), name="khong ai"),
    ]
    texts = {re.sub(r'value="[^"]*"|content="[^"]*"', "", page.text) for page in wrong}
    assert {page.status_code for page in wrong} == {422}
    assert len({t for t in texts if "chưa đúng" in t}) == len(texts)
    assert _sign_in(app, _code(stage)).status_code == 302


def test_a_code_is_good_once(app: Flask, stage: Stage, lan: Person) -> None:
    access.provide(stage.desk, "lan", PASSWORD)
    code = _code(stage)
    assert _sign_in(app, code).status_code == 302
    assert _sign_in(app, code).status_code == 422


def test_guessing_is_stopped_and_forgotten(app: Flask, stage: Stage, lan: Person) -> None:
    access.provide(stage.desk, "lan", PASSWORD)
    for _ in range(access.MOST["both"]):
        assert _sign_in(app, "000000").status_code == 422
    assert _sign_in(app, _code(stage)).status_code == 429
    stage.clock.move(access.WINDOW / 1000 + 1)
    assert _sign_in(app, _code(stage)).status_code == 302


def test_attempts_hold_no_name_and_no_address(app: Flask, stage: Stage, lan: Person) -> None:
    _sign_in(app, "000000", name="lan")
    with stage.desk.db.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM attempts").fetchall())
    assert "127.0.0.1" not in rows
    assert "lan" not in rows


def test_after_signing_in_only_the_desk_is_where_one_goes(
    app: Flask, stage: Stage, lan: Person
) -> None:
    access.provide(stage.desk, "lan", PASSWORD)
    for to in ("https://example.com/", "//example.com", "/desk/\\example.com", "/desk//x", "x"):
        client = app.test_client()
        answer = _send(
            client, "/desk/sign-in", name="lan", password=PASSWORD, code=_code(stage), to=to
        )
        assert answer.headers["Location"] == "/desk/queue", to


def test_a_session_ends_by_itself(stage: Stage, lan: Person, visit) -> None:
    quiet = visit(lan)
    stage.clock.move(access.QUIET / 1000 - 1)
    assert quiet.get("/queue").status_code == 200
    stage.clock.move(access.QUIET / 1000 + 1)
    assert quiet.get("/queue").status_code == 302

    busy = visit(lan)
    for _ in range(12):
        assert busy.get("/queue").status_code == 200
        stage.clock.move(3600)
    assert busy.get("/queue").status_code == 302, "a shift is over"


def test_a_page_that_renews_itself_keeps_no_session(stage: Stage, lan: Person, visit) -> None:
    seen = visit(lan)
    for _ in range(3):
        assert seen.get("/queue/lines").status_code == 200
        stage.clock.move(access.QUIET / 1000 / 2 - 1)
    assert seen.client.get("/desk/queue/lines", headers={"HX-Request": "1"}).status_code == 401


def test_signing_out_everywhere_ends_every_session(lan: Person, visit) -> None:
    here, there = visit(lan), visit(lan)
    here.post("/sign-out", everywhere="1")
    assert here.get("/queue").status_code == 302
    assert there.get("/queue").status_code == 302


def test_who_uses_anothers_invitation_is_told_of(app: Flask, stage: Stage, lan: Person) -> None:
    """The maker of a link can open it first: the one it names and all who could have made it hear
    of it, on the phones that they had before, and the audit says who made it and whence it came.
    """
    admin = stage.add("an", "quoc-gia", role="admin")
    thu = stage.add("thu", "quoc-gia", role="national")
    mai = stage.add("mai", "lang-son")
    token = access.invite(stage.desk, "lan", admin)
    assert token is not None
    offered = access.invitation(stage.desk, token)
    assert offered is not None
    code = pyotp.TOTP(offered.secret).at(stage.clock() // 1000)
    entered = access.accept(stage.desk, token, PASSWORD, PASSWORD, code, "192.0.2.7")
    assert isinstance(entered, access.Entered)
    stage.deliver()
    for person in (lan, admin, thu):
        (told,) = [p.text for p in stage.pages(person) if "lời mời do an tạo" in p.text]
        assert told.startswith("lan vừa đặt mật khẩu")
    assert not stage.pages(mai)
    with stage.desk.db.read() as tx:
        (row,) = [r for r in audit.of(tx, f"staff:{lan.id}") if r["verb"] == "accepted"]
    assert admin.id in row["details"]
    assert "address" in row["details"]
    assert "192.0.2.7" not in row["details"]
    assert access.invitation(stage.desk, token) is None, "and it opens nothing any more"


def test_a_change_of_the_signing_key_signs_nobody_out(
    app: Flask, stage: Stage, lan: Person, visit, tmp_path: Path
) -> None:
    """What the cookie held is believed on, and what it holds from now on is signed anew."""
    seen = visit(lan)
    seen.get("/queue")
    rotating.rotate(stage.desk, tmp_path / "keys")
    assert seen.get("/queue").status_code == 200
    page = seen.post("/sign-out", everywhere="1")
    assert page.status_code == 200
    assert app.config["SECRET_KEY"] == stage.desk.vault.cookie_keys(stage.clock())[0]
    assert len(app.config["SECRET_KEY_FALLBACKS"]) == 1
    stage.clock.move(49 * 3600)
    seen.client.get("/desk/sign-in")
    assert app.config["SECRET_KEY_FALLBACKS"] == []


def test_who_leaves_is_out_at_once_and_their_tickets_wait(stage: Stage, lan: Person, visit) -> None:
    access.provide(stage.desk, "lan", PASSWORD)
    stage.add("minh", "an-giang")
    ref = stage.write("em bi nhot o bavet, ho thu ho chieu").ref
    seen: Visit = visit(stage.add("quoc", "quoc-gia", role="national"))
    mine = visit(lan)
    seen.post(f"/t/{ref}/claim")
    roster.remove(stage.desk, "quoc")
    assert seen.get(f"/t/{ref}").status_code == 302
    assert stage.ticket(ref)["status"] == "open"
    roster.remove(stage.desk, "lan")
    assert mine.get("/queue").status_code == 302


def test_a_form_without_proof_is_not_taken(app: Flask, stage: Stage, lan: Person, visit) -> None:
    ref = stage.write("em bi nhot o chau doc an giang").ref
    seen = visit(stage.add("quoc", "quoc-gia", role="national"))
    answer = seen.client.post(f"/desk/t/{ref}/claim")
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]
    assert stage.ticket(ref)["status"] == "open"


def test_every_answer_carries_the_headers(app: Flask) -> None:
    for path in ("/desk/sign-in", "/desk/queue", "/desk/nowhere", "/desk/static/desk.css"):
        headers = app.test_client().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in headers
    assert app.test_client().get("/desk/sign-in").headers["Cache-Control"] == "no-store"


def test_by_https_cookies_and_browsers_are_told(stage: Stage) -> None:
    from console import create_app

    app = create_app(stage.desk, "https://example.org")
    answer = app.test_client().get("/desk/sign-in")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_language_and_look_are_chosen_before_signing_in(app: Flask) -> None:
    client = app.test_client()
    assert "Đăng nhập" in client.get("/desk/sign-in").text
    token = token_of(client.get("/desk/sign-in"))
    client.post("/desk/look", data={"csrf_token": token, "language": "en", "look": "dark"})
    page = client.get("/desk/sign-in").text
    assert "Sign in" in page
    assert 'data-theme="dark"' in page
    assert "<title>Duty roster</title>" in page
