"""Watching the watchers: silence of a console is never taken for quiet."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.hub.settings import Limits, Site
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.watched import HEARD, QUICK, WatchedHub, alarms, done, ping
from tests.world.waiting import until

KOTA = ("unit_unattended", "kota-city")
SILENT = ("console_silent", "kota-city")


@pytest.fixture
def watched(make_hub: Callable[..., TestHub]) -> WatchedHub:
    return WatchedHub(make_hub)


def listening(watched: WatchedHub, seconds: int, *people: Person, **fields: Any) -> None:
    """Let time pass while some consoles say every ten seconds that they are there."""
    for _ in range(seconds // 10):
        for person in people:
            done(ping(person, **fields))
        watched.pass_time(10)


# -------------------------------------------------------------------------------------------- saying that one is there


def test_nobody_speaks_for_another_workstation_and_only_desks_speak(watched: WatchedHub) -> None:
    asha, auditor, source = watched.person("asha"), watched.person("anil", "auditor"), watched.hub.source()
    theirs = f"/v1/workstations/{new_uuid()}/presence"
    assert asha.send("PUT", theirs, HEARD).code == "not-allowed"
    for other in (auditor, source):
        assert ping(other).code == "not-allowed"
    assert ping(watched.person("kiran", "supervisor")).status == 200


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"last_seq": -1}, 422), ({"outbox_depth": -1}, 422), ({"audible": "perhaps"}, 400), ({"listening": None}, 400),
     ({"last_seq": 2**63}, 422), ({"version": ""}, 422), ({"operator": None, "more": 1}, 200)],
)  # fmt: skip
def test_what_is_said_is_checked(watched: WatchedHub, fields: dict[str, Any], status: int) -> None:
    assert ping(watched.person("asha"), **fields).status == status


# ---------------------------------------------------------------------------------------------------- nobody at a unit


def test_a_unit_that_nobody_listens_for_is_told_to_the_nearest_unit_above_that_does(watched: WatchedHub) -> None:
    near, far = watched.person("near", unit="range-kota"), watched.person("far", unit="rajasthan")
    beside = watched.person("beside", unit="bundi")
    everyone = (near, far, beside)
    listening(watched, 100, *everyone)
    assert [alarms(person) for person in everyone] == [[KOTA], [], []]
    listening(watched, 40, far, beside)
    # and so is the console there that fell silent: nobody else of its unit could be told
    assert alarms(far) == [("console_silent", "range-kota"), KOTA], "the alarm climbs past a unit that fell silent"
    assert alarms(beside) == []


def test_a_console_that_listens_again_ends_it(watched: WatchedHub) -> None:
    asha, near = watched.person("asha"), watched.person("near", unit="range-kota")
    listening(watched, 100, near)
    assert alarms(near) == [KOTA]
    assert alarms(asha) == [KOTA], "and whoever comes to the desk sees it"
    watched.look()
    assert alarms(near) == []


@pytest.mark.parametrize("deaf", [{"audible": "no"}, {"audible": "unknown"}, {"listening": False}])
def test_a_console_that_cannot_be_heard_or_does_not_listen_is_nobody(watched: WatchedHub, deaf: dict[str, Any]) -> None:
    asha, near = watched.person("asha"), watched.person("near", unit="range-kota")
    for _ in range(10):
        done(ping(asha, **deaf))
        listening(watched, 10, near)
    assert KOTA in alarms(near)


def test_half_a_minute_without_a_sign_and_not_less(watched: WatchedHub) -> None:
    asha, near = watched.person("asha"), watched.person("near", unit="range-kota")
    listening(watched, 100, asha, near)
    watched.pass_time(19)
    done(ping(near))
    assert alarms(near) == [], "29 s"
    watched.pass_time(1)
    assert KOTA in alarms(near), "30 s"


def test_a_unit_that_watches_while_it_holds_is_missed_only_then(watched: WatchedHub) -> None:
    ravi, near = watched.person("ravi", unit="kota-rural"), watched.person("near", unit="range-kota")
    asha = watched.person("asha")
    listening(watched, 100, near, asha)
    assert alarms(near) == []
    opened = done(ravi.command("open", new_uuid(), {"received_via": "phone", "excerpt": "..."})).json
    listening(watched, 40, near, asha)
    assert alarms(near) == [("unit_unattended", "kota-rural")]
    seen = {"seen": opened["version"]}
    done(ravi.command("close", opened["referral_id"], {"code": "accepted_elsewhere", "summary": "...", "accepted_by":
         {"name": "B. Singh", "rank": "SI", "body": "childline", "kind": "childline"}}, **seen))  # fmt: skip
    listening(watched, 10, near, asha)
    assert alarms(near) == []


def test_a_hub_that_has_just_begun_does_not_cry(watched: WatchedHub) -> None:
    asha, near = watched.person("asha"), watched.person("near", unit="range-kota")
    listening(watched, 50, asha, near)
    watched.restart()
    listening(watched, 20, near)
    watched.pass_time(9)
    assert alarms(near) == [], "29 s: the others may still be on their way back"
    watched.pass_time(1)
    assert alarms(near) == [SILENT, KOTA], "30 s"


def test_how_long_a_hub_that_has_just_begun_waits_is_the_sites_own_number(make_hub: Callable[..., TestHub]) -> None:
    watched = WatchedHub(make_hub, site=Site(unattended_s=90))
    near = watched.person("near", unit="range-kota")
    listening(watched, 80, near)
    assert alarms(near) == []
    listening(watched, 10, near)
    assert alarms(near) == [KOTA]


# ---------------------------------------------------------------------------------------------------- a silent console


def test_a_console_that_falls_silent_is_told_to_its_colleagues(watched: WatchedHub) -> None:
    asha, meena, near = watched.person("asha"), watched.person("meena"), watched.person("near", unit="range-kota")
    listening(watched, 70, asha, meena, near)
    listening(watched, 60, asha, near)
    assert (alarms(asha), alarms(near)) == ([SILENT], [])
    told = ping(asha).json["alarms"][0]
    assert told["desk"] == meena.desk
    assert alarms(meena) == [], "nobody is told of oneself"
    watched.look()
    assert alarms(asha) == []


def test_a_console_without_sound_is_told_to_its_colleagues_too(watched: WatchedHub) -> None:
    asha, meena = watched.person("asha"), watched.person("meena")
    for _ in range(10):
        done(ping(meena, audible="no"))
        listening(watched, 10, asha)
    assert alarms(asha) == [SILENT]


def test_a_console_that_signed_out_is_not_missed(watched: WatchedHub) -> None:
    asha, meena = watched.person("asha"), watched.person("meena")
    listening(watched, 70, asha, meena)
    assert meena.ask("DELETE", "/v1/sessions/current").status == 204
    listening(watched, 60, asha)
    assert alarms(asha) == []


# ------------------------------------------------------------------------------------------------------- nobody at all


@pytest.fixture
def called(tmp_path: Path) -> Path:
    """Where the site's command leaves what it was told."""
    return tmp_path / "called"


