"""A thousand connections that want nothing good cost the hub their number and nothing else.

Memory is the peak of a hub in a process of its own. Bounds: a connection that hangs may cost 24 KiB (its objects, the
parser and what came of its headers; some 7 KiB were measured); a request that is refused may cost nothing that stays,
so after hundreds of them the process may have grown by what its allocator keeps, 24 MiB, and not by what was sent.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import gzip
import http.client
import resource
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kotaconsole.hub.settings import Limits
from kotaconsole.hub.web import connection
from tests.hub.client import Got, Http, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.killing import HubToKill
from tests.hub.test_hostile import BODIES, envelope, is_problem
from tests.people import body as flag_body
from tests.world.waiting import until

HANGING = 1_000
PER_CONNECTION = 24 * 1024
KEPT = 24 * 1024 * 1024
PROMPT_S = 2.0
"""A flag reaches a waiting console within this time while all of them hang; without them it takes some 10 ms."""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubToKill]:
    folder = tmp_path_factory.mktemp("hostile")
    running = HubToKill(folder / "hub.db")
    assert running.start()
    for name, role, unit in (("asha", "operator", "kota-city"), ("platform", "source", "rajasthan")):
        TestHub(folder).add_user(name, role, unit)
    yield running
    running.close()


@pytest.fixture(scope="module")
def asha(process: HubToKill) -> Person:
    return Person(process.url, "asha", new_uuid())


@pytest.fixture(scope="module")
def platform(process: HubToKill) -> Person:
    return Person(process.url, "platform", new_uuid())


def memory(process: HubToKill, *, most: bool = False) -> int:
    """Resident bytes: now, or the most there were since they were last asked for as they are now."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    if not most:
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # proc(5): begin the peak anew
    what = "VmHWM:" if most else "VmRSS:"
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) * 1024


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


@pytest.fixture
def hanging(process: HubToKill) -> Iterator[list[socket.socket]]:
    """A thousand connections: silent, in the middle of a head, in the middle of a body, and done with a request."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    begun = [
        b"", b"GET /v1/meta HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 8_000,
        b"PUT /v1/commands/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx",
        b"GET /v1/meta HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01",
    ]  # fmt: skip
    with contextlib.ExitStack() as held:
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, most))
        made = []
        for number in range(HANGING):
            made.append(held.enter_context(socket.create_connection(address(process.url), timeout=60)))
            made[-1].sendall(begun[number % len(begun)])
        yield made


def test_a_flag_reaches_a_console_while_a_thousand_connections_hang(
    process: HubToKill, asha: Person, platform: Person, hanging: list[socket.socket]
) -> None:
    before = memory(process)
    epoch, head = asha.epoch(), len(asha.feed())
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for number in range(5):
            poll = pool.submit(asha.changes, "kota-city", epoch, head + number, wait=20)
            began = time.monotonic()
            for one in hanging[1::5]:
                with contextlib.suppress(OSError):  # it may have been ended already
                    one.sendall(b"a")
            assert platform.send("PUT", f"/v1/flags/instagram/{new_uuid()}", a_flag()).status == 201
            assert [event["seq"] for event in poll.result(30).json["events"]] == [head + number + 1]
            assert time.monotonic() - began < PROMPT_S
    grown = memory(process, most=True) - before
    assert grown < HANGING * PER_CONNECTION, f"{grown / HANGING:.0f} bytes a connection"
    print(f"{grown / HANGING / 1024:.1f} KiB for each hanging connection")


@pytest.fixture
def impatient(make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch) -> TestHub:
    """A hub that gives a request half a second to say what it wants."""
    monkeypatch.setattr(connection, "HEAD_S", 0.5)
    return make_hub()


@pytest.mark.parametrize("begun", [b"", b"GET /v1/meta HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"\r\n", b"GET /healthz HT"])
def test_who_does_not_say_what_they_want_is_sent_away_however_often_they_send_a_byte(
    impatient: TestHub, begun: bytes
) -> None:
    with socket.create_connection(address(impatient.url), timeout=0.1) as slow:
        slow.sendall(begun)
        received = b""

        def over() -> bool:
            nonlocal received
            try:
                slow.sendall(begun[-1:])
                chunk = slow.recv(65_536)
            except TimeoutError:
                return False
            except OSError:
                return True
            received += chunk
            return not chunk

        until(over, 20, "the connection to be ended")
    assert not received or received.startswith(b"HTTP/1.1 400")
    if b"X-Slow" in begun:
        assert b"did not arrive in time" in received, "whoever had begun to ask is told"


def test_a_request_after_a_long_quiet_time_is_not_slow(impatient: TestHub) -> None:
    """Quiet between two requests is what a console's connection is most of the time."""
    with socket.create_connection(address(impatient.url), timeout=20) as kept:
        for _ in range(2):
            kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert whole_answer(kept)[0] == 200
            later = time.monotonic() + 1.7
            until(lambda later=later: time.monotonic() > later, 5)  # type: ignore[misc]


