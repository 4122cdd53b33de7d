"""Nothing anybody sends makes the hub fail: every answer is below 500 and is a problem in the contract's form."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub.client import Got, Person, new_uuid
from tests.hub.fixtures import TestHub

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not json": b"}{",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 40_000,
    "nan": b'{"n": NaN}',
    "infinity": b'{"n": 1e999}',
    "long number": b'{"n": ' + b"9" * 100_000 + b"}",
    "bad utf-8": b'{"kind": "\xff\xfe"}',
    "lone surrogate": rb'{"kind": "\ud800"}',
    "nul": b'{"kind": "\x00"}',
    "bom": b"\xef\xbb\xbf{}",
    "list": b"[]",
    "null": b"null",
    "string": b'"x"',
}


def envelope(person: Person, **fields: Any) -> bytes:
    return json.dumps({**person.envelope("note", new_uuid(), {"text": "x"}), **fields}).encode()


def is_problem(got: Got) -> bool:
    told = got.json
    members = {"type", "title", "status", "detail", "code", "terminal", "request_id"}
    places = told.get("errors", [])
    return (
        got.headers["content-type"] == "application/problem+json"
        and (got.status not in (400, 422) or bool(places))
        and all(set(place) == {"pointer", "detail"} for place in places)
        and members <= set(told)
        and told["status"] == got.status
        and got.headers["x-request-id"] == told["request_id"]
        and got.headers["cache-control"] == "no-store"
    )


@pytest.fixture(scope="module")
def person(shared: TestHub) -> Person:
    return shared.person("hostile")


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("method_path", ["PUT /v1/commands/{}", "POST /v1/sessions", "POST /v1/sessions/refresh",
                                         "PUT /v1/workstations/{desk}/presence"])  # fmt: skip
def test_a_body_that_is_none_is_malformed(person: Person, what: str, method_path: str) -> None:
    method, path = method_path.format(new_uuid(), desk=person.workstation).split()
    got = person.ask(method, path, BODIES[what])
    assert (got.status, got.code) == (400, "malformed")
    assert is_problem(got)


@pytest.mark.parametrize(
    "fields",
    [{"n": 2**63}, {"n": -1}, {"n": 10**30}, {"n": 1.5}, {"n": True}, {"seen": 2**64 - 1}, {"seen": -1},
     {"referral_id": ""}, {"referral_id": "x" * 201}, {"workstation": 7}, {"author": None},
     {"happened_at": "yesterday"}, {"happened_at": "2026-02-30T00:00:00Z"}, {"payload": []}, {"kind": {}}],
)  # fmt: skip
def test_a_broken_envelope_is_malformed(person: Person, fields: dict[str, Any]) -> None:
    got = person.put(new_uuid(), envelope(person, **fields))
    assert (got.status, got.code) == (400, "malformed")


def test_a_member_named_twice_is_malformed(person: Person) -> None:
    body = envelope(person)[:-1] + b', "kind": "note"}'
    assert person.put(new_uuid(), body).code == "malformed"
    for method, path, twice in [
        ("POST", "/v1/referrals:search", b'{"q":"a","q":"b"}'),
        ("POST", "/v1/sessions/refresh", b'{"refresh_token":"a","workstation_id":"w","workstation_id":"v"}'),
        ("PUT", "/v1/me/password", b'{"old":"a","new":"b","new":"c"}'),
    ]:
        assert person.ask(method, path, twice).code == "malformed", path


def test_a_nul_and_every_plane_of_unicode_are_kept_as_they_were(shared: TestHub, person: Person, name: str) -> None:
    rid = shared.put_flag(name).json["referral_id"]
    text = "a\x00b\u202e\ufffe\U0010ffff\u0000क्"
    assert person.command("note", rid, {"text": text}).status == 201
    events = person.get(f"/v1/referrals/{rid}/events?after_version=1").json["events"]
    assert events[0]["data"]["text"] == text


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/nothing", "/v1/feeds//changes", "/v1/me/", "//v1/me",
                                  "/v1/referrals/", "/v1/%2e%2e/meta", "/v1/meta/../../etc/passwd"])  # fmt: skip
def test_an_address_that_is_none_is_not_found_and_nobody_is_sent_elsewhere(person: Person, path: str) -> None:
    got = person.get(path)
    assert (got.status, got.code) == (404, "not-found")
    assert is_problem(got)


@pytest.mark.parametrize("method", ["POST", "PATCH", "OPTIONS", "TRACE", "DELETE"])
def test_a_method_that_is_none_says_which_ones_are(person: Person, method: str) -> None:
    got = person.ask(method, "/v1/meta")
    assert (got.status, got.code) == (405, "method-not-allowed")
    assert got.headers["allow"] == "GET, HEAD"
    assert is_problem(got)


def test_head_answers_like_get_without_a_body(person: Person) -> None:
    got = person.ask("HEAD", "/v1/meta")
    assert (got.status, got.raw) == (200, b"")


@pytest.mark.parametrize("case_id", ["x", "%00", "%F0%9F%98%80", "'%20OR%201=1", "x" * 4000])
def test_an_id_that_is_none_is_not_found(person: Person, case_id: str) -> None:
    assert person.get(f"/v1/referrals/{case_id}").code == "not-found"
    assert person.get(f"/v1/referrals/{case_id}/flags?after=1").code == "not-found"


def test_a_command_id_that_is_no_uuid_is_malformed(person: Person) -> None:
    for command_id in ("x", "0" * 32, "%7B" + new_uuid() + "%7D", new_uuid() + "%00"):
        assert person.put(command_id, envelope(person)).code == "malformed"


def test_a_body_too_large_is_413_and_the_answer_can_be_read(person: Person) -> None:
    for size in (256 * 1024 + 1, 2_000_000):
        got = person.put(new_uuid(), b"x" * size)
        assert (got.status, got.code) == (413, "too-large")
    body = envelope(person, payload={"text": "x"}).ljust(256 * 1024)
    assert len(body) == 256 * 1024
    assert person.put(new_uuid(), body).code == "not-found", "exactly the limit is taken"


def test_a_workstation_that_is_not_the_sessions_is_not_allowed(person: Person) -> None:
    told = {"listening": True, "audible": "yes", "last_seq": 1, "outbox_depth": 0, "version": "0.1.0"}
    ours = person.send("PUT", f"/v1/workstations/{person.workstation}/presence", told)
    assert (ours.status, ours.json["alarms"]) == (200, [])
    assert person.send("PUT", f"/v1/workstations/{new_uuid()}/presence", told).code == "not-allowed"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 9_000 + b"\r\n",
        b"GET /v1/m\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PUT /v1/commands/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"PUT /v1/commands/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"FETCH / HTTP/9.9\r\n\r\n",
        b"GET /v1/meta HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
    ids=["tls hello", "long header", "long address", "many headers", "bad byte", "bad length", "two lengths",
         "no method", "upgrade"],
)  # fmt: skip
def test_what_is_no_http_ends_below_500_and_the_hub_goes_on(shared: TestHub, raw: bytes) -> None:
    parts = urlsplit(shared.url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=60) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while chunk := connection.recv(65_536):
                answer += chunk
        except ConnectionResetError:
            pass
    assert not answer or answer.split(b" ", 2)[1] < b"500"
    if len(raw) > 33_000:
        assert answer.split(b" ", 2)[1] == b"400", "what comes before the body is bounded"
    assert shared.anyone().get("/healthz").status == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                st.sampled_from(["kind", "signals", "urgency", "account", "subject", "locations", "lat", "lon", "age",
                                 "phones", "handle", "url", "posted_at", "x"]), inner, max_size=6),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    )
)  # fmt: skip
def test_any_flag_is_taken_and_any_command_is_answered(shared: TestHub, person: Person, raw: bytes) -> None:
    flag = shared.put_raw(f"any-{new_uuid()}", raw)
    assert flag.status in (201, 202)
    assert person.get(f"/v1/referrals/{flag.json['referral_id']}").status == 200
    assert person.put(new_uuid(), raw).status == 400
