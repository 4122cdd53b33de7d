"""A desk keeps heads of the hub's audit log, and tells when the log is not the one it saw."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kotaconsole.api.client import HubClient
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.link import Notice
from kotaconsole.store import SeenHead, Store, open_store
from kotaconsole.sync.witness import NOT_THE_SAME, OLD_DAYS, RESTORED, Witness
from tests.api.server import Asked, Say, problem, say
from tests.hub.client import Person
from tests.hub.fixtures import TestHub
from tests.people import TWO_AM
from tests.store.desk import KEY, SetClock
from tests.sync.conftest import MakeDesk
from tests.sync.desks import PASSWORD, TestDesk
from tests.sync.scripted_hub import ScriptedHub
from tests.world.waiting import until


class Log:
    """The audit log of a hub that is not ours, as far as a desk can see it."""

    def __init__(self, other: ScriptedHub, hours: int) -> None:
        self.epoch = "e1"
        self.records: list[tuple[str, Instant]] = []
        self.grow(hours)
        self.asked = 0
        other.fault = self._answer

    def grow(self, hours: int, mark: str = "first") -> None:
        for _ in range(hours):
            n = len(self.records) + 1
            self.records.append((hashlib.sha256(f"{mark} {n}".encode()).hexdigest(), TWO_AM.plus(hours=n)))

    def _answer(self, asked: Asked) -> Say | None:
        if asked.path != "/v1/audit/head" or asked.method != "GET":
            return None
        self.asked += 1
        n = int(asked.query.get("n", len(self.records)))
        if not 1 <= n <= len(self.records):
            return problem(404, "not-found", terminal=True)
        found, at = self.records[n - 1]
        return say({"epoch": self.epoch, "n": n, "hash": found, "at": at.iso()})


class Desk:
    """Store and witness of a desk, asked hour by hour."""

    def __init__(self, folder: Path, other: ScriptedHub) -> None:
        self.store: Store = open_store(folder, KEY, clock=SetClock())
        self.told: list[Notice] = []
        self.client = HubClient(other.url, workstation_id="ws")
        from kotaconsole.wire.bodies import Workstation

        self.client.sign_in("meena", PASSWORD, Workstation("ws"))
        self.witness = Witness(self.store, self.told.append)

    def look(self) -> list[Notice]:
        before = len(self.told)
        self.witness.look(self.client)
        return self.told[before:]

    @property
    def kept(self) -> list[int]:
        return [head.n for head in self.store.queries.audit_heads()]

    def close(self) -> None:
        self.client.close()
        self.store.close()


@pytest.fixture
def watcher(tmp_path: Path, other: ScriptedHub) -> object:
    one = Desk(tmp_path, other)
    yield one
    one.close()


def grown(desk: Desk, log: Log, looks: int, between: int = 1) -> None:
    for _ in range(looks):
        assert desk.look() == []
        log.grow(between)


def test_heads_are_kept_and_a_log_that_only_grows_is_never_told_of(watcher: Desk, other: ScriptedHub) -> None:
    log = Log(other, 3)
    grown(watcher, log, 4, between=2)
    assert watcher.kept == [9, 7, 5, 3]
    assert watcher.look() == []


@pytest.mark.log_errors_expected("the log is falsified on purpose")
@pytest.mark.parametrize("way", ["rewritten", "cut short", "gone"])
def test_a_log_that_is_not_what_this_desk_saw_is_told_each_time_it_is_looked_at(
    watcher: Desk, other: ScriptedHub, way: str
) -> None:
    log = Log(other, 5)
    grown(watcher, log, 3)
    kept = watcher.kept
    if way == "rewritten":
        log.records = []
        log.grow(40, "another past")
    else:
        log.records = log.records[: 2 if way == "cut short" else 0]
    for _ in range(2):
        (notice,) = watcher.look()
        assert notice.sentence == NOT_THE_SAME
        assert "record 7" in notice.technical
    assert watcher.kept == kept, "the witness keeps its proof"


def test_a_restored_hub_that_lacks_the_newest_records_is_told_once_and_softly(
    watcher: Desk, other: ScriptedHub
) -> None:
    log = Log(other, 1)
    grown(watcher, log, 40)
    asked = log.asked
    log.epoch, log.records = "e2", log.records[:20]
    log.grow(30, "after the restore")
    (notice,) = watcher.look()
    assert notice.sentence == RESTORED
    assert "the same up to 20" in notice.technical
    assert log.asked - asked < 12, "halving, not one question for each head"
    assert watcher.kept[:2] == [50, 20]
    log.grow(1, "after the restore")
    assert watcher.look() == []


def test_a_restore_that_lacks_nothing_this_desk_saw_is_nothing_to_tell(watcher: Desk, other: ScriptedHub) -> None:
    log = Log(other, 3)
    grown(watcher, log, 2)
    log.epoch = "e2"
    assert watcher.look() == []


@pytest.mark.log_errors_expected("the log is falsified on purpose")
@pytest.mark.parametrize("days", [OLD_DAYS - 1, OLD_DAYS + 1])
def test_a_new_epoch_does_not_excuse_another_past(watcher: Desk, other: ScriptedHub, days: int) -> None:
    """A desk that only saw a log younger than a backup cannot know better; one that saw an older one does."""
    log = Log(other, 2)
    grown(watcher, log, 2)
    log.epoch, log.records = "e2", []
    log.grow(24 * days, "another past")
    (notice,) = watcher.look()
    assert notice.sentence == (RESTORED if days < OLD_DAYS else NOT_THE_SAME)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_hub_without_an_audit_log_is_no_less_a_hub(watcher: Desk, other: ScriptedHub, status: int) -> None:
    other.fault = lambda asked: problem(status, "not-found") if "/audit/" in asked.path else None
    assert watcher.look() == []
    other.fault = lambda asked: Say(404, b"<html>", "text/html") if "/audit/" in asked.path else None
    assert watcher.look() == []
    assert watcher.kept == []


def test_a_desk_in_step_keeps_the_head_of_a_real_hub_and_checks_it(hub: TestHub, desk: TestDesk) -> None:
    desk.until(desk.store.queries.audit_heads, "a head to be kept")
    (head,) = desk.store.queries.audit_heads()
    auditor = hub.person("lekha", "auditor", "rajasthan")
    record = auditor.get(f"/v1/audit?after={head.n - 1}&limit=1").json["records"][0]
    assert (record["n"], record["hash"]) == (head.n, head.hash)
    assert desk.engine is not None
    desk.engine._tell("audit")
    desk.until(lambda: len(desk.store.queries.audit_heads()) == 2, "the next head to be kept")
    assert desk.engine.link.notice is None


@pytest.mark.log_errors_expected("the log is falsified on purpose")
def test_a_real_hub_whose_log_was_made_anew_is_told_on_the_screen(
    hub: TestHub, make_desk: MakeDesk, make_hub: Callable[..., TestHub]
) -> None:
    hub.add_user("meena", name="R. Meena")
    desk = make_desk(hub.url)
    session = desk.sign_in()
    real = Person(hub.url, "meena", "ws-real").get("/v1/audit/head").json
    # as if this desk had seen another log of the same epoch
    seen = SeenHead(real["epoch"], real["n"], "0" * 64, Instant.parse(real["at"]))
    desk.store.commands.save_head(seen)
    desk.start()
    desk.until(lambda: desk.links and desk.links[-1].notice is not None, "the notice")
    assert desk.links[-1].notice is not None
    assert desk.links[-1].notice.sentence == NOT_THE_SAME
    until(lambda: desk.engine is not None and desk.engine.link.state == "live", 60, "work goes on")
    assert session.operator.name not in desk.links[-1].notice.technical
