"""The spool: what is in it stays, in order, whatever is torn, poisoned, full or killed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import segment
from store import spool as spools
from store.database import Unavailable
from store.segment import Segment
from store.spool import Full, Request, Spool
from store.vault import Vault, make_key_file, read_key_file
from tests.conftest import MORNING as NOW
from tests.real import ROOT

LIMIT = 10_000_000


@pytest.fixture
def spool(tmp_path: Path, vault: Vault) -> Spool:
    return Spool(tmp_path / "spool", vault, LIMIT)


def _request(number: int, text: str = "cứu em") -> Request:
    return Request("/twilio/sms", NOW + number, [["MessageSid", f"SM{number}"], ["Body", text]])


def _drain(spool: Spool) -> tuple[list[Request], list[Exception]]:
    taken: list[Request] = []
    faults: list[Exception] = []
    spool.replay(taken.append, faults.append)
    return taken, faults


def _only(tmp_path: Path, folder: str = "waiting") -> Path:
    (path,) = (tmp_path / "spool" / folder).iterdir()
    return path


def test_what_is_spooled_is_replayed_once_and_in_order(spool: Spool) -> None:
    wanted = [_request(number) for number in range(50)]
    for request in wanted:
        spool.append(request)
    assert not spool.is_empty()
    assert spool.wrapped_by() == {"m1"}
    assert spool.numbers().waiting == 50
    assert spool.numbers().oldest_at == NOW
    assert _drain(spool) == (wanted, [])
    assert spool.is_empty()
    assert _drain(spool) == ([], [])
    assert spool.numbers() == spools.Numbers(0, 0, 0, 0, None)


def test_order_holds_over_segments_and_none_is_left(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "SEGMENT", 500)
    wanted = [_request(number) for number in range(30)]
    for request in wanted:
        spool.append(request)
    assert len(list((tmp_path / "spool/waiting").iterdir())) > 5
    assert _drain(spool)[0] == wanted
    assert not any((tmp_path / "spool/waiting").iterdir())


def test_nothing_of_it_can_be_read_in_the_files(spool: Spool, tmp_path: Path) -> None:
    spool.append(_request(1, "em bị nhốt"))
    content = _only(tmp_path).read_bytes()
    for secret in ("nhốt", "SM1", "Body", "twilio"):
        assert secret.encode() not in content
    assert _only(tmp_path).stat().st_mode & 0o077 == 0


def test_a_database_that_goes_away_again_stops_the_replay_where_it_is(spool: Spool) -> None:
    for number in range(5):
        spool.append(_request(number))
    taken: list[Request] = []

    def take(request: Request) -> None:
        if len(taken) == 2:
            raise Unavailable("away")
        taken.append(request)

    with pytest.raises(Unavailable):
        spool.replay(take, lambda _: None)
    assert spool.numbers().waiting == 3
    for _ in range(10):  # being away is no fault of the request
        with pytest.raises(Unavailable):
            spool.replay(take, lambda _: None)
    assert _drain(spool)[0] == [_request(number) for number in (2, 3, 4)]


def test_a_poisoned_request_is_put_aside_and_the_others_pass(spool: Spool) -> None:
    for number in range(5):
        spool.append(_request(number))
    taken: list[Request] = []

    def take(request: Request) -> None:
        if request == _request(2):
            raise ZeroDivisionError
        taken.append(request)

    faults: list[Exception] = []
    assert spool.replay(take, faults.append) == 4
    assert taken == [_request(number) for number in (0, 1, 3, 4)]
    assert [type(fault) for fault in faults] == [ZeroDivisionError]
    assert spool.is_empty()
    assert spool.numbers().parked == 1
    assert spool.retry() == 1
    assert _drain(spool)[0] == [_request(2)]
    assert spool.numbers().parked == 0


def test_a_request_that_kills_its_process_is_put_aside_after_some_deaths(spool: Spool) -> None:
    spool.append(_request(1))
    spool.append(_request(2))

    class Killed(BaseException):
        pass

    def die(_: Request) -> None:
        raise Killed

    for _ in range(spools.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            spool.replay(die, lambda _: None)
    taken, faults = _drain(spool)
    assert taken == [_request(2)]
    assert [type(fault) for fault in faults] == [spools.Deadly]
    assert spool.numbers().parked == 1


@given(cut=st.integers(1, 400), more=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_torn_last_record_is_set_aside_and_what_follows_is_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, more: bool
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    make_key_file(folder / "keys")
    vault = read_key_file(folder / "keys")
    spool = Spool(folder / "spool", vault, LIMIT)
    spool.append(_request(1))
    path = _only(folder)
    before = path.stat().st_size
    spool.append(_request(2))
    end = path.stat().st_size
    os.truncate(path, max(before + 1, end - cut))
    if more:  # another process, which knows nothing of the torn one
        Spool(folder / "spool", vault, LIMIT).append(_request(3))
    taken, faults = _drain(Spool(folder / "spool", vault, LIMIT))
    assert taken == [_request(1), *([_request(3)] if more else [])]
    assert faults == []
    assert spool.is_empty()
    assert spool.numbers().torn == 1


@given(at=st.integers(0, 2000), byte=st.integers(0, 255))
@settings(max_examples=80, deadline=None)
def test_a_changed_byte_costs_one_request_at_most(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    folder = tmp_path_factory.mktemp("bent")
    make_key_file(folder / "keys")
    vault = read_key_file(folder / "keys")
    spool = Spool(folder / "spool", vault, LIMIT)
    wanted = [_request(number) for number in range(6)]
    for request in wanted:
        spool.append(request)
    path = _only(folder)
    opened = Segment(path, vault)
    first = opened.first
    opened.close()
    content = bytearray(path.read_bytes())
    where = first + at % (len(content) - first)
    content[where] = byte
    path.write_bytes(content)
    taken, _ = _drain(Spool(folder / "spool", vault, LIMIT))
    assert [request for request in wanted if request in taken] == taken, "in order"
    assert len(taken) >= 5
    assert spool.is_empty()


def test_a_segment_whose_key_is_missing_is_kept_and_replayed_when_it_is_back(
    spool: Spool, tmp_path: Path, vault: Vault
) -> None:
    spool.append(_request(1))
    make_key_file(tmp_path / "other")
    other = Spool(tmp_path / "spool", read_key_file(tmp_path / "other"), LIMIT)
    other.append(_request(2))
    taken, faults = _drain(other)
    assert taken == [_request(2)]
    assert [type(fault) for fault in faults] == [segment.Unreadable]
    assert other.numbers().torn == 1
    spool.retry()
    assert _drain(spool)[0] == [_request(1)]


def test_the_bound_holds_and_room_comes_back(tmp_path: Path, vault: Vault) -> None:
    spool = Spool(tmp_path / "spool", vault, 3000)
    kept = 0
    with suppress(Full):
        while kept < 100:
            spool.append(_request(kept))
            kept += 1
    assert 2 < kept < 30
    assert spool.numbers().size <= 3000
    assert len(_drain(spool)[0]) == kept
    spool.append(_request(1))


FILL = """
import resource, sys
from pathlib import Path
from store.spool import Full, Request, Spool
from store.vault import read_key_file
folder = Path(sys.argv[1])
spool = Spool(folder / "spool", read_key_file(folder / "keys"), 10_000_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))
kept = 0
try:
    while True:
        spool.append(Request("/twilio/sms", kept, "x" * 100))
        kept += 1
