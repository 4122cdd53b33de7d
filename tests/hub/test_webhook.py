"""Flags by signed webhook: what was signed is what counts, now, and by a key that is still good."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.access import keys, people
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.tables import audit, source_keys
from tests.hub.administering import administer, let_in_again, rows, seconds_now
from tests.hub.client import Got, Http, Person
from tests.hub.fixtures import TestHub
from tests.people import body as flag_body
from tests.world.waiting import until

SECRET = "a-secret-of-the-platform-for-tests-only"
SECOND = "another-secret-of-the-platform-for-tests"


def signed(
    secret: str, method: str, path: str, body: bytes = b"", *, off: float = 0, timestamp: str | None = None
) -> dict[str, str]:
    """The two headers, worked out from the contract's words alone."""
    stamp = timestamp if timestamp is not None else str(seconds_now() + round(off))
    message = stamp.encode() + b"." + method.encode() + b"." + path.encode() + b"." + body
    mac = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return {"X-Hub-Timestamp": stamp, "X-Hub-Signature-256": f"sha256={mac}"}


class Platform(Http):
    """A platform that signs."""

    def __init__(self, url: str, secret: str = SECRET) -> None:
        super().__init__(url)
        self.secret = secret

    def put(self, reference: str, value: Any = None, **options: Any) -> Got:
        path = f"/v1/flags/instagram/{reference}"
        body = value if isinstance(value, bytes) else json.dumps(value or flagged(reference)).encode()
        return self.ask("PUT", path, body, headers=signed(self.secret, "PUT", path, body, **options))

    def withdraw(self, reference: str, reason: str = "error", **options: Any) -> Got:
        path = f"/v1/flags/instagram/{reference}?reason={reason}"
        return self.ask("DELETE", path, headers=signed(self.secret, "DELETE", path, **options))


def flagged(reference: str, **fields: Any) -> dict[str, Any]:
    return flag_body(**{"account": {"platform_account_id": f"account-of-{reference}"}, **fields})


def bad(got: Got) -> bool:
    return got.status == 401 and (got.code, got.json["terminal"]) == ("bad-signature", True)


def add_key(hub: TestHub, secret: str = SECRET, source: str = "platform") -> str:
    return administer(hub, lambda engine, now: keys.add_source_key(engine, now, username=source, secret=secret))[0]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    hub = TestHub(tmp_path_factory.mktemp("webhook"), Limits(beat_s=0.1)).start()
    hub.add_user("platform", "source", "rajasthan")
    add_key(hub)
    until(lambda: Platform(hub.url).put("FIRST").status < 300, 30, "the key to be known")
    yield hub
    hub.stop()


@pytest.fixture
def platform(live: TestHub) -> Platform:
    return Platform(live.url)


def test_a_signed_flag_is_taken_and_finds_its_source(live: TestHub, platform: Platform, name: str) -> None:
    got = platform.put(name)
    assert got.status == 201
    rid = got.json["referral_id"]
    source = rows(live, select(audit.c.who).where(audit.c.referral_id == rid))
    user_id = rows(live, select(source_keys.c.user_id))[0][0]
    assert {row.who for row in source} == {user_id}
    assert platform.put(name).status == 200
    changed = platform.put(name, flagged(name, signals=["plan"]))
    assert (changed.status, changed.json["referral_id"]) == (200, rid)
    assert platform.withdraw(name).json == {"referral_id": rid}


def test_a_request_sent_again_changes_nothing(live: TestHub, platform: Platform, name: str) -> None:
    """Whoever saw it may send it again within the window: to the case it is the same flag."""
    reader = live.person(name)
    path, body = f"/v1/flags/instagram/{name}", json.dumps(flagged(name, signals=["plan"])).encode()
    headers = signed(SECRET, "PUT", path, body)
    rid = platform.ask("PUT", path, body, headers=headers).json["referral_id"]
    before = reader.case(rid)
    assert platform.ask("PUT", path, body, headers=headers).status == 200
    assert reader.case(rid) == before
    platform.put(name, flagged(name, signals=["plan", "farewell"]))
    newer = reader.case(rid)
    platform.ask("PUT", path, body, headers=headers)
    again = reader.case(rid)
    assert set(again["flags"][0]["signals"]) == {"plan", "farewell"} == set(newer["flags"][0]["signals"])
    assert (again["level"], again["state"]) == (newer["level"], newer["state"])


@pytest.mark.parametrize("off", [-299, -250, 250, 299])
def test_clocks_may_differ_by_five_minutes(platform: Platform, name: str, off: float) -> None:
    assert platform.put(name, off=off).status == 201


@pytest.mark.parametrize("off", [-302, 302, -86_400, 10**9])
def test_an_old_or_early_signature_is_refused(platform: Platform, name: str, off: float) -> None:
    assert bad(platform.put(name, off=off))
    assert platform.put(name).status == 201, "nothing was left behind"


