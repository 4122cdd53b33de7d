"""What the client makes of every answer a server can give."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme

from kotaconsole.api.client import HubClient
from kotaconsole.api.tokens import NotSignedIn, Tokens
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import ContractBreach, EnvironmentFault, ServerRefusal
from kotaconsole.wire.bodies import Desk, Operator, Presence, Session, Workstation
from tests.api.server import Asked, Say, Server, closed_port, problem, say

Serve = Callable[..., Server]
META = {"api": "1", "server_time": "2026-11-23T02:14:00.000Z", "epoch": "e1"}
SESSION = {
    "access_token": "new", "expires_in": 600, "refresh_token": "r2",
    "operator": {"id": "op", "name": "R. Meena", "role": "operator", "unit": "kota-city"},
    "workstation": {"id": "ws", "desk": "K1"}, "server_time": "2026-11-23T02:14:00.000Z",
}  # fmt: skip
COMMAND = json.dumps({"referral_id": "case-1", "kind": "note"}).encode()
APPLIED = {"outcome": "applied", "referral_id": "case-1", "version": 4, "event_ids": ["e"]}


def session(token: str = "old", refresh: str = "r1") -> Session:
    who = Operator("op", "R. Meena", "operator", "kota-city")
    return Session(token, 600, refresh, who, Desk("ws", "K1"), Instant(0))


def client(server: Server, *, tokens: Tokens | None = None, **how: object) -> HubClient:
    return HubClient(server.url, tokens=tokens or Tokens(session()), workstation_id="ws", **how)  # type: ignore[arg-type]


def fault(one: HubClient) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        one.meta()
    one.close()
    sentence = caught.value.sentence
    assert sentence.en
    assert any("ऀ" <= letter <= "ॿ" for letter in sentence.hi)
    return caught.value.code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Say(200, b"<html>sign in to the network</html>", "text/html"), "hub-not-a-hub"),
        (Say(200, json.dumps(META).encode(), None), "hub-not-a-hub"),
        (Say(302, b"", None, {"Location": "http://127.0.0.1:9/"}), "hub-not-a-hub"),
        (Say(404, b"no such page", "text/plain"), "hub-not-a-hub"),
        (Say(401, b'{"error":"x"}'), "hub-not-a-hub"),
        (Say(502, b"<html>bad gateway</html>", "text/html"), "hub-unreachable"),
        (Say(503, b"", None), "hub-unreachable"),
        (None, "hub-unreachable"),
        (Say(200, b'{"api":"1"', cut=5, headers={"Content-Length": "100"}), "hub-unreachable"),
    ],
    ids=["html", "no-type", "redirect", "404-text", "401-json", "502", "503", "hang-up", "half"],
)
def test_what_is_no_answer_of_a_hub_is_a_named_fault(serve: Serve, answer: Say | None, code: str) -> None:
    assert fault(client(serve(lambda _: answer))) == code


@pytest.mark.parametrize(
    "answer",
    [
        Say(200, b'{"api":"1"'),
        Say(200, b'{"api":"1"}'),
        Say(200, b"\xff\xfe"),
        Say(200, b"[]"),
        Say(200, gzip.compress(b"{}")[:-9], headers={"Content-Encoding": "gzip"}),
        Say(200, b"no gzip", headers={"Content-Encoding": "gzip"}),
        Say(200, b"{}", headers={"Content-Encoding": "br"}),
        Say(400, b"{}", "application/problem+json"),
    ],
    ids=["half", "missing", "not-utf8", "list", "half-gzip", "no-gzip", "brotli", "bare-problem"],
)
def test_an_answer_that_breaks_the_contract_is_not_used(serve: Serve, answer: Say) -> None:
    one = client(serve(lambda _: answer))
    with pytest.raises(ContractBreach):
        one.meta()
    one.close()


def test_a_good_answer_is_read_also_packed(serve: Serve) -> None:
    packed = Say(200, gzip.compress(json.dumps(META).encode()), headers={"Content-Encoding": "gzip"})
    server = serve(lambda _: packed)
    one = client(server)
    assert one.meta().epoch == "e1"
    assert server.asked[0].headers["accept-encoding"] == "gzip"
    one.close()


def test_a_gzip_bomb_is_refused_before_it_unpacks(serve: Serve) -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024), 9)
    assert len(bomb) < 100_000
    one = client(serve(lambda _: Say(200, bomb, headers={"Content-Encoding": "gzip"})))
    tracemalloc.start()
    with pytest.raises(ContractBreach, match="8 MiB"):
        one.meta()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 1024 * 1024, "refused while it unpacks, not afterwards"
    one.close()


def test_an_answer_without_end_is_cut_at_8_mib(serve: Serve) -> None:
    one = client(serve(lambda _: Say(200, b" " * (9 * 1024 * 1024))))
    with pytest.raises(ContractBreach, match="8 MiB"):
        one.meta()
    one.close()


def test_nobody_there_and_nobody_answering_are_told_apart(serve: Serve) -> None:
    assert fault(HubClient(f"http://127.0.0.1:{closed_port()}")) == "hub-unreachable"
    silent = threading.Event()

    def keep_quiet(_: Asked) -> None:
        silent.wait(10)

    one = client(serve(keep_quiet), read_timeout=0.2)
    assert fault(one) == "hub-timeout"
    silent.set()


@pytest.mark.parametrize(
    "url",
    ["http://hub.invalid", "http://10.0.0.5", "ftp://127.0.0.1", "hub", "https://", "http://127.0.0.1:99999",
     "https://user:pw@hub.invalid", "https://hub.invalid?x=1"],
)  # fmt: skip
def test_an_address_that_would_leave_data_unprotected_is_refused(url: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        HubClient(url)
    assert caught.value.code == "hub-address"
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:80", "http://[::1]:80", "http://localhost/", "https://hub.invalid/"])
def test_loopback_and_https_are_accepted(url: str) -> None:
    HubClient(url).close()


def tls(tmp_path: Path, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return context, file


def test_tls_with_a_pinned_authority(serve: Serve, tmp_path: Path) -> None:
    context, file = tls(tmp_path)
    one = client(serve(lambda _: say(META), tls=context), ca_file=file)
    assert one.meta().epoch == "e1"
    one.close()


def test_a_certificate_of_nobody_we_trust_or_of_another_name_is_refused(serve: Serve, tmp_path: Path) -> None:
    context, _ = tls(tmp_path)
    server = serve(lambda _: say(META), tls=context)
    assert fault(client(server)) == "hub-certificate"
    other, file = tls(tmp_path, "hub.invalid")
    assert fault(client(serve(lambda _: say(META), tls=other), ca_file=file)) == "hub-certificate"
    assert server.asked == []


def test_a_missing_authority_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        HubClient("https://hub.invalid", ca_file=tmp_path / "none.pem")
    assert caught.value.code == "hub-ca-file"


def test_the_environment_decides_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    one = client(serve(lambda _: say(META)))
    assert one.meta().api == "1"
    one.close()


def test_problems_are_told_by_their_code(serve: Serve) -> None:
    one = client(serve(lambda _: problem(429, "too-many-attempts", Retry_After="9999")))
    with pytest.raises(ServerRefusal) as caught:
        one.sign_in("meena", "wrong", Workstation("ws"))
    assert (caught.value.code, caught.value.terminal, caught.value.retry_after) == ("too-many-attempts", False, 300.0)
    one.close()


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7.0),
        ("301", 300.0),
        ("Mon, 23 Nov 2026 02:14:20 GMT", 20.0),
        ("Mon, 23 Nov 2026 07:44:20 +0530", 20.0),
        ("Mon, 23 Nov 2026 02:14:20 -0000", 20.0),
        ("Monday, 23-Nov-26 02:14:20 GMT", 20.0),
        ("Tue, 24 Nov 2026 02:14:20 GMT", 300.0),
        ("Mon, 23 Nov 2026 02:13:00 GMT", 0.0),
        ("Mon, 99 Nov 2026 02:13:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_a_hub_may_ask_to_wait_in_seconds_or_until_a_moment(serve: Serve, asked: str, seconds: float | None) -> None:
    """The moment is counted from the answer's own date, whatever the clock of this desk says."""
    date = "Mon, 23 Nov 2026 02:14:00 GMT"
    one = client(serve(lambda _: problem(503, "unavailable", Retry_After=asked, Date=date)))
    assert one.send_command("c1", COMMAND).retry_after == seconds
    one.close()


