"""Bookkeeping that belongs to no case has an end too: nothing the hub writes down grows for ever but by a decision."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import disable_user
from kotaconsole.hub.access.workstations import revoke_workstation
from kotaconsole.hub.keeping import keeper, trimming
from kotaconsole.hub.storage.tables import (
    drills,
    families,
    handovers,
    metadata,
    postings,
    presence_changes,
    seats,
    tokens,
    workstations,
)
from tests.hub.administering import administer, let_in_again, rows
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.nights import kept_in_order, later


def ago(days: float) -> int:
    return int(later(-days))


def put(hub: TestHub, table: Table, *values: dict[str, Any]) -> None:
    def write(engine: Any, _: Instant) -> None:
        with engine.begin() as connection:
            connection.execute(insert(table), list(values))

    administer(hub, write)


def change(hub: TestHub, statement: Any) -> None:
    def write(engine: Any, _: Instant) -> None:
        with engine.begin() as connection:
            connection.execute(statement)

    administer(hub, write)


def desk(workstation: str, *days: float, state: str = "heard") -> list[dict[str, Any]]:
    return [{"workstation_id": workstation, "unit": "kota-city", "at": ago(one), "state": state} for one in days]


def days_of(hub: TestHub, workstation: str) -> list[int]:
    query = select(presence_changes.c.at).where(presence_changes.c.workstation_id == workstation)
    now = int(later(0))
    return sorted((round((now - row.at) / 86_400_000) for row in rows(hub, query)), reverse=True)


def lost(person: Person, days_ago: float) -> Any:
    """Minutes without link in one hour so many days ago."""
    begin = later(-days_ago)
    path = f"/v1/reports/shift?unit=kota-city&from={begin.iso()}&to={begin.plus(hours=1).iso()}"
    return person.get(path).json["link_lost_minutes"]


def test_when_desks_were_heard_goes_by_the_sites_schedule_and_reports_stay_right(
    hub: TestHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trimming, "LOOKED_UP", 3)
    monkeypatch.setattr(trimming, "AT_ONCE", 2)
    monkeypatch.setattr(keeper, "REST_S", 0)
    boss = hub.person("veena", "supervisor")
    put(hub, presence_changes, *desk("w-busy", 400, 390, 380, 370, 300, 200), *desk("w-quiet", 300, 299))
    put(hub, presence_changes, *desk("w-busy", 190, state="silent"), *desk("w-busy", 20, 10))
    assert lost(boss, 30) == 60.0
    kept_in_order(hub, 0)
    assert days_of(hub, "w-busy") == [190, 20, 10], "how it stood at the end of the schedule has to stay"
    assert days_of(hub, "w-quiet") == [299]
    assert lost(boss, 30) == 60.0
    assert (lost(boss, 15), lost(boss, 179)) == (0.0, 60.0)
    assert lost(boss, 181) is None, "what is not kept any more is not told as none"
    kept_in_order(hub, 0)
    assert days_of(hub, "w-busy") == [190, 20, 10]


def test_hand_overs_go_by_the_sites_schedule(hub: TestHub) -> None:
    common = {"unit": "kota-city", "version": 1, "body": b"{}"}
    put(hub, handovers, *({"id": f"h-{days}", "shift_start": ago(days), **common} for days in (181, 179)))
    kept_in_order(hub, 0)
    assert [row.id for row in rows(hub, select(handovers.c.id))] == ["h-179"]


def test_answers_to_drills_are_kept_as_long_as_those_to_commands(hub: TestHub) -> None:
    common = {"operator_id": "somebody", "body_hash": b"x", "answer": b"{}"}
    put(hub, drills, *({"key": f"k-{days}", "at": ago(days), **common} for days in (91, 89)))
    put(hub, drills, {**common, "operator_id": "another", "key": "k-89", "at": ago(95)})
    kept_in_order(hub, 0)
    assert [tuple(row) for row in rows(hub, select(drills.c.operator_id, drills.c.key))] == [("somebody", "k-89")]


def test_a_sign_in_is_forgotten_with_its_last_token_and_no_sooner(hub: TestHub) -> None:
    hub.person("ravi")
    person = hub.person("asha")
    theirs = select(families.c.id).join(tokens, tokens.c.family == families.c.id).distinct()
    first, second = sorted(row.id for row in rows(hub, theirs))
    change(hub, tokens.delete().where(tokens.c.family == first))
    kept_in_order(hub, 0)
    assert [row.id for row in rows(hub, select(families.c.id))] == [second]
    asked = {"refresh_token": person.session["refresh_token"], "workstation_id": person.workstation}
    assert person.send("POST", "/v1/sessions/refresh", asked).status == 201


def test_who_sat_where_is_forgotten_90_days_after_person_or_desk_was_shut_out(hub: TestHub) -> None:
    names = ("long-gone", "lately-gone", "came-back", "serves", "old-desk", "new-desk")
    people = {name: hub.person(name) for name in names}
    for name in ("long-gone", "lately-gone", "came-back"):
        administer(hub, partial(disable_user, username=name))
        aged = ago(89 if name == "lately-gone" else 91)
        mine = postings.c.user_id == people[name].id
        # as if it had been done so many days ago, and the first posting before that
        change(hub, update(postings).where(mine).values(since=postings.c.since - 2**33))
        change(hub, update(postings).where(mine, postings.c.role.is_(None)).values(since=aged))
    let_in_again(hub, "came-back")
    for name, days in (("old-desk", 91), ("new-desk", 89)):
        station = people[name].workstation
        administer(hub, partial(revoke_workstation, workstation=station))
        change(hub, update(workstations).where(workstations.c.id == station).values(revoked_at=ago(days)))
    kept_in_order(hub, 0)
    by_id = {person.id: name for name, person in people.items()}
    left = {by_id[row.user_id] for row in rows(hub, select(seats.c.user_id)) if row.user_id in by_id}
    assert left == {"lately-gone", "came-back", "serves", "new-desk"}


def test_every_table_is_erased_with_a_case_or_trimmed_or_kept_for_a_reason() -> None:
    """A table somebody adds has to be decided on here, or a pruned case could live on in it, or it grow for ever."""
    erased = {
        "account_keys", "audit_salts", "commands", "drill_cases", "events", "feed_events", "flag_keys", "flags",
        "hints", "kept_bodies", "notices", "split_keys", "split_sides", "stubs",
    }  # fmt: skip
    trimmed = {trim.table.name for trim in trimming.TRIMS} | {"tokens"}
    bounded = {
        "counters": "one per number series", "facts": "the hub itself", "feeds": "one per unit",
        "papers": "one per paper", "site_settings": "one per setting", "unattended": "units, while it lasts",
        "source_keys": "until they are dropped",
    }  # fmt: skip
    kept = {
        "audit": "who did what is kept on purpose", "users": "the audit log names them",
        "postings": "what they were when", "workstations": "a desk keeps its code for ever",
        "referrals": "number, dates, level, unit and outcome of each case", "pruned": "which of them are only that",
        "epochs": "one per restore; a console may come back with any of them",
    }  # fmt: skip
    parts = (erased, trimmed, set(bounded), set(kept))
    assert set(metadata.tables) == set().union(*parts)
    assert sum(map(len, parts)) == len(metadata.tables), "each is decided on once"


def test_a_hub_with_nothing_to_trim_writes_nothing_for_it(hub: TestHub) -> None:
    person = hub.person("asha")
    seen = new_uuid()
    put(hub, drills, {"operator_id": person.id, "key": seen, "body_hash": b"x", "answer": b"{}", "at": ago(1)})
    assert hub.running is not None
    inner = hub.running.hub
    over = trimming.ends(later(0), inner.settings.site.retained_days)
    with inner._database.reader.begin() as connection:
        assert [trim.found(connection, over) for trim in trimming.TRIMS] == [[]] * len(trimming.TRIMS)
