"""When the tree of units changes: who gets a district below them sees its old cases, who loses it keeps none."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kotaconsole.domain.directory import Directory
from kotaconsole.hub import cli
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.cases.trees import TREE as TREE_PAPER
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.site import sheets
from kotaconsole.hub.site.following import Decided
from kotaconsole.hub.state import Hub, read_papers
from kotaconsole.hub.storage.tables import papers
from kotaconsole.wire.pages import read_changes
from tests.hub.administering import rows
from tests.hub.client import Got, Person
from tests.hub.fixtures import TestHub
from tests.hub.stories import done, flagged, in_hand, snapshot
from tests.world.waiting import until

PATIENT = 30
"""Seconds a poll wants to wait: longer than the client waits for an answer, so that only news can answer it."""
WATCHDOG = 60.0
OLD, NEW, CITY, TOP = "range-kota", "range-jaipur", "kota-city", "rajasthan"
TREE = {CITY: NEW}
"""Kota City goes from one range to another."""


def demo() -> Directory:
    return read_papers(find_resources(), None).directory


def table(folder: Path, *, parents: dict[str, str] | None = None, without: str = "", more: str = "") -> Path:
    """The program's own units as a table, with these changes."""
    lines = sheets.units_table(demo()).splitlines()
    told = [line.split(",") for line in lines if not without or not line.startswith(f"{without},")]
    for cells in told:
        cells[4] = (parents or {}).get(cells[0], cells[4])
    path = folder / "units.csv"
    path.write_text("\n".join(",".join(cells) for cells in told) + "\n" + more, encoding="utf-8")
    return path


def take(hub: TestHub, path: Path, *more: str) -> None:
    """Import it, as the command line does in the hub's own process."""
    assert cli.main(["directory", "import", "--db", f"sqlite:///{hub.db}", "--units", str(path), *more]) == 0