@pytest.mark.parametrize("stamp", ["", "now", "-5", "1e9", "1764000000.5", " 12", "१७६४०००००", "9" * 13])
def test_a_timestamp_that_is_none_is_refused(platform: Platform, name: str, stamp: str) -> None:
    path, body = f"/v1/flags/instagram/{name}", b"{}"
    headers = signed(SECRET, "PUT", path, body, timestamp=stamp)
    headers["X-Hub-Timestamp"] = stamp.encode().decode("latin-1")
    assert bad(platform.ask("PUT", path, body, headers=headers))


def test_whatever_was_signed_differently_is_refused(live: TestHub, platform: Platform, name: str) -> None:
    path, body = f"/v1/flags/instagram/{name}", json.dumps(flagged(name)).encode()
    good = signed(SECRET, "PUT", path, body)
    stamp, mac = good["X-Hub-Timestamp"], good["X-Hub-Signature-256"]
    flipped = mac[:-1] + ("0" if mac[-1] != "0" else "1")
    wrong: list[tuple[str, str, bytes, dict[str, str]]] = [
        ("PUT", path, body + b" ", good),
        ("PUT", path, b"", good),
        ("PUT", f"{path}-2", body, good),
        ("PUT", f"{path}?a=b", body, good),
        ("DELETE", path, body, good),
        ("PUT", path, body, {**good, "X-Hub-Timestamp": str(int(stamp) + 1)}),
        ("PUT", path, body, {**good, "X-Hub-Signature-256": flipped}),
        ("PUT", path, body, {**good, "X-Hub-Signature-256": mac.removeprefix("sha256=")}),
        ("PUT", path, body, {**good, "X-Hub-Signature-256": mac.replace("sha256", "sha1")}),
        ("PUT", path, body, {**good, "X-Hub-Signature-256": mac[:-2]}),
        ("PUT", path, body, {**good, "X-Hub-Signature-256": "sha256="}),
        ("PUT", path, body, {"X-Hub-Timestamp": stamp}),
        ("PUT", path, body, {"X-Hub-Signature-256": mac}),
        ("PUT", path, body, signed("a-secret-nobody-knows-anything-about", "PUT", path, body)),
        ("PUT", path, body, signed("", "PUT", path, body)),
    ]
    got = [platform.ask(method, at, sent, headers=headers) for method, at, sent, headers in wrong]
    assert [index for index, answer in enumerate(got) if not bad(answer)] == []
    assert platform.ask("PUT", path, body, headers=good).status == 201, "nothing was left behind"
    assert all("WWW-Authenticate".lower() in answer.headers for answer in got)


def test_a_withdrawal_carries_its_reason_under_the_signature(platform: Platform, name: str) -> None:
    platform.put(name)
    path = f"/v1/flags/instagram/{name}"
    headers = signed(SECRET, "DELETE", f"{path}?reason=error")
    assert bad(platform.ask("DELETE", f"{path}?reason=resolved", headers=headers))
    assert bad(platform.ask("DELETE", path, headers=headers))
    assert platform.ask("DELETE", f"{path}?reason=error", headers=headers).status == 200


def test_half_a_signature_is_not_mended_by_a_session(live: TestHub, name: str) -> None:
    source = live.source()
    got = source.send("PUT", f"/v1/flags/instagram/{name}", flagged(name), **{"X-Hub-Timestamp": str(seconds_now())})
    assert bad(got)
    assert source.send("PUT", f"/v1/flags/instagram/{name}", flagged(name)).status == 201


def test_a_signature_opens_nothing_but_the_intake(platform: Platform) -> None:
    for method, path in (("GET", "/v1/me"), ("GET", "/v1/feeds/kota-city/snapshot"), ("GET", "/v1/audit")):
        got = platform.ask(method, path, headers=signed(SECRET, method, path))
        assert (got.status, got.code) == (401, "token-expired")


def test_two_headers_of_one_kind_are_refused(live: TestHub, name: str) -> None:
    import http.client

    path, body = f"/v1/flags/instagram/{name}", json.dumps(flagged(name)).encode()
    good = signed(SECRET, "PUT", path, body)
    host, port = live.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=25)
    connection.putrequest("PUT", path)
    for key, value in [*good.items(), ("X-Hub-Signature-256", "sha256=" + "0" * 64)]:
        connection.putheader(key, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["code"]) == (401, "bad-signature")
    connection.close()


def test_the_bytes_on_the_wire_are_signed_not_what_they_unpack_to(platform: Platform, name: str) -> None:
    path, plain = f"/v1/flags/instagram/{name}", json.dumps(flagged(name)).encode()
    packed = gzip.compress(plain)
    encoding = {"Content-Encoding": "gzip"}
    assert bad(platform.ask("PUT", path, packed, headers={**signed(SECRET, "PUT", path, plain), **encoding}))
    got = platform.ask("PUT", path, packed, headers={**signed(SECRET, "PUT", path, packed), **encoding})
    assert got.status == 201


