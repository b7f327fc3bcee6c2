"""What the doctor reads in the database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import metadata

import places
from desk import pause as pausing
from desk import queue, rotating, routing, signs, undelivered
from desk.house import local
from desk.routing import NATION
from hotline import demo
from hotline.doctor.finding import Finding
from hotline.house import House
from store import migrate, people, rekey
from store import version as versions
from store.rekey import WRAPPED

MOST_SKEW = 5.0  # seconds between this host and the database
LATE = 60  # seconds that a text may be late
UNSEALED = 300  # seconds
QUIET = 60_000  # ms without a sign of life
PROCESSES = ("worker-urgent", "worker-rest")


def version(house: House) -> Iterator[Finding]:
    db = house.desk.db
    if not versions.is_current(db) or migrate.differences(db):
        yield Finding(
            "database",
            "fault",
            "not of this release: start `hotline up` once; if it says "
            "that the database is newer, install the newer release",
        )
        return
    release = metadata.version("loi-ve")
    yield Finding("database", "good", f"{db.dialect}, tables {versions.NEWEST}, release {release}")


def clock(house: House) -> Iterator[Finding]:
    if house.desk.db.dialect != "postgresql":
        return
    skew = abs(house.desk.db.server_time() / 1000 - time.time())
    if skew > MOST_SKEW:
        yield Finding("clock", "fault", f"{skew:.0f} s off the database's: set up NTP")
    else:
        yield Finding("clock", "good", f"{skew:.1f} s off the database's")


def keys(house: House) -> Iterator[Finding]:
    """The file itself was read when the house was opened; here whether it opens every row."""
    held = [row["id"] for row in rotating.status(house.desk)]
    foreign = 0
    with house.desk.db.read() as tx:
        for table, total in rekey.rows_with_keys(tx).items():
            known = sum(rekey.wrapped_with(tx, key_id).get(table, 0) for key_id in held)
            foreign += max(0, total - known)
    if foreign:
        yield Finding(
            "keys",
            "fault",
            f"{foreign} rows of {len(WRAPPED)} tables need a key that is "
            f"not in {house.settings.key_file}: put the right key file back from its "
            "safe copy",
        )
    else:
        yield Finding("keys", "good", f"{house.settings.key_file} opens every row")
    if not house.desk.vault.keys.seal:
        yield Finding("keys", "doubt", "the audit is sealed without a key, so the owner of the "
                      "database could change it unseen: run `hotline keys rotate`")  # fmt: skip


def pause(house: House) -> Iterator[Finding]:
    since = pausing.since(house.desk)
    if since is not None:
        yield Finding(
            "pause",
            "doubt",
            f"paused since {local(since):%H:%M %d/%m}: senders get one "
            "neutral line; `hotline pause --off` ends it",
        )


def staff(house: House) -> Iterator[Finding]:
    manned = queue.numbers(house.desk)["manned"]
    if not manned:
        yield Finding("staff", "fault", "nobody is on call anywhere: `hotline staff add`")
    elif NATION not in manned:
        yield Finding(
            "staff",
            "fault",
            "nobody at the national desk, where every ladder ends: "
            f"`hotline staff add NAME --centre {NATION}`",
        )
    else:
        yield Finding("staff", "good", f"{len(manned)} centres have someone on call")
    left = demo.staff_left(house.desk) if house.settings.has_provider else []
    if left:
        yield Finding("demo", "fault", demo.how_to_part(left))


def provinces(house: House) -> Iterator[Finding]:
    """Which provinces nobody nearer than the nation answers for."""
    found: dict[str, set[str]] = {}
    with house.desk.db.read() as tx:
        if not people.manned(tx):
            return
        for code, point in places.SERVICE_POINTS.items():
            if point.province is not None:
                found.setdefault(point.province, set()).add(routing.desk_of(tx, code))
    far = sorted(name for name, desks in found.items() if desks == {NATION})
    if far:
        yield Finding(
            "provinces",
            "doubt",
            f"{len(far)} of {len(found)} are answered by the national "
            f"desk alone: {', '.join(far[:6])}{' ...' if len(far) > 6 else ''}",
        )
    else:
        yield Finding(
            "provinces", "good", f"each of {len(found)} has a desk nearer than the nation"
        )


def outbox(house: House) -> Iterator[Finding]:
    late = [row for row in queue.numbers(house.desk)["outbox"] if row["oldest_s"] > LATE]
    if late:
        yield Finding(
            "outbox",
            "fault",
            f"{sum(r['count'] for r in late)} texts are late: are "
            "the workers running, does the provider answer?",
        )
    stuck = len(undelivered.listing(house.desk))
    if stuck:
        yield Finding(
            "outbox",
            "doubt",
            f"{stuck} texts or pages could not be delivered: `hotline outbox list`",
        )
    if not late and not stuck:
        yield Finding("outbox", "good", "nothing is late or stuck")


def audit(house: House) -> Iterator[Finding]:
    numbers = queue.numbers(house.desk)
    if numbers["audit_oldest_s"] > UNSEALED:
        yield Finding(
            "audit",
            "fault",
            f"{numbers['audit_unsealed']} rows unsealed for minutes: is the `rest` worker running?",
        )
    else:
        yield Finding("audit", "good", f"{numbers['audit_unsealed']} rows wait for their seal")


def processes(house: House) -> Iterator[Finding]:
    """Whether the workers live, on whatever host, and are of this release."""
    seen = {sign.name: sign for sign in signs.of_all(house.desk)}
    for name in PROCESSES:
        sign = seen.get(name)
        if sign is None or sign.age > QUIET:
            ago = "never" if sign is None else f"{sign.age // 1000} s ago"
            lane = name.removeprefix("worker-")
            yield Finding(
                name,
                "fault",
                f"last sign of life {ago}: start `hotline up`, or `hotline "
                f"worker {lane}` where it runs as a service",
            )
        elif sign.said.get("version") != versions.NEWEST:
            yield Finding(name, "fault", "runs another release than this command: restart it")
        else:
            yield Finding(name, "good", "alive")
