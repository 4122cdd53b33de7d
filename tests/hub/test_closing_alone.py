"""Ending a case without the person: a supervisor decides, an operator alone only where none was there for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access import people, sessions
from kotaconsole.hub.access.workstations import revoke_workstation
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.settings import Site
from kotaconsole.hub.state import read_papers
from tests.hub.administering import administer
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import PASSWORD, ManualClock, TestHub

ALONE = {"code": "not_located", "summary": "no such place", "without_supervisor": "रात में अकेले"}


class Night:
    """A hub on a clock of its own, and an operator who would end a case without a supervisor."""

    def __init__(self, make: Callable[..., TestHub], **more: Any) -> None:
        self.clock = ManualClock()
        self.hub = make(clock=self.clock, **more)
        self.asha = self.hub.person("asha")

    def closes(self) -> bool:
        """Whether the operator may; the case is another one each time."""
        self.asha.sign_in()
        rid = str(self.asha.command("open", new_uuid(), {"received_via": "phone"}).json["referral_id"])
        got = self.asha.command("close", rid, ALONE, seen=1)
        assert got.status == 201 or (got.status, got.code) == (422, "invalid"), got.raw
        return got.status == 201

    def only_after(self, seconds: float) -> None:
        self.clock.advance(seconds - 1)
        assert not self.closes(), "a second too early"
        self.clock.advance(1)
        assert self.closes()


def test_a_hub_that_has_just_begun_knows_of_no_supervisor_who_was_away(make_hub: Callable[..., TestHub]) -> None:
    night = Night(make_hub)
    assert not night.closes()
    night.only_after(900)


@pytest.mark.parametrize("ending", ["signed out", "moved", "disabled", "password set", "shut out", "expired"])
def test_a_supervisor_was_about_until_their_session_ended(make_hub: Callable[..., TestHub], ending: str) -> None:
    night = Night(make_hub)
    night.clock.advance(5000)
    assert night.closes()
    boss = night.hub.person("boss", "supervisor")
    night.clock.advance(60)
    assert not night.closes()
    end_session(night, boss, ending)
    assert not night.closes(), "they were there a moment ago"
    if ending == "expired":
        night.clock.advance(540)  # an access token lives 600 s, of which 60 are over
    night.clock.advance(600)
    night.hub.restart()
    night.only_after(300)


def end_session(night: Night, boss: Person, ending: str) -> None:
    def change(engine: Engine, now: Instant) -> None:
        match ending:
            case "moved":
                directory = read_papers(find_resources(), None).directory
                people.move_user(engine, directory, now, username="boss", role="operator")
            case "disabled":
                people.disable_user(engine, now, username="boss")
            case "password set":
                people.set_password(engine, now, username="boss", password=f"{PASSWORD} 2")
            case "shut out":
                revoke_workstation(engine, now, workstation=boss.workstation)

    if ending == "signed out":
        assert boss.ask("DELETE", "/v1/sessions/current").status == 204
    elif ending != "expired":
        administer(night.hub, change)


def test_a_supervisor_of_another_unit_or_who_is_an_operator_now_is_not_about(make_hub: Callable[..., TestHub]) -> None:
    night = Night(make_hub)
    night.clock.advance(900)
    night.hub.person("near", "supervisor", unit="range-kota")
    night.hub.person("meera")
    assert night.closes()


@pytest.mark.parametrize("by", ["asha", "boss"])
def test_a_session_that_is_kept_alive_counts_until_now(make_hub: Callable[..., TestHub], by: str) -> None:
    night = Night(make_hub)
    boss = night.hub.person("boss", "supervisor")
    for _ in range(4):
        night.clock.advance(500)
        if by == "boss":
            told = {"refresh_token": boss.session["refresh_token"], "workstation_id": boss.workstation}
            boss.session = boss.send("POST", "/v1/sessions/refresh", told).json
    assert night.closes() is (by == "asha")


def test_how_long_a_supervisor_must_be_away_is_the_sites_own_number(make_hub: Callable[..., TestHub]) -> None:
    night = Night(make_hub, site=Site(supervisor_away_s=24 * 3600))
    night.clock.advance(100)
    boss = night.hub.person("boss", "supervisor")
    boss.ask("DELETE", "/v1/sessions/current")
    night.clock.advance(12 * 3600)

    def tidy(engine: Engine, now: Instant) -> None:
        with people.changing(engine, now) as tx:
            sessions.sweep(tx)

    administer(night.hub, tidy)
    night.only_after(12 * 3600)