def whole_answer(opened: socket.socket) -> tuple[int, bytes]:
    """One answer, status and body: head and body may come in separate pieces."""
    answer = http.client.HTTPResponse(opened)
    answer.begin()
    return answer.status, answer.read()


def ended(opened: socket.socket) -> bool:
    try:
        while opened.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


def a_flag() -> dict[str, Any]:
    return flag_body(account={"platform_account_id": new_uuid(), "display_name": "नमूना"})


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    chunk = b"0" * (1 << 20)
    return b"".join(packer.compress(chunk) for _ in range(size >> 20)) + packer.flush()


def test_what_unpacks_to_gigabytes_is_never_unpacked(process: HubToKill, asha: Person, platform: Person) -> None:
    packed = bomb(200 << 20)
    assert len(packed) < 256 * 1024
    headers = {"Content-Encoding": "gzip"}
    platform.ask("PUT", f"/v1/flags/instagram/{new_uuid()}", packed, headers=headers)
    before = memory(process)
    for _ in range(10):
        assert asha.ask("PUT", f"/v1/commands/{new_uuid()}", packed, headers=headers).code == "too-large"
        assert Http(process.url).ask("POST", "/v1/sessions", packed, headers=headers).status == 413
        assert platform.ask("PUT", f"/v1/flags/instagram/{new_uuid()}", packed, headers=headers).status == 202
    assert memory(process, most=True) - before < KEPT


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip"])
def test_an_encoding_that_is_none_is_malformed(asha: Person, encoding: str) -> None:
    raw = gzip.compress(b"{}")[:-4] if encoding == "gzip" else gzip.compress(gzip.compress(b"{}"))
    got = asha.ask("PUT", f"/v1/commands/{new_uuid()}", raw, headers={"Content-Encoding": encoding})
    assert (got.status, got.code) == (400, "malformed")
    assert is_problem(got)


def test_hundreds_of_refused_requests_leave_no_memory_behind(process: HubToKill, asha: Person) -> None:
    def all_of_them() -> None:
        for raw in BODIES.values():
            assert asha.put(new_uuid(), raw).status == 400
            assert asha.ask("PUT", f"/v1/workstations/{asha.workstation}/presence", raw).status == 400
        assert asha.put(new_uuid(), b"x" * (4 << 20)).status == 413

    all_of_them()
    before = memory(process)
    for _ in range(10):
        all_of_them()
    assert memory(process, most=True) - before < KEPT


def test_whoever_does_not_read_is_not_written_for_without_end(process: HubToKill) -> None:
    before = memory(process)
    question = b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    with contextlib.ExitStack() as held:
        made = []
        for _ in range(50):
            one = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(60)
            one.connect(address(process.url))
            one.sendall(question * 200)
            made.append(one)
        assert Http(process.url).get("/healthz").status == 200
        assert memory(process, most=True) - before < 50 * 1024 * 1024, "one answer for each, and not two hundred"


