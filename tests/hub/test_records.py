"""What is kept of a command, a stub and a feed after a case has ended, and for how long."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.due import Times, next_due
from kotaconsole.domain.evolution import Case
from kotaconsole.hub.cases import records, stubs
from kotaconsole.hub.cases.recorder import Recorder
from kotaconsole.hub.storage.tables import commands, referrals
from kotaconsole.hub.storage.tables import stubs as stub_rows
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import ManualClock, TestHub
from tests.hub.stories import NOTE, done, flagged, forwarded, told
from tests.hub.workshop import Workshop

DAY = 24 * 3600


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    found = Workshop(tmp_path)
    yield found
    found.close()


def record(shop: Workshop, command_id: str, referral_id: str, status: int = 201, answer: bytes = b"{}") -> None:
    row = {"id": command_id, "body_hash": b"x", "status": status, "answer": answer, "at": int(shop.now),
           "workstation": "ws-1", "n": 1, "referral_id": referral_id}  # fmt: skip
    shop.write(lambda tx: tx.connection.execute(commands.insert().values(row)))


def kept(shop: Workshop) -> set[str]:
    with shop.database.reader.begin() as connection:
        return set(connection.execute(select(commands.c.id)).scalars())


def test_a_record_lives_as_long_as_its_case_and_ninety_days_at_least(shop: Workshop) -> None:
    _, case_id = shop.put("A-1")
    shop.closes(case_id)
    record(shop, "of-a-case", case_id)
    record(shop, "of-none", new_uuid())
    shop.now = shop.now.plus(days=89.9)
    assert shop.write(records.drop_old) == 0
    shop.now = shop.now.plus(days=0.2)
    assert shop.write(records.drop_old) == 1
    shop.now = shop.now.plus(days=5_000)
    assert shop.write(records.drop_old) == 0
    assert kept(shop) == {"of-a-case"}, "its case is still there, so a replay is still the same answer"


def test_a_pruned_case_is_taken_out_of_the_refusals_that_carried_it(shop: Workshop) -> None:
    _, case_id = shop.put("A-1")
    problem = {"status": 409, "code": "held", "terminal": True, "current": {"subject": {"name": "नमूना छात्र"}}}
    record(shop, "refused", case_id, 409, json.dumps(problem).encode())
    record(shop, "applied", case_id, 201, b'{"outcome":"applied","current":"stays"}')
    assert shop.write(lambda tx: records.scrub(tx, case_id)) == 1
    with shop.database.reader.begin() as connection:
        row = records.find(connection, "refused")
        other = records.find(connection, "applied")
    assert json.loads(row.answer) == {"status": 409, "code": "held", "terminal": True}
    assert other.answer == b'{"outcome":"applied","current":"stays"}'


def test_a_stub_that_is_over_is_taken_back_from_its_feed(shop: Workshop) -> None:
    _, case_id = shop.put("A-1")
    shop.does(case_id, hap.Acknowledged(1))
    shop.does(case_id, hap.Forwarded("jhunjhunu", "x"))
    shop.does(case_id, hap.Accepted())
    closed = shop.closes(case_id)
    shop.now = shop.now.plus(days=6.9)
    assert shop.write(stubs.expire) == []
    shop.now = shop.now.plus(days=0.2)
    told_feeds = shop.write(stubs.expire)
    events = [json.loads(item.body) for item in told_feeds]
    assert [item.unit for item in told_feeds] == ["kota-city", "range-kota"]
    assert {(event["kind"], event["referral"], event["version"]) for event in events} == {
        ("left_scope", None, closed.referral.version)
    }
    with shop.database.reader.begin() as connection:
        assert connection.execute(select(stub_rows)).all() == []
    assert shop.write(stubs.expire) == [], "once"


def test_a_stub_of_a_case_that_is_reopened_in_time_lives_on(shop: Workshop) -> None:
    _, case_id = shop.put("A-1")
    for what in (hap.Acknowledged(1), hap.Forwarded("jhunjhunu", "x"), hap.Accepted()):
        shop.does(case_id, what)
    shop.closes(case_id)
    shop.now = shop.now.plus(days=5)
    shop.does(case_id, hap.Reopened("फिर सूचना"))
    assert json.loads(shop.placed[-1].body)["kind"] == "stub_updated"
    shop.now = shop.now.plus(days=5)
    assert shop.write(stubs.expire) == []


def test_the_next_moment_of_the_hubs_own_clock_stands_beside_the_case(shop: Workshop) -> None:
    def due_at(case_id: str) -> Any:
        with shop.database.reader.begin() as connection:
            return connection.execute(select(referrals.c.due_at).where(referrals.c.id == case_id)).scalar_one()

    def due(case: Case) -> Any:
        return next_due(case, Times())

    shop.recorder._due = due
    _, case_id = shop.put("A-1")
    assert due_at(case_id) == shop.now.plus(seconds=60), "unacknowledged: the first stage"
    shop.does(case_id, hap.Acknowledged(1))
    assert due_at(case_id) == shop.now.plus(minutes=5), "acknowledged: somebody has to act"
    shop.closes(case_id)
    assert due_at(case_id) is None
    assert isinstance(shop.recorder, Recorder)


def test_the_feeds_memory_forgets_what_was_erased(hub: TestHub) -> None:
    """A pruning takes events out of the file; a poll must not get them from memory."""
    person = hub.person("asha")
    for n in range(4):
        hub.put_flag(f"A-{n}")
    epoch = person.epoch()
    assert len(person.changes("kota-city", epoch, 0).json["events"]) == 4
    raw = hub.raw()
    raw.execute("DELETE FROM feed_events WHERE unit = 'kota-city' AND seq <= 2")
    raw.commit()
    raw.close()
    assert hub.running is not None
    feeds = hub.running.hub.feeds
    feeds.forget_tails()
    assert person.changes("kota-city", epoch, 0).code == "cursor-expired", "never a page with a hole"
    feeds.trimmed("kota-city", 3)
    page = person.changes("kota-city", epoch, 2).json
    assert (page["oldest"], [event["seq"] for event in page["events"]]) == (3, [3, 4])
    assert person.changes("kota-city", epoch, 1).code == "cursor-expired"
    hub.put_flag("A-9")
    assert [event["seq"] for event in person.changes("kota-city", epoch, 4).json["events"]] == [5]


def test_the_lists_of_a_case_are_paged_and_clamped(shared: TestHub, name: str) -> None:
    person, rid = shared.person(name), flagged(shared, name)
    for n in range(3):
        done(person, "note", rid, {"text": str(n)})
    path = f"/v1/referrals/{rid}/events"
    for asked, length in (("limit=0", 1), ("limit=2", 2), ("limit=99999", 4), ("after_version=3", 1),
                          ("after_version=99", 0)):  # fmt: skip
        page = person.get(f"{path}?{asked}").json
        assert len(page["events"]) == length, asked
        assert page["more"] is (asked in ("limit=0", "limit=2"))
    for wrong in ("limit=x", "after_version=-1", "after_version=1.5"):
        assert told(person.get(f"{path}?{wrong}")) == (400, "malformed", True)
    assert told(person.get(f"/v1/referrals/{rid}/flags?after=x")) == (400, "malformed", True)
    flags = person.get(f"/v1/referrals/{rid}/flags?after=1").json
    assert (flags["flags"], flags["more"]) == ([], False)


def test_a_reopening_after_the_stubs_time_gives_it_back_to_nobody(make_hub: Callable[..., TestHub]) -> None:
    clock = ManualClock()
    hub = make_hub(clock=clock)
    kota, jhunjhunu = hub.person("asha"), hub.person("ravi", unit="jhunjhunu")
    rid = forwarded(kota, hub, "A-1")
    done(jhunjhunu, "accept", rid)
    at = clock.now().iso()
    done(jhunjhunu, "contact", rid, {"in_person": True, "who": "गश्ती दल"}, happened_at=at)
    done(jhunjhunu, "close", rid, {"code": "counselled", "summary": "समझाइश दी"}, happened_at=at)
    clock.advance(8 * DAY)
    jhunjhunu = Person(hub.url, "ravi", jhunjhunu.workstation)
    kota.sign_in()
    done(jhunjhunu, "reopen", rid, {"reason": "फिर सूचना"})
    assert kota.get(f"/v1/referrals/{rid}").code == "not-found"
    assert told(kota.command("note", rid, NOTE)) == (404, "not-found", True)
