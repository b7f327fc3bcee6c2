"""Every page against every role: who gets in, who is told no, who learns nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from console.here import PREFIX
from store.people import Person
from tests.console.conftest import Visit
from tests.stage import Stage

Visitor = Callable[[Person], Visit]
ROLES = ("near", "far", "lead", "far_lead", "national", "auditor", "admin")

# Status by role, in the order of ROLES. 200 and 303 let in, 403 is no, 404 learns nothing.
# {own}: a ticket of An Giang that waits; {held}: one that the near staff hold.
TABLE = """
GET  /                          302 302 302 302 302 302 302
GET  /queue                     200 200 200 200 200 200 302
GET  /queue/lines               200 200 200 200 200 200 200
GET  /me                        200 200 200 200 200 200 200
GET  /people                    403 403 403 403 403 403 200
POST /people/<staff_id>/invite  403 403 403 403 403 403 200
GET  /t/{own}                   200 404 200 404 200 200 404
GET  /t/{own}/live              200 404 200 404 200 200 404
POST /t/{own}/claim             303 404 303 404 303 303 404
POST /t/{own}/note              303 404 303 404 303 303 404
POST /t/{own}/correct           303 404 303 404 303 303 404
POST /t/{own}/count             403 404 403 404 403 403 404
POST /t/{own}/reply             200 404 200 404 200 200 404
POST /t/{own}/release           303 404 303 404 303 303 404
POST /t/{own}/transfer          303 404 303 404 303 303 404
POST /t/{own}/accept            303 404 303 404 303 303 404
POST /t/{own}/refuse            303 404 303 404 303 303 404
POST /t/{own}/lift              303 404 303 404 303 303 404
POST /t/{own}/window             303 404 303 404 303 303 404
POST /t/{own}/word               303 404 303 404 303 303 404
POST /t/{own}/consent            303 404 303 404 303 303 404
POST /t/{own}/close-to           303 404 303 404 303 303 404
POST /t/{own}/open-to            303 404 303 404 303 303 404
POST /t/{own}/join               303 404 303 404 303 303 404
POST /t/{own}/close             303 404 303 404 303 303 404
GET  /undelivered               200 200 200 200 200 200 302
POST /undelivered/<failed_id>   302 302 302 302 302 302 302
GET  /t/0000000                 404 404 404 404 404 404 404
"""
# What each role's visit changed: acts that the page takes in are still judged by the verb.
CLAIMS = {"near", "lead", "national"}
READS = {"near", "lead", "national"}


@dataclass
class Town:
    people: dict[str, Person]
    ref: str


@pytest.fixture
def town(stage: Stage) -> Town:
    people = {
        "near": stage.add("lan", "an-giang"),
        "far": stage.add("minh", "lang-son"),
        "lead": stage.add("binh", "vung-nam", role="supervisor"),
        "far_lead": stage.add("thu", "lang-son", role="supervisor"),
        "national": stage.add("quoc", "quoc-gia", role="national"),
        "auditor": stage.add("kien", "quoc-gia", role="auditor"),
        "admin": stage.add("an", "quoc-gia", role="admin"),
    }
    ref = stage.write("toi bi nhot o Châu Đốc, An Giang, cuu toi").ref
    assert ref is not None
    with stage.desk.db.write() as tx:  # the place is what this table is about, not how it is found
        from store import tickets

        row = tickets.by_ref(tx, ref)
        assert row is not None
        tickets.route(tx, row["id"], "an-giang", "an-giang")
        tickets.set_ladder(tx, row["id"], "[]", 0, None)
    return Town(people, ref)


def _rows() -> list[tuple[str, str, str, int]]:
    rows = []
    for line in TABLE.strip().splitlines():
        method, path, *codes = line.split()
        assert len(codes) == len(ROLES), line
        rows += [(method, path, role, int(code)) for role, code in zip(ROLES, codes, strict=True)]
    return rows


def test_every_page_against_every_role(stage: Stage, visit: Visitor, town: Town) -> None:
    wrong = []
    for method, path, role, wanted in _rows():
        seen = visit(town.people[role])
        address = path.replace("{own}", town.ref).replace("<staff_id>", town.people["far"].id)
        address = address.replace("<failed_id>", "unknown")
        if method == "GET":
            code = seen.get(address).status_code
        else:
            fields = {"csrf_token": seen.token(), "text": "Đang ở đâu?", "once": "x", "note": ""}
            code = seen.client.post(f"{PREFIX}{address}", data=fields).status_code
        if path.endswith("/claim") and stage.ticket(town.ref)["claimed_by"]:
            _put_back(stage, town.ref)
        if code != wanted:
            wrong.append(f"{method} {path} {role}: {code}, not {wanted}")
    assert wrong == []


def test_the_table_names_every_page(app: Flask) -> None:
    """A new page cannot be added without saying who may see it."""
    doors = {
        "/sign-in",
        "/again",
        "/sign-out",
        "/welcome/<token>",
        "/look",
        "/static/<path:name>",
        "",
    }
    named = {(m, p.replace("{own}", "<ref>").replace("0000000", "<ref>"))
             for m, p, _, _ in _rows()}  # fmt: skip
    for rule in app.url_map.iter_rules():
        path = rule.rule.removeprefix(PREFIX)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            assert path in doors or (method, path) in named, f"{method} {path}"


def test_without_a_session_every_page_is_shut(app: Flask, town: Town) -> None:
    client = app.test_client()
    for method, path, role, _ in _rows():
        if role != ROLES[0]:
            continue
        address = f"{PREFIX}{path}".replace("{own}", town.ref).replace("<staff_id>", "x")
        answer = client.open(address, method=method)
        assert answer.status_code == 302, path
        assert "sign-in" in answer.headers["Location"] or path == "/", path
        assert client.open(address, method=method, headers={"HX-Request": "1"}).status_code in (
            401, 302,
        )  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_words_are_shown_to_those_who_may_read_and_noted(
    stage: Stage, visit: Visitor, town: Town, role: str
) -> None:
    seen = visit(town.people[role])
    page = seen.get(f"/t/{town.ref}").text
    assert ("cuu toi" in page) == (role in READS)
    assert ('id="acts"' in page) == (role in READS), "an auditor looks and does nothing"
    assert "+8490" not in page
    assert "84900000001" not in page
    with stage.desk.db.read() as tx:
        from store import audit, tickets

        row = tickets.by_ref(tx, town.ref)
        assert row is not None
        noted = [a for a in audit.of(tx, f"tickets:{row['id']}") if a["verb"] == "read"]
    assert [a["actor"] for a in noted] == ([town.people[role].id] if role in READS else [])


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_may_claim_claim(
    stage: Stage, visit: Visitor, town: Town, role: str
) -> None:
    visit(town.people[role]).post(f"/t/{town.ref}/claim")
    holder = stage.ticket(town.ref)["claimed_by"]
    assert holder == (town.people[role].name if role in CLAIMS else None)


def test_the_queue_shows_each_their_own(stage: Stage, visit: Visitor, town: Town) -> None:
    for role in ROLES:
        shown = town.ref in visit(town.people[role]).get("/queue/lines").text
        assert shown == (role in CLAIMS | {"auditor"}), role


def test_the_list_and_the_rights_agree(stage: Stage, town: Town) -> None:
    """What the database is asked for is what `desk.rights` allows, ticket by ticket."""
    from desk import browsing, queue

    for person in town.people.values():
        lines = browsing.browse_queue(stage.desk, person, browsing.Asked("waiting")).lines
        allowed = {t["ref"] for t in queue.listing(stage.desk, person) if t["status"] == "open"}
        assert {line.ref for line in lines} == allowed, person.role


def _put_back(stage: Stage, ref: str) -> None:
    from desk import claims
    from store import tickets

    claims.release(stage.desk, None, ref)
    with stage.desk.db.write() as tx:
        row = tickets.by_ref(tx, ref)
        assert row is not None
        tickets.route(tx, row["id"], "an-giang", "an-giang")
        tickets.set_ladder(tx, row["id"], json.dumps([]), 0, None)