def test_a_moment_to_wait_for_is_counted_from_now_where_the_answer_has_no_date(serve: Serve) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    one = client(serve(lambda _: problem(503, "unavailable", Retry_After=until, Date="today")))
    waits = one.send_command("c1", COMMAND).retry_after
    assert waits is not None
    assert 60 < waits <= 100
    one.close()


def test_signing_in_and_out(serve: Serve) -> None:
    heard: list[Session | None] = []
    tokens = Tokens(on_session=heard.append)
    server = serve(lambda a: say(SESSION, 201) if a.method == "POST" else Say(204, b"", None))
    one = client(server, tokens=tokens)
    assert one.sign_in("meena", "pw", Workstation("ws", "desk", "0.1.0")).operator.name == "R. Meena"
    assert tokens.access == "new"
    assert tokens.operator is not None
    one.sign_out()
    assert not tokens.signed_in
    one.sign_out()
    assert [a.method for a in server.asked] == ["POST", "DELETE"], "without a session there is nothing to end"
    assert server.asked[1].headers["authorization"] == "Bearer new"
    assert [h is None for h in heard] == [False, True, True]
    one.close()


def test_an_old_token_is_renewed_once_however_many_ask(serve: Serve) -> None:
    """A rotated refresh token used twice would end the session of the whole desk."""
    gate = threading.Barrier(5, timeout=10)

    def script(asked: Asked) -> Say:
        if asked.method == "POST":
            assert asked.json == {"refresh_token": "r1", "workstation_id": "ws"}
            return say(SESSION, 201)
        if asked.headers["authorization"] == "Bearer old":
            gate.wait()
            return problem(401, "token-expired")
        return say(SESSION | {"operator": SESSION["operator"]})

    server, tokens = serve(script), Tokens(session())
    clients = [client(server, tokens=tokens) for _ in range(5)]
    threads = [threading.Thread(target=one.me) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sum(asked.method == "POST" for asked in server.asked) == 1
    assert tokens.refresh_token == "r2"
    for one in clients:
        one.close()


def test_going_on_with_a_kept_refresh_token(serve: Serve) -> None:
    server = serve(lambda a: say(SESSION, 201) if a.method == "POST" else say(SESSION))
    tokens = Tokens(refresh_token="kept")
    one = client(server, tokens=tokens)
    assert tokens.signed_in
    assert one.me().operator.id == "op"
    assert [a.method for a in server.asked] == ["POST", "GET"]
    one.close()


def test_a_session_that_was_ended_is_dropped_and_says_nothing_about_a_command(serve: Serve) -> None:
    """A terminal refusal of the *refresh* must never reject the command that happened to meet it."""

    def script(asked: Asked) -> Say:
        if asked.method == "POST":
            return problem(401, "session-revoked", terminal=True)
        return problem(401, "token-expired")

    tokens = Tokens(session())
    one = client(serve(script), tokens=tokens)
    with pytest.raises(NotSignedIn) as caught:
        one.send_command("c1", COMMAND)
    assert not caught.value.terminal
    assert not tokens.signed_in
    with pytest.raises(NotSignedIn):
        one.send_command("c1", COMMAND)
    one.close()


def test_a_refresh_that_is_put_off_keeps_the_session(serve: Serve) -> None:
    tokens = Tokens(session())
    one = client(
        serve(lambda a: problem(429, "too-many-attempts", Retry_After="7")
              if a.method == "POST" else problem(401, "token-expired")),
        tokens=tokens,
    )  # fmt: skip
    with pytest.raises(NotSignedIn) as caught:
        one.me()
    assert caught.value.retry_after == 7.0
    assert tokens.signed_in
    one.close()


def test_a_token_of_an_ended_session_is_offered_to_nobody_again(serve: Serve) -> None:
    tokens = Tokens(session())
    server = serve(lambda _: problem(401, "session-revoked"))
    one = client(server, tokens=tokens)
    with pytest.raises(ServerRefusal, match="session-revoked"):
        one.me()
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            one.me()
    assert len(server.asked) == 1
    tokens.take(session("new"))
    tokens.ended("old")
    assert tokens.access == "new", "a late answer to an old token ends nothing new"
    one.close()


@pytest.mark.parametrize(("status", "terminal", "stays"), [(401, False, False), (403, True, False), (503, False, True)])
def test_a_refresh_that_is_refused_for_good_is_not_tried_again(
    serve: Serve, status: int, terminal: bool, stays: bool
) -> None:
    tokens = Tokens(refresh_token="r1")
    one = client(serve(lambda _: problem(status, "not-allowed", terminal=terminal)), tokens=tokens)
    with pytest.raises(NotSignedIn):
        one.me()
    assert tokens.signed_in == stays
    one.close()


def test_a_command_goes_out_as_exactly_the_bytes_that_were_saved(serve: Serve) -> None:
    server = serve(lambda _: say(APPLIED, 201))
    one = client(server)
    odd = b'{ "referral_id":"case-1",  "payload":{"text":"\xe0\xa4\x95"} }'
    answer = one.send_command("c1", odd)
    assert (answer.applied, answer.version, answer.event_ids) == (True, 4, ("e",))
    assert server.asked[0].body == odd
    assert server.asked[0].path == "/v1/commands/c1"
    one.close()


@pytest.mark.parametrize(
    ("status", "code", "says", "terminal"),
    [
        (403, "unknown-author", False, False),
        (409, "in-progress", False, False),
        (422, "invalid", True, True),
        (404, "not-found", True, True),
        (401, "session-revoked", True, False),
        (503, "unavailable", False, False),
        (599, "something-new", True, True),
    ],
)
def test_a_refused_command_is_an_answer_by_code_and_terminal(
    serve: Serve, status: int, code: str, says: bool, terminal: bool
) -> None:
    one = client(serve(lambda _: problem(status, code, terminal=says, Retry_After="2")))
    answer = one.send_command("c1", COMMAND)
    assert (answer.applied, answer.problem, answer.terminal) == (False, code, terminal)
    assert answer.retry_after == 2.0
    one.close()


@pytest.mark.parametrize("answer", [say({}), say(APPLIED | {"referral_id": "another"}), say([])])
def test_an_answer_that_is_not_to_this_command_settles_nothing(serve: Serve, answer: Say) -> None:
    one = client(serve(lambda _: answer))
    with pytest.raises(ContractBreach):
        one.send_command("c1", COMMAND)
    one.close()


def test_names_from_the_other_side_stay_one_part_of_the_path(serve: Serve) -> None:
    server = serve(lambda _: say({"events": [], "more": False, "server_time": META["server_time"]}))
    one = client(server)
    assert one.timeline("../../x?y", after_version=3).events == ()
    assert server.asked[0].path == "/v1/referrals/..%2F..%2Fx%3Fy/events"
    one.close()


def test_reading_a_case_a_directory_and_telling_presence(serve: Serve) -> None:
    directory = {"revision": "r", "intake_unit": "kota-city", "units": [], "helplines": []}
    stub = {"id": "a", "version": 2, "stub": True, "state": "new", "level": "P1", "unit": "jaipur", "times": {}}
    answers = {
        "/v1/directory": lambda a: say(directory, ETag='"1"') if "if-none-match" not in a.headers
        else Say(304, b"", None),
        "/v1/referrals/a": lambda a: say(stub),
        "/v1/workstations/ws/presence": lambda a: say({"server_time": META["server_time"], "alarms": []}),
    }  # fmt: skip
    server = serve(lambda a: answers[a.path](a))
    one = client(server)
    got = one.directory()
    assert got is not None
    assert got.etag == '"1"'
    assert one.directory('"1"') is None
    assert one.referral("a").stub is True
    assert one.presence("ws", Presence(True, "yes", 4, 0, "0.1.0")).alarms == ()
    one.close()


def test_abort_ends_a_question_under_way_at_once(serve: Serve) -> None:
    came = threading.Event()

    def script(_: Asked) -> Say | None:
        came.set()
        server.released.wait(30)
        return None

    server = serve(script)
    one = client(server, read_timeout=60)
    ended: list[float] = []

    def ask() -> None:
        with pytest.raises(EnvironmentFault):
            one.meta()
        ended.append(time.monotonic())

    thread = threading.Thread(target=ask)
    thread.start()
    assert came.wait(10)
    begun = time.monotonic()
    one.abort()
    thread.join(10)
    assert ended
    assert ended[0] - begun < 1.0
    assert one.aborted
    assert fault(one) == "hub-unreachable"
