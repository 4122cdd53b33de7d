"""One desk, one session after the other: who signs in again goes on where the desk stood."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.app import core as core_module
from kotaconsole.app.core import Core
from kotaconsole.domain.commands import Note
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system.clock import SystemClock
from kotaconsole.system.paths import profile_dirs, resources
from kotaconsole.system.settings import Settings
from tests.alarm.fakes import FakeSounder
from tests.api.server import Asked, Say, problem
from tests.sync.scripted_hub import ScriptedHub
from tests.world.waiting import until


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    one = ScriptedHub()
    yield one
    one.close()


@pytest.fixture
def core(hub: ScriptedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Core]:
    """A console without its window, without loudspeaker and with a key of its own."""
    monkeypatch.setattr(core_module, "SounderLink", lambda _options: FakeSounder())
    monkeypatch.setattr(core_module, "open_key", lambda *_: bytes(range(32)))
    settings = Settings()
    settings = replace(settings, hub=replace(settings.hub, url=hub.url))
    one = Core(settings, profile_dirs(tmp_path / "desk"), resources(), SystemClock())
    yield one
    one.stop()


def wait(condition: Callable[[], Any], what: str) -> None:
    until(condition, 30, what, 0.05)


def test_another_person_goes_on_with_list_and_queue_of_the_one_before(core: Core, hub: ScriptedHub) -> None:
    hub.flag("c1")
    desk = core.sign_in("meena", "p")
    wait(lambda: [row.key for row in desk.rows()] == ["c1"], "the case is listed")
    hub.access = hub.refresh = "gone"
    wait(lambda: desk.link().signed_out, "the session has ended")
    desk.save("note", "c1", Note("वार्डन से बात"), None)
    assert [row.key for row in desk.rows()] == ["c1"]
    hub.person = {"id": "op-2", "name": "K. Singh", "role": "supervisor", "unit": "kota-city"}
    hub.access = hub.refresh = "second"
    desk.sign_in("singh", "p")
    names = [thread.name for thread in threading.enumerate()]
    assert (names.count("sync"), names.count("poll")) == (1, 1), "the engine of the ended session has ended too"
    assert (desk.operator.name, desk.operator.role) == ("K. Singh", "supervisor")
    wait(lambda: desk.link().state == "live" and desk.link().to_send == 0, "the queue goes out")
    desk.save("note", "c1", Note("छत देखी"), None)
    wait(lambda: len(hub.applied) == 2, "the next note is at the hub")
    assert [(body["n"], body["author"]) for body in hub.applied] == [(1, "op-1"), (2, "op-2")]


def test_a_sign_in_that_fails_changes_nothing(core: Core, hub: ScriptedHub) -> None:
    hub.flag("c1")
    desk = core.sign_in("meena", "p")
    wait(lambda: [row.key for row in desk.rows()] == ["c1"], "the case is listed")
    engine = core._engine

    def refuses(asked: Asked) -> Say | None:
        return problem(401, "invalid-credentials", terminal=True) if asked.path == "/v1/sessions" else None

    hub.fault = refuses
    with pytest.raises(EnvironmentFault, match="invalid-credentials"):
        desk.sign_in("meena", "wrong")
    hub.fault = lambda _: None
    hub.person = {**hub.person, "role": "auditor"}
    with pytest.raises(EnvironmentFault, match="role-without-desk"):
        desk.sign_in("auditor", "p")
    assert core._engine is engine
    assert desk.operator.role == "operator"
    hub.flag("c2")
    wait(lambda: len(desk.rows()) == 2, "the session that was there goes on")


def test_another_unit_gets_its_own_list_and_its_commands_alone_are_sent(core: Core, hub: ScriptedHub) -> None:
    hub.flag("c1")
    desk = core.sign_in("meena", "p")
    wait(lambda: [row.key for row in desk.rows()] == ["c1"], "the case is listed")
    hub.access = hub.refresh = "gone"
    wait(lambda: desk.link().signed_out, "the session has ended")
    kept = desk.save("note", "c1", Note("वार्डन से बात"), None)
    hub.person = {**hub.person, "id": "op-3", "unit": "kota-rural"}
    hub.access = hub.refresh = "third"
    desk.sign_in("far", "p")
    wait(lambda: hub.asked("/v1/feeds/kota-rural/changes"), "the other unit's feed is read")
    wait(lambda: desk.link().state == "live", "the link lives")
    assert core.open().queries.queue() == (kept,), "a note of the unit before waits for somebody of that unit"
    assert hub.applied == []