except Full:
    pass
try:
    spool.probe()
    refused = False
except Full:
    refused = True
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
spool.probe()
spool.append(Request("/twilio/sms", kept, "x" * 100))
print(kept + 1, refused)
"""


def test_a_disk_that_takes_no_more_is_full_and_nothing_acknowledged_is_lost(
    tmp_path: Path, vault: Vault
) -> None:
    """A limit on the size of files stands in for the disk: an ordinary user may set it."""
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(tmp_path)], capture_output=True, text=True, check=True,
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    kept = int(done.stdout.split()[0])
    assert kept > 3
    spool = Spool(tmp_path / "spool", vault, LIMIT)
    taken, faults = _drain(spool)
    assert [request.at for request in taken] == list(range(kept))
    assert faults == []
    assert spool.numbers().torn == 0, "what did not fit was cut back"


APPEND = """
import sys
from pathlib import Path
from store.spool import Request, Spool
from store.vault import read_key_file
folder = Path(sys.argv[1])
spool = Spool(folder / "spool", read_key_file(folder / "keys"), 100_000_000)
for number in range(1000):
    spool.append(Request(sys.argv[2], number, "x" * 50))
    print(number, flush=True)
"""


def test_processes_that_are_killed_lose_nothing_of_what_they_were_told_is_kept(
    tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, str(tmp_path), name],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )
        for name in ("a", "b")
    ]
    spool = Spool(tmp_path / "spool", vault, 100_000_000)
    taken: list[Request] = []
    told: dict[str, int] = {}
    for name, writer in zip("ab", writers, strict=True):
        assert writer.stdout is not None
        for line in writer.stdout:
            told[name] = int(line)
            if told[name] == 40:
                writer.kill()
            if told[name] % 10 == 0:
                spool.replay(taken.append, pytest.fail)  # meanwhile
        writer.wait()
    spool.replay(taken.append, pytest.fail)
    for name in "ab":
        numbers = [request.at for request in taken if request.door == name]
        assert numbers == list(range(len(numbers))), "each once, in order"
        assert len(numbers) > told[name]


def test_threads_append_and_replay_side_by_side(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "SEGMENT", 800)
    taken: list[Request] = []

    def write(writer: int) -> None:
        for number in range(40):
            spool.append(Request(str(writer), number, None))
            if number % 5 == 0:
                spool.replay(taken.append, pytest.fail)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))
    spool.replay(taken.append, pytest.fail)
    for writer in range(6):
        assert [r.at for r in taken if r.door == str(writer)] == list(range(40))
    assert spool.is_empty()


def test_only_one_replays(spool: Spool, tmp_path: Path, vault: Vault) -> None:
    spool.append(_request(1))
    second = Spool(tmp_path / "spool", vault, LIMIT)
    seen: list[int] = []

    def take(_: Request) -> None:
        seen.append(second.replay(pytest.fail, pytest.fail))

    assert spool.replay(take, pytest.fail) == 1
    assert seen == [0]


def test_a_write_of_the_disk_is_waited_for(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An acknowledged request has been synced, and a sync that fails acknowledges nothing."""
    spool.append(_request(0))

    def fail(_: int) -> None:
        raise OSError(5, "I/O error")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(Full):
        spool.append(_request(1))