def take_elsewhere(hub: TestHub, path: Path) -> None:
    """Import it from another process, as an administrator does."""
    words = [sys.executable, "-m", "kotaconsole", "hub", "directory", "import", "--db", f"sqlite:///{hub.db}"]
    done = subprocess.run(
        [*words, "--units", str(path)], env=os.environ | {"PYTHONPATH": "."}, capture_output=True, text=True,
        timeout=WATCHDOG, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def followed(hub: TestHub, unit: str, parent: str) -> None:
    """Wait until the running hub works by the new tree."""
    assert hub.running is not None
    inside = hub.running.hub

    def settled() -> bool:
        found = inside.directory.unit(unit)
        return found is not None and found.parent == parent

    until(settled, WATCHDOG, "the hub follows")


def as_of(person: Person, unit: str) -> int:
    return int(person.get(f"/v1/feeds/{unit}/snapshot").json["as_of"])


def expired(got: Got) -> bool:
    return got.status == 410 and got.code == "cursor-expired"


def waiting(hub: TestHub) -> int:
    assert hub.running is not None
    return hub.running.hub.feeds.waiting()


def test_who_gets_a_district_learns_of_its_old_cases_and_who_loses_it_keeps_none(hub: TestHub, tmp_path: Path) -> None:
    city = hub.person("asha")
    loser, gainer = hub.person("old", unit=OLD), hub.person("new", unit=NEW)
    rid, closed = in_hand(city, hub, "A-1"), in_hand(city, hub, "A-2")
    done(city, "close", closed, {"code": "accepted_elsewhere", "summary": "सौंप दिया", "accepted_by": {
        "name": "नमूना", "rank": "-", "body": "नमूना", "kind": "hospital"}})  # fmt: skip
    epoch = city.epoch()
    heads = {unit: as_of(person, unit) for unit, person in ((CITY, city), (OLD, loser), (NEW, gainer))}
    assert set(snapshot(loser, OLD)) == {rid, closed}
    assert snapshot(gainer, NEW) == {}
    assert gainer.get(f"/v1/referrals/{rid}").status == 404
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        polls = {
            unit: pool.submit(person.changes, unit, epoch, heads[unit], wait=PATIENT)
            for unit, person in ((CITY, city), (OLD, loser), (NEW, gainer))
        }
        until(lambda: waiting(hub) == 3, WATCHDOG, "all polls to wait")
        take_elsewhere(hub, table(tmp_path, parents=TREE))
        answers = {unit: poll.result(WATCHDOG) for unit, poll in polls.items()}
    assert expired(answers[OLD]), "they have cases on the screen that are not theirs any more"
    assert expired(answers[NEW]), "they do not see what is theirs now"
    assert (answers[CITY].status, answers[CITY].json["events"]) == (200, []), "nothing changed for them"
    assert all(expired(gainer.changes(NEW, epoch, after)) for after in range(heads[NEW] + 1)), "nor any older cursor"

    assert set(snapshot(gainer, NEW)) == {rid, closed}
    assert gainer.case(rid)["unit"] == CITY
    assert snapshot(loser, OLD) == {}
    assert loser.get(f"/v1/referrals/{rid}").code == "not-found"
    assert loser.get(f"/v1/referrals/{rid}/events").status == 404

    at = {unit: as_of(person, unit) for unit, person in ((OLD, loser), (NEW, gainer))}
    assert at[OLD] > heads[OLD], "a seq is never given twice"
    assert at[NEW] > heads[NEW]
    new = flagged(hub, "A-3")
    done(city, "note", rid, {"text": "वार्डन को फ़ोन किया"})
    page = read_changes(gainer.changes(NEW, epoch, at[NEW]).raw, epoch=epoch, after=at[NEW])
    assert [event.seq for event in page.events] == [at[NEW] + 1, at[NEW] + 2]
    assert [event["referral_id"] for event in gainer.changes(NEW, epoch, at[NEW]).json["events"]] == [new, rid]
    assert page.oldest == at[NEW] + 1
    assert loser.changes(OLD, epoch, at[OLD]).json["events"] == []
    assert len(city.changes(CITY, epoch, heads[CITY]).json["events"]) == 2, "the district reads on where it was"


def test_a_directory_changed_while_the_hub_was_down_counts_too_and_restarts_keep_it(
    hub: TestHub, tmp_path: Path
) -> None:
    rid = flagged(hub, "A-1")
    loser, gainer = hub.person("old", unit=OLD), hub.person("new", unit=NEW)
    epoch, before = loser.epoch(), {OLD: as_of(loser, OLD), NEW: as_of(gainer, NEW)}
    hub.stop()
    take(hub, table(tmp_path, parents=TREE))
    hub.start()
    loser.sign_in()
    gainer.sign_in()
    for person, unit in ((loser, OLD), (gainer, NEW)):
        assert all(expired(person.changes(unit, epoch, after)) for after in range(before[unit] + 1))
    assert set(snapshot(gainer, NEW)) == {rid}
    at = as_of(gainer, NEW)
    hub.restart()
    gainer.sign_in()
    loser.sign_in()
    assert gainer.changes(NEW, epoch, at).status == 200, "the same tree costs nobody a second snapshot"
    assert expired(gainer.changes(NEW, epoch, at - 1)), "what expired stays expired"
    assert before[OLD] > 0
    for after in range(before[OLD] + 1):
        assert expired(loser.changes(OLD, epoch, after)), "also where older events still stand in the file"
    flagged(hub, "A-2")
    assert [event["seq"] for event in gainer.changes(NEW, epoch, at).json["events"]] == [at + 1]


def test_a_hub_that_ends_between_the_import_and_its_taking_over_settles_at_its_next_start(
    hub: TestHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot of the old tree that was read after the import passes for one of the new tree nowhere."""
    flagged(hub, "A-1")
    asked = threading.Event()

    async def never(_: Hub, __: Decided) -> None:
        asked.set()

    with monkeypatch.context() as patch:
        patch.setattr(Hub, "_take", never)
        hub.restart()
        gainer = hub.person("new", unit=NEW)
        epoch = gainer.epoch()
        take(hub, table(tmp_path, parents=TREE))
        assert asked.wait(WATCHDOG)
        assert snapshot(gainer, NEW) == {}
        late = as_of(gainer, NEW)
        hub.stop()
    hub.start()
    gainer.sign_in()
    assert expired(gainer.changes(NEW, epoch, late))
    assert len(snapshot(gainer, NEW)) == 1


def test_a_file_of_an_earlier_release_begins_every_feed_again_once(hub: TestHub) -> None:
    flagged(hub, "A-1")
    city = hub.person("asha")
    epoch, head = city.epoch(), as_of(city, CITY)
    hub.stop()
    file = hub.raw()
    file.execute("DELETE FROM papers WHERE name = 'tree'")
    file.commit()
    file.close()
    hub.start()
    city.sign_in()
    assert expired(city.changes(CITY, epoch, head)), "nobody knows which tree filled it"
    at = as_of(city, CITY)
    hub.restart()
    city.sign_in()
    assert city.changes(CITY, epoch, at).status == 200


def test_a_new_station_without_cases_costs_no_console_its_list(hub: TestHub) -> None:
    flagged(hub, "A-1")
    top = hub.person("hq", unit=TOP)
    epoch, heads = top.epoch(), {unit: as_of(top, unit) for unit in (TOP, OLD, CITY, NEW, "jhunjhunu")}
    at = ["--db", f"sqlite:///{hub.db}"]
    name = ["--name-en", "New", "--name-hi", "नया"]
    assert cli.main(["unit", "add", "new-post", "--kind", "station", *name, "--parent", "jhunjhunu", *at]) == 0
    tree = select(papers.c.body).where(papers.c.name == TREE_PAPER)
    until(lambda: b"new-post" in bytes(rows(hub, tree)[0].body), WATCHDOG, "the hub to settle its feeds")
    assert top.get("/v1/feeds/new-post/snapshot").json["items"] == []
    for unit, head in heads.items():
        assert top.changes(unit, epoch, head).status == 200
        assert as_of(top, unit) == head


def test_closed_cases_of_a_unit_that_goes_are_seen_at_the_intake_unit(hub: TestHub, tmp_path: Path) -> None:
    """Nobody sees into a unit that is no longer there: without a place its cases could not even be found again."""
    take(hub, table(tmp_path), "--intake", "jhunjhunu")
    followed_intake(hub, "jhunjhunu")
    there = hub.person("mina", unit="jhunjhunu")
    rid = in_hand(there, hub, "A-1")
    done(there, "close", rid, {"code": "accepted_elsewhere", "summary": "सौंप दिया", "accepted_by": {
        "name": "नमूना", "rank": "-", "body": "नमूना", "kind": "hospital"}})  # fmt: skip
    city, above, top = hub.person("asha"), hub.person("old", unit=OLD), hub.person("hq", unit=TOP)
    epoch = city.epoch()
    heads = {unit: as_of(who, unit) for unit, who in ((CITY, city), (OLD, above), (TOP, top), (NEW, top))}
    assert snapshot(city, CITY) == {}
    assert cli.main(["user", "disable", "mina", "--db", f"sqlite:///{hub.db}"]) == 0
    take(hub, table(tmp_path, without="jhunjhunu"), "--intake", CITY)
    until(lambda: expired(city.changes(CITY, epoch, heads[CITY])), WATCHDOG, "the intake unit begins again")
    assert set(snapshot(city, CITY)) == set(snapshot(above, OLD)) == set(snapshot(top, TOP)) == {rid}
    assert city.case(rid)["state"] == "closed"
    found = city.send("POST", "/v1/referrals:search", {"state": "closed"}).json["items"]
    assert [item["id"] for item in found] == [rid]
    assert top.changes(TOP, epoch, heads[TOP]).status == 200, "who saw it before and sees it now reads on"
    assert expired(top.changes(NEW, epoch, heads[NEW])), "the range it belonged to keeps nothing of it"
    assert snapshot(top, NEW) == {}


def followed_intake(hub: TestHub, unit: str) -> None:
    assert hub.running is not None
    inside = hub.running.hub
    until(lambda: inside.directory.intake_unit == unit, WATCHDOG, "the hub follows")


def test_a_poll_that_waits_at_a_feed_out_of_reach_hears_no_more_of_it(hub: TestHub, tmp_path: Path) -> None:
    """The feed of the district itself goes on; the range above it that lost it may not read it any more."""
    flagged(hub, "A-1")
    loser = hub.person("old", unit=OLD)
    epoch, head = loser.epoch(), as_of(loser, CITY)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        poll = pool.submit(loser.changes, CITY, epoch, head, wait=PATIENT)
        until(lambda: waiting(hub) == 1, WATCHDOG, "the poll to wait")
        take(hub, table(tmp_path, parents=TREE))
        answer = poll.result(WATCHDOG)
    assert (answer.status, answer.json["events"]) == (200, [])
    assert loser.changes(CITY, epoch, head).status == 404


def test_a_list_kept_through_changes_of_the_tree_is_the_list_of_a_new_console(hub: TestHub, tmp_path: Path) -> None:
    """Flags come in while the district goes from range to range and back: nothing is missing, nothing stays."""
    hub.source()
    people = {OLD: hub.person("old", unit=OLD), NEW: hub.person("new", unit=NEW)}
    lists = {unit: Console(person, unit) for unit, person in people.items()}
    over = threading.Event()

    def flags() -> None:
        for n in range(400):
            if over.is_set():
                return
            assert hub.put_flag(f"A-{n}").status == 201

    def follow(console: Console) -> None:
        while not over.is_set():
            console.poll()

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        work = [pool.submit(flags), *(pool.submit(follow, console) for console in lists.values())]
        try:
            for parent in (NEW, OLD, NEW):
                take(hub, table(tmp_path, parents={CITY: parent}))
                followed(hub, CITY, parent)
        finally:
            over.set()
        for one in work:
            one.result(WATCHDOG)
    assert hub.put_flag("last").status == 201
    for console in lists.values():
        until(console.is_whole, WATCHDOG, f"the list of {console.unit} to be whole")
    assert len(lists[NEW].ids) > 1
    assert lists[OLD].ids == set()
    assert {console.resyncs > 0 for console in lists.values()} == {True}


class Console:
    """A list as a console keeps it: a snapshot, the changes after it, and a new snapshot when the hub says so."""

    def __init__(self, person: Person, unit: str) -> None:
        self.person, self.unit = person, unit
        self.epoch = person.epoch()
        self.resyncs = -1
        self.resync()

    def resync(self) -> None:
        """Begin again; one page holds it all here."""
        got = self.person.get(f"/v1/feeds/{self.unit}/snapshot?limit=500").json
        assert "next_page_token" not in got
        self.ids = {item["id"] for item in got["items"]}
        self.after = int(got["as_of"])
        self.resyncs += 1

    def is_whole(self) -> bool:
        """Whether it is what a new console would have, after one more poll."""
        self.poll()
        return self.ids == set(snapshot(self.person, self.unit))

    def poll(self) -> None:
        """Ask once."""
        got = self.person.changes(self.unit, self.epoch, self.after, wait=0.2)
        if got.status == 410:
            assert got.code == "cursor-expired", "a head never goes back"
            self.resync()
            return
        page = read_changes(got.raw, epoch=self.epoch, after=self.after)
        self.ids |= {event["referral_id"] for event in got.json["events"]}
        self.after = page.next


def test_a_unit_that_is_not_in_the_directory_counts_as_one_below_the_intake_unit() -> None:
    scope = Scope(demo())
    assert scope.above("gone") == ("gone", CITY, OLD, TOP)
    assert scope.within("gone", CITY)
    assert not scope.within("gone", NEW)
    assert not scope.known("gone")


def test_taking_a_directory_over_is_tried_again_while_it_cannot_be_written(
    hub: TestHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new tree is in use at once; the consoles learn of it when the feeds could be begun again."""
    from kotaconsole.hub.cases import trees
    from kotaconsole.hub.problems import Refused

    flagged(hub, "A-1")
    gainer = hub.person("new", unit=NEW)
    epoch, head = gainer.epoch(), as_of(gainer, NEW)
    real: Callable[..., Any] = trees.settle
    refused: list[bool] = []

    def sometimes(*told: Any) -> Any:
        if not refused:
            refused.append(True)
            raise Refused("unavailable", "not now")
        return real(*told)

    monkeypatch.setattr(trees, "settle", sometimes)
    take(hub, table(tmp_path, parents=TREE))
    until(lambda: expired(gainer.changes(NEW, epoch, head)), WATCHDOG, "the feed begins again")
    assert refused