def test_the_address_is_signed_as_it_was_written(platform: Platform, name: str) -> None:
    path, body = f"/v1/flags/instagram/{name}%2D1", json.dumps(flagged(name)).encode()
    assert platform.ask("PUT", path, body, headers=signed(SECRET, "PUT", path, body)).status == 201
    read = path.replace("%2D", "-")
    assert bad(platform.ask("PUT", path, body, headers=signed(SECRET, "PUT", read, body)))


def test_a_large_flag_is_signed_whole_and_kept_in_part(platform: Platform, name: str) -> None:
    large = json.dumps(flagged(name)).encode() + b" " * (600 * 1024)
    assert platform.put(name, large).status == 202
    path = f"/v1/flags/instagram/{name}-2"
    headers = signed(SECRET, "PUT", path, large)
    assert bad(platform.ask("PUT", path, large[:-1] + b"x", headers=headers)), "also what is not kept was signed"


def test_a_flag_that_is_no_json_is_taken_when_it_is_signed(platform: Platform, name: str) -> None:
    assert platform.put(name, b"}{").status == 202


def test_a_key_follows_another_without_a_gap_and_a_dropped_one_is_dead(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=0.1))
    hub.add_user("platform", "source", "rajasthan")
    first = add_key(hub)
    old, new = Platform(hub.url), Platform(hub.url, SECOND)
    until(lambda: old.put("A-1").status == 201, 30, "the first key to be known")
    assert bad(new.put("A-2"))
    add_key(hub, SECOND)
    until(lambda: new.put("A-2").status == 201, 30, "the second key to be known")
    assert old.put("A-3").status == 201
    administer(hub, lambda engine, now: keys.drop_source_key(engine, now, key_id=first))
    until(lambda: bad(old.put("A-4")), 30, "the first key to be dead")
    assert new.put("A-4").status < 300
    hub.restart()
    assert bad(Platform(hub.url).put("A-5"))
    assert Platform(hub.url, SECOND).put("A-5").status == 201


def test_the_keys_of_a_source_that_is_shut_out_or_moved_do_not_sign(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=0.1))
    hub.add_user("platform", "source", "rajasthan")
    add_key(hub)
    platform = Platform(hub.url)
    until(lambda: platform.put("A-1").status == 201, 30, "the key to be known")
    administer(hub, lambda engine, now: people.disable_user(engine, now, username="platform"))
    until(lambda: bad(platform.put("A-2")), 30, "the key to be dead")
    let_in_again(hub, "platform")
    until(lambda: platform.put("A-2").status < 300, 30, "the key to live again")


def test_the_hub_makes_a_secret_that_works_and_shows_it_once(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=0.1))
    hub.add_user("platform", "source", "rajasthan")
    key_id, secret = administer(hub, lambda engine, now: keys.add_source_key(engine, now, username="platform"))
    assert len(secret) >= 64
    until(lambda: Platform(hub.url, secret).put("A-1").status == 201, 30, "the key to be known")

    def listed(engine: Any, _: object) -> Any:
        with engine.begin() as connection:
            return keys.list_source_keys(connection), keys.active_keys(connection)

    known, active = administer(hub, listed)
    assert [(key.id, key.username) for key in known] == [(key_id, "platform")]
    assert secret not in repr(known) + repr(active)


def test_keys_that_cannot_be_are_refused(hub: TestHub) -> None:
    hub.add_user("asha")
    hub.add_user("platform", "source", "rajasthan")
    asked: list[dict[str, Any]] = [
        {"username": "asha"}, {"username": "nobody"}, {"username": "platform", "secret": "short"},
        {"username": "platform", "secret": "x" * 2000},
    ]  # fmt: skip
    for options in asked:
        with pytest.raises(EnvironmentFault) as told:
            administer(hub, lambda engine, now, options=options: keys.add_source_key(engine, now, **options))
        assert "Nothing was changed" in told.value.sentence.en
    with pytest.raises(EnvironmentFault):
        administer(hub, lambda engine, now: keys.drop_source_key(engine, now, key_id="none"))
    for _ in range(keys.MOST_KEYS):
        administer(hub, lambda engine, now: keys.add_source_key(engine, now, username="platform"))
    with pytest.raises(EnvironmentFault):
        administer(hub, lambda engine, now: keys.add_source_key(engine, now, username="platform"))
    assert rows(hub, select(source_keys.c.user_id)) != []
    assert len(rows(hub, select(source_keys.c.id))) == keys.MOST_KEYS


def test_no_answer_and_no_log_line_holds_a_secret(
    live: TestHub, platform: Platform, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    got = [platform.put(name), platform.put(name, off=900), Platform(live.url, SECOND).put(name)]
    assert not any(SECRET in answer.raw.decode() for answer in got)
    assert SECRET not in caplog.text


def test_a_person_is_no_source(live: TestHub, name: str) -> None:
    person: Person = live.person(name)
    assert person.send("PUT", f"/v1/flags/instagram/{name}", flagged(name)).code == "not-allowed"
