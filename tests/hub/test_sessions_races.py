"""What happens between the look at a password and the commit that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kotaconsole.hub.access import people
from kotaconsole.hub.access.auth import Auth
from kotaconsole.hub.access.passwords import WAITING
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import Limits
from tests.hub.administering import administer
from tests.hub.client import PASSWORD, Got, new_uuid
from tests.hub.fixtures import TestHub
from tests.world.waiting import until

NEW = "दूसरा लंबा पासवर्ड"


def sign_in(hub: TestHub, username: str, password: str = PASSWORD) -> Got:
    asked = {"username": username, "password": password, "workstation": {"id": new_uuid()}}
    return hub.anyone().send("POST", "/v1/sessions", asked)


def auth_of(hub: TestHub) -> Auth:
    assert hub.running is not None
    return hub.running.hub.auth


def after_the_check(hub: TestHub, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any, Any], Any]) -> None:
    """Let an administrator do something once, when a password was found right and nothing was written yet."""
    passwords = auth_of(hub)._passwords
    check, done = passwords.check, []

    async def slow(password: str, stored: str | None) -> Any:
        checked = await check(password, stored)
        if checked.fits and not done:
            done.append(True)
            administer(hub, change)
        return checked

    monkeypatch.setattr(passwords, "check", slow)


def set_new(engine: Any, now: Any) -> None:
    people.set_password(engine, now, username="asha", password=NEW)


def disable(engine: Any, now: Any) -> None:
    people.disable_user(engine, now, username="asha")


@pytest.mark.parametrize("change", [set_new, disable])
def test_a_password_that_was_right_a_moment_ago_opens_nothing(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any, Any], Any]
) -> None:
    hub.add_user("asha")
    after_the_check(hub, monkeypatch, change)
    assert sign_in(hub, "asha").code == "invalid-credentials"


def test_whoever_is_moved_during_the_check_comes_in_as_what_they_are_now(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add_user("asha")
    assert hub.running is not None
    directory = hub.running.hub.directory

    def move(engine: Any, now: Any) -> None:
        people.move_user(engine, directory, now, username="asha", unit="kota-rural", role="auditor")

    after_the_check(hub, monkeypatch, move)
    got = sign_in(hub, "asha")
    assert (got.status, got.json["operator"]["unit"], got.json["operator"]["role"]) == (201, "kota-rural", "auditor")


def test_an_administrators_new_password_is_not_overwritten_by_a_change_under_way(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = hub.person("asha")
    after_the_check(hub, monkeypatch, set_new)
    got = person.send("PUT", "/v1/me/password", {"old": PASSWORD, "new": "the password of a thief"})
    assert (got.status, got.json["errors"][0]["pointer"]) == (422, "/old")
    assert sign_in(hub, "asha", "the password of a thief").code == "invalid-credentials"
    assert sign_in(hub, "asha", NEW).status == 201


def test_more_sign_ins_than_can_wait_are_told_to_come_back(hub: TestHub) -> None:
    hub.add_user("asha")
    passwords = auth_of(hub)._passwords
    passwords._waiting = WAITING
    got = sign_in(hub, "asha")
    assert (got.status, got.code, got.json["terminal"]) == (503, "unavailable", False)
    assert "retry-after" in got.headers
    passwords._waiting = 0
    assert sign_in(hub, "asha").status == 201, "and it is not held against them"


@pytest.mark.log_errors_expected("a mistake is planted")
@pytest.mark.parametrize("fault", [Refused("unavailable"), RuntimeError("planted")])
def test_a_failed_look_for_changes_is_not_the_last(
    make_hub: Callable[..., TestHub], monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    hub = make_hub(Limits(beat_s=0.05))
    person = hub.person("asha")
    auth = auth_of(hub)
    look, failed = auth.look, []

    async def fails() -> None:
        if len(failed) < 3:
            failed.append(True)
            raise fault
        await look()

    monkeypatch.setattr(auth, "look", fails)
    administer(hub, disable)
    until(lambda: person.get("/v1/me").status == 401, 30, "the session to end")
    assert len(failed) == 3


def test_a_stored_form_that_is_none_lets_nobody_in(hub: TestHub) -> None:
    hub.add_user("asha")

    def spoil(engine: Any, _: Any) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE users SET password_hash = 'x'")

    administer(hub, spoil)
    assert sign_in(hub, "asha").code == "invalid-credentials"
    assert sign_in(hub, "asha", "x").code == "invalid-credentials"
