"""The list and its order: an untraceable immediate case stays on top, training stays below."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.listing import CaseRow, best_place, order, row_of
from kotaconsole.domain.referral import Account, Alarm, Assessed, Holder, Location, Subject, Transfer, is_minor
from tests.people import TWO_AM, bare, flagged, withdrawn

pytestmark = pytest.mark.unit

STALE_AFTER = 900.0


def row(**changes: Any) -> CaseRow:
    return row_of(bare(**changes), now=TWO_AM, stale_after_s=STALE_AFTER)


def place(**fields: Any) -> Location:
    return Location(**{"id": "l", "kind": "ip", "text": "कुन्हाड़ी", "observed_at": TWO_AM, "radius_m": 100, **fields})


ringing = Alarm(since=TWO_AM, through=1, cause="flag")


def test_order_is_level_then_unacknowledged_then_oldest_and_training_last() -> None:
    rows = [
        row(id="training", level="P1", training=True, alarm=ringing),
        row(id="p2-old", level="P2", opened_at=TWO_AM.plus(hours=-9), alarm=ringing),
        row(id="p1-seen", level="P1", opened_at=TWO_AM.plus(hours=-3)),
        row(id="p1-new", level="P1", opened_at=TWO_AM, alarm=ringing),
        row(id="p1-newer", level="P1", opened_at=TWO_AM.plus(minutes=1), alarm=ringing),
    ]
    assert [r.key for r in sorted(rows, key=order)] == ["p1-new", "p1-newer", "p1-seen", "p2-old", "training"]


@given(st.lists(st.builds(lambda key, level, age: (key, level, age), st.uuids(), st.sampled_from(["P1", "P2", "P3"]),
                          st.integers(0, 100)), unique_by=lambda it: it[0]))  # fmt: skip
def test_no_place_in_the_list_is_taken_twice(cases: list[tuple[Any, Any, int]]) -> None:
    rows = [row(id=str(key), level=level, opened_at=TWO_AM.plus(minutes=age)) for key, level, age in cases]
    assert len({order(r) for r in rows}) == len(rows)


@pytest.mark.parametrize(
    ("places", "reach"),
    [
        ((), "none"),
        ((place(text=None),), "none"),
        ((place(),), "good"),
        ((place(radius_m=6_000),), "poor"),
        ((place(observed_at=TWO_AM.plus(minutes=-16)),), "poor"),
        ((place(observed_at=None),), "poor"),
        ((place(kind="address", radius_m=None, observed_at=None),), "good"),
        ((place(radius_m=None),), "poor"),
        ((place(text=None, pincode="324005"),), "good"),
        ((place(text=None, lat=25.18, lon=75.83),), "good"),
    ],
)
def test_whether_somebody_can_be_sent(places: tuple[Location, ...], reach: str) -> None:
    assert row(locations=places).reach == reach


def test_the_place_in_words() -> None:
    assert row(locations=(place(text=None, lat=25.18254, lon=75.83907),)).where == "25.1825, 75.8391"
    assert row(locations=(place(text=None, pincode="324005"),)).where == "324005"
    assert row().where is None
    assert row(locations=(place(observed_at=TWO_AM.plus(hours=-1)),)).stale_place


def test_the_best_place_is_the_one_a_person_accepted() -> None:
    accepted = place(id="a", radius_m=50_000, accepted_at=TWO_AM, accepted_by="R. Meena")
    assert best_place(bare(locations=(place(), accepted))) == accepted
    assert not row(locations=(accepted,)).stale_place
    near, far = place(id="n", radius_m=60), place(id="f", radius_m=900)
    assert best_place(bare(locations=(far, near))) == near
    old, fresh = place(id="o", observed_at=TWO_AM.plus(hours=-1)), place(id="f")
    assert best_place(bare(locations=(old, fresh))) == fresh


@pytest.mark.parametrize(
    ("band", "age", "minor"),
    [("under_18", 30, "yes"), ("25_plus", 17, "yes"), ("unknown", 17, "yes"), ("18_24", None, "no"),
     ("unknown", 18, "no"), ("unknown", None, "unknown"), ("strange", None, "unknown")],
)  # fmt: skip
def test_unknown_age_is_not_no(band: str, age: int | None, minor: str) -> None:
    assert is_minor(bare(account=Account(age_band=band), subject=Subject(age=age))) == minor


def test_what_the_row_says_of_a_case() -> None:
    case = withdrawn(flagged(signals=["plan"], kind="hologram")).referral
    line = row_of(replace(case, flag_count=3), now=TWO_AM, stale_after_s=STALE_AFTER, pending=2, refused=1)
    assert (line.ringing, line.flags, line.repeat, line.withdrawn, line.unreadable) == (True, 3, True, True, True)
    assert (line.who, line.platform, line.pending, line.refused) == ("नमूना छात्र", "instagram", 2, 1)
    assert row().who is None
    held = row(holder=Holder("op", "R. Meena", TWO_AM), transfer=Transfer("jhunjhunu", TWO_AM))
    assert (held.holder, held.transfer_to, held.ringing, held.withdrawn) == ("R. Meena", "jhunjhunu", False, False)


def test_what_comes_unreadable_after_an_assessment_waits_for_the_next_one() -> None:
    case = flagged(urgency="sometime").referral
    assessed = replace(case, assessed=Assessed(at=TWO_AM.plus(minutes=1)))
    assert not row_of(assessed, now=TWO_AM, stale_after_s=STALE_AFTER).unreadable
    more = replace(case.flags[0], reference="ref-2", received_at=TWO_AM.plus(minutes=2))
    later = replace(assessed, flags=(*case.flags, more))
    assert row_of(later, now=TWO_AM, stale_after_s=STALE_AFTER).unreadable
