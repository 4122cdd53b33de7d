"""Feeds: dense, whole, woken at once, and honest about a frozen hub."""

from __future__ import annotations

import concurrent.futures
import gzip
import http.client
import json
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from kotaconsole.hub.cases.feeds import fitting
from kotaconsole.hub.settings import Limits
from kotaconsole.wire.pages import read_changes, read_snapshot
from tests.hub.client import Http, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until

ABOVE = ("kota-city", "range-kota", "rajasthan")
PATIENT = 30
"""Seconds a poll wants to wait: longer than the client waits for an answer, so that only news can answer it."""
WATCHDOG = 60.0


def head(person: Person, unit: str = "kota-city") -> int:
    return int(person.get(f"/v1/feeds/{unit}/snapshot").json["as_of"])


def test_an_event_stands_in_the_feed_of_its_unit_and_of_every_unit_above(hub: TestHub) -> None:
    hub.put_flag("A-1")
    hub.put_flag("A-2")
    top = hub.person("hq", "operator", "rajasthan")
    feeds = {unit: top.feed(unit) for unit in ABOVE}
    ids = [[event["event_id"] for event in events] for events in feeds.values()]
    assert len(ids[0]) == 2
    assert ids[0] == ids[1] == ids[2]
    assert [[event["seq"] for event in events] for events in feeds.values()] == [[1, 2]] * 3
    assert top.feed("kota-rural") == []


def test_seq_is_dense_and_in_one_order_for_all_under_eight_writers(hub: TestHub) -> None:
    hub.source()
    people = [hub.person(f"asha{n}") for n in range(8)]
    first = hub.put_flag("shared").json["referral_id"]

    def write(person: Person) -> None:
        for n in range(4):
            assert hub.put_flag(f"{person.username}-{n}").status == 201
            assert person.command("note", first, {"text": f"{person.username} {n}"}).status == 201

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(write, people))
    top = hub.person("hq", "operator", "rajasthan")
    feeds = [top.feed(unit) for unit in ABOVE]
    assert [event["seq"] for event in feeds[0]] == list(range(1, 66))
    assert [[event["event_id"] for event in feed] for feed in feeds[1:]] == [
        [event["event_id"] for event in feeds[0]]
    ] * 2
    versions = [event["version"] for event in feeds[0] if event["referral_id"] == first]
    assert versions == list(range(1, 34))
    numbers = [event["referral"]["number"] for event in feeds[0] if event["kind"] == "flag_received"]
    assert sorted(numbers) == [f"2026-{n:06d}" for n in range(1, 34)]