def test_whoever_takes_nothing_for_a_while_is_let_go(impatient: TestHub) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.settimeout(20)
        deaf.connect(address(impatient.url))
        deaf.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        assert impatient._server is not None
        held = impatient._server.server_state.connections
        until(lambda: len(held) == 1, 20, "the connection to be there")
        until(lambda: not held, 20, "the connection to be let go")


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", ""),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: y\r\n" * 150 + b"\r\n", ""),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX\x00Y: a\r\n\r\n", ""),
        (b"\x00\x01\x02\x03", ""),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n\x00garbage\r\n\r\n", ""),
    ],
    ids=["long header", "many headers", "nul in a header", "no text", "garbage behind a request"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_the_form_of_every_refusal(
    process: HubToKill, raw: bytes, detail: str
) -> None:
    with socket.create_connection(address(process.url), timeout=30) as opened:
        opened.sendall(raw)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := opened.recv(65_536):
                received += chunk
    last = received[received.rindex(b"HTTP/1.1 400") :]
    head, _, told = last.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
    got = Got(400, lines, told)
    assert is_problem(got)
    assert got.json["errors"][0]["pointer"] == ""
    assert detail in got.json["detail"]


def test_a_body_that_does_not_come_is_refused_after_a_while(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(body_s=0.4))
    person = hub.person("asha")
    head = f"PUT /v1/commands/{new_uuid()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}\r\n"
    with socket.create_connection(address(hub.url), timeout=30) as opened:
        opened.sendall(head.encode() + b'Content-Length: 100\r\n\r\n{"kind"')
        status, body = whole_answer(opened)
    assert status == 400
    assert b"did not arrive in time" in body
    assert person.get("/v1/me").status == 200


def test_whoever_closes_their_half_does_not_wait_on(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    path = f"/v1/feeds/kota-city/changes?epoch={person.epoch()}&after={len(person.feed())}&wait=25"
    ask = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}\r\n\r\n"
    assert shared.running is not None
    feeds = shared.running.hub.feeds
    with socket.create_connection(address(shared.url), timeout=30) as opened:
        opened.sendall(ask.encode())
        until(lambda: feeds.waiting() == 1, 20, "the poll to wait")
        opened.shutdown(socket.SHUT_WR)
        assert ended(opened)
        until(lambda: feeds.waiting() == 0, 20, "the poll to be given up")


def test_what_is_refused_leaves_nothing_but_audit_rows(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    rid = shared.put_flag(name).json["referral_id"]
    shared.source()
    before, events = rows(shared), person.case(rid)["version"]
    refused = [person.put(new_uuid(), raw) for raw in BODIES.values()]
    refused += [
        person.put(new_uuid(), envelope(person, n=-1)), person.put(new_uuid(), b"x" * 300_000),
        person.put("x", envelope(person)), person.ask("PUT", f"/v1/workstations/{new_uuid()}/presence", b"{}"),
        shared.anyone().ask("PUT", f"/v1/flags/instagram/{name}-2", b"{}"),
        person.ask("PUT", f"/v1/flags/instagram/{name}-3", b"{}"),
        shared.source().ask("PUT", "/v1/flags/instagram/a%20b", b"{}"),
        shared.anyone().ask("POST", "/v1/sessions", b'{"username": 7}'),
        person.get("/v1/feeds/kota-city/changes?epoch=x&after=-1"), person.get("/v1/feeds/kota-rural/snapshot"),
    ]  # fmt: skip
    assert {got.status for got in refused} <= {400, 401, 403, 404, 413}
    assert all(is_problem(got) for got in refused)
    assert all(got.json["errors"] for got in refused if got.status in (400, 422))
    assert rows(shared) == before
    assert person.case(rid)["version"] == events


def rows(hub: TestHub) -> dict[str, int]:
    """How many rows every table has, but for those that tell who asked for what."""
    file = hub.raw()
    try:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {
            name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
            if not name.startswith(("audit", "sqlite_"))
        }
        # the hub's heart counts itself, and keeps when it last lived, whether anybody asks or not
        found["counters"] = file.execute("SELECT count(*) FROM counters WHERE name != 'beat'").fetchone()[0]
        found["facts"] = file.execute("SELECT count(*) FROM facts WHERE name != 'alive_at'").fetchone()[0]
        return found
    finally:
        file.close()
