"""The shift's report: its figures are those of the log, and nobody can be made out in it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.settings import Site
from kotaconsole.hub.watch.figures import FEWEST, Changed, Span, floods, minutes, percentile, suppressed
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.watched import QUICK, WatchedHub, done, ping
from tests.people import TWO_AM

BEFORE = TWO_AM.plus(hours=-1)


@pytest.fixture
def watched(make_hub: Callable[..., TestHub]) -> WatchedHub:
    return WatchedHub(make_hub, QUICK, site=Site(flood_flags=3, flood_window_s=60))


def asked(person: Person, unit: str = "kota-city", begin: Instant = BEFORE, hours: float = 12) -> Any:
    got = person.get(f"/v1/reports/shift?unit={unit}&from={begin.iso()}&to={begin.plus(hours=hours).iso()}")
    assert got.status == 200, got.raw
    return got.json


def acknowledged(watched: WatchedHub, person: Person, rid: str) -> None:
    now = watched.clock.now().iso()
    done(person.command("acknowledge", rid, {"through": person.case(rid)["version"]}, happened_at=now, entered_at=now))


def inform(watched: WatchedHub, person: Person, rid: str) -> None:
    now, seen = watched.clock.now().iso(), person.case(rid)["version"]
    done(person.command("inform", rid, {"unit": "kunhadi"}, seen=seen, happened_at=now, entered_at=now))


def say(watched: WatchedHub, person: Person, rid: str, kind: str, payload: dict[str, Any]) -> None:
    now, seen = watched.clock.now().iso(), person.case(rid)["version"]
    done(person.command(kind, rid, payload, seen=seen, happened_at=now, entered_at=now))


# ------------------------------------------------------------------------------------------------------- the figures


def test_counts_and_percentiles_are_those_of_the_timeline(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    waits = (5, 10, 20, 40, 70)
    for n, wait in enumerate(waits):
        rid = watched.flag(f"R-{n}", urgency="imminent" if n < 2 else None)
        watched.pass_time(wait)
        acknowledged(watched, kiran, rid)
        watched.pass_time(30)
        inform(watched, kiran, rid)
    told = asked(kiran)
    assert told["total"] == 5
    assert told["counts"]["level"] == {"P1": 2, "P2": 0, "P3": 3}
    assert told["counts"]["platform"] == {"instagram": 5}
    assert told["counts"]["state"] == {"informed": 5}
    assert told["counts"]["district"] == {"kota-city": 5}
    assert told["times"]["flag_to_acknowledged"] == {"n": 5, "p50_s": 20.0, "p90_s": 70.0}
    assert told["times"]["acknowledged_to_informed"] == {"n": 5, "p50_s": 30.0, "p90_s": 30.0}
    assert told["times"]["informed_to_contact"] == {"n": 0, "p50_s": None, "p90_s": None}
    assert told["suppressed_below"] is None


def test_only_what_was_opened_in_the_time_counts(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    watched.flag("R-1")
    began = watched.clock.now()
    assert asked(kiran, begin=began)["total"] == 1, "the first moment belongs to it"
    assert asked(kiran, begin=began.plus(hours=-1), hours=1)["total"] == 0, "the last does not"


def test_a_case_opened_by_hand_was_no_flag_that_waited(watched: WatchedHub) -> None:
    kiran, now = watched.person("kiran", "supervisor"), watched.clock.now().iso()
    done(kiran.command("open", new_uuid(), {"received_via": "phone"}, happened_at=now, entered_at=now))
    told = asked(kiran)
    assert (told["total"], told["times"]["flag_to_acknowledged"]["n"]) == (1, 0)


def test_a_span_that_is_over_reads_the_same_whenever_it_is_asked_for(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    quiet, raised, ended = (watched.flag(f"R-{n}") for n in range(3))
    watched.pass_time(10)
    for rid in (raised, ended):
        acknowledged(watched, kiran, rid)
    watched.pass_time(10)
    end = watched.clock.now()
    hours = end.seconds_since(BEFORE) / 3600
    at_the_end = asked(kiran, hours=hours)
    assert at_the_end["counts"]["state"] == {"acknowledged": 2, "new": 1}
    assert at_the_end["counts"]["level"] == {"P1": 0, "P2": 0, "P3": 3}
    assert at_the_end["counts"]["outcome"] == {}
    watched.pass_time(10)
    acknowledged(watched, kiran, quiet)
    inform(watched, kiran, raised)
    say(watched, kiran, raised, "raise_level", {"level": "P1", "reason": "heard more"})
    say(watched, kiran, ended, "contact", {"in_person": True, "who": "SHO"})
    say(watched, kiran, ended, "close", {"code": "counselled", "summary": "with family"})
    later = asked(kiran, hours=hours)
    assert later["counts"] == at_the_end["counts"]
    assert later["times"]["flag_to_acknowledged"]["n"] == 3, "a step that was taken late is the one to be told"
    now = asked(kiran)
    assert now["counts"]["state"] == {"acknowledged": 1, "closed": 1, "informed": 1}
    assert (now["counts"]["level"]["P1"], now["counts"]["outcome"]) == (1, {"counselled": 1})


def test_a_case_the_hub_heard_of_only_later_counts_as_it_came(watched: WatchedHub) -> None:
    kiran, rid = watched.person("kiran", "supervisor"), new_uuid()
    begun = watched.clock.now().iso()
    watched.pass_time(60)
    done(kiran.command("open", rid, {"received_via": "phone"}, happened_at=begun, entered_at=begun))
    inform(watched, kiran, rid)
    told = asked(kiran, hours=1.01)
    assert (told["total"], told["counts"]["state"]) == (1, {"acknowledged": 1})
    assert asked(kiran)["counts"]["state"] == {"informed": 1}


def test_an_exercise_is_in_no_figure(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    begun = kiran.send(
        "POST", "/v1/drills", {"unit": "kota-city", "scenario": "kota-night"}, **{"Idempotency-Key": "d"}
    )
    assert begun.status == 201
    told = asked(kiran)
    assert (told["total"], told["floods"], told["counts"]["platform"]) == (0, [], {})


def test_a_flood_is_more_flags_than_the_site_says(watched: WatchedHub) -> None:
    kiran = watched.person("kiran", "supervisor")
    for n in range(3):
        watched.flag(f"A-{n}")
        watched.clock.advance(1)
    assert asked(kiran)["floods"] == []
    watched.flag("A-3")
    (flood,) = asked(kiran)["floods"]
    assert (flood["flags"], flood["began"], flood["ended"]) == (4, TWO_AM.iso(), TWO_AM.plus(seconds=3).iso())


def test_minutes_without_link_and_without_sound(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    for _ in range(6):
        done(ping(asha, audible="no"))
        watched.pass_time(10)
    done(ping(asha))
    watched.pass_time(10)
    done(ping(asha))
    watched.pass_time(120)
    done(ping(asha))
    watched.look()
    told = asked(kiran)
    assert (told["link_lost_minutes"], told["audio_lost_minutes"]) == (2.0, 1.0)


def test_a_hub_that_was_down_was_no_link(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    done(ping(asha))
    watched.look()
    watched.hub.stop()
    watched.clock.advance(300)
    watched.hub.start()
    watched.look()
    done(ping(asha))
    watched.look()
    assert asked(kiran)["link_lost_minutes"] == 5.0


# ------------------------------------------------------------------------------------------------- who may see how much


def test_an_operator_sees_no_cell_that_points_at_a_person(watched: WatchedHub) -> None:
    kiran, asha = watched.person("kiran", "supervisor"), watched.person("asha")
    for n in range(9):
        watched.flag(f"R-{n}", urgency="imminent" if n < 2 else "high" if n < 4 else None, platform="instagram")
    full, told = asked(kiran), asked(asha)
    assert full["counts"]["level"] == {"P1": 2, "P2": 2, "P3": 5}
    assert told["counts"]["level"] == {"P1": None, "P2": None, "P3": 5}
    assert (told["total"], told["suppressed_below"]) == (9, 5)
    assert asked(watched.person("anil", "auditor"))["counts"] == full["counts"]


def test_a_total_that_is_too_small_is_hidden_too(watched: WatchedHub) -> None:
    asha = watched.person("asha")
    rid = watched.flag("R-1")
    watched.pass_time(5)
    acknowledged(watched, asha, rid)
    told = asked(asha)
    assert told["total"] is None
    assert told["times"]["flag_to_acknowledged"] == {"n": None, "p50_s": None, "p90_s": None}


def test_who_asks_where_and_when(watched: WatchedHub) -> None:
    asha, near = watched.person("asha"), watched.person("near", "supervisor", "range-kota")
    watched.flag("R-1")
    assert asked(near, "range-kota")["total"] == 1
    assert asked(near, "bundi")["total"] == 0

    def told(person: Person, unit: str, begin: str, end: str) -> int:
        return person.get(f"/v1/reports/shift?unit={unit}&from={begin}&to={end}").status

    day, next_month = "2026-11-01T00:00:00Z", "2026-12-05T00:00:00Z"
    assert told(asha, "bundi", day, day) == 404
    assert told(watched.hub.source(), "kota-city", day, day) == 403
    assert told(asha, "kota-city", "yesterday", day) == 400
    assert told(asha, "kota-city", day, next_month) == 422
    assert told(asha, "kota-city", next_month, day) == 422


def test_a_report_is_in_the_audit_log(watched: WatchedHub) -> None:
    asha = watched.person("asha")
    asked(asha)
    raw = watched.hub.raw()
    rows = raw.execute("SELECT who FROM audit WHERE what = 'shift report of kota-city'").fetchall()
    raw.close()
    assert [row[0] for row in rows] == [asha.id]


# ------------------------------------------------------------------------------------------------------ the arithmetic


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=60), st.integers(1, 100))
def test_a_percentile_is_one_of_the_values_and_enough_are_not_above_it(values: list[float], share: int) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= share * len(values)
    below = [value for value in values if value < found]
    assert len(below) * 100 < share * len(values), "and no smaller one would do"


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 12), max_size=7))
def test_no_hidden_count_can_be_worked_out_from_the_rest(cells: dict[str, int]) -> None:
    shown = suppressed({"x": dict(cells)})["x"]
    assert all(count is None or count == 0 or count >= FEWEST for count in shown.values())
    hidden = [name for name, count in shown.items() if count is None]
    others = [name for name, count in cells.items() if count and name not in hidden]
    assert len(hidden) != 1 or not others, "a single one is what the total leaves"


@given(st.lists(st.integers(0, 4_000), max_size=80), st.integers(1, 6))
def test_floods_hold_every_window_that_is_too_full_and_overlap_nowhere(seconds: list[int], most: int) -> None:
    at = sorted(TWO_AM.plus(seconds=second) for second in seconds)
    found = floods(at, most, 60)
    for moment in at:
        inside = [other for other in at if 0 <= moment.seconds_since(other) < 60]
        if len(inside) > most:
            assert any(flood.began <= inside[0] and moment <= flood.ended for flood in found)
    for flood in found:
        assert flood.flags == sum(flood.began <= moment <= flood.ended for moment in at)
        assert flood.flags > most
    assert all(before.ended < after.began for before, after in pairwise(found))


def test_minutes_are_cut_to_the_span_and_summed_over_consoles() -> None:
    span = Span(TWO_AM, TWO_AM.plus(minutes=10))
    changes = [
        Changed("a", TWO_AM.plus(minutes=-30), "silent"),
        Changed("a", TWO_AM.plus(minutes=2), "heard"),
        Changed("b", TWO_AM.plus(minutes=7), "deaf"),
        Changed("c", TWO_AM.plus(minutes=1), "left"),
    ]
    assert minutes(changes, ("silent", "deaf"), span) == 5.0
    assert minutes(changes, ("unheard",), span) == 0.0
