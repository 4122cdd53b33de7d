"""The short way of a long poll means the same as the long way, and takes the place of it.

A kept connection goes the short way, one with ``Connection: close`` the long way; an answer of the short way is known
by the beginning of its request id, which all of them share.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from kotaconsole.hub.cases.feeds import MOST_REST_S
from tests.hub.client import Got, Person
from tests.hub.fixtures import TestHub
from tests.hub.test_metrics import value
from tests.world.waiting import until

PATIENT = 30
NOTE = {"text": "टिप्पणी"}


class Kept:
    """One kept connection of a person."""

    def __init__(self, person: Person) -> None:
        parts = urlsplit(person.url)
        self.person = person
        self.connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=25)

    def get(self, path: str, **headers: str) -> Got:
        told = {"Authorization": f"Bearer {self.person.token}", **headers}
        self.connection.request("GET", path, headers=told)
        return self.answer()

    def answer(self) -> Got:
        response = self.connection.getresponse()
        raw = response.read()
        return Got(response.status, {name.lower(): value for name, value in response.getheaders()}, raw)


@pytest.fixture
def keep() -> Iterator[Callable[[Person], Kept]]:
    """Kept connections, closed in the end."""
    made: list[Kept] = []

    def make(person: Person) -> Kept:
        made.append(Kept(person))
        return made[-1]

    yield make
    for one in made:
        one.connection.close()


def path_of(
    person: Person, after: int, *, wait: float = 0, unit: str = "kota-city", more: dict[str, str] | None = None
) -> str:
    told = {"epoch": person.epoch(), "after": after, "limit": 500, "wait": wait, **(more or {})}
    return f"/v1/feeds/{unit}/changes?" + "&".join(f"{name}={value}" for name, value in told.items())


def head_of(person: Person) -> int:
    return int(person.get("/v1/feeds/kota-city/snapshot").json["as_of"])


def was_short(*answers: Got) -> bool:
    return len({got.headers["x-request-id"][:24] for got in answers}) == 1 and len(answers) > 1


def parts_of(got: Got) -> tuple[int, set[str], dict[str, Any]]:
    raw = gzip.decompress(got.raw) if got.headers.get("content-encoding") == "gzip" else got.raw
    page = json.loads(raw)
    steady = {name: value for name, value in page.items() if name not in ("beat", "server_time")}
    return got.status, set(got.headers) - {"connection"}, steady


@pytest.mark.parametrize("packing", ["gzip, deflate", "identity", "gzip;q=0"])
def test_both_ways_give_the_same_page_and_the_same_headers(
    shared: TestHub, name: str, packing: str, keep: Callable[[Person], Kept]
) -> None:
    person = shared.person(name)
    at = head_of(person)
    for number in range(3):
        shared.put_flag(f"{name}-{number}")
    kept = keep(person)
    for after in (at, at + 2, at + 3):
        path = path_of(person, after)
        headers = {"Accept-Encoding": packing}
        short, again = kept.get(path, **headers), kept.get(path, **headers)
        long = keep(person).get(path, Connection="close", **headers)
        assert was_short(short, again)
        assert not was_short(short, long)
        assert parts_of(short) == parts_of(long)
        assert ("content-encoding" in short.headers) == (packing.startswith("gzip,") and after < at + 3)


@pytest.mark.parametrize(
    ("more", "code"),
    [({"epoch": "another"}, "epoch-changed"), ({"after": "999999"}, "epoch-changed"), ({"after": "-1"}, "malformed"),
     ({"after": "x"}, "malformed"), ({"wait": "1e9"}, "malformed"), ({"epoch": ""}, "malformed")],
)  # fmt: skip
def test_both_ways_refuse_the_same(
    shared: TestHub, name: str, more: dict[str, str], code: str, keep: Callable[[Person], Kept]
) -> None:
    person = shared.person(name)
    kept, path = keep(person), path_of(person, head_of(person), more=more)
    short, long = kept.get(path), keep(person).get(path, Connection="close")
    assert (short.status, short.code) == (long.status, long.code)
    assert short.code == code
    assert kept.get("/v1/me").status == 200, "the connection goes on"


def test_who_may_not_read_a_feed_is_refused_on_a_kept_connection_as_well(
    shared: TestHub, name: str, keep: Callable[[Person], Kept]
) -> None:
    person = shared.person(name)
    path = path_of(person, 0)
    kept = keep(person)
    assert kept.get(path, Authorization="Bearer nobody").code == "token-expired"
    assert kept.get(path.replace("kota-city", "kota-rural")).code == "not-found"
    admin = shared.person(f"{name}-admin", "admin")
    assert keep(admin).get(path).code == "not-allowed"
    assert kept.get(path).status == 200


def test_a_commit_answers_who_waits_on_a_kept_connection(
    shared: TestHub, name: str, keep: Callable[[Person], Kept]
) -> None:
    person = shared.person(name)
    at, kept = head_of(person), keep(person)
    before = kept.get(path_of(person, at))
    kept.connection.request(
        "GET", path_of(person, at, wait=PATIENT), headers={"Authorization": f"Bearer {person.token}"}
    )
    wait_for(shared, 1)
    shared.put_flag(name)
    got = kept.answer()
    assert was_short(before, got)
    assert [event["seq"] for event in got.json["events"]] == [at + 1]
    wait_for(shared, 0)


def test_a_quiet_poll_is_answered_after_its_wait_on_a_kept_connection(
    shared: TestHub, name: str, keep: Callable[[Person], Kept]
) -> None:
    person = shared.person(name, unit="jhunjhunu")
    kept = keep(person)
    page = kept.get(path_of(person, 0, wait=0.3, unit="jhunjhunu")).json
    again = kept.get(path_of(person, 0, wait=0.3, unit="jhunjhunu")).json
    assert (page["events"], again["events"], again["next"]) == ([], [], 0)


def test_polls_sent_together_are_answered_in_their_order(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    at = head_of(person)
    shared.put_flag(name)
    parts = urlsplit(shared.url)
    ask = "GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + str(person.token) + "\r\n\r\n"
    paths = [path_of(person, at + 1, wait=0.3), path_of(person, at), "/v1/me", path_of(person, at + 1)]
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=25) as connection:
        connection.sendall("".join(map(ask.format, paths)).encode())
        with contextlib.closing(_On(connection)) as answers:
            told = [Kept.answer(answers).json for _ in paths]  # type: ignore[arg-type]
    assert [len(page.get("events", [1, 2, 3])) for page in told] == [0, 1, 3, 0]


class _On:
    """Answers that come one after the other on one socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = self
        self._file = connection.makefile("rb")

    def makefile(self, _mode: str) -> Any:
        return _Shared(self._file)

    def getresponse(self) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(self)  # type: ignore[arg-type]
        response.begin()
        return response

    def close(self) -> None:
        self._file.close()