def command(called: Path, *lines: str) -> tuple[str, ...]:
    script = called.with_suffix(".sh")
    script.write_text("\n".join(("#!/bin/sh", f'env >> "{called}"', f'echo END >> "{called}"', *lines)) + "\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return (str(script),)


def calls(called: Path) -> int:
    return called.read_text().count("END") if called.exists() else 0


def alone(make_hub: Callable[..., TestHub], argv: tuple[str, ...], limits: Limits = QUICK) -> WatchedHub:
    return WatchedHub(make_hub, limits, site=Site(on_nobody_listening=argv))


def run_of(supervisor: Person) -> dict[str, Any]:
    told: dict[str, Any] = supervisor.get("/v1/workstations").json
    unit = next((one for one in told["unattended"] if one["unit"] == "kota-city"), {})
    return {"told": unit.get("told"), **(unit.get("command") or {})}


def test_when_nobody_listens_anywhere_the_sites_command_runs_once_and_again_after_a_while(
    make_hub: Callable[..., TestHub], called: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HUB", "1")
    watched = alone(make_hub, command(called))
    watched.pass_time(60)
    until(lambda: calls(called) == 1, 20, "the command to run")
    told = dict(line.split("=", 1) for line in called.read_text().splitlines() if "=" in line)
    assert told.keys() - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "LANG", "KOTACONSOLE_UNIT", "KOTACONSOLE_SINCE"}
    assert told["KOTACONSOLE_UNIT"] == "kota-city"
    watched.pass_time(800)
    assert calls(called) == 1, "once in an incident"
    watched.restart()
    watched.pass_time(90)
    assert calls(called) == 1, "a restart does not send it again"
    watched.pass_time(20)
    until(lambda: calls(called) == 2, 20, "the command to run again")
    asha = watched.person("asha")
    done(ping(asha))
    watched.look()
    watched.pass_time(31)
    until(lambda: calls(called) == 3, 20, "a new incident to be called out")


def test_it_does_not_run_while_somebody_above_listens(make_hub: Callable[..., TestHub], called: Path) -> None:
    watched = alone(make_hub, command(called))
    near = watched.person("near", unit="range-kota")
    listening(watched, 120, near)
    assert alarms(near) == [KOTA]
    assert calls(called) == 0


@pytest.mark.log_errors_expected
@pytest.mark.parametrize(
    ("lines", "failure"), [(("exit 3",), "ended with status 3"), (("sleep 60 & sleep 60",), "took longer than 0.5 s")]
)
def test_a_command_that_fails_is_shown_and_tried_again(
    make_hub: Callable[..., TestHub], called: Path, lines: tuple[str, ...], failure: str
) -> None:
    watched = alone(make_hub, command(called, *lines), Limits(watch_s=0.02, nobody_limit_s=0.5))
    kiran = watched.person("kiran", "supervisor")
    watched.pass_time(90)
    until(lambda: failure in (run_of(kiran).get("failure") or ""), 20, lambda: str(run_of(kiran)))
    assert any(failure in trouble for trouble in watched.troubles())
    watched.pass_time(60)
    until(lambda: calls(called) == 2, 20, "it to be tried again")


@pytest.mark.log_errors_expected
def test_a_command_that_is_not_there_is_shown(make_hub: Callable[..., TestHub], called: Path) -> None:
    watched = alone(make_hub, (str(called / "nothing"),))
    kiran = watched.person("kiran", "supervisor")
    watched.pass_time(90)
    until(lambda: "could not be started" in (run_of(kiran).get("failure") or ""), 20, "the failure to be shown")
    assert run_of(kiran)["told"] is None


def test_without_a_command_the_trouble_is_said(watched: WatchedHub) -> None:
    watched.pass_time(90)
    assert any("no on-nobody-listening command is set" in trouble for trouble in watched.troubles())


# ----------------------------------------------------------------------------------------------- the supervisor's list


def test_the_supervisor_sees_the_desks_of_the_unit_and_below_and_nobody_else_does(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    elsewhere = watched.person("ravi", unit="kota-rural")
    for person in (asha, elsewhere):
        done(ping(person, operator=person.id, last_seq=7, outbox_depth=2, version="0.3.0"))
    watched.look()
    told = kiran.get("/v1/workstations").json
    assert told["command_set"] is False
    assert [one["desk"] for one in told["workstations"]] == [asha.desk]
    desk = told["workstations"][0]
    wanted = {
        "id": asha.workstation, "name": "test", "operator": asha.id, "unit": "kota-city", "listening": True,
        "audible": "yes", "last_seq": 7, "outbox_depth": 2, "version": "0.3.0",
    }  # fmt: skip
    assert {name: desk[name] for name in wanted} == wanted
    for person in (asha, watched.person("anil", "auditor"), watched.hub.source()):
        assert person.get("/v1/workstations").code == "not-allowed"


def test_a_desk_that_was_there_before_a_restart_is_still_listed_and_not_as_listening(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    done(ping(asha))
    watched.look()
    watched.restart()
    desk = kiran.get("/v1/workstations").json["workstations"][0]
    assert (desk["desk"], desk["listening"], desk["audible"], desk["last_seq"]) == (asha.desk, False, "unknown", None)
    watched.pass_time(40)
    desk = kiran.get("/v1/workstations").json["workstations"][0]
    assert (desk["listening"], desk["audible"]) == (False, "unknown")
