"""Link and sound are told on to whoever listens, and a hub whose clock differs moves the desk's ages with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kotaconsole.alarm.desk import AlarmView
from kotaconsole.app import refusals
from kotaconsole.app.channels import Channels
from kotaconsole.app.desk import SHIFTS
from kotaconsole.app.listeners import Listeners
from kotaconsole.domain.alarm import Sound, Trouble
from kotaconsole.domain.errors import EnvironmentFault, ServerRefusal
from kotaconsole.domain.troubles import Unheard
from kotaconsole.ui.desk import LinkView, WatchView
from kotaconsole.wire.bodies import Meta, Operator
from tests.people import TWO_AM
from tests.store.desk import SetClock

pytestmark = pytest.mark.unit


def heard(audio: str) -> AlarmView:
    return AlarmView(0, 0, (), audio, "", None, TWO_AM, None)  # type: ignore[arg-type]


def test_a_listener_that_was_taken_off_hears_nothing() -> None:
    told: list[int] = []
    listeners: Listeners[int] = Listeners()
    end = listeners.add(told.append)
    listeners.tell(1)
    end()
    end()
    listeners.tell(2)
    assert told == [1]


def test_the_sound_is_told_once_for_each_change() -> None:
    channels = Channels(SetClock())
    told: list[str] = []
    channels.on_sound.add(lambda view: told.append(view.state))
    for audio in ("starting", "ok", "ok", "lost"):
        channels.alarm_is(heard(audio))
    assert told == ["ok", "lost"]


def test_the_watch_is_told_once_for_each_change() -> None:
    channels = Channels(SetClock())
    told: list[WatchView] = []
    channels.on_watch.add(told.append)
    lost = (Trouble("link", phrase=Sound.SAY_LINK),)
    seen = (Trouble("link", phrase=Sound.SAY_LINK, seen=True),)
    for troubles in (lost, lost, seen, ()):
        channels.troubles_are(troubles)
    assert [view.calls for view in told] == [True, False]
    unheard = (Unheard("unit_unattended", "kunhadi", TWO_AM),)
    channels.others_are(unheard)
    assert told[-1].unheard == unheard


def test_a_wrong_clock_is_told_with_its_seconds_and_calls_nobody() -> None:
    channels = Channels(SetClock())
    channels.link_is(LinkView("live", TWO_AM), skew_s=-7.4)
    channels.troubles_are((Trouble("clock", Sound.S3),))
    assert (channels.watch.clock_s, channels.watch.calls) == (-7.4, False)
    channels.troubles_are(())
    assert channels.watch.clock_s == 0.0


def test_a_pause_ends_by_the_clock_the_desk_shows() -> None:
    channels = Channels(SetClock())
    channels.link_is(LinkView("live", TWO_AM), skew_s=30.0)
    channels.alarm_is(replace(heard("ok"), paused_until=TWO_AM.plus(seconds=120)))
    assert channels.watch.paused_until == TWO_AM.plus(seconds=150)
    channels.alarm_is(heard("ok"))
    assert channels.watch.paused_until is None


def test_the_desk_reads_the_hubs_clock() -> None:
    clock = SetClock()
    channels = Channels(clock)
    assert channels.as_of() == TWO_AM
    channels.link_is(LinkView("live", TWO_AM, last_good=clock.monotonic()), skew_s=30.0)
    assert channels.now() == TWO_AM.plus(seconds=30)
    clock.at = TWO_AM.plus(minutes=2)
    assert channels.as_of() == TWO_AM.plus(seconds=30), "what was known then is what the slip may claim"


def test_the_shifts_cover_the_day_once() -> None:
    hours = [hour for shift in SHIFTS for hour in range(shift.start_hour, shift.start_hour + 8)]
    assert sorted(hour % 24 for hour in hours) == list(range(24))


@pytest.mark.parametrize(
    ("code", "told"),
    [("invalid-credentials", "invalid-credentials"), ("too-many-attempts", "too-many-attempts"),
     ("gone-mad", "sign-in-refused")],
)  # fmt: skip
def test_a_refused_sign_in_says_what_is_safe_and_what_to_do(code: str, told: str) -> None:
    fault = refusals.at_sign_in(ServerRefusal(code, terminal=True, status=401))
    assert fault.code == told
    assert "safe" in fault.sentence.en
    assert "सुरक्षित" in fault.sentence.hi
    assert "{" not in fault.sentence.both()


@pytest.mark.parametrize(
    ("api", "least", "code"),
    [("1", None, None), ("1", "0.1.0", None), ("1", "0.0.9", None), ("1", "0.2.0", "client-too-old"),
     ("2", None, "hub-other-version")],
)  # fmt: skip
def test_a_hub_of_another_version_is_told(api: str, least: str | None, code: str | None) -> None:
    meta = Meta(api=api, server_time=TWO_AM, epoch="e", min_console=least)
    if code is None:
        refusals.check_version(meta)
        return
    with pytest.raises(EnvironmentFault) as told:
        refusals.check_version(meta)
    assert told.value.code == code


@pytest.mark.parametrize("role", ["source", "auditor", "admin"])
def test_only_who_works_on_cases_has_a_desk(role: str) -> None:
    with pytest.raises(EnvironmentFault) as told:
        refusals.check_role(Operator("o", "N", role, "kota-city"))
    assert told.value.code == "role-without-desk"
    refusals.check_role(Operator("o", "N", "supervisor", "kota-city"))


def test_a_desk_without_a_hub_says_that_none_is_set() -> None:
    fault = refusals.no_hub()
    assert "hub.url" in fault.sentence.hi
    assert "safe" in fault.sentence.en