def test_a_page_reads_as_the_console_reads_it_and_the_limit_cuts_it(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    at = head(person)
    for n in range(3):
        shared.put_flag(f"{name}-{n}")
    got = person.changes("kota-city", person.epoch(), at, limit=2)
    page = read_changes(got.raw, epoch=person.epoch(), after=at)
    assert (len(page.events), page.next, page.head, page.more) == (2, at + 2, at + 3, True)
    rest = read_changes(person.changes("kota-city", person.epoch(), at + 2).raw, epoch=person.epoch(), after=at + 2)
    assert (len(rest.events), rest.next, rest.more) == (1, at + 3, False)
    assert person.get("/v1/feeds/kota-city/changes?epoch=x&after=0").json["epoch"] == person.epoch()


def test_old_pages_come_from_the_file_as_they_were(hub: TestHub) -> None:
    person = hub.person("asha")
    rid = hub.put_flag("A-1").json["referral_id"]
    person.command("acknowledge", rid, {"through": 1})
    before = person.changes("kota-city", person.epoch(), 0).json["events"]
    hub.restart()
    assert person.changes("kota-city", person.epoch(), 0).json["events"] == before
    assert person.changes("kota-city", person.epoch(), 1).json["events"] == before[1:]


def test_a_waiting_poll_is_answered_by_the_commit(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    at, epoch = head(person), person.epoch()
    shared.source()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        poll = pool.submit(person.changes, "kota-city", epoch, at, wait=PATIENT)
        until(lambda: waiters(shared, "kota-city"), WATCHDOG, "the poll to wait")
        assert shared.put_flag(name).status == 201
        page = poll.result(WATCHDOG).json  # long before its wait is over
    assert [event["seq"] for event in page["events"]] == [at + 1]


def test_one_commit_wakes_every_waiter_of_every_feed_above(shared: TestHub, name: str) -> None:
    top = shared.person(name, "operator", "rajasthan")
    epoch, heads = top.epoch(), {unit: head(top, unit) for unit in ABOVE}
    shared.source()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        polls = [pool.submit(top.changes, unit, epoch, heads[unit], wait=PATIENT) for unit in ABOVE for _ in range(4)]
        until(lambda: sum(waiters(shared, unit) for unit in ABOVE) == 12, WATCHDOG, "all polls to wait")
        shared.put_flag(name)
        pages = [poll.result(WATCHDOG).json for poll in polls]
    assert len({event["event_id"] for page in pages for event in page["events"]}) == 1
    assert [len(page["events"]) for page in pages] == [1] * 12


def test_a_quiet_poll_answers_empty_after_its_wait(shared: TestHub, name: str) -> None:
    person = shared.person(name, unit="jhunjhunu")
    began = time.monotonic()
    page = person.changes("jhunjhunu", person.epoch(), 0, wait=0.6).json
    assert time.monotonic() - began > 0.5
    assert (page["events"], page["next"], page["head"], page["oldest"], page["more"]) == ([], 0, 0, 1, False)


def test_the_wait_is_clamped(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(max_wait_s=1))
    person = hub.person("asha")
    # the client's own patience, some seconds, is the watchdog
    assert person.changes("kota-city", person.epoch(), 0, wait=999999).status == 200


def test_a_stopping_hub_answers_whoever_waits(hub: TestHub) -> None:
    person = hub.person("asha")
    epoch = person.epoch()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        poll = pool.submit(person.changes, "kota-city", epoch, 0, wait=PATIENT)
        until(lambda: waiters(hub, "kota-city"), WATCHDOG, "the poll to wait")
        hub.stop()
        assert poll.result(WATCHDOG).json["events"] == []


def test_the_beat_grows_and_stands_still_when_nothing_can_be_committed(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(beat_s=0.05))
    person = hub.person("asha")
    epoch = person.epoch()

    def beat() -> int:
        return int(person.changes("kota-city", epoch, 0).json["beat"])

    first = beat()
    until(lambda: beat() > first + 2, WATCHDOG, "the beat to grow")
    blocker = hub.raw()
    blocker.execute("BEGIN IMMEDIATE")
    frozen = until(lambda: (now := beat()) == beat() and now, WATCHDOG, "the beat to stand")
    ticks = threading.Event()
    ticks.wait(0.5)  # ten beats long
    assert beat() == frozen, "the beat grew without a commit"
    blocker.execute("ROLLBACK")
    blocker.close()
    until(lambda: beat() > frozen, WATCHDOG, "the beat to grow again")
    hub.restart()
    assert beat() > frozen, "a beat never runs backwards, not over a restart either"


def test_another_epoch_and_a_cursor_ahead_are_epoch_changed(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for epoch, after in ((new_uuid(), 0), (person.epoch(), head(person) + 1)):
        got = person.changes("kota-city", epoch, after, wait=5)
        assert (got.status, got.code, got.json["epoch"], got.json["terminal"]) == (
            410, "epoch-changed", person.epoch(), False
        )  # fmt: skip


def test_a_cursor_before_the_oldest_event_is_cursor_expired(hub: TestHub) -> None:
    for n in range(4):
        hub.put_flag(f"A-{n}")
    hub.stop()
    file = hub.raw()
    file.execute("DELETE FROM feed_events WHERE seq <= 2")
    file.close()
    hub.start()
    person = hub.person("asha")
    assert person.changes("kota-city", person.epoch(), 1).code == "cursor-expired"
    page = person.changes("kota-city", person.epoch(), 2).json
    assert (page["oldest"], [event["seq"] for event in page["events"]]) == (3, [3, 4])


@pytest.mark.parametrize(
    "query",
    ["", "epoch=E", "after=0", "epoch=E&after=x", "epoch=E&after=-1", "epoch=E&after=%D9%A3", "epoch=E&after=1e3",
              "epoch=E&after=0&wait=NaN", "epoch=E&after=0&wait=-1", "epoch=E&after=0&limit=x",
              "epoch=E&after=" + "9" * 400]
)  # fmt: skip
def test_a_question_that_is_none_is_malformed(shared: TestHub, query: str) -> None:
    person = shared.person(f"q{new_uuid()}"[:20])
    got = person.get(f"/v1/feeds/kota-city/changes?{query.replace('=E', '=' + person.epoch())}")
    assert (got.status, got.code) == (400, "malformed")
    assert got.json["errors"][0]["pointer"] in ("/epoch", "/after", "/wait", "/limit")


def test_feeds_beside_and_above_are_as_unknown_as_ones_that_are_not(shared: TestHub, name: str) -> None:
    person = shared.person(name, unit="kota-rural")
    epoch = person.epoch()
    told = []
    for unit in ("kota-city", "rajasthan", "no-such-unit"):
        got = person.changes(unit, epoch, 0)
        told.append((got.status, got.code, got.json["detail"], person.get(f"/v1/feeds/{unit}/snapshot").status))
    assert told == [(404, "not-found", told[0][2], 404)] * 3
    assert person.changes("kota-rural", epoch, 0).status == 200


def test_sources_and_administrators_read_no_feed(shared: TestHub, name: str) -> None:
    for role in ("source", "admin"):
        person = shared.person(f"{name}-{role}", role, "rajasthan")
        assert person.changes("kota-city", person.epoch(), 0).code == "not-allowed"
        assert person.get("/v1/feeds/kota-city/snapshot").code == "not-allowed"


def test_a_snapshot_goes_page_by_page_by_id_and_keeps_its_as_of(hub: TestHub) -> None:
    person = hub.person("asha")
    ids = {hub.put_flag(f"A-{n}").json["referral_id"] for n in range(5)}
    first = person.get("/v1/feeds/kota-city/snapshot?limit=2").json
    hub.put_flag("later")
    items, page = first["items"], first
    while token := page.get("next_page_token"):
        got = person.get(f"/v1/feeds/kota-city/snapshot?limit=2&page_token={token}")
        assert read_snapshot(got.raw).as_of == 5
        page = got.json
        assert page["as_of"] == first["as_of"] == 5
        items += page["items"]
    assert [item["id"] for item in items] == sorted(item["id"] for item in items)
    assert {item["id"] for item in items} >= ids
    assert len(person.changes("kota-city", person.epoch(), first["as_of"]).json["events"]) == 1


def test_page_tokens_of_another_feed_old_and_invented_ones_are_expired(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(page_token_s=0.3))
    person = hub.person("asha", "operator", "rajasthan")
    hub.put_flag("A-1")
    hub.put_flag("A-2")
    token = person.get("/v1/feeds/kota-city/snapshot?limit=1").json["next_page_token"]
    assert person.get(f"/v1/feeds/kota-city/snapshot?limit=1&page_token={token}").status == 200
    for unit, told in (("range-kota", token), ("kota-city", token[:-4] + "AAAA"), ("kota-city", "%F0%9F%98%80")):
        assert person.get(f"/v1/feeds/{unit}/snapshot?page_token={told}").code == "cursor-expired"
    until(
        lambda: person.get(f"/v1/feeds/kota-city/snapshot?limit=1&page_token={token}").status == 410,
        WATCHDOG,
        "it grows old",
    )


def test_closed_cases_stay_in_the_snapshot_for_a_while(make_hub: Callable[..., TestHub]) -> None:
    for days, stays in ((2.0, True), (0.0, False)):
        hub = make_hub(Limits(closed_days=days))
        boss = hub.person("boss", "supervisor")
        rid = hub.put_flag("A-1").json["referral_id"]
        boss.command("acknowledge", rid, {"through": 1})
        now = boss.get("/v1/meta").json["server_time"]
        closing = {"code": "not_located", "summary": "no such place"}
        assert boss.command("close", rid, closing, seen=2, happened_at=now).status == 201
        items = boss.get("/v1/feeds/kota-city/snapshot").json["items"]
        assert [item["id"] for item in items] == ([rid] if stays else [])


def test_answers_are_packed_only_for_whoever_can_unpack_them(shared: TestHub, name: str) -> None:
    person = shared.person(name)
    for n in range(3):
        shared.put_flag(f"{name}-{n}")
    path = "/v1/feeds/kota-city/snapshot"
    plain, packed = raw(person, path, "identity"), raw(person, path, "br;q=1.0, gzip;q=0.5")
    refusing = raw(person, path, "gzip;q=0")
    assert plain[1].get("content-encoding") is refusing[1].get("content-encoding") is None
    assert packed[1]["content-encoding"] == "gzip"
    assert len(packed[0]) < len(plain[0]) / 2
    assert json.loads(gzip.decompress(packed[0]))["items"] == json.loads(plain[0])["items"]
    assert plain[1]["cache-control"] == "no-store"


def test_a_page_ends_early_rather_than_grow(make_hub: Callable[..., TestHub]) -> None:
    hub = make_hub(Limits(page_bytes=20_000))
    person = hub.person("asha")
    for n in range(6):
        hub.put_flag(f"A-{n}", excerpt="क" * 2_000)
    page = person.changes("kota-city", person.epoch(), 0)
    assert len(page.raw) < 24_000
    assert 0 < len(page.json["events"]) < 6
    assert page.json["more"] is True
    assert [event["seq"] for event in person.feed()] == list(range(1, 7))
    assert person.get("/v1/feeds/kota-city/snapshot").json["next_page_token"]


def test_one_event_larger_than_a_page_still_goes_out() -> None:
    assert fitting([b"x" * 100, b"y"], 10) == [b"x" * 100]
    assert fitting([], 10) == []


def waiters(hub: TestHub, unit: str) -> int:
    assert hub.running is not None
    return hub.running.hub.feeds.waiting(unit)


def raw(person: Http, path: str, accept: str) -> tuple[bytes, dict[str, str]]:
    parts = urlsplit(person.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    connection.request("GET", path, headers={"Authorization": f"Bearer {person.token}", "Accept-Encoding": accept})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return body, {key.lower(): value for key, value in response.getheaders()}