class _Shared:
    """The file of a connection, which outlives the answer that was read from it."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return (lambda: None) if name == "close" else getattr(self._file, name)


def test_polls_are_counted_whichever_way_they_went_and_not_the_seconds_they_waited(
    hub: TestHub, keep: Callable[[Person], Kept]
) -> None:
    """Else half a minute of a quiet night would look like a hub that hangs, or the hub like one nobody asks."""
    person = hub.person("asha", unit="jhunjhunu")
    kept, wait = keep(person), 1.5
    at_once, later = (path_of(person, 0, wait=wait, unit="jhunjhunu") for wait in (0, wait))
    for _ in range(2):
        assert kept.get(at_once).status == 200
    assert kept.get(later).status == 200
    assert keep(person).get(later, Connection="close").status == 200
    route = "/v1/feeds/{unit}/changes"
    assert value(hub, "kotaconsole_requests_total", route=route, method="GET", status="200") == 4
    assert value(hub, "kotaconsole_request_seconds_count", route=route) == 4
    assert value(hub, "kotaconsole_request_seconds_sum", route=route) < wait, "two of them waited, each so long"
    assert value(hub, "kotaconsole_request_seconds_bucket", route=route, le="+Inf") == 4
    assert value(hub, "kotaconsole_short_polls_total") == 3
    help_line = b"# HELP kotaconsole_request_seconds Seconds from the whole head of a request"
    assert help_line in hub.anyone().get("/metrics").raw


def test_a_poll_that_is_handed_over_is_counted_once(hub: TestHub, keep: Callable[[Person], Kept]) -> None:
    person = hub.person("asha")
    hub.put_flag("A-1")
    hub.restart()
    assert len(keep(person).get(path_of(person, 0)).json["events"]) == 1, "older than this life: it is in the file"
    told = {"route": "/v1/feeds/{unit}/changes", "method": "GET", "status": "200"}
    assert value(hub, "kotaconsole_requests_total", **told) == 1
    assert value(hub, "kotaconsole_short_polls_total") == 0


def test_whoever_goes_away_is_not_waited_with(shared: TestHub, name: str, keep: Callable[[Person], Kept]) -> None:
    person = shared.person(name)
    kept = keep(person)
    kept.connection.request(
        "GET", path_of(person, head_of(person), wait=PATIENT), headers={"Authorization": f"Bearer {person.token}"}
    )
    wait_for(shared, 1)
    kept.connection.close()
    wait_for(shared, 0)
    shared.put_flag(name)
    assert person.get("/v1/me").status == 200


def test_whoever_is_shut_out_while_waiting_does_not_get_what_comes(
    shared: TestHub, name: str, keep: Callable[[Person], Kept]
) -> None:
    person = shared.person(name)
    kept = keep(person)
    path = path_of(person, head_of(person), wait=PATIENT)
    kept.connection.request("GET", path, headers={"Authorization": f"Bearer {person.token}"})
    wait_for(shared, 1)
    assert person.ask("DELETE", "/v1/sessions/current").status == 204
    shared.put_flag(name)
    got = kept.answer()
    assert (got.status, got.code) == (401, "session-revoked")


def test_old_pages_come_from_the_file_on_a_kept_connection(hub: TestHub, keep: Callable[[Person], Kept]) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    person.command("note", rid, NOTE)
    before = keep(person).get(path_of(person, 0)).json["events"]
    hub.restart()
    assert keep(person).get(path_of(person, 0)).json["events"] == before
    assert len(before) == 2


def test_a_feed_that_rests_tells_what_came_meanwhile(
    make_hub: Callable[..., TestHub], keep: Callable[[Person], Kept]
) -> None:
    """With many waiting, events that follow each other closely come together; none is lost and none comes late."""
    hub = make_hub()
    person, epoch = hub.person("asha"), ""
    epoch = person.epoch()
    rid = hub.put_flag("A-1").json["referral_id"]
    followers = [keep(person) for _ in range(40)]
    authorization = {"Authorization": f"Bearer {person.token}"}
    path = f"/v1/feeds/kota-city/changes?epoch={epoch}&after={{}}&limit=500&wait={PATIENT}"
    for one in followers:
        one.connection.request("GET", path.format(1), headers=authorization)
    until(lambda: waiting(hub) == 40, 20, "all to wait")
    for number in range(5):
        person.command("note", rid, {"text": f"{number}"})
    for one in followers:
        seen = [event["seq"] for event in one.answer().json["events"]]
        while len(seen) < 5:
            seen += [event["seq"] for event in one.get(path.format(1 + len(seen))).json["events"]]
        assert seen == [2, 3, 4, 5, 6]
    assert MOST_REST_S < 0.1


def waiting(hub: TestHub) -> int:
    assert hub.running is not None
    return hub.running.hub.feeds.waiting()


def wait_for(hub: TestHub, count: int) -> None:
    until(lambda: waiting(hub) == count, 20, lambda: f"{count} polls to wait, and not {waiting(hub)}")


def test_a_question_is_remembered_but_not_for_ever(shared: TestHub, name: str) -> None:
    """Any address a client invents is remembered with what it asks: there must be an end to them."""
    from kotaconsole.hub.web.polls import QUESTIONS, Polls

    assert shared.running is not None
    polls = Polls(shared.running.hub)
    for number in range(3 * QUESTIONS):
        polls.question(b"/v1/feeds/kota-city/changes?epoch=%s&after=%d" % (name.encode(), number))
    assert len(polls._questions) <= QUESTIONS
